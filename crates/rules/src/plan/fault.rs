//! What a record breaks, where that is certain: the same that the validator would say, in the same words.

use super::test::{Object, RecordTest, Slots, Test, TextTest};
use crate::{
    form::{Fields, Kind, Shape},
    json::{Member, Node, Value, pointer::Path},
    rule::is_date,
};

/// Something that does not conform.
pub(crate) struct Fault<'f> {
    /// The value; of a member that is not there or not known, its object.
    pub(crate) node: &'f Node<'f>,
    pub(crate) shape: &'f Shape,
    pub(crate) path: String,
    /// Place of its field within its object, in form order.
    pub(crate) slot: usize,
    pub(crate) wrong: Wrong<'f>,
}

/// What is wrong with a value, and what the form says.
pub(crate) enum Wrong<'f> {
    /// The type it should be of.
    Type(&'f str),
    MinLength(u64),
    MaxLength(u64),
    MinItems(u64),
    MaxItems(u64),
    Minimum(String),
    Maximum(String),
    Pattern(&'f str),
    /// The texts allowed, in the order written, and whether by `enum` or by `const`.
    Among(&'f [String], &'static str),
    /// The member that is not there.
    Required(&'f str),
    /// A member that is not known.
    Unknown(&'f str),
}

/// All that the record breaks; `None` when that is not certain. Each value has one fault at most, the one that the validator tells first.
pub(super) fn all<'f>(test: &'f RecordTest, root: &'f Node<'f>, shape: &'f Shape) -> Option<Vec<Fault<'f>>> {
    let mut finder = Finder(Vec::new());
    let (Value::Object(members), Kind::Record(fields)) = (&root.value, &shape.kind) else { return None };
    finder.record(test, members, fields, Site { node: root, shape, path: &Path::ROOT, slot: 0 })?;
    Some(finder.0)
}

struct Finder<'f>(Vec<Fault<'f>>);

/// A value, what it should be, and where it stands.
#[derive(Clone, Copy)]
struct Site<'s, 'f> {
    node: &'f Node<'f>,
    shape: &'f Shape,
    path: &'s Path<'s>,
    slot: usize,
}

impl<'f> Finder<'f> {
    fn add(&mut self, site: Site<'_, 'f>, wrong: Wrong<'f>) {
        let Site { node, shape, path, slot } = site;
        self.0.push(Fault { node, shape, path: path.render(), slot, wrong });
    }

    // Recursion is as deep as the form.
    fn value(&mut self, test: &'f Test, site: Site<'_, 'f>) -> Option<()> {
        match (test, &site.node.value) {
            (_, Value::Refused) | (Test::Bool, Value::Bool(_)) => {}
            (Test::Text(test), Value::Text(text)) => {
                if let Some(wrong) = test.wrong(text)? {
                    self.add(site, wrong);
                }
            }
            (Test::Whole { min, max }, Value::Number(number)) => {
                let number: i64 = number.parse().ok()?;
                if number < *min {
                    self.add(site, Wrong::Minimum(min.to_string()));
                } else if number > *max {
                    self.add(site, Wrong::Maximum(max.to_string()));
                }
            }
            (Test::List { items: (fewest, most), each }, Value::Array(items)) => {
                if items.len() < *fewest {
                    self.add(site, Wrong::MinItems(*fewest as u64));
                } else if items.len() > *most {
                    self.add(site, Wrong::MaxItems(*most as u64));
                }
                let Kind::List(shape) = &site.shape.kind else { return None };
                for (index, node) in items.iter().enumerate() {
                    self.value(each, Site { node, shape, path: &site.path.index(index), slot: usize::MAX })?;
                }
            }
            (Test::Record(test), Value::Object(members)) => {
                let Kind::Record(fields) = &site.shape.kind else { return None };
                self.record(test, members, fields, site)?;
            }
            _ => self.add(site, Wrong::Type(test.type_name())),
        }
        Some(())
    }

    fn record(
        &mut self,
        test: &'f RecordTest,
        members: &'f [Member<'f>],
        fields: &'f Fields,
        site: Site<'_, 'f>,
    ) -> Option<()> {
        let mut there = Slots::default();
        for Member { name, slot, node, .. } in members.iter().filter(|member| !member.node.is_missing()) {
            let place = *slot as usize;
            let (Some(test), Some(field)) = (test.fields.get(place), fields.at(place)) else {
                self.add(site, Wrong::Unknown(name));
                continue;
            };
            there.add(*slot);
            self.value(test, Site { node, shape: &field.shape, path: &site.path.step(&field.step), slot: place })?;
        }
        for (_, field) in (0_u32..).zip(fields).filter(|(slot, _)| test.required.has(*slot) && !there.has(*slot)) {
            self.add(site, Wrong::Required(&field.name));
        }
        // What a condition asks for, only the validator words.
        let object = Object { members, there };
        test.conditions.iter().all(|condition| object.holds(condition) == Some(true)).then_some(())
    }
}

impl Test {
    /// Its type, as schemas call it.
    const fn type_name(&self) -> &'static str {
        match self {
            Self::Text(_) => "string",
            Self::Whole { .. } => "integer",
            Self::Bool => "boolean",
            Self::List { .. } => "array",
            Self::Record(_) => "object",
        }
    }
}

impl TextTest {
    /// What is wrong with a text, if anything is; `None` when that is not certain. The validator tells of several things the one
    /// that comes first here.
    fn wrong(&self, text: &str) -> Option<Option<Wrong<'_>>> {
        let is_choice = self.choices.is_empty() || self.is_choice(text);
        let has_length = self.has_length(text);
        let pattern = self.pattern.as_ref().filter(|(_, pattern)| !pattern.matches(text)).map(|(source, _)| source);
        let wrong = [!is_choice, !has_length, pattern.is_some(), self.date && !is_date(text)];
        // Which schema's keywords come first is the validator's affair.
        if self.is_mixed && wrong.iter().filter(|wrong| **wrong).count() > 1 {
            return None;
        }
        if !is_choice {
            return Some(Some(Wrong::Among(&self.listed, self.keyword)));
        }
        if !has_length {
            let (fewest, most) = self.length;
            let is_short = text.chars().count() < fewest;
            return Some(Some(if is_short { Wrong::MinLength(fewest as u64) } else { Wrong::MaxLength(most as u64) }));
        }
        match (pattern, wrong) {
            (Some(source), _) => Some(Some(Wrong::Pattern(source))),
            // There are dates that this plan knows nothing of.
            (None, [.., true]) => None,
            (None, _) => Some(None),
        }
    }
}

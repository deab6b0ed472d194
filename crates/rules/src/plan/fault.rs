//! What a record breaks, where that is certain: the same that the validator would say, in the same words.

use super::{
    broken::Of,
    condition::Object,
    test::{RecordTest, Slots, Test, TextTest},
};
use crate::{
    calendar::is_date,
    json::{
        Member, Node, Value,
        pointer::{self, Path},
    },
    shape::{Fields, Kind, Shape},
};
use record::{Code, limits::FINDINGS_MAX};
use std::borrow::Cow;

/// Something that does not conform.
#[derive(Debug)]
pub(crate) struct Fault<'f> {
    /// The value; of a member that is not there or not known, its object.
    pub(crate) node: &'f Node<'f>,
    pub(crate) shape: Option<&'f Shape>,
    pub(crate) path: String,
    /// Place of its field within its object, in form order.
    pub(crate) slot: usize,
    /// Pointers of the fields that made it possible, when it stands under a condition.
    pub(crate) because: Option<Vec<String>>,
    /// Those of them that must have, or not have, certain values. Of the others it matters only that they are there.
    pub(crate) values: Vec<String>,
    pub(crate) wrong: Wrong<'f>,
}

/// What is wrong with a value, and what the form says.
#[derive(Debug, PartialEq, Eq)]
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
    /// It is no date.
    Date,
    /// The texts allowed, in the order written, and whether by `enum` or by `const`.
    Among(Cow<'f, [String]>, &'static str),
    /// The member that is not there.
    Required(&'f str),
    /// A member that is not known.
    Unknown(&'f str),
    /// Of several schemas none holds: what each lacks, when they ask for members alone; and the keyword that lists them.
    NoAlternative(Option<Vec<Vec<&'f str>>>, &'static str),
    /// A schema holds that must not: the members that it asks for.
    Excluded(Vec<&'f str>),
    /// Whatever needs no more than its code: that, and the keyword.
    Other(Code, &'f str),
}

impl Wrong<'_> {
    /// The keyword that says so.
    pub(crate) const fn keyword(&self) -> &str {
        match self {
            Self::Type(_) => "type",
            Self::MinLength(_) => "minLength",
            Self::MaxLength(_) => "maxLength",
            Self::MinItems(_) => "minItems",
            Self::MaxItems(_) => "maxItems",
            Self::Minimum(_) => "minimum",
            Self::Maximum(_) => "maximum",
            Self::Pattern(_) => "pattern",
            Self::Date => "format",
            Self::Required(_) => "required",
            Self::Unknown(_) => "additionalProperties",
            Self::Excluded(_) => "not",
            Self::Among(_, keyword) | Self::NoAlternative(_, keyword) => keyword,
            Self::Other(_, keyword) => keyword,
        }
    }

    /// The member of the object at hand that it is about, when it is about one.
    pub(crate) fn member(&self) -> Option<&str> {
        match self {
            Self::Required(name) | Self::Unknown(name) => Some(name),
            Self::Excluded(names) => names.first().copied(),
            Self::NoAlternative(Some(missing), _) => missing.first()?.first().copied(),
            _ => None,
        }
    }
}

/// All that the record breaks; `None` when that is not certain, or too much. Each value has one fault outside of conditions at most, the
/// one that the validator tells first.
pub(super) fn all<'f>(test: &'f RecordTest, root: &'f Node<'f>, shape: &'f Shape) -> Option<Vec<Fault<'f>>> {
    let mut finder = Finder(Vec::new());
    let (Value::Object(members), Kind::Record(fields)) = (&root.value, &shape.kind) else { return None };
    finder.record(test, members, fields, Site { node: root, shape, path: &Path::ROOT, slot: 0 })?;
    // Beyond that many, which of them get a suggestion depends on the order in which they were found.
    (finder.0.len() <= FINDINGS_MAX && is_ordered(&finder.0)).then_some(finder.0)
}

/// Whether nothing depends on the order in which the validator finds what stands under conditions: that is its affair.
fn is_ordered(faults: &[Fault<'_>]) -> bool {
    let about = |fault: &Fault<'_>| {
        let about = fault.wrong.member().map_or_else(|| fault.path.clone(), |name| pointer::below(&fault.path, name));
        (about, fault.because.is_some())
    };
    let mut places: Vec<_> = faults.iter().map(|fault| (about(fault), fault)).collect();
    places.sort_by(|(a, _), (b, _)| a.cmp(b));
    let same = |a: &Fault<'_>, b: &Fault<'_>| (&a.because, &a.wrong) == (&b.because, &b.wrong);
    let decides = |place: &String| faults.iter().any(|fault| fault.values.contains(place));
    places.windows(2).all(|pair| matches!(pair, [(a, one), (b, other)] if a != b || same(one, other)))
        && !places.iter().any(|((place, is_conditional), _)| *is_conditional && decides(place))
}

pub(super) struct Finder<'f>(pub(super) Vec<Fault<'f>>);

/// A value, what it should be, and where it stands.
#[derive(Clone, Copy)]
pub(super) struct Site<'s, 'f> {
    pub(super) node: &'f Node<'f>,
    pub(super) shape: &'f Shape,
    pub(super) path: &'s Path<'s>,
    pub(super) slot: usize,
}

impl<'f> Finder<'f> {
    fn add(&mut self, site: Site<'_, 'f>, wrong: Wrong<'f>) {
        let Site { node, shape, path, slot } = site;
        let (path, shape) = (path.render(), Some(shape));
        self.0.push(Fault { node, shape, path, slot, because: None, values: Vec::new(), wrong });
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
        let of = Of { object: Object { members, there }, fields, site };
        test.conditions.iter().try_for_each(|condition| self.broken(condition, &of, None))
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
            return Some(Some(Wrong::Among(Cow::Borrowed(&self.listed), self.keyword)));
        }
        if !has_length {
            let (fewest, most) = self.length;
            let is_short = text.chars().count() < fewest;
            return Some(Some(if is_short { Wrong::MinLength(fewest as u64) } else { Wrong::MaxLength(most as u64) }));
        }
        match (pattern, wrong) {
            (Some(source), _) => Some(Some(Wrong::Pattern(source))),
            // Of the year 0 this plan knows nothing.
            (None, [.., true]) => (!text.starts_with("0000")).then_some(Some(Wrong::Date)),
            (None, _) => Some(None),
        }
    }
}

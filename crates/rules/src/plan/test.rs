//! Running the tests.

use super::condition::{Condition, Object};
use super::fault::{self, Fault};
use super::pattern::Matcher;
use crate::{
    calendar::is_date,
    json::{Member, Node, Value},
    shape::Shape,
};

/// What a form's JSON Schema asks of a normalized record.
#[derive(Debug)]
pub(crate) struct Plan(pub(super) RecordTest);

impl Plan {
    /// Whether the validator would find nothing that the judge tells. `false` when that is not certain.
    ///
    /// Of a refused value everything was said already, so it passes; but where others depend on it, nothing is certain.
    pub(crate) fn conforms(&self, root: &Node<'_>) -> bool {
        root.members().is_some_and(|members| self.0.passes(members))
    }

    /// All that a record of this shape breaks, which is what the validator would find; `None` when that is not certain.
    pub(crate) fn faults<'f>(&'f self, root: &'f Node<'f>, shape: &'f Shape) -> Option<Vec<Fault<'f>>> {
        fault::all(&self.0, root, shape)
    }
}

/// What must hold of a value.
#[derive(Debug)]
pub(super) enum Test {
    Text(TextTest),
    /// A whole number from `min` to `max`.
    Whole {
        min: i64,
        max: i64,
    },
    Bool,
    List {
        /// Fewest and most items.
        items: (usize, usize),
        each: Box<Self>,
    },
    Record(RecordTest),
}

impl Test {
    // Recursion is as deep as the form.
    fn passes(&self, node: &Node<'_>) -> bool {
        match (self, &node.value) {
            (_, Value::Refused) | (Self::Bool, Value::Bool(_)) => true,
            (Self::Text(test), Value::Text(text)) => test.passes(text),
            (Self::Whole { min, max }, Value::Number(number)) => {
                number.parse().is_ok_and(|number: i64| (*min..=*max).contains(&number))
            }
            (Self::List { items: (fewest, most), each }, Value::Array(items)) => {
                (*fewest..=*most).contains(&items.len()) && items.iter().all(|item| each.passes(item))
            }
            (Self::Record(test), Value::Object(members)) => test.passes(members),
            _ => false,
        }
    }
}

/// What must hold of a text.
#[derive(Debug)]
pub(super) struct TextTest {
    /// Fewest and most characters.
    pub(super) length: (usize, usize),
    /// The only texts allowed, sorted; empty when others are.
    pub(super) choices: Vec<String>,
    /// The same in the order written, and the keyword that says so.
    pub(super) listed: Vec<String>,
    pub(super) keyword: &'static str,
    pub(super) date: bool,
    /// As written, and compiled.
    pub(super) pattern: Option<(String, Matcher)>,
    /// Whether what is asked stands in several schemas.
    pub(super) is_mixed: bool,
}

impl TextTest {
    fn passes(&self, text: &str) -> bool {
        self.has_length(text)
            && (self.choices.is_empty() || self.is_choice(text))
            && (!self.date || is_date(text))
            && self.pattern.as_ref().is_none_or(|(_, pattern)| pattern.matches(text))
    }

    pub(super) fn is_choice(&self, text: &str) -> bool {
        self.choices.binary_search_by(|choice| choice.as_str().cmp(text)).is_ok()
    }

    /// A character has one to four bytes: mostly their number settles it.
    pub(super) fn has_length(&self, text: &str) -> bool {
        let (fewest, most) = self.length;
        let bytes = text.len();
        if bytes <= most && bytes / 4 >= fewest {
            return true;
        }
        bytes >= fewest && bytes / 4 <= most && (fewest..=most).contains(&text.chars().count())
    }
}

/// What must hold of an object, whose members stand in form order.
#[derive(Debug)]
pub(super) struct RecordTest {
    /// One for each field, in form order.
    pub(super) fields: Vec<Test>,
    pub(super) required: Slots,
    /// Each must be certain to hold.
    pub(super) conditions: Vec<Condition>,
}

impl RecordTest {
    fn passes(&self, members: &[Member<'_>]) -> bool {
        let mut there = Slots::default();
        for member in members.iter().filter(|member| !member.node.is_missing()) {
            let Some(test) = self.fields.get(member.slot as usize) else { return false };
            if !test.passes(&member.node) {
                return false;
            }
            there.add(member.slot);
        }
        let object = Object { members, there };
        there.has_all(self.required) && self.conditions.iter().all(|condition| object.holds(condition) == Some(true))
    }
}

/// A set of fields of one object.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Slots([u64; 8]);

impl Slots {
    /// Most fields of one object.
    pub(super) const MAX: u32 = 512;

    pub(super) fn add(&mut self, slot: u32) {
        if let Some(word) = self.0.get_mut(slot as usize / 64) {
            *word |= 1 << (slot % 64);
        }
    }

    pub(super) fn with(mut self, slot: u32) -> Self {
        self.add(slot);
        self
    }

    pub(super) fn has(&self, slot: u32) -> bool {
        self.0.get(slot as usize / 64).is_some_and(|word| word & (1 << (slot % 64)) != 0)
    }

    fn has_all(&self, others: Self) -> bool {
        self.0.iter().zip(others.0).all(|(word, other)| word & other == other)
    }
}

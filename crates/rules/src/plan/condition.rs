//! What a schema asserts of the members of an object beyond what each must be.

use super::test::Slots;
use crate::json::{Member, Node, Value, at_slot};

/// What may hold between the members of an object.
#[derive(Debug)]
pub(super) enum Condition {
    /// All of these.
    All(Vec<Self>),
    /// At least one of these.
    Any(Vec<Self>),
    /// One of these and no other.
    One(Vec<Self>),
    /// Not this; and the fields that its own `required` names.
    Not(Box<Self>, Vec<u32>),
    /// If the first holds, the second does, else the third.
    If(Box<[Self; 3]>),
    /// These fields are there.
    There(Vec<u32>),
    /// Of each pair, if the first is there, the others are.
    Asks(Vec<(u32, Vec<u32>)>),
    /// If this field is there, its value is such.
    Value(u32, Expected),
}

impl Condition {
    /// Adds the fields whose values it depends on.
    // Recursion is as deep as the form.
    pub(super) fn values(&self, found: &mut Vec<u32>) {
        match self {
            Self::All(parts) | Self::Any(parts) | Self::One(parts) => parts.iter().for_each(|part| part.values(found)),
            Self::Not(part, _) => part.values(found),
            Self::If(parts) => parts.iter().for_each(|part| part.values(found)),
            Self::Value(slot, _) => found.push(*slot),
            Self::There(_) | Self::Asks(_) => {}
        }
    }
}

/// What a value should be.
#[derive(Debug)]
pub(super) struct Expected {
    pub(super) constants: Vec<Constant>,
    /// Whether it should be one of them, or none of them.
    pub(super) among: bool,
    pub(super) said: Said,
}

/// How a schema says what a value should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// `false`: it should not be there.
    Never,
    Const,
    Enum,
    /// By a `not` around whatever else, or by nothing.
    Not,
}

/// A single value in a schema.
#[derive(Debug)]
pub(super) enum Constant {
    Text(String),
    Bool(bool),
    Whole(i64),
}

/// An object and which of its fields are there.
pub(super) struct Object<'o> {
    pub(super) members: &'o [Member<'o>],
    pub(super) there: Slots,
}

impl<'o> Object<'o> {
    /// The value of a field, there or not.
    pub(super) fn node(&self, slot: u32) -> Option<&'o Node<'o>> {
        at_slot(self.members, slot)
    }

    /// Whether the condition holds; `None` when that is not certain. One that is not certain leaves all above it so.
    // Recursion is as deep as the form.
    pub(super) fn holds(&self, condition: &Condition) -> Option<bool> {
        let count = |parts: &[Condition]| {
            parts.iter().try_fold(0_usize, |holding, part| Some(holding + usize::from(self.holds(part)?)))
        };
        Some(match condition {
            Condition::All(parts) => count(parts)? == parts.len(),
            Condition::Any(parts) => count(parts)? > 0,
            Condition::One(parts) => count(parts)? == 1,
            Condition::Not(part, _) => !self.holds(part)?,
            Condition::If(parts) => {
                let [condition, then, otherwise] = &**parts;
                self.holds(if self.holds(condition)? { then } else { otherwise })?
            }
            Condition::There(slots) => self.has_all(slots),
            Condition::Asks(pairs) => pairs.iter().all(|(slot, slots)| !self.there.has(*slot) || self.has_all(slots)),
            Condition::Value(slot, expected) => !self.there.has(*slot) || expected.holds(self.value(*slot)?)?,
        })
    }

    /// Whether all of these fields are there.
    fn has_all(&self, slots: &[u32]) -> bool {
        slots.iter().all(|slot| self.there.has(*slot))
    }

    fn value(&self, slot: u32) -> Option<&Value<'_>> {
        self.node(slot).map(|node| &node.value)
    }
}

impl Expected {
    /// Whether a value is as it should be; `None` when that is not certain.
    pub(super) fn holds(&self, value: &Value<'_>) -> Option<bool> {
        let found = self.constants.iter().try_fold(false, |found, constant| Some(found | constant.equals(value)?))?;
        Some(found == self.among)
    }
}

impl Constant {
    /// As a finding shows it.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Bool(bool) => bool.to_string(),
            Self::Whole(number) => number.to_string(),
        }
    }

    fn equals(&self, value: &Value<'_>) -> Option<bool> {
        Some(match (self, value) {
            (_, Value::Refused) => return None,
            (Self::Text(constant), Value::Text(text)) => text == constant,
            (Self::Bool(constant), Value::Bool(bool)) => bool == constant,
            // Numbers that are no such integers can still be equal to one, as 1.0 is to 1.
            (Self::Whole(constant), Value::Number(number)) => number.parse::<i64>().ok()? == *constant,
            _ => false,
        })
    }
}

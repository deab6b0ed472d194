//! Record rules: a subset of CEL, type-checked against the form, evaluated over the normalized record.

use crate::json::Node;
use record::RecordTime;

/// Type of a value a rule may name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// Decimal text of the clean record, or a JSON integer.
    Decimal,
    /// `2026-01-31`.
    Date,
    /// Any other text.
    Text,
    /// A JSON boolean.
    Bool,
    /// A list of items of one type.
    List(Box<Type>),
    /// An object: its members by name.
    Record(Vec<(String, Type)>),
}

/// A rule, parsed and type-checked.
#[derive(Debug)]
pub struct Rule {}

/// Why the text is not a rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct RuleError {
    /// Byte offset in the rule's text.
    pub at: usize,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub hint: Option<String>,
}

/// What a rule says of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Truth {
    /// It holds.
    Holds,
    /// It does not.
    Fails,
    /// A value it needs is missing, or was refused by its normalizer: the rule is skipped.
    Unknown,
    /// It could not be computed exactly; the word says why, as in `overflow`.
    Inexact(&'static str),
}

impl Rule {
    /// Parses a rule over `record` (a [`Type::Record`]); `item` is the name and type of the item of an `each` rule.
    pub fn parse(_text: &str, _record: &Type, _item: Option<(&str, &Type)>) -> Result<Self, RuleError> {
        Ok(Self {})
    }

    /// Evaluates the rule. Members that are [`crate::json::Value::Null`] are missing.
    #[must_use]
    pub fn evaluate(&self, _record: &Node<'_>, _item: Option<&Node<'_>>, _time: Option<RecordTime>) -> Truth {
        Truth::Holds
    }
}

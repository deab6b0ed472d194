//! What judging found in a record.

use crate::Code;
use serde::{Serialize, Serializer, ser::SerializeMap};

/// One thing wrong with a record: an error when hard, a warning when soft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Stable code.
    pub code: Code,
    /// Hard or soft.
    pub severity: Severity,
    /// The stage of judging that found it.
    pub stage: Stage,
    /// JSON Pointer (RFC 6901) of the value in the submitted record; for a missing field, where it should be.
    pub path: String,
    /// Pointers of other values that took part.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<String>,
    /// Which rule spoke: a schema keyword, a normalizer or check by name, or the id of a record rule.
    pub rule: String,
    /// What the message is derived from, in the order written. The found value stands here, masked by `value_class`.
    pub params: Params,
    /// Class of personal data of the value at `path`.
    pub value_class: Class,
    /// A sentence for people, without values.
    pub message: String,
}

impl Finding {
    /// An error of the record as a whole.
    #[must_use]
    pub fn whole(code: Code, stage: Stage, rule: &str, params: Params) -> Self {
        Self {
            code,
            severity: Severity::Hard,
            stage,
            path: String::new(),
            related: Vec::new(),
            rule: rule.into(),
            params,
            value_class: Class::None,
            message: code.sentence().into(),
        }
    }
}

/// Named parameters in a fixed order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Params(pub Vec<(&'static str, Param)>);

impl Serialize for Params {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

/// One parameter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Param {
    /// Text, decimals among it.
    Text(String),
    /// A count, a limit, an offset.
    Number(i64),
    /// Alternatives or paths.
    List(Vec<String>),
}

impl From<&str> for Param {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}
impl From<String> for Param {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}
impl From<i64> for Param {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}
impl From<Vec<String>> for Param {
    fn from(list: Vec<String>) -> Self {
        Self::List(list)
    }
}

/// Whether a finding rejects the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The record is rejected.
    Hard,
    /// The record is accepted with a warning.
    Soft,
}

/// The stages of judging, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Envelope and bytes: is this a JSON object within the limits, and of a known form?
    Decode,
    /// Normalizers.
    Normalize,
    /// The JSON Schema.
    Schema,
    /// Semantic checks of one field.
    Check,
    /// Record rules.
    RecordRule,
    /// Duplicate decision.
    Dedupe,
}

/// Class of personal data of a field; decides how a found value is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Not personal: shown as it is.
    #[default]
    None,
    /// Personally identifiable: shown as its shape.
    Pii,
    /// Health information: shown as its shape.
    Phi,
    /// Payment data: shown as its shape.
    Pci,
    /// Never shown, not even its length.
    Secret,
}

/// A finding that somebody other than who keyed the record accepted: it stands among the warnings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Overridden {
    /// Code of the finding.
    pub code: Code,
    /// JSON Pointer of the value.
    pub path: String,
    /// The rule that spoke.
    pub rule: String,
    /// Who accepted it, as signed.
    pub by: String,
    /// Why, in that person's words.
    pub reason: String,
}

//! What one output message says, and how it differs from the truth. Names codes, paths and numbers of records, never values.

use super::site::Places;
use crate::generate::{Expected, Truth};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use record::{Code, Message, Outcome, Position, header};
use serde::Deserialize;
use std::collections::BTreeSet;

/// What an output message says.
#[derive(Debug, Default)]
pub(super) struct Got<'m> {
    /// `None`: the message cannot be read, or has lost the original bytes.
    outcome: Option<Outcome>,
    clean: Option<&'m [u8]>,
    errors: Vec<Expected>,
    warnings: Vec<Expected>,
    /// The record it repeats or contradicts.
    first: Option<u64>,
}

/// The members of a reject that are compared.
#[derive(Deserialize)]
struct RejectView {
    errors: Vec<ErrorView>,
    raw: RawView,
}

#[derive(Deserialize)]
struct ErrorView {
    code: String,
    severity: String,
    path: String,
    #[serde(default)]
    params: serde_json::Map<String, serde_json::Value>,
}

#[derive(Deserialize)]
struct RawView {
    encoding: String,
    body: String,
}

/// The members of a duplicate that are compared.
#[derive(Deserialize)]
struct DuplicateView {
    first: FirstView,
}

#[derive(Deserialize)]
struct FirstView {
    topic: String,
    partition: u32,
    offset: u64,
}

impl<'m> Got<'m> {
    /// A message on the topic of an outcome, about a record of these bytes.
    pub(super) fn read(message: &'m Message, outcome: Outcome, bytes: &[u8], places: &Places) -> Self {
        match outcome {
            Outcome::Clean => Self::clean(message),
            Outcome::Reject => Self::reject(&message.value, bytes, places),
            _ => Self::duplicate(&message.value, places),
        }
    }

    fn reject(value: &[u8], bytes: &[u8], places: &Places) -> Self {
        let Ok(RejectView { errors, raw }) = serde_json::from_slice(value) else { return Self::default() };
        let original = match raw.encoding.as_str() {
            "utf8" => Some(raw.body.into_bytes()),
            _ => STANDARD.decode(&raw.body).ok(),
        };
        // The findings that name an earlier record.
        let named = errors.iter().find(|error| error.params.contains_key("first"));
        let first = named.and_then(|error| Some(places.named(error.params.get("first")?.as_str()?)?.1));
        let errors = of_severity(errors, "hard");
        let outcome = (original.as_deref() == Some(bytes)).then_some(Outcome::Reject);
        Self { outcome, errors, first, ..Self::default() }
    }

    fn clean(message: &'m Message) -> Self {
        let warnings = message.header(header::WARNINGS).map_or(Ok(Vec::new()), serde_json::from_str);
        let Ok(warnings) = warnings else { return Self::default() };
        let warnings = of_severity(warnings, "soft");
        Self { outcome: Some(Outcome::Clean), clean: Some(&message.value), warnings, ..Self::default() }
    }

    fn duplicate(value: &[u8], places: &Places) -> Self {
        let Ok(DuplicateView { first }) = serde_json::from_slice(value) else { return Self::default() };
        let FirstView { topic, partition, offset } = first;
        let first = places.at(&topic, Position { partition, offset });
        Self { outcome: Some(Outcome::Duplicate), first, ..Self::default() }
    }

    /// What is wrong with it; `None` when it agrees with the truth.
    pub(super) fn differs(&self, truth: &Truth) -> Option<String> {
        let Some(outcome) = self.outcome else { return Some("a message that lost the original".to_owned()) };
        let same_errors = self.errors.len() == truth.errors.len()
            && self
                .errors
                .iter()
                .zip(&truth.errors)
                .all(|(got, wanted)| got.code == wanted.code && (wanted.path.is_none() || got.path == wanted.path));
        if outcome != truth.outcome || !same_errors || self.first != truth.first {
            return Some(sentence(outcome, &self.errors, self.first));
        }
        if self.warnings != truth.warnings {
            return Some(sentence(outcome, &self.warnings, None));
        }
        let clean = self.clean.filter(|clean| *clean != truth.clean)?;
        Some(format!("clean, but for {}", differing(clean, &truth.clean)))
    }
}

/// Whether a clean record is warned of one that it resembles.
pub(super) fn is_near(message: &Message) -> bool {
    Got::clean(message).warnings.iter().any(|warning| warning.code == Code::DupNear)
}

/// Findings of a severity, in the order of the truth.
fn of_severity(findings: Vec<ErrorView>, severity: &str) -> Vec<Expected> {
    let mut found: Vec<Expected> = findings
        .into_iter()
        .filter(|finding| finding.severity == severity)
        .filter_map(|finding| Some(Expected { code: finding.code.parse().ok()?, path: Some(finding.path) }))
        .collect();
    found.sort();
    found
}

/// What should have become of a record, in words.
pub(super) fn describe(truth: &Truth) -> String {
    let findings = if truth.outcome == Outcome::Clean { &truth.warnings } else { &truth.errors };
    sentence(truth.outcome, findings, truth.first)
}

/// An outcome in words, without values.
fn sentence(outcome: Outcome, errors: &[Expected], first: Option<u64>) -> String {
    let mut text = outcome.as_str().to_owned();
    for error in errors {
        let path = error.path.as_deref().unwrap_or("(anywhere)");
        text = format!("{text} {} {path}", error.code);
    }
    match first {
        Some(first) => format!("{text} of record {first}"),
        None => text,
    }
}

/// Top-level members in which two clean records differ.
fn differing(got: &[u8], wanted: &[u8]) -> String {
    type Members = serde_json::Map<String, serde_json::Value>;
    let (Ok(got), Ok(wanted)) = (serde_json::from_slice::<Members>(got), serde_json::from_slice::<Members>(wanted))
    else {
        return "bytes that are no JSON object".to_owned();
    };
    let names: BTreeSet<&String> =
        got.keys().chain(wanted.keys()).filter(|name| got.get(*name) != wanted.get(*name)).collect();
    if names.is_empty() {
        return "the order or layout of its bytes".to_owned();
    }
    names.into_iter().map(|name| format!("/{name}")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_names_members_but_no_values() {
        let told = differing(br#"{"a":"secret","b":"1"}"#, br#"{"a":"other","b":"1","c":"2"}"#);
        assert_eq!(told, "/a, /c");
    }
}

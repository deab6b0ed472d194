//! What differs between a case and what was judged, in lines that people compare by eye.

use super::{Expect, Made, Told};
use crate::json::pointer;
use record::{Changes, Finding, Verdict};
use serde_json::Value;
use std::fmt;

/// Part of a case that was judged otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Which part: `outcome`, `errors`, `warnings`, `changes`, `clean`, or `tables` that cannot be read.
    pub what: &'static str,
    /// Lines that the case has and the judge has not.
    pub missing: Vec<String>,
    /// Lines that the judge has and the case has not.
    pub surplus: Vec<String>,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.what)?;
        for (sign, lines) in [('-', &self.missing), ('+', &self.surplus)] {
            for line in lines {
                write!(f, "\n  {sign} {line}")?;
            }
        }
        Ok(())
    }
}

pub(super) fn compare(expect: &Expect, verdict: &Verdict) -> Vec<Difference> {
    match (expect, verdict) {
        (Expect::Reject { errors }, Verdict::Reject(reject)) => findings("errors", errors, &reject.errors),
        (Expect::Clean { text, warnings, changes }, Verdict::Clean(clean)) => {
            let mut differences = record(text, &clean.bytes);
            differences.extend(findings("warnings", warnings, &clean.warnings));
            differences.extend(changes.as_ref().map(|changes| made(changes, &clean.changes)).unwrap_or_default());
            differences
        }
        (Expect::Reject { errors }, Verdict::Clean(_)) => {
            let missing = std::iter::once("reject".to_owned()).chain(errors.iter().map(Told::to_string)).collect();
            vec![Difference { what: "outcome", missing, surplus: vec!["clean".to_owned()] }]
        }
        (Expect::Clean { .. }, Verdict::Reject(reject)) => {
            let surplus = std::iter::once("reject".to_owned()).chain(reject.errors.iter().map(shown)).collect();
            vec![Difference { what: "outcome", missing: vec!["clean".to_owned()], surplus }]
        }
    }
}

/// A difference unless nothing differs; the order counts too, and lines that only moved say so.
fn differs(what: &'static str, equal: bool, expected: Vec<String>, actual: Vec<String>) -> Vec<Difference> {
    if equal {
        return Vec::new();
    }
    let only = |mine: &[String], theirs: &[String]| -> Vec<String> {
        mine.iter().filter(|line| !theirs.contains(line)).cloned().collect()
    };
    let (missing, surplus) = (only(&expected, &actual), only(&actual, &expected));
    if missing.is_empty() && surplus.is_empty() {
        return vec![Difference { what, missing: expected, surplus: actual }];
    }
    vec![Difference { what, missing, surplus }]
}

fn findings(what: &'static str, expected: &[Told], actual: &[Finding]) -> Vec<Difference> {
    let same = |told: &Told, finding: &Finding| {
        told.code == finding.code.as_str()
            && told.path == finding.path
            && told.rule.as_ref().is_none_or(|rule| *rule == finding.rule)
    };
    let equal = expected.len() == actual.len() && expected.iter().zip(actual).all(|(told, found)| same(told, found));
    // A case that leaves the rule out means any: its line reads like the finding's.
    let expected = expected.iter().map(|told| match actual.iter().find(|finding| same(told, finding)) {
        Some(finding) => shown(finding),
        None => told.to_string(),
    });
    differs(what, equal, expected.collect(), actual.iter().map(shown).collect())
}

fn shown(finding: &Finding) -> String {
    format!("{} {} ({})", finding.code, finding.path, finding.rule)
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code, self.path)?;
        self.rule.as_ref().map_or(Ok(()), |rule| write!(f, " ({rule})"))
    }
}

fn made(expected: &[Made], actual: &Changes) -> Vec<Difference> {
    let actual: Vec<Made> = actual
        .iter()
        .map(|change| Made {
            path: change.path.to_owned(),
            raw: change.raw.to_owned(),
            value: change.value.map(str::to_owned),
        })
        .collect();
    let lines = |changes: &[Made]| changes.iter().map(Made::to_string).collect();
    differs("changes", expected == actual, lines(expected), lines(&actual))
}

impl fmt::Display for Made {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.value.as_ref().map_or_else(|| "left out".to_owned(), |value| format!("{value:?}"));
        write!(f, "{}: {:?} becomes {value}", self.path, self.raw)
    }
}

fn record(expected: &str, actual: &[u8]) -> Vec<Difference> {
    let actual = String::from_utf8_lossy(actual);
    differs("clean", expected == actual, leaves(expected), leaves(&actual))
}

/// A line for every single value of a JSON text.
fn leaves(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    if let Ok(value) = serde_json::from_str::<Value>(text) {
        walk(&value, "", &mut lines);
    }
    lines
}

// Recursion is as deep as the record, which the depth limit bounds.
fn walk(value: &Value, path: &str, lines: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                walk(value, &pointer::below(path, name), lines);
            }
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| walk(item, &format!("{path}/{index}"), lines));
        }
        single => lines.push(format!("{path}: {single}")),
    }
}

//! The proof: every record has one outcome, and it is the one the generator knows.
//!
//! Conservation is `reconcile`'s work. Here each message of the output topics is compared with the truth about its
//! raw record, which is generated once more; nothing is held but the block being compared.

use crate::{
    failure::Failure,
    generate::{Expected, Generated, Generator, Truth},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use rayon::prelude::*;
use record::{Code, Message, Outcome, Position, header};
use serde::Deserialize;
use std::{collections::BTreeSet, path::Path};
use transport::{Topic, local::Reader};

/// Messages compared at once.
const BLOCK: usize = 4_096;
/// Wrong outcomes that are told.
const TOLD_MAX: usize = 20;

/// What the comparison found.
#[derive(Debug, Default)]
pub(super) struct Proof {
    /// Outcomes compared.
    pub(super) compared: u64,
    /// How many differ from the truth.
    pub(super) wrong: u64,
    /// The first of them.
    pub(super) told: Vec<Wrong>,
}

/// An outcome that differs from the truth. Names codes, paths and positions, never values.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Wrong {
    /// Raw offset.
    pub(super) offset: u64,
    /// What should have become of the record.
    pub(super) expected: String,
    /// What did.
    pub(super) got: String,
}

/// Compares everything on the output topics of the store in `dir`. `progress` is told how many were compared.
pub(super) fn compare(dir: &Path, generator: &Generator, progress: &dyn Fn(u64)) -> Result<Proof, Failure> {
    let mut proof = Proof::default();
    for (topic, outcome) in
        [(Topic::Clean, Outcome::Clean), (Topic::Rejects, Outcome::Reject), (Topic::Duplicates, Outcome::Duplicate)]
    {
        let mut reader = Reader::open(dir, topic, 0)?;
        loop {
            let block = read(&mut reader)?;
            if block.is_empty() {
                break;
            }
            proof.add(&block, outcome, generator);
            progress(proof.compared);
        }
    }
    proof.told.sort();
    Ok(proof)
}

fn read(reader: &mut Reader) -> Result<Vec<Message>, Failure> {
    let mut block = Vec::with_capacity(BLOCK);
    while block.len() < BLOCK
        && let Some((_, message)) = reader.read()?
    {
        block.push(message);
    }
    Ok(block)
}

impl Proof {
    fn add(&mut self, block: &[Message], outcome: Outcome, generator: &Generator) {
        let wrong: Vec<Wrong> =
            block.par_iter().filter_map(|message| check(message, outcome, &|index| generator.record(index))).collect();
        self.compared += block.len() as u64;
        self.wrong += wrong.len() as u64;
        self.told.extend(wrong.into_iter().take(TOLD_MAX.saturating_sub(self.told.len())));
    }
}

/// Compares one output message with the truth about its raw record.
fn check(message: &Message, outcome: Outcome, record: &dyn Fn(u64) -> Generated) -> Option<Wrong> {
    let Some(offset) = message.header(header::ORIGIN).and_then(offset_of) else {
        let expected = "an origin".to_owned();
        return Some(Wrong { offset: u64::MAX, expected, got: format!("a {} without one", outcome.as_str()) });
    };
    let Generated { bytes, truth, .. } = record(offset);
    let got = match outcome {
        Outcome::Clean => Got::clean(message),
        Outcome::Reject => Got::reject(&message.value, &bytes),
        _ => Got::duplicate(&message.value),
    };
    got.differs(&truth).map(|got| Wrong { offset, expected: describe(&truth), got })
}

/// The offset of `raw/0/offset`.
fn offset_of(origin: &str) -> Option<u64> {
    let position: Position = origin.strip_prefix("raw/")?.parse().ok()?;
    (position.partition == 0).then_some(position.offset)
}

/// What an output message says.
#[derive(Debug, Default)]
struct Got<'m> {
    /// `None`: the message cannot be read, or has lost the original bytes.
    outcome: Option<Outcome>,
    clean: Option<&'m [u8]>,
    errors: Vec<Expected>,
    warnings: Vec<Expected>,
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
    offset: u64,
}

impl<'m> Got<'m> {
    fn reject(value: &[u8], bytes: &[u8]) -> Self {
        let Ok(RejectView { errors, raw }) = serde_json::from_slice(value) else { return Self::default() };
        let original = match raw.encoding.as_str() {
            "utf8" => Some(raw.body.into_bytes()),
            _ => STANDARD.decode(&raw.body).ok(),
        };
        let conflict = errors.iter().find(|error| error.code == Code::DupConflict.as_str());
        let first = conflict.and_then(|error| offset_of(error.params.get("first")?.as_str()?));
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

    fn duplicate(value: &[u8]) -> Self {
        match serde_json::from_slice::<DuplicateView>(value) {
            Ok(view) => Self { outcome: Some(Outcome::Duplicate), first: Some(view.first.offset), ..Self::default() },
            Err(_) => Self::default(),
        }
    }

    /// What is wrong with it; `None` when it agrees with the truth.
    fn differs(&self, truth: &Truth) -> Option<String> {
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

fn describe(truth: &Truth) -> String {
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
        Some(first) => format!("{text} of raw/0/{first}"),
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

    fn generator() -> Generator {
        Generator { seed: 4, invalid_ppm: 300_000, duplicate_ppm: 200_000, kind: None, envelope: true, tables: false }
    }

    /// The message that a correct line would publish.
    fn published(generated: &Generated, offset: u64) -> Message {
        let truth = &generated.truth;
        let value = match truth.outcome {
            Outcome::Clean => truth.clean.clone(),
            Outcome::Duplicate => format!("{{\"first\":{{\"offset\":{}}}}}", truth.first.unwrap()).into_bytes(),
            _ => {
                let errors: Vec<_> =
                    truth.errors.iter().map(|error| finding_json(error, "hard", truth.first)).collect();
                let raw = serde_json::json!({"encoding": "base64", "body": STANDARD.encode(&generated.bytes)});
                serde_json::json!({"errors": errors, "raw": raw}).to_string().into_bytes()
            }
        };
        let warnings: Vec<_> = truth.warnings.iter().map(|warning| finding_json(warning, "soft", None)).collect();
        let headers = [(header::ORIGIN, format!("raw/0/{offset}")), (header::WARNINGS, json(&warnings))];
        let headers = headers.map(|(name, text)| (name.to_owned(), text.into_bytes()));
        Message { value, headers: headers.to_vec(), ..Message::default() }
    }

    fn json(findings: &[serde_json::Value]) -> String {
        serde_json::Value::from(findings.to_vec()).to_string()
    }

    fn finding_json(error: &Expected, severity: &str, first: Option<u64>) -> serde_json::Value {
        let params =
            first.map_or(serde_json::json!({}), |first| serde_json::json!({"first": format!("raw/0/{first}")}));
        let path = error.path.as_deref().unwrap_or("/somewhere");
        serde_json::json!({"code": error.code.as_str(), "severity": severity, "path": path, "params": params})
    }

    #[test]
    fn a_correct_line_has_nothing_wrong() {
        let generator = generator();
        for offset in 0..400 {
            let generated = generator.record(offset);
            let message = published(&generated, offset);
            assert_eq!(check(&message, generated.truth.outcome, &|index| generator.record(index)), None);
        }
    }

    /// Each record is compared with a truth that was changed in one point.
    #[test]
    fn every_planted_lie_is_found() {
        let generator = generator();
        let lies: [fn(&mut Generated); 5] = [
            |generated| match generated.truth.outcome {
                Outcome::Clean if generated.truth.warnings.pop().is_some() => {}
                Outcome::Clean => {
                    generated.truth.warnings.push(Expected { code: Code::RelRule, path: Some("/z".to_owned()) });
                }
                _ => generated.truth.outcome = Outcome::Gap,
            },
            |generated| generated.truth.outcome = Outcome::Gap,
            |generated| generated.truth.first = Some(generated.truth.first.map_or(7, |first| first + 1)),
            |generated| match generated.truth.outcome {
                Outcome::Clean => generated.truth.clean.push(b' '),
                Outcome::Reject => generated.bytes.push(b' '),
                _ => generated.truth.first = None,
            },
            |generated| {
                let more = Expected { code: Code::ValRange, path: Some("/z".to_owned()) };
                generated.truth.errors.push(more);
            },
        ];
        for offset in 0..200 {
            let generated = generator.record(offset);
            let message = published(&generated, offset);
            for (number, lie) in lies.iter().enumerate() {
                let lying = |index| {
                    let mut record = generator.record(index);
                    lie(&mut record);
                    record
                };
                let wrong = check(&message, generated.truth.outcome, &lying);
                assert!(wrong.is_some(), "record {offset}, lie {number}");
            }
        }
    }

    #[test]
    fn what_is_told_names_members_but_no_values() {
        let told = differing(br#"{"a":"secret","b":"1"}"#, br#"{"a":"other","b":"1","c":"2"}"#);
        assert_eq!(told, "/a, /c");
    }
}

//! A reject as it is read back from its topic.

use crate::submission;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use record::{Code, Headers, Message, header};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The parts of [`record::reject::RejectEnvelope`] that a replay needs.
#[derive(Debug, Deserialize)]
pub(super) struct Stored {
    v: u32,
    pub(super) reject_id: String,
    pub(super) form: Option<String>,
    envelope: BTreeMap<String, String>,
    pub(super) attempt: u32,
    root: String,
    errors: Vec<StoredError>,
    error_count: usize,
    raw: StoredRaw,
    pub(super) submitted_ms: i64,
}

#[derive(Debug, Deserialize)]
struct StoredError {
    code: String,
    severity: String,
    stage: String,
    path: String,
    rule: String,
}

#[derive(Debug, Deserialize)]
struct StoredRaw {
    encoding: String,
    body: String,
}

impl Stored {
    /// The error says what is wrong, without values of the record.
    pub(super) fn parse(message: &Message) -> Result<Self, String> {
        let stored: Self = serde_json::from_slice(&message.value)
            .map_err(|error| format!("no reject envelope (line {}, column {})", error.line(), error.column()))?;
        match stored.v {
            1 => Ok(stored),
            version => Err(format!("envelope of version {version}, known is 1")),
        }
    }

    /// The original bytes.
    pub(super) fn raw(&self) -> Result<Vec<u8>, String> {
        match self.raw.encoding.as_str() {
            "utf8" => Ok(self.raw.body.as_bytes().to_vec()),
            "base64" => STANDARD.decode(&self.raw.body).map_err(|_| "raw bytes are not base64".into()),
            "absent" => Err("the raw bytes were too many to be carried; they stand on raw only".into()),
            _ => Err("raw bytes in an unknown encoding".into()),
        }
    }

    /// Whether the raw bytes were too many for the reject.
    pub(super) fn is_absent(&self) -> bool {
        self.raw.encoding == "absent"
    }

    pub(super) fn source(&self) -> Option<&str> {
        self.envelope.get(short(header::SOURCE)).map(String::as_str)
    }

    pub(super) fn codes(&self) -> impl Iterator<Item = &str> {
        self.errors.iter().map(|error| error.code.as_str())
    }

    /// Whether these, the first of so many, are the errors it was rejected for. Where it had no room for all of them, those it has and
    /// how many there were stand for the rest.
    pub(super) fn has_errors(&self, errors: &[(Code, String)], count: usize) -> bool {
        let most = if self.error_count == count { self.errors.len() } else { errors.len() };
        let mine = self.errors.iter().map(|error| (error.code.as_str(), error.path.as_str()));
        mine.eq(errors.iter().take(most).map(|(code, path)| (code.as_str(), path.as_str())))
    }

    /// Those of its errors for which an earlier record stood in its way. They are there as long as that one is: accepted records stay.
    pub(super) fn decided(&self) -> Vec<(Code, String)> {
        let of_earlier = self.errors.iter().filter(|error| error.stage == "dedupe" && error.severity == "hard");
        of_earlier.filter_map(|error| Some((error.code.parse().ok()?, error.path.clone()))).collect()
    }

    /// Leaves no doubt which attempt of which record was put back.
    pub(super) fn mark(&self) -> String {
        format!("replay/{}/{}", self.reject_id, self.next_attempt())
    }

    fn next_attempt(&self) -> u32 {
        self.attempt.saturating_add(1)
    }

    /// The record to put back: what the submitter said stays, attempt and origin are told anew. It keeps its record
    /// time, so that rules and windows see the record as they saw it first.
    pub(super) fn again(&self, stored: &Message, body: Vec<u8>) -> Message {
        let mut headers = Headers::default();
        let enveloped = stored.header(header::ENVELOPE) == Some("1");
        // What a JSON envelope says stands in it; beside it only what could not be reconciled with it stays.
        if !enveloped || self.errors.iter().any(|error| error.rule == submission::RULE) {
            for name in [header::FORM, header::FORM_VERSION] {
                headers.extend(self.envelope.get(short(name)).map(|said| (name, said)));
            }
            for name in header::CARRIED {
                headers.extend(stored.headers.get(name).map(|said| (name, said)));
            }
        }
        headers.extend(stored.headers.get(header::ENVELOPE).map(|said| (header::ENVELOPE, said)));
        headers.push(header::ATTEMPT, self.next_attempt().to_string().as_bytes());
        headers.push(header::ROOT_POSITION, self.root.as_bytes());
        headers.push(header::PARENT_REJECT, self.reject_id.as_bytes());
        Message { time: stored.time, key: Vec::new(), headers, value: body }
    }
}

fn short(name: &str) -> &str {
    header::bare(name)
}

#[cfg(test)]
mod tests;

//! The message value on the reject topic, and on the duplicates topic: JSON, version 1.

use crate::{Finding, Origin};
use serde::Serialize;

/// A reject as published. Everything somebody needs to understand, fix and replay the record.
#[derive(Clone, Debug, Serialize)]
pub struct RejectEnvelope<'a> {
    /// Version of this layout: 1.
    pub v: u32,
    /// Stable name of this reject: topic (or file), partition and offset (or line) of the raw record, joined by `/`.
    pub reject_id: String,
    /// Form name; `null` when the record did not say.
    pub form: Option<&'a str>,
    /// Version of the form that judged it; `null` when no form was found.
    pub schema_version: Option<&'a str>,
    /// Hash over the form file and the settings that judged the record; `null` when no form was found.
    pub ruleset_hash: Option<&'a str>,
    /// Versions of the reference tables that were looked into, by name: `hash/rows/newest day`.
    pub reference_versions: &'a std::collections::BTreeMap<String, String>,
    /// What the submitter said of the record, by header name without the `faircopy-` prefix.
    pub envelope: std::collections::BTreeMap<&'a str, &'a str>,
    /// Attempt number, from 1.
    pub attempt: u32,
    /// Position of the first attempt: `partition/offset`; of a record in a file its `reject_id`.
    pub root: String,
    /// `rework` while another attempt is allowed, then `terminal`.
    pub disposition: &'static str,
    /// Who can mend the first error.
    pub owner: crate::Owner,
    /// Every error found, in document order, up to the cap.
    pub errors: &'a [Finding],
    /// How many there were in all.
    pub error_count: usize,
    /// Whether `errors` was cut at the cap.
    pub truncated: bool,
    /// The original bytes, unchanged.
    pub raw: RawBody<'a>,
    /// Where the raw record stands.
    pub origin: Origin<'a>,
    /// Record time in milliseconds since 1970-01-01T00:00:00Z.
    pub submitted_ms: i64,
    /// Version of the program.
    pub engine: &'a str,
}

/// The original bytes of a record within JSON.
#[derive(Clone, Debug, Serialize)]
pub struct RawBody<'a> {
    /// `utf8` or `base64`; `absent` when there are more than may stand on raw, where they stay.
    pub encoding: &'static str,
    /// The bytes in that encoding.
    pub body: std::borrow::Cow<'a, str>,
}

//! Form file -> judge; raw bytes -> verdict. Pure: no IO beyond loading, no clock, no randomness. SKELETON.

pub mod check;
pub mod field;
pub mod json;
pub mod normalize;
mod profile;
pub mod rule;

pub use profile::{DateOrder, DecimalSign, Profile};

use record::{RecordTime, Verdict};

/// A form as loaded from `schemas/<name>/<version>.json`.
#[derive(Debug)]
pub struct Form {}

impl Form {
    /// Reads a form. `file` names the source in errors.
    pub fn parse(_file: &str, _text: &str) -> Result<Self, Vec<FormError>> {
        todo!()
    }
    /// Form name, as in `vendor_invoice`.
    pub fn name(&self) -> &str {
        todo!()
    }
    /// Version, from 1.
    pub fn version(&self) -> u32 {
        todo!()
    }
}

/// One mistake in a form file.
#[derive(Debug, thiserror::Error)]
#[error("{file}:{line}:{column}: {what}")]
pub struct FormError {
    pub file: String,
    pub line: u32,
    pub column: u32,
    pub what: String,
    /// What to do: often "did you mean …".
    pub hint: Option<String>,
}

/// A form bound to a profile: what judges.
#[derive(Debug)]
pub struct Judge {}

/// What a verdict depends on besides the bytes; all of it is data of the record's envelope.
#[derive(Clone, Copy, Debug, Default)]
pub struct Context<'a> {
    /// Client; part of the business key.
    pub client: &'a str,
    /// Record time; `keyed_on` in record rules is its UTC date. `None`: rules that name it are skipped.
    pub time: Option<RecordTime>,
}

impl Judge {
    /// Binds a form to a profile.
    pub fn new(_form: &Form, _profile: &Profile) -> Self {
        todo!()
    }
    /// Hash over form file and profile, 16 hexadecimal digits: names what judged a record.
    pub fn rules_hash(&self) -> &str {
        todo!()
    }
    /// Judges one record.
    pub fn judge(&self, _raw: &[u8], _context: Context<'_>) -> Verdict {
        todo!()
    }
    /// JSON Pointers at which two clean records of this form differ, in form order.
    pub fn differences(&self, _a: &[u8], _b: &[u8]) -> Vec<String> {
        todo!()
    }
}

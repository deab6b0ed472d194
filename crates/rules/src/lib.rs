//! Form file -> judge; raw bytes -> verdict. Pure: no IO, no clock, no randomness.
//!
//! ```text
//! form file ──[form]──► Form ──┐
//!                    Profile ──┴──► Judge ──► Verdict
//!                                    ▲
//!          raw bytes ──[json]── tree ┘ normalize ► conform ► check ► record rules ► key   [reference]
//! ```
//!
//! Each module names only those above it:
//!
//! | module | is |
//! |---|---|
//! | `suggest`, `profile` | the nearest word; how a source's texts are to be read |
//! | `calendar`, `automaton` | dates and days; patterns as tables of states |
//! | [`json`] | the reader: limits and syntax first, then a tree that knows its places in the bytes |
//! | [`field`] | the interface between the judge and what treats single fields |
//! | [`normalize`] | one file per normalizer |
//! | [`matching`] | match forms: what two spellings of the same thing have in common |
//! | [`check`] | one file per check |
//! | [`table`] | reference tables: what a client's books say of a key on a day |
//! | [`rule`] | the language of record rules |
//! | [`shape`] | what a form says of each value of its records |
//! | `schema` | the JSON Schema of a form, run by `jsonschema` |
//! | `plan` | the same compiled: whether a record certainly conforms |
//! | [`form`] | a form file, checked to the last keyword |
//! | `reference` | the judge |
//! | [`case`] | what a form must accept and refuse, held against the judge |
//! | `site`, [`describe`] | the places of a form; a form in words |
//! | [`lint`] | what is wrong with a form, and what its author probably did not mean |
//! | [`infer`] | a first form from a sample of records |
//!
//! What is not here: no IO (texts are passed in), no envelope, no duplicates, and no float near a decimal.

mod automaton;
mod calendar;
pub mod case;
pub mod check;
pub mod describe;
pub mod field;
pub mod form;
pub mod infer;
pub mod json;
pub mod lint;
pub mod matching;
pub mod normalize;
mod plan;
mod profile;
mod reference;
pub mod rule;
mod schema;
pub mod shape;
mod site;
mod suggest;
pub mod table;

pub use form::{Form, FormError};
pub use plan::Elsewhere;
pub use profile::{DateOrder, DecimalSign, Profile, Soft};
pub use reference::Judge;
pub use schema::PlainTree;
pub use suggest::nearest;

use record::{RecordTime, Reject};

/// What a verdict depends on besides the bytes; all of it is data of the record's envelope.
#[derive(Clone, Copy, Debug, Default)]
pub struct Context<'a> {
    /// Client; part of the business key.
    pub client: &'a str,
    /// Record time; `keyed_on` in record rules is its UTC date. `None`: rules that name it are skipped.
    pub time: Option<RecordTime>,
    /// Who keyed the record; empty when it is not known.
    pub operator: &'a str,
    /// What others accept of what will be found.
    pub overrides: &'a [Override<'a>],
}

/// Somebody's word that a finding is accepted: the document says so. It accepts every finding of this code at this
/// place, when the code leaves open how severe it is, and only when it says why and is signed by somebody other than who
/// keyed the record. One that accepts nothing rejects the record: who signed it saw another record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Override<'a> {
    /// Code of the finding, as in `VAL.RANGE`.
    pub code: &'a str,
    /// JSON Pointer of the finding.
    pub path: &'a str,
    /// Who accepts it.
    pub by: &'a str,
    /// Why.
    pub reason: &'a str,
}

/// The reject of bytes that [`json::read`] could not read, as a judge of any form tells it.
#[must_use]
pub fn unreadable(raw: &[u8], faults: &[json::Fault]) -> Reject {
    reference::unreadable(raw, faults)
}

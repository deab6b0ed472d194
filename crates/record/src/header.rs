//! Names of the headers that travel with messages, all prefixed `faircopy-`.

use std::borrow::Cow;

/// What every name begins with.
const PREFIX: &str = "faircopy-";

/// `1`: the message is a JSON envelope with the record under `data`; absent or `0`: a bare record.
pub const ENVELOPE: &str = "faircopy-envelope";
/// Form name of the record, as in `vendor_invoice`; with [`FORM_VERSION`] absent the newest version is meant.
pub const FORM: &str = "faircopy-form";
/// Form version, as in `1`.
pub const FORM_VERSION: &str = "faircopy-schema-version";
/// Client on whose behalf the record was keyed; part of every business key.
pub const CLIENT: &str = "faircopy-client";
/// Source profile: how raw text is to be read.
pub const SOURCE: &str = "faircopy-source";
/// Identifier the submitter gave.
pub const SUBMISSION_ID: &str = "faircopy-submission-id";
/// Batch (of the trade) the record was delivered in.
pub const BATCH_ID: &str = "faircopy-batch-id";
/// Number of the record within its batch.
pub const BATCH_SEQ: &str = "faircopy-batch-seq";
/// Person who keyed the record.
pub const OPERATOR: &str = "faircopy-operator";
/// Keying pass, 1 or 2.
pub const PASS: &str = "faircopy-pass";
/// When the record was keyed.
pub const KEYED_AT: &str = "faircopy-keyed-at";
/// Document image the record was keyed from.
pub const DOCUMENT_REF: &str = "faircopy-document-ref";
/// Attempt number, 1 for an original; a replay adds 1.
pub const ATTEMPT: &str = "faircopy-attempt";
/// Position of the first attempt, `partition/offset`; absent on an original.
pub const ROOT_POSITION: &str = "faircopy-root-position";
/// The reject that a replay puts back.
pub const PARENT_REJECT: &str = "faircopy-parent-reject";
/// Position of the raw record that an output came from: `topic/partition/offset`.
pub const ORIGIN: &str = "faircopy-origin";
/// Hash over the form file and the settings that judged the record.
pub const RULES_HASH: &str = "faircopy-rules-hash";
/// JSON object of the reference tables that were looked into: name -> `hash/rows/newest day`. Absent without tables.
pub const REFERENCE_VERSIONS: &str = "faircopy-reference-versions";
/// Content hash of a clean record.
pub const CONTENT_HASH: &str = "faircopy-content-hash";
/// `accepted`, `accepted_with_change` or `accepted_with_warning`.
pub const STATUS: &str = "faircopy-status";
/// A status: there are soft findings.
pub const ACCEPTED_WITH_WARNING: &str = "accepted_with_warning";
/// JSON array of the changes that normalizers made.
pub const CHANGES: &str = "faircopy-changes";
/// JSON array of the findings that somebody accepted: code, path, rule, by, reason. They stand among the warnings.
pub const OVERRIDES: &str = "faircopy-overrides";
/// JSON array of the soft findings.
pub const WARNINGS: &str = "faircopy-warnings";

/// What the submitter says of a record and every outcome repeats, in the order it is written.
pub const CARRIED: [&str; 9] =
    [CLIENT, SOURCE, SUBMISSION_ID, BATCH_ID, BATCH_SEQ, OPERATOR, PASS, KEYED_AT, DOCUMENT_REF];

/// Names that come with every other message.
const COMMON: [&str; 18] = [
    FORM,
    CLIENT,
    SOURCE,
    FORM_VERSION,
    ORIGIN,
    RULES_HASH,
    CONTENT_HASH,
    STATUS,
    CHANGES,
    WARNINGS,
    REFERENCE_VERSIONS,
    SUBMISSION_ID,
    BATCH_ID,
    BATCH_SEQ,
    OPERATOR,
    KEYED_AT,
    DOCUMENT_REF,
    ENVELOPE,
];

/// A name without its prefix, as envelopes have it.
#[must_use]
pub fn bare(name: &str) -> &str {
    name.strip_prefix(PREFIX).unwrap_or(name)
}

/// A name that was read, without a copy of it where it is a common one.
#[must_use]
pub fn interned(name: &str) -> Cow<'static, str> {
    let common = COMMON.into_iter().find(|common| *common == name);
    common.map_or_else(|| Cow::Owned(name.to_owned()), Cow::Borrowed)
}

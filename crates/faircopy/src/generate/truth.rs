//! What must become of a record, known because the generator made it so.

use super::{draft::Expected, pen::quote};
use record::Outcome;

/// What must become of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Truth {
    /// Clean, reject or duplicate.
    pub outcome: Outcome,
    /// All errors of a reject, ordered by code and path.
    pub errors: Vec<Expected>,
    /// All warnings of a clean record, ordered by code and path.
    pub warnings: Vec<Expected>,
    /// Index of the record that this one repeats or contradicts.
    pub first: Option<u64>,
    /// The clean record; for a duplicate that of the first; empty for a reject.
    pub clean: Vec<u8>,
}

impl Truth {
    /// Writes the truth about record `index` as one line of JSON: `line` and `first` count from 1, `codes` and `paths`
    /// of errors belong together, as do those of warnings, a path is null where reading broke off somewhere, `clean` is the
    /// clean record or null.
    pub(crate) fn write_line(&self, index: u64, out: &mut Vec<u8>) {
        out.extend_from_slice(format!("{{\"line\":{},\"outcome\":\"{}\"", index + 1, self.outcome.as_str()).as_bytes());
        for (findings, codes, paths) in [
            (&self.errors, ",\"codes\":", ",\"paths\":"),
            (&self.warnings, ",\"warning_codes\":", ",\"warning_paths\":"),
        ] {
            list(out, codes, findings.iter().map(|finding| Some(finding.code.as_str())));
            list(out, paths, findings.iter().map(|finding| finding.path.as_deref()));
        }
        let first = self.first.map_or_else(|| "null".to_owned(), |first| (first + 1).to_string());
        out.extend_from_slice(format!(",\"first\":{first},\"clean\":").as_bytes());
        out.extend_from_slice(if self.clean.is_empty() { b"null" } else { &self.clean });
        out.extend_from_slice(b"}\n");
    }
}

fn list<'a>(out: &mut Vec<u8>, name: &str, texts: impl Iterator<Item = Option<&'a str>>) {
    out.extend_from_slice(name.as_bytes());
    for (at, text) in texts.enumerate() {
        out.push(if at == 0 { b'[' } else { b',' });
        match text {
            Some(text) => quote(out, text),
            None => out.extend_from_slice(b"null"),
        }
    }
    out.extend_from_slice(if out.ends_with(b":") { b"[]" } else { b"]" });
}

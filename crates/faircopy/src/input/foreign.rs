//! Files that are taken for tables and hold no text: told as what they are, before a column of theirs is looked for.

use crate::failure::Failure;

/// What to do with a workbook.
const SAVE: &str = "open it in its program and save the sheet as \"CSV UTF-8\"";

/// How a file begins, what it is, and what to do.
const FORMATS: &[(&[u8], &str, &str)] = &[
    (b"PK\x03\x04", "a workbook (.xlsx, .ods) or another ZIP archive", SAVE),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a workbook of the old kind (.xls) or another document of Office", SAVE),
    (b"%PDF-", "a PDF document", "export CSV or JSON from the program that made it"),
];

/// Refuses a file by its first bytes.
///
/// # Errors
/// When it is one of [`FORMATS`].
pub(super) fn refuse(name: &str, sample: &[u8]) -> Result<(), Failure> {
    match FORMATS.iter().find(|(begin, ..)| sample.starts_with(begin)) {
        Some((_, what, hint)) => {
            Err(Failure::usage(format!("{name}: this is {what}: records are read from CSV and JSON")).hint(hint))
        }
        None => Ok(()),
    }
}

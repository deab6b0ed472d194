//! Files that are taken for tables and are none: told as what they are, before a column of theirs is looked for.

use super::open::UTF8_MARK;
use crate::failure::Failure;

/// What to do with a workbook.
const SAVE: &str = "open it in its program and save the sheet as \"CSV UTF-8\"";
/// What to do with a web page: often it is what a server says in place of the file, at times a sheet that was saved so.
const LOOK: &str =
    "look whether it is the file that was wanted, or what a server said instead; save a sheet as \"CSV UTF-8\"";

/// How a file begins, in any letter case, what it is, and what to do.
const FORMATS: &[(&[u8], &str, &str)] = &[
    (b"PK\x03\x04", "a workbook (.xlsx, .ods) or another ZIP archive", SAVE),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a workbook of the old kind (.xls) or another document of Office", SAVE),
    (b"%PDF-", "a PDF document", "export CSV or JSON from the program that made it"),
    (b"<!doctype", "a web page", LOOK),
    (b"<html", "a web page", LOOK),
    (b"<table", "a web page", LOOK),
    (b"<?xml", "an XML document", LOOK),
];

/// Refuses a table whose lines end with carriage returns alone, as old spreadsheets of the Macintosh save it: all of it would be one line,
/// and what stands in it the names of columns, which messages show. `unknown`: those that are no field.
///
/// # Errors
/// When one of them has such a line end in it.
pub(super) fn refuse_returns<'c>(name: &str, mut unknown: impl Iterator<Item = &'c String>) -> Result<(), Failure> {
    let is_alone = |column: &String| column.replace("\r\n", "").contains('\r');
    if !unknown.any(is_alone) {
        return Ok(());
    }
    Err(Failure::usage(format!("{name}: its lines end with carriage returns alone, so that all of it is one line"))
        .hint("save the sheet as \"CSV UTF-8\", or replace them: tr '\\r' '\\n' < FILE"))
}

/// Refuses a file by its first bytes, blanks and a mark aside; of one that is not a table, a first line of markup may be one bad record
/// before good ones.
///
/// # Errors
/// When it is one of [`FORMATS`].
pub(super) fn refuse(name: &str, sample: &[u8], is_table: bool) -> Result<(), Failure> {
    let sample = sample.strip_prefix(UTF8_MARK).unwrap_or(sample).trim_ascii_start();
    let begins = |begin: &[u8]| sample.get(..begin.len()).is_some_and(|start| start.eq_ignore_ascii_case(begin));
    let may_be = |begin: &[u8]| is_table || !begin.starts_with(b"<");
    match FORMATS.iter().find(|(begin, ..)| begins(begin) && may_be(begin)) {
        Some((_, what, hint)) => {
            Err(Failure::usage(format!("{name}: this is {what}: records are read from CSV and JSON")).hint(hint))
        }
        None => Ok(()),
    }
}

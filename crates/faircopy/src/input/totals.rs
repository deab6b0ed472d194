//! Rows that look like totals of a table. Nothing in a file says that one is no record, and a number or a name may be `Total`: so they are
//! records as any other row, and told.

use super::rows::{Kind, Row, Rows};

/// What stands before totals, in the languages of our messages and French; in small letters, without a colon.
const WORDS: &[&str] = &[
    "total",
    "totals",
    "grand total",
    "subtotal",
    "sub-total",
    "sub total",
    "sum",
    "summe",
    "summen",
    "gesamt",
    "gesamtsumme",
    "insgesamt",
    "zwischensumme",
    "suma",
    "totales",
    "total general",
    "total général",
    "totaux",
    "sous-total",
];

/// Those that were seen.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Totals {
    /// Line of the first.
    first: Option<u64>,
    /// How many more there are.
    more: u64,
}

impl Totals {
    /// Looks at the row read last.
    pub(super) fn see(&mut self, rows: &Rows, row: Row) {
        if row.kind == Kind::Cells && is_one(rows, row) {
            self.more += u64::from(self.first.is_some());
            self.first.get_or_insert(row.line);
        }
    }

    /// For the user; `None` when there is nothing to tell.
    pub(super) fn note(self, name: &str) -> Option<String> {
        let line = self.first?;
        let more = if self.more > 0 { format!(" (and {} more do)", self.more) } else { String::new() };
        Some(format!(
            "{name}: line {line} looks like a row of totals{more}, and is read as a record: if it is none, take it out of the file"
        ))
    }
}

/// Whether the row is a word for totals and, behind it, figures and blanks only.
fn is_one(rows: &Rows, row: Row) -> bool {
    let mut filled = (0..row.cells).map(|cell| rows.cell(cell)).filter(|cell| !cell.trim_ascii().is_empty());
    if !filled.next().is_some_and(|first| is_word(&first)) {
        return false;
    }
    let mut figures = 0;
    let rest_is_figures = filled.all(|cell| {
        figures += 1;
        cell.iter().any(u8::is_ascii_digit) && !cell.iter().any(u8::is_ascii_alphabetic)
    });
    rest_is_figures && figures > 0
}

fn is_word(cell: &[u8]) -> bool {
    /// More bytes than any of the words with what may stand around it.
    const BYTES_MAX: usize = 40;
    if cell.len() > BYTES_MAX {
        return false;
    }
    let text = String::from_utf8_lossy(cell).to_lowercase();
    let word = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '*' | '='));
    WORDS.contains(&word)
}

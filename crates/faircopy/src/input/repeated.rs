//! Rows that say what the header says, as where tables were put behind each other. They are no records: of columns that take any text one
//! would be a clean one. Below one that has the names in another order, the header says nothing of a row any more.

use super::rows::{Kind, Row, Rows};

/// Those that were passed over.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Repeated {
    /// Line of the first.
    first: Option<u64>,
    /// How many more there are.
    more: u64,
    /// Line of the first that has another order.
    reordered: Option<u64>,
    /// Line of the one that stands above the rows read last, if it has another order.
    above: Option<u64>,
}

impl Repeated {
    /// Whether the row read last is one; `header` has its names trimmed. One name alone may as well be a value.
    pub(super) fn takes(&mut self, rows: &Rows, row: Row, header: &[String]) -> bool {
        let may_be_one = row.kind == Kind::Cells
            && row.cells == header.len()
            && with_name(rows, 0, |first| header.iter().any(|name| name == first))
            && header.iter().filter(|name| !name.is_empty()).count() > 1;
        if !may_be_one {
            return false;
        }
        let mut names: Vec<String> = (0..row.cells).map(|cell| with_name(rows, cell, str::to_owned)).collect();
        if names == header {
            self.above = None;
        } else {
            let mut header = header.to_vec();
            names.sort_unstable();
            header.sort_unstable();
            if names != header {
                return false;
            }
            self.above = Some(row.line);
            self.reordered = self.reordered.or(self.above);
        }
        self.more += u64::from(self.first.is_some());
        self.first.get_or_insert(row.line);
        true
    }

    /// Line of a header in another order, if it is the one above the row read last.
    pub(super) fn above(&self) -> Option<u64> {
        self.above
    }

    /// For the user; `None` when there is nothing to tell.
    pub(super) fn note(self, name: &str) -> Option<String> {
        let line = self.first?;
        let more = if self.more > 0 { format!(" (and {} more do)", self.more) } else { String::new() };
        let told = format!("{name}: line {line} says what the header says{more}: no record");
        let Some(line) = self.reordered else { return Some(told) };
        Some(format!("{told}; line {line} has it in another order: give what follows a file of its own"))
    }
}

/// What is made of the text of a cell, as a name of a column.
fn with_name<T>(rows: &Rows, cell: usize, make: impl FnOnce(&str) -> T) -> T {
    let cell = rows.cell(cell);
    // The next table may begin with the mark of its encoding.
    make(String::from_utf8_lossy(&cell).trim_start_matches('\u{feff}').trim())
}

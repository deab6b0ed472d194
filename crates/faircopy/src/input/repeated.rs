//! Rows that say what the header says, as where tables were put behind each other. They are no records: of columns that take any text one
//! would be a clean one.

use super::rows::{Kind, Row, Rows};

/// Those that were passed over.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Repeated {
    /// Line of the first.
    first: Option<u64>,
    /// How many more there are.
    more: u64,
}

impl Repeated {
    /// Whether the row read last is one; `header` has its names trimmed. One name alone may as well be a value.
    pub(super) fn takes(&mut self, rows: &Rows, row: Row, header: &[String]) -> bool {
        let is_same = |(index, name): (usize, &String)| {
            let cell = rows.cell(index);
            // The next table may begin with the mark of its encoding.
            String::from_utf8_lossy(&cell).trim_start_matches('\u{feff}').trim() == name
        };
        let is_header = row.kind == Kind::Cells
            && row.cells == header.len()
            && header.iter().enumerate().all(is_same)
            && header.iter().filter(|name| !name.is_empty()).count() > 1;
        if is_header {
            self.more += u64::from(self.first.is_some());
            self.first.get_or_insert(row.line);
        }
        is_header
    }

    /// For the user; `None` when there is nothing to tell.
    pub(super) fn note(self, name: &str) -> Option<String> {
        let line = self.first?;
        let more = if self.more > 0 { format!(" (and {} more do)", self.more) } else { String::new() };
        Some(format!("{name}: line {line} says what the header says{more}: no record"))
    }
}

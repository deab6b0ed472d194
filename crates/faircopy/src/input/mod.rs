//! Records out of files: NDJSON, a JSON array, or CSV; plain, gzip or zstd. Whatever a file holds, a record takes bounded
//! memory, names the line it begins on, and a broken one does not hurt its neighbours.

mod csv;
mod encoding;
mod fields;
mod foreign;
mod header;
mod lines;
mod mapping;
mod members;
mod open;
mod progress;
mod refetch;
mod repeated;
mod rows;
mod sample;
mod template;
mod totals;
mod values;
mod window;

pub use mapping::Mapping;
pub use members::members;
pub use open::{Input, Options, bytes, damaged, open};
pub use progress::Bytes;
pub use refetch::{Refetch, Trail};
pub use sample::{Sampled, sample};

use csv::Csv;
use lines::Lines;
use members::Renames;
use std::{io, sync::Arc};
use values::Values;

/// One record as it stands in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Line on which it begins, from 1.
    pub line: u64,
    /// Byte at which it begins, in the decompressed input.
    pub at: u64,
    /// Its bytes: JSON, members renamed as the mapping says, or a row of CSV as JSON. Of a record beyond the size limit only as many bytes as prove that.
    pub bytes: Vec<u8>,
    /// The text in the file, where `bytes` were made of it.
    pub original: Option<Vec<u8>>,
}

/// Lines of JSON that were read as one record, since its brackets do not end before, and may hold others.
#[derive(Clone, Copy, Debug, Default)]
struct Unread {
    /// First and last line of the first such record.
    first: Option<(u64, u64)>,
    /// How many more there are.
    more: u64,
}

impl Unread {
    fn add(&mut self, from: u64, to: u64) {
        self.more += u64::from(self.first.is_some());
        self.first.get_or_insert((from, to));
    }

    /// For the user; `None` when there is nothing to tell.
    fn note(self, name: &str) -> Option<String> {
        let (from, to) = self.first?;
        let lines = if from == to { format!("line {from} was") } else { format!("lines {from} to {to} were") };
        let more = if self.more > 0 { format!(" (and so were {} more places)", self.more) } else { String::new() };
        Some(format!(
            "{name}: {lines} read as one record{more}, for its brackets do not end before: if others stand there, they were not read"
        ))
    }
}

/// Reads records one after the other.
#[derive(Debug)]
pub struct Reader {
    records: Records,
    /// How the members of JSON records are renamed, when a mapping says so.
    renames: Option<Arc<Renames>>,
}

/// The kinds of input.
#[derive(Debug)]
enum Records {
    /// One record a line.
    Lines(Lines),
    /// JSON values behind each other, or in an array.
    Values(Values),
    /// One record a row, after a header.
    Csv(Box<Csv>),
}

impl Reader {
    fn json(records: Records, renames: &Option<Arc<Renames>>) -> Self {
        Self { records, renames: renames.clone() }
    }

    fn csv(csv: Csv) -> Self {
        Self { records: Records::Csv(Box::new(csv)), renames: None }
    }

    /// What the user should know of what was read so far: what was read as part of a record and may be others, what was passed over, and what
    /// may be no record.
    #[must_use]
    pub fn notes(&self, name: &str) -> Vec<String> {
        match &self.records {
            Records::Values(values) => values.unread().note(name).into_iter().collect(),
            Records::Csv(csv) => csv.notes(name),
            Records::Lines(_) => Vec::new(),
        }
    }

    /// The next record; `None` at the end.
    ///
    /// # Errors
    /// When the input cannot be read or decompressed. What it holds is never an error.
    pub fn read(&mut self) -> io::Result<Option<Record>> {
        let mut record = match &mut self.records {
            Records::Lines(lines) => lines.read(),
            Records::Values(values) => values.read(),
            Records::Csv(csv) => csv.read(),
        }?;
        if let (Some(record), Some(renames)) = (&mut record, &self.renames)
            && let Some(renamed) = renames.apply(&record.bytes)
        {
            record.original = Some(std::mem::replace(&mut record.bytes, renamed));
        }
        Ok(record)
    }
}

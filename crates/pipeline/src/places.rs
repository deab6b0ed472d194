//! What positions are called when people read them.

use record::{Origin, Position};
use std::{fmt::Debug, sync::Arc};

/// Says where positions are, for people: a raw topic, or files on a command line.
pub trait Places: Sync + Debug {
    /// The place a position stands for.
    fn origin(&self, position: Position) -> Origin<'_>;
    /// Its stable name, parts joined by `/`; the id of a reject.
    fn name(&self, position: Position) -> String;
    /// Whether outputs have headers; a line of a file has none.
    fn headers(&self) -> bool;
}

/// Positions of a raw topic.
#[derive(Clone, Debug)]
pub struct InTopic(pub Arc<str>);

impl Places for InTopic {
    fn origin(&self, position: Position) -> Origin<'_> {
        Origin::Topic { topic: &self.0, partition: position.partition, offset: position.offset }
    }

    /// `topic/partition/offset`.
    fn name(&self, position: Position) -> String {
        format!("{}/{position}", self.0)
    }

    fn headers(&self) -> bool {
        true
    }
}

/// Positions in files: `partition` is the file's index, `offset` is `line << 14 | index of the record within the line`.
#[derive(Clone, Debug)]
pub struct InFiles(pub Vec<String>);

/// Bits of an offset that count records within a line. Claims hold 48 bits of an offset, so 2^34 lines remain. A line of
/// more than 2^14 records goes on counting as the next line: the line named is then off, the position still unique.
const INDEX_BITS: u32 = 14;

impl InFiles {
    /// The position of a record that begins on `line` (from 1) of file `file`, after one at `previous` in the same
    /// file: unique and ascending even where a line holds many records.
    #[must_use]
    pub fn position(file: u32, line: u64, previous: Option<Position>) -> Position {
        let least = previous.map_or(0, |previous| previous.offset + 1);
        Position { partition: file, offset: (line << INDEX_BITS).max(least) }
    }

    fn file(&self, position: Position) -> &str {
        let index = usize::try_from(position.partition).ok();
        index.and_then(|index| self.0.get(index)).map_or("?", String::as_str)
    }
}

impl Places for InFiles {
    fn origin(&self, position: Position) -> Origin<'_> {
        Origin::File { file: self.file(position), line: position.offset >> INDEX_BITS }
    }

    /// `file/line`, and `file/line/number` from the second record of a line on.
    fn name(&self, position: Position) -> String {
        let (file, line) = (self.file(position), position.offset >> INDEX_BITS);
        match position.offset & ((1 << INDEX_BITS) - 1) {
            0 => format!("{file}/{line}"),
            index => format!("{file}/{line}/{}", index + 1),
        }
    }

    fn headers(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_of_one_line_have_places_of_their_own() {
        let files = InFiles(vec!["a.ndjson".into(), "b.ndjson".into()]);
        let first = InFiles::position(1, 7, None);
        let second = InFiles::position(1, 7, Some(first));
        let third = InFiles::position(1, 8, Some(second));
        assert!(first < second && second < third);
        assert_eq!(files.origin(second), Origin::File { file: "b.ndjson", line: 7 });
        let names = [first, second, third].map(|position| files.name(position));
        assert_eq!(names, ["b.ndjson/7", "b.ndjson/7/2", "b.ndjson/8"]);
    }

    #[test]
    fn a_topic_names_partition_and_offset() {
        let raw = InTopic("raw".into());
        assert_eq!(raw.name(Position { partition: 2, offset: 5 }), "raw/2/5");
    }
}

//! Reading one record of a file again, to say in which fields it differs from a later one. A sparse trail of where records
//! begin keeps that fast without remembering every record.

use super::{
    Reader, Record, Records,
    csv::{Csv, Layout},
    lines::Lines,
    members::Renames,
    values::Values,
    window::Window,
};
use pipeline::InFiles;
use record::Position;
use std::{
    fs::File,
    io::{self, Seek as _, SeekFrom},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

/// Most marks of a trail: beyond it every second one is dropped, so that memory does not grow with the file.
const MARKS_MAX: usize = 1 << 16;
/// Bytes between two marks at first.
const STRIDE: u64 = 32 << 10;

/// How records are found when reading starts in the middle.
#[derive(Clone, Debug)]
pub(super) enum Again {
    Lines(Option<Arc<Renames>>),
    Values {
        renames: Option<Arc<Renames>>,
        /// In an array, and not behind each other.
        array: bool,
    },
    Csv(Arc<Layout>),
}

/// Reads records of one file again.
#[derive(Debug)]
pub struct Refetch {
    path: PathBuf,
    again: Again,
    trail: Trail,
}

/// Where some of the records of a file begin; written while it is read the first time. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Trail(Arc<Mutex<Marks>>);

#[derive(Debug)]
struct Marks {
    marks: Vec<Mark>,
    stride: u64,
}

#[derive(Clone, Copy, Debug)]
struct Mark {
    position: Position,
    line: u64,
    at: u64,
}

impl Default for Marks {
    fn default() -> Self {
        Self { marks: Vec::new(), stride: STRIDE }
    }
}

impl Trail {
    /// Remembers where a record begins, if the last mark is far enough away.
    pub fn note(&self, position: Position, record: &Record) {
        // A poisoned lock means that another thread panicked between two complete marks: they are sound.
        let mut marks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let stride = marks.stride;
        if marks.marks.last().is_none_or(|last| record.at >= last.at + stride) {
            marks.marks.push(Mark { position, line: record.line, at: record.at });
        }
        if marks.marks.len() > MARKS_MAX {
            let mut keep = false;
            marks.marks.retain(|_| {
                keep = !keep;
                keep
            });
            marks.stride *= 2;
        }
    }

    fn before(&self, position: Position) -> Option<Mark> {
        let marks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let after = marks.marks.partition_point(|mark| mark.position <= position);
        after.checked_sub(1).map(|at| marks.marks[at])
    }
}

impl Refetch {
    pub(super) fn new(path: &Path, again: Again) -> Self {
        Self { path: path.to_owned(), again, trail: Trail::default() }
    }

    /// The trail to be written while the file is read.
    #[must_use]
    pub fn trail(&self) -> Trail {
        self.trail.clone()
    }

    /// The record at a position; `None` when there is none.
    ///
    /// # Errors
    /// When the file cannot be read again.
    pub fn fetch(&self, position: Position) -> io::Result<Option<Record>> {
        let Some(mark) = self.trail.before(position) else { return Ok(None) };
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start(mark.at))?;
        let window = Window::new(Box::new(file), mark.at);
        let mut reader = match &self.again {
            Again::Lines(renames) => Reader::json(Records::Lines(Lines::new(window, mark.line)), renames),
            Again::Values { renames, array } => {
                Reader::json(Records::Values(Values::new(window, mark.line, *array)), renames)
            }
            Again::Csv(layout) => Reader::csv(Csv::new(window, Arc::clone(layout), mark.line)),
        };
        let mut here = None;
        while let Some(record) = reader.read()? {
            let position_here = match here {
                None => mark.position,
                Some(_) => InFiles::position(position.partition, record.line, here),
            };
            if position_here >= position {
                return Ok((position_here == position).then_some(record));
            }
            here = Some(position_here);
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::{Bytes, Mapping, Options, open};
    use std::{fmt::Write as _, fs};

    /// Every record of a file is found again by its position, also between marks and with several on a line.
    #[track_caller]
    fn check(name: &str, text: &str) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(name);
        fs::write(&path, text).unwrap();
        let options = Options::new(r#"{"properties": {"no": {}, "text": {}}}"#, Mapping::default());
        let mut input = open(&path, &options, &Bytes::default()).unwrap();
        let again = input.again.unwrap();
        let mut all = Vec::new();
        let mut last = None;
        while let Some(record) = input.reader.read().unwrap() {
            let position = InFiles::position(0, record.line, last);
            again.trail().note(position, &record);
            all.push((position, record));
            last = Some(position);
        }
        assert!(all.len() > 1000);
        for (position, record) in all.iter().take(3).chain(all.iter().step_by(97)).chain(all.last()) {
            assert_eq!(again.fetch(*position).unwrap().as_ref(), Some(record), "{name} {position}");
        }
        assert_eq!(again.fetch(Position { partition: 0, offset: u64::MAX }).unwrap(), None);
    }

    #[test]
    fn every_record_is_found_again() {
        let (mut lines, mut array, mut csv) = (String::new(), "[".to_owned(), "no,text\n".to_owned());
        for no in 0..3000 {
            let text = "x".repeat(no % 90);
            writeln!(lines, "{{\"no\":\"{no}\",\"text\":\"{text}\"}}").unwrap();
            write!(array, "{{\"no\":\"{no}\",\"text\":\"{text}\"}},{}", if no % 7 == 0 { "\n" } else { "" }).unwrap();
            writeln!(csv, "{no},\"{text}{}\"", if no % 5 == 0 { "\n" } else { "" }).unwrap();
        }
        array.truncate(array.trim_end().len() - 1);
        array.push(']');
        check("a.ndjson", &lines);
        check("a.json", &array);
        // Behind each other, and one of them is no more than a comma.
        check(
            "b.json",
            &array[1..array.len() - 1].replacen('{', "{\n", 1).replacen("},", "}\n,\n", 1).replace("},", "}\n"),
        );
        check("a.csv", &csv);
    }
}

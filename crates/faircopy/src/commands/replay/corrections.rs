//! The file of corrected records: `{"reject_id": "raw/0/17", "record": {…}}`, one a line, behind each other or in an array. The bytes
//! of `record` go back to the raw topic as they stand in the file.

use crate::{
    failure::{Failure, Mistake, tell},
    input::{self, Bytes, Input, Options, Record},
};
use record::limits::RECORD_BYTES_MAX;
use serde::de::IgnoredAny;
use std::{collections::BTreeMap, path::Path};

/// Most mistakes shown.
const SHOWN: usize = 10;
/// How a correction is written.
const HOW: &str = "a correction is {\"reject_id\": \"raw/0/17\", \"record\": {…}}, as `faircopy read rejects --to-correct` prints them";

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Correction {
    reject_id: String,
    #[serde(rename = "record")]
    _record: IgnoredAny,
}

/// Reads a file: records by reject id.
pub(super) fn load(file: &Path) -> Result<BTreeMap<String, Vec<u8>>, Failure> {
    let options = Options::only_json("CSV holds no corrections", HOW);
    let Input { mut reader, notes, .. } = input::open(file, &options, &Bytes::default())?;
    notes.iter().for_each(|note| tell(&format!("note: {note}")));
    let name = file.display().to_string();
    let mut found = Found::default();
    while let Some(record) = reader.read().map_err(|error| input::damaged(&name, &error))? {
        found.take(&name, &record);
    }
    found.corrections(&name).map_err(Failure::mistakes)
}

/// What a file holds.
#[derive(Debug, Default)]
struct Found {
    corrected: BTreeMap<String, Vec<u8>>,
    mistakes: Vec<Mistake>,
    /// Mistakes beyond those that are shown.
    more: usize,
}

impl Found {
    fn take(&mut self, name: &str, record: &Record) {
        match read(record) {
            Err(mistake) => self.refuse(name, record.line, mistake),
            Ok((id, _)) if self.corrected.contains_key(&id) => {
                self.refuse(name, record.line, ["this reject is corrected twice", "keep one of them"]);
            }
            Ok((id, record)) => {
                self.corrected.insert(id, record);
            }
        }
    }

    fn refuse(&mut self, name: &str, line: u64, [what, hint]: [&str; 2]) {
        if self.mistakes.len() == SHOWN {
            self.more += 1;
            return;
        }
        self.mistakes.push(Mistake { what: format!("{name}:{line}: {what}"), hint: Some(hint.to_owned()) });
    }

    /// All corrections, or what is wrong: of a file that holds none, this alone.
    fn corrections(mut self, name: &str) -> Result<BTreeMap<String, Vec<u8>>, Vec<Mistake>> {
        if self.corrected.is_empty() && self.mistakes.len() > 1 {
            let what = format!("{name}: there is no correction in this file");
            return Err(vec![Mistake { what, hint: Some(HOW.to_owned()) }]);
        }
        if self.more > 0 {
            self.mistakes.push(Mistake { what: format!("{name}: {} more are wrong", self.more), hint: None });
        }
        if self.mistakes.is_empty() { Ok(self.corrected) } else { Err(self.mistakes) }
    }
}

/// Reject id and record of a correction; otherwise what it is, and what to do. What serde_json says may quote the record, so it is
/// not repeated.
fn read(correction: &Record) -> Result<(String, Vec<u8>), [&'static str; 2]> {
    if correction.bytes.len() > RECORD_BYTES_MAX {
        return Err(["this is longer than a record may be (1 MiB)", "shorten its record, or delete it"]);
    }
    let text = std::str::from_utf8(&correction.bytes).map_err(|_| ["this is no UTF-8", "save the file as UTF-8"])?;
    let read = serde_json::from_str::<Correction>(text).map_err(|_| ["this is no correction", HOW])?;
    let member = || input::members(text)?.into_iter().find(|(name, _)| name == "record");
    let (_, record) = member().ok_or(["this is no correction", HOW])?;
    Ok((read.reject_id, record.as_bytes().to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &[u8]) -> Result<BTreeMap<String, Vec<u8>>, String> {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("f");
        std::fs::write(&file, text).unwrap();
        load(&file).map_err(|failure| failure.to_string().replace(&format!("{}/", dir.path().display()), ""))
    }

    /// What is told of a file, without the hints.
    fn refused(text: &[u8]) -> Vec<String> {
        let told = parse(text).unwrap_err();
        told.lines().filter_map(|line| line.strip_prefix("error: ")).map(str::to_owned).collect()
    }

    #[test]
    fn records_keep_their_bytes() {
        let corrected = parse(b"{\"reject_id\": \"raw/0/1\", \"record\": {\"a\":  1.50}}\n\n").unwrap();
        assert_eq!(corrected["raw/0/1"], b"{\"a\":  1.50}");
        let corrected = parse(b"{ \"record\" : {\"record\":1}, \"reject_id\": \"raw/0/1\"}").unwrap();
        assert_eq!(corrected["raw/0/1"], b"{\"record\":1}");
    }

    /// As `jq .` and `jq -s .` write what was one a line.
    #[test]
    fn corrections_may_be_written_over_many_lines_and_in_an_array() {
        let one = "{\n  \"reject_id\": \"raw/0/1\",\n  \"record\": {\n    \"a\": 1.50\n  }\n}";
        let other = one.replace("raw/0/1", "raw/0/2");
        for text in [format!("{one}\n{other}\n"), format!("[\n{one},\n{other}\n]\n")] {
            let corrected = parse(text.as_bytes()).unwrap();
            assert_eq!(corrected["raw/0/1"], b"{\n    \"a\": 1.50\n  }");
            assert_eq!(corrected.len(), 2, "{text}");
        }
        let broken = format!("{one}\n{}\n{other}\n", &other[..other.len() - 1]);
        assert_eq!(refused(broken.replacen("raw/0/2", "raw/0/3", 1).as_bytes()), ["f:7: this is no correction"]);
    }

    #[test]
    fn mistakes_name_their_line_and_no_value() {
        let twice = b"{\"reject_id\": \"x\", \"record\": {}}\n{\"reject_id\": \"x\", \"record\": {}}\n{\"secret\": 1}\n\"\xe9\"";
        let told = ["f:2: this reject is corrected twice", "f:3: this is no correction", "f:4: this is no UTF-8"];
        assert_eq!(refused(twice), told);
        let long = format!("{{\"reject_id\": \"x\", \"record\": \"{}\"}}", "a".repeat(RECORD_BYTES_MAX));
        assert_eq!(refused(long.as_bytes()), ["f:1: this is longer than a record may be (1 MiB)"]);
    }

    #[test]
    fn mistakes_beyond_the_first_are_counted_and_a_file_without_a_correction_is_told_once() {
        let good = "{\"reject_id\": \"x\", \"record\": {}}\n";
        let told = refused(format!("{good}{}", "{}\n".repeat(SHOWN + 2)).as_bytes());
        assert_eq!((told.len(), told[SHOWN].as_str()), (SHOWN + 1, "f: 2 more are wrong"));
        for other in ["{ \"reject_id\": \"x\",\n\"record\": {}\n}\n", "{\"v\": 1}\n{\"v\": 1}\n"] {
            assert_eq!(refused(other.as_bytes()), ["f: there is no correction in this file"]);
        }
        assert_eq!(refused(b"reject_id;record\nx;y\n"), ["f: CSV holds no corrections"]);
        assert!(parse(b"\n").unwrap().is_empty());
    }
}

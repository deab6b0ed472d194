//! The file of corrected records: NDJSON, `{"reject_id": "raw/0/17", "record": {…}}`. The bytes of `record` go back to the raw
//! topic as they stand in the file.

use crate::{
    failure::{Failure, Mistake},
    input, text,
};
use serde::de::IgnoredAny;
use std::{collections::BTreeMap, path::Path};

/// Most mistakes shown.
const SHOWN: usize = 10;

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    reject_id: String,
    #[serde(rename = "record")]
    _record: IgnoredAny,
}

/// Reads a file: records by reject id.
pub(super) fn load(file: &Path) -> Result<BTreeMap<String, Vec<u8>>, Failure> {
    let text = text::of_file(file)?;
    parse(&file.display().to_string(), &text).map_err(Failure::mistakes)
}

fn parse(file: &str, text: &str) -> Result<BTreeMap<String, Vec<u8>>, Vec<Mistake>> {
    let mut corrected = BTreeMap::new();
    let mut mistakes = Vec::new();
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let mut mistake = |what: &str| {
            let hint = "a line is {\"reject_id\": \"raw/0/17\", \"record\": {…}}";
            mistakes.push(Mistake { what: format!("{file}:{}: {what}", index + 1), hint: Some(hint.to_owned()) });
        };
        // What serde_json says of a line may quote the record, so it is not repeated.
        let read = serde_json::from_str::<Line>(line).ok();
        let record = || input::members(line)?.into_iter().find(|(name, _)| name == "record");
        match read.and_then(|read| Some((read.reject_id, record()?.1))) {
            None => mistake("not a correction"),
            Some((id, _)) if corrected.contains_key(&id) => mistake("this reject is corrected twice"),
            Some((id, record)) => {
                corrected.insert(id, record.as_bytes().to_vec());
            }
        }
    }
    mistakes.truncate(SHOWN);
    if mistakes.is_empty() { Ok(corrected) } else { Err(mistakes) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_keep_their_bytes() {
        let corrected = parse("f", "{\"reject_id\": \"raw/0/1\", \"record\": {\"a\":  1.50}}\n\n").unwrap();
        assert_eq!(corrected["raw/0/1"], b"{\"a\":  1.50}");
        let corrected = parse("f", "{ \"record\" : {\"record\":1}, \"reject_id\": \"raw/0/1\"}").unwrap();
        assert_eq!(corrected["raw/0/1"], b"{\"record\":1}");
    }

    #[test]
    fn mistakes_name_their_line_and_no_value() {
        let twice = "{\"reject_id\": \"x\", \"record\": {}}\n{\"reject_id\": \"x\", \"record\": {}}\n{\"secret\": 1}\n";
        let mistakes: Vec<_> = parse("f", twice).unwrap_err().into_iter().map(|mistake| mistake.what).collect();
        assert_eq!(mistakes, ["f:2: this reject is corrected twice", "f:3: not a correction"]);
    }
}

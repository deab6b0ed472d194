//! Any bytes as a file of records, with a mapping and without: it is refused, or every byte belongs to one record, or stands between two,
//! and each record reads the same when it is read again.
//! `cargo +nightly fuzz run input -- -max_len=2048`
#![no_main]

use faircopy::input::{Bytes, Input, Mapping, Options, Record, open};
use libfuzzer_sys::fuzz_target;
use pipeline::InFiles;
use serde_json::value::RawValue;
use std::{collections::BTreeMap, fs, path::PathBuf, sync::LazyLock};

const SCHEMA: &str =
    r#"{"properties": {"no": {}, "total": {}, "lines": {"items": {"properties": {"amount": {}, "qty": {}}}}}}"#;
const MAPPING: &str = "ignore = [\"Note\"]\n[fields]\nBetrag = \"/total\"\n\"Line 1\" = \"/lines/0/amount\"\n";
/// What files are called; without an end what they are is told by what they hold.
const NAMES: [&str; 4] = ["f.csv", "f.ndjson", "f.json", "f"];

static DIR: LazyLock<PathBuf> = LazyLock::new(|| tempfile::tempdir().expect("a directory for the file").keep());
static OPTIONS: LazyLock<[Options; 2]> = LazyLock::new(|| {
    let file = DIR.join("mapping.toml");
    fs::write(&file, MAPPING).expect("the directory is writable");
    let mapping = Mapping::load(&file).expect("the mapping is good");
    [Mapping::default(), mapping].map(|mapping| Options::new(SCHEMA, mapping))
});

fuzz_target!(|bytes: &[u8]| {
    let Some((kind, text)) = bytes.split_first() else { return };
    let (name, is_mapped) = (NAMES[usize::from(kind % 4)], kind & 4 != 0);
    let path = DIR.join(name);
    fs::write(&path, text).expect("the file is writable");
    let Ok(input) = open(&path, &OPTIONS[usize::from(is_mapped)], &Bytes::default()) else { return };
    read(input, text, name);
});

fn read(mut input: Input, text: &[u8], name: &str) {
    let is_json = name.contains("json");
    let (mut end, mut last, mut all) = (None, None, Vec::new());
    // A damaged archive cannot be read to its end.
    while let Ok(Some(record)) = input.reader.read() {
        check(&record, is_json);
        let position = InFiles::position(0, record.line, last);
        if let Some(again) = &input.again {
            again.trail().note(position, &record);
            let at = usize::try_from(record.at).expect("within the text");
            let stands = record.original.as_ref().unwrap_or(&record.bytes);
            assert!(text[at..].starts_with(stands), "a record stands where it is said to begin");
            // Above the first one there may be titles and a header.
            assert!(
                end.is_none_or(|end| is_between(&text[end..at]) || is_told(&input, name)),
                "what stands between two records is no part of any"
            );
            end = Some(at + stands.len());
        }
        all.push((position, record));
        last = Some(position);
    }
    let is_told = is_told(&input, name);
    let Some(again) = input.again else { return };
    assert!(
        end.is_none_or(|end| is_told || is_between(&text[end..])),
        "what stands behind the last record is no part of any"
    );
    // Behind the end of an array what separates items is a part of a record, which is refused; read again from there it is none.
    let is_odd = |record: &Record| matches!(record.bytes.first(), Some(b',' | b']'));
    if all.iter().any(|(_, record)| is_odd(record)) {
        return;
    }
    // Read from the middle on, a second header with another order of columns is not seen.
    let is_reordered = |record: &Record| record.bytes.starts_with(br#"{"(columns)":"#);
    for (position, record) in all.iter().filter(|(_, record)| !is_reordered(record)) {
        assert_eq!(again.fetch(*position).expect("the file is still there").as_ref(), Some(record));
    }
}

/// A record that was made of what stands in the file is an object, but for bytes that are no text; one whose members were renamed was
/// one before.
fn check(record: &Record, is_json: bool) {
    let Some(original) = &record.original else { return };
    let members = |text| serde_json::from_slice::<BTreeMap<String, Box<RawValue>>>(text);
    if std::str::from_utf8(&record.bytes).is_ok() {
        members(&record.bytes).expect("it is made as an object");
    }
    if is_json {
        members(original).expect("it was an object");
    }
}

/// Whether rows of a table were passed over, which say what its header says.
fn is_told(input: &Input, name: &str) -> bool {
    !name.contains("json") && input.reader.notes(name).iter().any(|note| note.contains("says what the header says"))
}

/// Blanks, ends of lines, rows without text, and what separates the items of an array and closes it.
fn is_between(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| byte.is_ascii_whitespace() || b",;|\"]".contains(byte))
}

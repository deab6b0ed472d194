//! Opening an input: what it is compressed with, in which encoding its text is, and which kind of records it holds is
//! found from its first bytes.

use super::{
    Mapping, Reader, Records, Refetch,
    csv::{Csv, Layout},
    encoding::{self, Transcoded},
    fields, foreign,
    header::Known,
    lines::Lines,
    members::{Renames, members},
    progress::{Bytes, Counting},
    refetch::Again,
    values::Values,
    window::Window,
};
use crate::failure::Failure;
use encoding_rs::{Encoding, UTF_8};
use record::limits::MEMBERS_MAX;
use std::{
    fs::File,
    io::{self, Read},
    path::Path,
    sync::Arc,
};

/// How much of an input is looked at before the first record is read.
const SAMPLE: usize = 1 << 20;
pub(super) const UTF8_MARK: &[u8] = b"\xef\xbb\xbf";

/// What the user says of the inputs.
#[derive(Clone, Debug, Default)]
pub struct Options {
    encoding: Option<&'static Encoding>,
    delimiter: Option<u8>,
    known: Known,
    /// Why the input cannot be a table, and what to do then.
    only_json: Option<[&'static str; 2]>,
}

impl Options {
    pub(super) const fn named_delimiter(&self) -> Option<u8> {
        self.delimiter
    }

    /// Options for records of the form whose JSON Schema is `schema`.
    #[must_use]
    pub fn new(schema: &str, mapping: Mapping) -> Self {
        Self { known: Known { fields: fields::of(schema), mapping }, ..Self::default() }
    }

    /// Options for what stands in JSON and not in tables: why, and what to do with one.
    #[must_use]
    pub fn only_json(why: &'static str, hint: &'static str) -> Self {
        Self { only_json: Some([why, hint]), ..Self::default() }
    }

    /// Pointers of the scalar fields of a schema in form order, `*` for an index.
    #[must_use]
    pub fn fields(schema: &str) -> Vec<String> {
        fields::of(schema)
    }

    /// Names the encoding, by a label of the WHATWG encoding standard.
    ///
    /// # Errors
    /// When no encoding has this label.
    pub fn encoding(&mut self, label: &str) -> Result<(), Failure> {
        self.encoding = Some(Encoding::for_label(label.as_bytes()).ok_or_else(|| {
            Failure::usage(format!("there is no encoding {label}"))
                .hint("common ones are utf-8, windows-1252, iso-8859-15, utf-16le, shift_jis")
        })?);
        Ok(())
    }

    /// Names the delimiter of CSV: one character, or `tab`.
    ///
    /// # Errors
    /// When it is neither.
    pub fn delimiter(&mut self, text: &str) -> Result<(), Failure> {
        self.delimiter = Some(match text.as_bytes() {
            b"tab" | b"\\t" => b'\t',
            [byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\n' | b'\r') => *byte,
            _ => return Err(Failure::usage("--delimiter is one ASCII character, or `tab`")),
        });
        Ok(())
    }
}

/// An input that is ready to be read.
#[derive(Debug)]
pub struct Input {
    /// Its records.
    pub reader: Reader,
    /// Reads single records again; `None` when the input cannot go back.
    pub again: Option<Refetch>,
    /// What was found out about it and changes how it is read, for the user.
    pub notes: Vec<String>,
}

/// Opens a file, or standard input for `-`. `bytes` counts what is read of it.
///
/// # Errors
/// When it cannot be read, or its header does not fit the form.
pub fn open(path: &Path, options: &Options, bytes: &Bytes) -> Result<Input, Failure> {
    let Prepared { name, window, csv, mut notes, can_go_back } = prepare(path, options, bytes)?;
    let (reader, again) = reader(&name, window, csv, options, &mut notes)?;
    let again = can_go_back.then(|| Refetch::new(path, again));
    Ok(Input { reader, again, notes })
}

/// The bytes of a file, or of standard input for `-`, decompressed.
///
/// # Errors
/// When it cannot be read.
pub fn bytes(path: &Path) -> Result<Box<dyn Read + Send>, Failure> {
    let name = path.display().to_string();
    let raw = raw(path).map_err(|error| Failure::io(&name, &error))?;
    let (decompressed, _) = decompress(raw).map_err(|error| damaged(&name, &error))?;
    Ok(decompressed)
}

fn raw(path: &Path) -> io::Result<Box<dyn Read + Send>> {
    Ok(if path == Path::new("-") { Box::new(io::stdin()) } else { Box::new(File::open(path)?) })
}

/// An input as UTF-8 text whose kind is known.
pub(super) struct Prepared {
    pub(super) name: String,
    pub(super) window: Window,
    pub(super) csv: bool,
    pub(super) notes: Vec<String>,
    /// Whether bytes of the file are bytes of the text, so that a record can be read again.
    can_go_back: bool,
}

/// Decompresses, finds the encoding, and looks whether it is CSV.
pub(super) fn prepare(path: &Path, options: &Options, bytes: &Bytes) -> Result<Prepared, Failure> {
    let name = path.display().to_string();
    let failed = |error: io::Error| Failure::io(&name, &error);
    let stdin = path == Path::new("-");
    let raw = raw(path).map_err(failed)?;
    let seekable = !stdin && path.metadata().is_ok_and(|metadata| metadata.is_file());
    let counted = Counting { reader: raw, bytes: bytes.clone() };
    let (decompressed, compressed) = decompress(Box::new(counted)).map_err(failed)?;
    let mut window = Window::new(decompressed, 0);
    window.fill_to(SAMPLE).map_err(|error| damaged(&name, &error))?;
    foreign::refuse(&name, window.bytes(), is_csv(path, window.bytes()))?;

    let mut notes = Vec::new();
    let encoding = options.encoding.unwrap_or_else(|| found_encoding(path, window.bytes()));
    if encoding != UTF_8 {
        if options.encoding.is_none() {
            notes.push(format!("{name}: read as {} (found; --encoding names another)", encoding.name()));
        }
        window = Window::new(Box::new(Transcoded::new(Remaining(window), encoding)), 0);
        window.fill_to(SAMPLE).map_err(|error| damaged(&name, &error))?;
    }
    if window.bytes().starts_with(UTF8_MARK) {
        window.take(UTF8_MARK.len());
    }
    // Of UTF-16 the first bytes say nothing before they are text.
    let csv = is_csv(path, window.bytes());
    let can_go_back = seekable && !compressed && encoding == UTF_8;
    Ok(Prepared { name, window, csv, notes, can_go_back })
}

/// The records of an input that is JSON, as they stand.
pub(super) fn json_records(window: Window) -> Reader {
    json_reader(window, None).0
}

fn reader(
    name: &str,
    window: Window,
    csv: bool,
    options: &Options,
    notes: &mut Vec<String>,
) -> Result<(Reader, Again), Failure> {
    if let (true, Some([why, hint])) = (csv, options.only_json) {
        return Err(Failure::usage(format!("{name}: {why}")).hint(hint));
    }
    if csv {
        let layout = Layout::find(name, window.bytes(), options.delimiter, &options.known)?;
        if layout.line > 1 {
            notes.push(format!(
                "{name}: the header was found on line {}; what stands above it is no record",
                layout.line
            ));
        }
        let layout = Arc::new(layout);
        let csv = Csv::after_header(window, Arc::clone(&layout)).map_err(|error| damaged(name, &error))?;
        return Ok((Reader::csv(csv), Again::Csv(layout)));
    }
    let mistakes = options.known.unknown_fields();
    if !mistakes.is_empty() {
        return Err(Failure::mistakes(mistakes));
    }
    notes.extend(foreign_members(name, window.bytes(), &options.known));
    Ok(json_reader(window, Renames::new(&options.known).map(Arc::new)))
}

/// What the first record has besides the fields of the form. Without a form, as of envelopes, and of what is no object, there is nothing to tell.
fn foreign_members(name: &str, sample: &[u8], known: &Known) -> Option<String> {
    let mut window = Window::new(Box::new(io::Cursor::new(sample.to_vec())), 0);
    window.fill_to(SAMPLE).ok()?;
    let first = json_records(window).read().ok()??;
    let members = members(std::str::from_utf8(&first.bytes).ok()?).filter(|members| members.len() <= MEMBERS_MAX)?;
    let names: Vec<String> = members.into_iter().map(|(name, _)| name).collect();
    (!known.fields.is_empty()).then(|| known.foreign_members(&format!("{name}:{}", first.line), &names))?
}

/// One record a line, an array, or values behind each other, by how the text begins.
fn json_reader(mut window: Window, renames: Option<Arc<Renames>>) -> (Reader, Again) {
    let blank = window.bytes().iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let (lead, body) = window.bytes().split_at(blank);
    let line = 1 + lead.iter().filter(|byte| **byte == b'\n').count() as u64;
    if body.first() == Some(&b'[') {
        window.take(blank + 1);
        let again = Again::Values { renames: renames.clone(), array: true };
        return (Reader::json(Records::Values(Values::new(window, line, true)), &renames), again);
    }
    if is_over_many_lines(body) {
        window.take(blank);
        let again = Again::Values { renames: renames.clone(), array: false };
        return (Reader::json(Records::Values(Values::new(window, line, false)), &renames), again);
    }
    (Reader::json(Records::Lines(Lines::new(window, 1)), &renames), Again::Lines(renames))
}

/// Whether JSON begins with an object whose first line is its bracket alone. Behind that a name comes, or its end: anything else is
/// the next of records one a line, of which the first is broken and must not swallow them all.
fn is_over_many_lines(body: &[u8]) -> bool {
    let rest = body.strip_prefix(b"{").unwrap_or_default();
    let blanks = rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    rest[..blanks].contains(&b'\n') && matches!(rest.get(blanks), Some(b'"' | b'}'))
}

/// What is left in a window and behind it, as a reader.
#[derive(Debug)]
struct Remaining(Window);

impl Read for Remaining {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.fill_to(1)?;
        let count = buffer.len().min(self.0.bytes().len());
        buffer[..count].copy_from_slice(&self.0.bytes()[..count]);
        self.0.take(count);
        Ok(count)
    }
}

/// Undoes gzip or zstd, told by their first bytes; whether it was compressed.
fn decompress(mut raw: Box<dyn Read + Send>) -> io::Result<(Box<dyn Read + Send>, bool)> {
    let mut magic = Vec::new();
    raw.by_ref().take(4).read_to_end(&mut magic)?;
    let whole = io::Cursor::new(magic.clone()).chain(raw);
    Ok(match magic.as_slice() {
        [0x1f, 0x8b, ..] => (Box::new(flate2::read::MultiGzDecoder::new(whole)), true),
        [0x28, 0xb5, 0x2f, 0xfd] => (Box::new(zstd::stream::read::Decoder::new(whole)?), true),
        _ => (Box::new(whole), false),
    })
}

/// The encoding of an input for which the user named none. JSON is a kind of Unicode; only for CSV, which has no rule, is the text
/// looked at.
fn found_encoding(path: &Path, sample: &[u8]) -> &'static Encoding {
    let unicode = encoding::unicode(sample);
    unicode.unwrap_or_else(|| if is_csv(path, sample) { encoding::guess(sample) } else { UTF_8 })
}

/// Whether an input is CSV: by the end of its name, otherwise when it does not begin as JSON does.
fn is_csv(path: &Path, sample: &[u8]) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let name = name.trim_end_matches(".gz").trim_end_matches(".zst");
    let ends = |ends: &[&str]| ends.iter().any(|end| name.ends_with(end));
    if ends(&[".csv", ".tsv", ".psv"]) {
        return true;
    }
    if ends(&[".json", ".ndjson", ".jsonl"]) {
        return false;
    }
    let sample = sample.strip_prefix(UTF8_MARK).unwrap_or(sample);
    let first = sample.iter().find(|byte| !byte.is_ascii_whitespace());
    first.is_some_and(|byte| !matches!(byte, b'{' | b'['))
}

/// An error from reading: often a damaged archive, which is the input's fault and not the disk's.
#[must_use]
pub fn damaged(name: &str, error: &io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::UnexpectedEof => {
            Failure::usage(format!("{name}: {error}")).hint("the archive is damaged or cut short: fetch the file again")
        }
        // What zstd finds has no kind of its own.
        io::ErrorKind::Other => Failure::usage(format!("{name}: {error}")).hint("check whether the file is damaged"),
        _ => Failure::io(name, error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let mut window = Window::new(Box::new(io::Cursor::new(text.as_bytes().to_vec())), 0);
        window.fill_to(SAMPLE).unwrap();
        let mut reader = json_records(window);
        let mut records = Vec::new();
        while let Some(record) = reader.read().unwrap() {
            records.push(String::from_utf8(record.bytes).unwrap());
        }
        assert_eq!(records, expected, "{text}");
    }

    #[test]
    fn a_broken_first_line_does_not_swallow_the_records_below() {
        check("{\n{\"a\":1}\n{\"b\":2}\n", &["{", "{\"a\":1}", "{\"b\":2}"]);
        check("\n{ \r\n\n{\"a\":1}\n", &["{ ", "{\"a\":1}"]);
        check("{\n", &["{"]);
    }

    /// What a file of these bytes is read as, by its name and the name of its encoding.
    fn opened(name: &str, bytes: &[u8]) -> Result<(Vec<String>, Vec<String>), Failure> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let options = Options::new(r#"{"properties": {"a": {}}}"#, Mapping::default());
        let mut input = open(&path, &options, &Bytes::default())?;
        let mut records = Vec::new();
        while let Some(record) = input.reader.read().unwrap() {
            records.push(String::from_utf8(record.bytes).unwrap());
        }
        Ok((records, input.notes))
    }

    #[test]
    fn json_in_utf_16_is_read_with_and_without_a_mark() {
        let text = "{\"a\":\"ä\"}\n{\"a\":\"2\"}\n";
        let little = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
        let big = |text: &str| text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<_>>();
        let marked = format!("\u{feff}{text}");
        for name in ["a.ndjson", "a"] {
            for bytes in [little(text), big(text), little(&marked), big(&marked)] {
                let (records, notes) = opened(name, &bytes).unwrap();
                assert_eq!(records, ["{\"a\":\"ä\"}", "{\"a\":\"2\"}"], "{name} {bytes:?}");
                assert!(notes[0].contains("read as UTF-16"), "{notes:?}");
            }
        }
        assert_eq!(opened("a", &little("a\n1\n")).unwrap().0, ["{\"a\":\"1\"}"]);
    }

    /// By its name, a table may begin as JSON does.
    #[test]
    fn the_end_of_a_name_tells_tables_and_json_apart() {
        for name in ["a.csv", "a.tsv", "A.PSV"] {
            assert_eq!(opened(name, b"[export]\na\n1\n").unwrap().0, ["{\"a\":\"1\"}"], "{name}");
        }
        for name in ["a.json", "a.ndjson", "a.JSONL"] {
            assert_eq!(opened(name, b"a\n1\n").unwrap().0, ["a", "1"], "{name}");
        }
        assert_eq!(opened("a", b"a\n1\n").unwrap().0, ["{\"a\":\"1\"}"]);
    }

    #[test]
    fn what_is_no_text_is_told_as_what_it_is() {
        for (bytes, what) in [
            (&b"PK\x03\x04\x14\0\x06\0"[..], "this is a workbook (.xlsx"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0", "this is a workbook of the old kind (.xls)"),
            (b"%PDF-1.7\n", "this is a PDF document"),
        ] {
            for name in ["a.xlsx", "a.csv", "a.json", "a"] {
                let refused = opened(name, bytes).unwrap_err().to_string();
                assert!(refused.contains(what) && refused.contains("\nhint: "), "{name} {refused}");
            }
        }
        assert_eq!(opened("a.csv", b"a\nPK\x03\x04\n").unwrap().0.len(), 1);
        for (bytes, what) in [
            (&b"\xef\xbb\xbf\r\n<!DOCTYPE html><html>"[..], "this is a web page"),
            (b"<HTML><table>", "this is a web page"),
            (b"<?xml version=\"1.0\"?>\n<Workbook>", "this is an XML document"),
        ] {
            let refused = opened("a.xls", bytes).unwrap_err().to_string();
            assert!(refused.contains(what), "{refused}");
        }
        assert_eq!(
            opened("a.ndjson", b"<html>\n{\"a\":\"1\"}\n").unwrap().0.len(),
            2,
            "a bad record before a good one"
        );
    }

    #[test]
    fn objects_are_written_over_many_lines() {
        check("{\n \"a\": 1\n}\n{\"b\":\n2}\n", &["{\n \"a\": 1\n}", "{\"b\":\n2}"]);
        check(" {\r\n\r\n}\n{}", &["{\r\n\r\n}", "{}"]);
    }
}

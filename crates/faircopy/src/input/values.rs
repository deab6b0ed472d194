//! JSON values behind each other, or in one array, cut apart without building any of them: only strings and brackets are
//! followed. Whether a piece is valid JSON is for judging to say.
//!
//! A bracket that is missing would make all that follows a part of one value. Where a value is one object, and the next one begins on a
//! line of its own, that is seen from the value alone, so that reading from its first byte again cuts it in the same way.

use super::{Record, Unread, window::Window};
use record::limits::RECORD_BYTES_MAX;
use std::io;

/// Reads values behind each other or in an array.
#[derive(Debug)]
pub(super) struct Values {
    window: Window,
    line: u64,
    /// Inside an array that is still open.
    array: bool,
    /// Line and byte of the bracket that closed the array, until more is read than blanks.
    closed: Option<(u64, u64)>,
    unread: Unread,
}

/// What the scan of one value knows.
#[derive(Debug)]
struct Scan {
    depth: usize,
    in_string: bool,
    escaped: bool,
    /// Whether the value is an object.
    is_object: bool,
    /// The last byte that is no blank, `"` of a text.
    last: u8,
    /// Blanks at the start of the line, as long as nothing but commas came after them; none on the first line.
    indent: Option<usize>,
    /// The least such blanks before a line that begins with a text, which is a name as a rule.
    names: usize,
    /// Whether an object began where the value can have none, or in a value that is none, and may or may not be the next record.
    is_torn: bool,
}

impl Scan {
    fn new(first: u8) -> Self {
        Self {
            depth: 0,
            in_string: false,
            escaped: false,
            is_object: first == b'{',
            last: b' ',
            indent: None,
            names: usize::MAX,
            is_torn: false,
        }
    }

    /// Whether the next record begins with this byte, though brackets of this one are open: it is an object where an object cannot
    /// have one, not behind a colon, and it begins a line that is indented less than the names in this one.
    fn is_next(&mut self, byte: u8) -> bool {
        let is_stray = byte == b'{' && self.is_object && self.depth == 1 && !self.in_string && self.last != b':';
        let is_next = is_stray && self.indent.is_some_and(|indent| indent < self.names);
        let is_in_list = byte == b'{' && !self.is_object && self.depth > 0 && !self.in_string;
        self.is_torn |= is_in_list || (is_stray && !is_next);
        is_next
    }

    fn look_at_line(&mut self, byte: u8) {
        match (byte, self.indent) {
            (b'\n', _) => self.indent = Some(0),
            (b' ' | b'\t' | b'\r', Some(blanks)) => self.indent = Some(blanks + 1),
            (b',', _) => {}
            (b'"', Some(blanks)) => (self.names, self.indent) = (self.names.min(blanks), None),
            _ => self.indent = None,
        }
        if !byte.is_ascii_whitespace() && !self.in_string {
            self.last = byte;
        }
    }

    fn is_open(&self) -> bool {
        self.depth > 0 || self.in_string
    }

    /// Takes one byte; whether the value ends after it.
    fn step(&mut self, byte: u8) -> bool {
        self.look_at_line(byte);
        if self.in_string {
            self.in_string = match byte {
                _ if self.escaped => true,
                b'"' => false,
                // A string cannot hold a raw newline: it was never closed, and what follows is not its text.
                b'\n' => false,
                _ => true,
            };
            self.escaped = byte == b'\\' && !self.escaped;
            return !self.in_string && self.depth == 0;
        }
        match byte {
            b'"' => self.in_string = true,
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        self.depth == 0 && matches!(byte, b'}' | b']')
    }

    /// Whether a bare word or number ends before this byte.
    fn ends_before(&self, byte: u8) -> bool {
        self.depth == 0 && !self.in_string && (byte.is_ascii_whitespace() || matches!(byte, b',' | b']' | b'}'))
    }
}

impl Values {
    /// Reads values behind each other; with `array`, those of an array whose bracket was taken already.
    pub(super) fn new(window: Window, line: u64, array: bool) -> Self {
        Self { window, line, array, closed: None, unread: Unread::default() }
    }

    /// What was read as part of a record and may be others.
    pub(super) fn unread(&self) -> Unread {
        self.unread
    }

    pub(super) fn read(&mut self) -> io::Result<Option<Record>> {
        loop {
            self.window.fill_to(1)?;
            let Some(&byte) = self.window.bytes().first() else { return Ok(self.cut_array()) };
            match byte {
                b']' if self.array => {
                    self.array = false;
                    self.closed = Some((self.line, self.window.at()));
                }
                b',' if self.array => {}
                b',' if self.closed.is_some() => {
                    self.window.take(1);
                    return Ok(self.stray_bracket());
                }
                _ if byte.is_ascii_whitespace() => self.line += u64::from(byte == b'\n'),
                _ => return self.value(byte).map(Some),
            }
            self.window.take(1);
        }
    }

    /// Behind the end of an array there is no comma: its bracket was one too many, and is a record that is not JSON. The array goes on.
    fn stray_bracket(&mut self) -> Option<Record> {
        self.array = true;
        let (line, at) = self.closed.take()?;
        Some(Record { line, at, bytes: b"]".to_vec(), original: None })
    }

    /// An array that the input does not close was cut short. That must not pass for its end: it reads as one record
    /// that is not JSON.
    fn cut_array(&mut self) -> Option<Record> {
        let cut = std::mem::take(&mut self.array);
        cut.then(|| Record { line: self.line, at: self.window.at(), bytes: Vec::new(), original: None })
    }

    fn value(&mut self, first: u8) -> io::Result<Record> {
        let mut record = Record { line: self.line, at: self.window.at(), bytes: Vec::new(), original: None };
        let mut scan = Scan::new(first);
        self.closed = None;
        let (mut first, mut last_line) = (true, self.line);
        loop {
            let bytes = self.window.bytes();
            let mut end = None;
            for (at, &byte) in bytes.iter().enumerate() {
                if !first && (scan.ends_before(byte) || scan.is_next(byte)) {
                    end = Some(at);
                    break;
                }
                first = false;
                if !byte.is_ascii_whitespace() {
                    last_line = self.line;
                }
                self.line += u64::from(byte == b'\n');
                if scan.step(byte) {
                    end = Some(at + 1);
                    break;
                }
            }
            let seen = end.unwrap_or(bytes.len());
            let room = (RECORD_BYTES_MAX + 1).saturating_sub(record.bytes.len());
            record.bytes.extend_from_slice(&bytes[..seen.min(room)]);
            self.window.take(seen);
            if end.is_some() || !self.window.fill()? {
                let is_cut = end.is_none() && scan.is_open();
                // The cut shows in the record itself.
                self.array &= !is_cut;
                if is_cut || scan.is_torn {
                    self.unread.add(record.line, last_line);
                }
                return Ok(record);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Cursor;

    fn window(text: &str) -> Window {
        Window::new(Box::new(Cursor::new(text.as_bytes().to_vec())), 0)
    }

    fn read(text: &str, array: bool) -> Vec<(u64, String)> {
        let mut values = Values::new(window(text), 1, array);
        let mut records = Vec::new();
        while let Some(record) = values.read().unwrap() {
            let bytes = String::from_utf8(record.bytes).unwrap();
            assert!(text[usize::try_from(record.at).unwrap()..].starts_with(&bytes));
            records.push((record.line, bytes));
        }
        records
    }

    #[track_caller]
    fn check_array(text: &str, expected: &[(u64, &str)]) {
        let expected: Vec<_> = expected.iter().map(|(line, text)| (*line, (*text).to_owned())).collect();
        assert_eq!(read(text, true), expected, "{text}");
    }

    #[test]
    fn items_are_cut_apart_whatever_their_strings_hold() {
        check_array(
            "{\"a\":\"}],{\"},\n [1],\n{\"b\":\"\\\"}\"}]\n",
            &[(1, "{\"a\":\"}],{\"}"), (2, "[1]"), (3, "{\"b\":\"\\\"}\"}")],
        );
        check_array("1, \"x,]\" ,null]", &[(1, "1"), (1, "\"x,]\""), (1, "null")]);
        check_array("]", &[]);
        check_array("{\"a\":\"\\\\\"},{}]", &[(1, "{\"a\":\"\\\\\"}"), (1, "{}")]);
    }

    #[test]
    fn an_array_that_is_cut_short_does_not_pass_for_its_end() {
        check_array("{},\n", &[(1, "{}"), (2, "")]);
        check_array("{\"a\":", &[(1, "{\"a\":")]);
    }

    #[test]
    fn a_string_that_was_never_closed_ends_with_its_line() {
        check_array(
            "{\"a\":\"x},\n{\"b\":1},\n{\"c\":2}]",
            &[(1, "{\"a\":\"x},\n"), (2, "{\"b\":1}"), (3, "{\"c\":2}")],
        );
        check_array(
            "{\n  \"a\": \"x,\n  \"b\": {}},{\"c\":2}]",
            &[(1, "{\n  \"a\": \"x,\n  \"b\": {}}"), (3, "{\"c\":2}")],
        );
    }

    /// Records in the ways that programs write them: each on a line, as PostgreSQL aggregates them, with the comma in front, and over
    /// many lines, in an array and behind each other.
    fn layouts() -> Vec<(Vec<String>, String, bool)> {
        let plain: Vec<String> = (1..=5)
            .map(|no| format!("{{\"no\":{no},\"who\":{{\"name\":\"{{:\"}},\"lines\":[{{\"x\":[1]}},{{\"y\":2}}]}}"))
            .collect();
        let spread: Vec<String> = (1..=5)
            .map(|no| {
                format!(
                    concat!(
                        "{{\n    \"no\": {},\n    \"who\":\n    {{\n      \"name\": \"}}:\"\n    }},\n",
                        "    \"lines\": [\n      {{\n        \"x\": 1\n      }},\n      {{}}\n    ]\n  }}"
                    ),
                    no
                )
            })
            .collect();
        let behind: Vec<String> = spread.iter().map(|record| record.replace("\n  ", "\n")).collect();
        let array = |records: &[String], between: &str, end: &str| records.join(between) + end;
        vec![
            (plain.clone(), array(&plain, ",\n", "]\n"), true),
            (plain.clone(), array(&plain, ", \r\n ", "]"), true),
            (plain.clone(), array(&plain, "\n,", "\n]"), true),
            (spread.clone(), format!("\n  {}", array(&spread, ",\n  ", "\n]\n")), true),
            (behind.clone(), array(&behind, "\n", "\n"), false),
        ]
    }

    #[test]
    fn records_are_cut_apart_in_every_layout() {
        for (records, text, array) in layouts() {
            let read: Vec<String> = read(&text, array).into_iter().map(|(_, text)| text).collect();
            assert_eq!(read, records, "{text}");
        }
    }

    #[test]
    fn a_bracket_that_is_missing_harms_no_other_record() {
        let mut damages = 0;
        for (records, text, array) in layouts() {
            let third = text.find(&records[2]).unwrap();
            for (at, _) in records[2].match_indices(['{', '}', '[', ']']) {
                let mut damaged = text.clone();
                damaged.remove(third + at);
                let found: Vec<String> = read(&damaged, array).into_iter().map(|(_, text)| text).collect();
                assert!([0, 1, 3, 4].iter().all(|other| found.contains(&records[*other])), "{damaged}\n{found:#?}");
                damages += 1;
            }
        }
        assert!(damages > 50, "only {damages} brackets");
    }

    #[test]
    fn a_bracket_too_many_is_one_reject_and_the_array_goes_on() {
        check_array(
            "{\"a\":1}],\n{\"b\":2},\n{\"c\":3}\n]\n",
            &[(1, "{\"a\":1}"), (1, "]"), (2, "{\"b\":2}"), (3, "{\"c\":3}")],
        );
        check_array("{}]\n{}\n{}", &[(1, "{}"), (2, "{}"), (3, "{}")]);
    }

    proptest! {
        /// Whatever the text is, all of it is in one record but for blanks and what parts records, and an object that is read
        /// again from its first byte is the same.
        #[test]
        fn every_byte_is_read_once(text in "[{}\\[\\]\",: \\na1\\\\]{0,40}", array: bool) {
            let parts = |between: &str| between.bytes().all(|byte| byte.is_ascii_whitespace() || (array && b",]".contains(&byte)));
            let mut values = Values::new(window(&text), 1, array);
            let mut behind = 0;
            while let Some(record) = values.read().unwrap() {
                let at = usize::try_from(record.at).unwrap();
                prop_assert!(parts(&text[behind..at]), "between {} and {}", behind, at);
                behind = at + record.bytes.len();
                prop_assert_eq!(&text.as_bytes()[at..behind], &record.bytes[..]);
                if record.bytes.starts_with(b"{") {
                    let again = Values::new(window(&text[at..]), record.line, array).read().unwrap().unwrap();
                    prop_assert_eq!((again.line, again.bytes), (record.line, record.bytes));
                }
            }
            prop_assert!(parts(&text[behind..]));
        }
    }

    #[test]
    fn what_may_be_other_records_is_told_with_its_lines() {
        let note = |text: &str| {
            let mut values = Values::new(window(text), 1, true);
            while values.read().unwrap().is_some() {}
            values.unread().note("x.json")
        };
        assert_eq!(note("{\"a\":1},\n{\"b\":{\"c\":1}}]\n"), None);
        let told = note("{\"a\":1},\n{\"b\":[{\"c\":1},\n{\"d\":2},\n{\"e\":3}]\n").unwrap();
        assert!(told.starts_with("x.json: lines 2 to 4 were read as one record"), "{told}");
        let told = note("{\"a\":1}[,\n{\"b\":1},\n{\"c\":1}\n]").unwrap();
        assert!(told.starts_with("x.json: lines 1 to 4 were read as one record"), "{told}");
        let told = note("{\"a\":1,{\"b\":1},{\"c\":1}]").unwrap();
        assert!(told.starts_with("x.json: line 1 was read as one record"), "{told}");
    }

    #[test]
    fn values_behind_each_other_need_no_array() {
        let expected = [(1, "{\n \"a\": 1\n}".to_owned()), (4, "{}".to_owned())];
        assert_eq!(read("{\n \"a\": 1\n}\n{}\n", false), expected);
    }

    #[test]
    fn a_value_beyond_the_limit_is_not_kept_whole_and_the_next_one_is_read() {
        let text = format!("{{\"a\":\"{}\"}},{{}}]", "x".repeat(2 * RECORD_BYTES_MAX));
        let lengths: Vec<_> = read(&text, true).iter().map(|(_, text)| text.len()).collect();
        assert_eq!(lengths, [RECORD_BYTES_MAX + 1, 2]);
    }
}

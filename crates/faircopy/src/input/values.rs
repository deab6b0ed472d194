//! JSON values behind each other, or in one array, cut apart without building any of them: only strings and brackets are
//! followed. Whether a piece is valid JSON is for judging to say.

use super::{Record, window::Window};
use record::limits::RECORD_BYTES_MAX;
use std::io;

/// Reads values behind each other or in an array.
#[derive(Debug)]
pub(super) struct Values {
    window: Window,
    line: u64,
    /// Inside an array that is still open.
    array: bool,
}

/// What the scan of one value knows.
#[derive(Debug, Default)]
struct Scan {
    depth: usize,
    in_string: bool,
    escaped: bool,
}

impl Scan {
    /// Takes one byte; whether the value ends after it.
    fn step(&mut self, byte: u8) -> bool {
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
        Self { window, line, array }
    }

    pub(super) fn read(&mut self) -> io::Result<Option<Record>> {
        loop {
            self.window.fill_to(1)?;
            let Some(&byte) = self.window.bytes().first() else { return Ok(self.cut_array()) };
            match byte {
                b']' if self.array => self.array = false,
                b',' if self.array => {}
                _ if byte.is_ascii_whitespace() => self.line += u64::from(byte == b'\n'),
                _ => return self.value().map(Some),
            }
            self.window.take(1);
        }
    }

    /// An array that the input does not close was cut short. That must not pass for its end: it reads as one record
    /// that is not JSON.
    fn cut_array(&mut self) -> Option<Record> {
        let cut = std::mem::take(&mut self.array);
        cut.then(|| Record { line: self.line, at: self.window.at(), bytes: Vec::new(), original: None })
    }

    fn value(&mut self) -> io::Result<Record> {
        let mut record = Record { line: self.line, at: self.window.at(), bytes: Vec::new(), original: None };
        let mut scan = Scan::default();
        let mut first = true;
        loop {
            let bytes = self.window.bytes();
            let mut end = None;
            for (at, &byte) in bytes.iter().enumerate() {
                if !first && scan.ends_before(byte) {
                    end = Some(at);
                    break;
                }
                first = false;
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
            if end.is_some() {
                return Ok(record);
            }
            if !self.window.fill()? {
                // The cut shows in the record itself.
                self.array &= scan.depth == 0 && !scan.in_string;
                return Ok(record);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn read(text: &str, array: bool) -> Vec<(u64, String)> {
        let mut values = Values::new(Window::new(Box::new(Cursor::new(text.as_bytes().to_vec())), 0), 1, array);
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
        check_array("{\"a\":\"x},\n{\"b\":1}\n},{\"c\":2}]", &[(1, "{\"a\":\"x},\n{\"b\":1}\n}"), (3, "{\"c\":2}")]);
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

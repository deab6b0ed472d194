//! NDJSON: one record a line. Blank lines are skipped, the last line needs no newline, CRLF is as good as LF.

use super::{Record, window::Window};
use record::limits::RECORD_BYTES_MAX;
use std::io;

/// Reads one record a line.
#[derive(Debug)]
pub(super) struct Lines {
    window: Window,
    line: u64,
}

impl Lines {
    pub(super) fn new(window: Window, line: u64) -> Self {
        Self { window, line }
    }

    pub(super) fn read(&mut self) -> io::Result<Option<Record>> {
        loop {
            let (line, at) = (self.line, self.window.at());
            let Some(bytes) = self.next_line()? else { return Ok(None) };
            self.line += 1;
            if !bytes.trim_ascii().is_empty() {
                return Ok(Some(Record { line, at, bytes, original: None }));
            }
        }
    }

    /// The next line without its end. A line beyond the limit is read to its end, but only so much of it is kept that
    /// judging sees the limit exceeded.
    fn next_line(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut searched = 0;
        let end = loop {
            let bytes = self.window.bytes();
            if let Some(found) = memchr::memchr(b'\n', &bytes[searched..]) {
                break searched + found;
            }
            searched = bytes.len();
            if searched > RECORD_BYTES_MAX + 1 {
                let kept = bytes[..=RECORD_BYTES_MAX].to_vec();
                self.skip_line()?;
                return Ok(Some(kept));
            }
            if !self.window.fill()? {
                break searched;
            }
        };
        let bytes = self.window.bytes();
        if bytes.is_empty() {
            return Ok(None);
        }
        let line = bytes[..end].strip_suffix(b"\r").unwrap_or(&bytes[..end]);
        let line = line[..line.len().min(RECORD_BYTES_MAX + 1)].to_vec();
        self.window.take(bytes.len().min(end + 1));
        Ok(Some(line))
    }

    fn skip_line(&mut self) -> io::Result<()> {
        loop {
            let bytes = self.window.bytes();
            if let Some(found) = memchr::memchr(b'\n', bytes) {
                self.window.take(found + 1);
                return Ok(());
            }
            self.window.take(bytes.len());
            if !self.window.fill()? {
                return Ok(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn read(text: &[u8]) -> Vec<(u64, u64, usize)> {
        let mut lines = Lines::new(Window::new(Box::new(Cursor::new(text.to_vec())), 0), 1);
        let mut records = Vec::new();
        while let Some(record) = lines.read().unwrap() {
            assert!(text[usize::try_from(record.at).unwrap()..].starts_with(&record.bytes));
            records.push((record.line, record.at, record.bytes.len()));
        }
        records
    }

    #[test]
    fn line_numbers_count_blank_lines_and_the_last_line_needs_no_end() {
        assert_eq!(read(b"{}\r\n\r\n  \n{}\n{\"a\":1}"), [(1, 0, 2), (4, 9, 2), (5, 12, 7)]);
        assert_eq!(read(b""), []);
        assert_eq!(read(b"\n\n"), []);
    }

    #[test]
    fn a_line_beyond_the_limit_is_not_kept_whole_and_the_next_one_is_read() {
        let mut text = vec![b'x'; 3 * RECORD_BYTES_MAX];
        text.extend_from_slice(b"\n{}\n");
        let records = read(&text);
        assert_eq!(records, [(1, 0, RECORD_BYTES_MAX + 1), (2, 3 * RECORD_BYTES_MAX as u64 + 1, 2)]);
    }

    #[test]
    fn a_line_at_the_limit_is_kept() {
        let mut text = vec![b'x'; RECORD_BYTES_MAX];
        text.extend_from_slice(b"\r\n");
        assert_eq!(read(&text), [(1, 0, RECORD_BYTES_MAX)]);
    }
}

//! Rows of CSV (RFC 4180, any delimiter) cut into cells. A quote that is never closed costs its own line only: a cell is
//! searched no further than the longest string a record may have, and reading goes on at the next line. However the bytes
//! come in, the rows are the same.

use super::window::Window;
use record::limits::{RECORD_BYTES_MAX, STRING_BYTES_MAX};
use std::{borrow::Cow, io, ops::Range};

/// Most bytes of a row with its end.
const ROW_BYTES_MAX: usize = RECORD_BYTES_MAX + 2;

/// Reads rows.
#[derive(Debug)]
pub(super) struct Rows {
    window: Window,
    delimiter: u8,
    line: u64,
    cells: Vec<Cell>,
    /// Bytes of the row that was read last; they stay in the window until the next one is asked for.
    held: usize,
    /// The row goes on behind what is held, further than a row may.
    goes_on: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Cell {
    span: Range<usize>,
    /// Holds doubled quotes.
    doubled: bool,
}

/// What kind of row was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Cells.
    Cells,
    /// A quote is not closed, or text follows a closing quote: the line stands as one cell.
    BrokenQuote,
    /// Longer than a record may be: so much of it as proves that stands as one cell.
    TooLong,
}

/// One row; its cells are asked from [`Rows`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) kind: Kind,
    pub(super) line: u64,
    pub(super) at: u64,
    pub(super) cells: usize,
}

enum Scan {
    /// A row of so many bytes, its end included.
    Row(usize),
    NeedMore,
    BrokenQuote,
}

impl Rows {
    pub(super) fn new(window: Window, delimiter: u8, line: u64) -> Self {
        Self { window, delimiter, line, cells: Vec::new(), held: 0, goes_on: false }
    }

    /// The next row; `None` at the end.
    pub(super) fn read(&mut self) -> io::Result<Option<Row>> {
        self.let_go()?;
        self.window.fill_to(1)?;
        let mut ended = false;
        while !self.window.bytes().is_empty() {
            let kind = match scan(self.window.bytes(), self.delimiter, ended, &mut self.cells) {
                Scan::Row(length) if length <= ROW_BYTES_MAX => {
                    self.held = length;
                    Kind::Cells
                }
                Scan::NeedMore if self.window.bytes().len() <= ROW_BYTES_MAX => {
                    ended = !self.window.fill()?;
                    continue;
                }
                Scan::Row(_) | Scan::NeedMore => self.hold_too_long(),
                Scan::BrokenQuote => self.hold_line()?,
            };
            let (line, at, cells) = (self.line, self.window.at(), self.cells.len());
            return Ok(Some(Row { kind, line, at, cells }));
        }
        Ok(None)
    }

    /// The text of a cell of the row read last; nothing beyond the row's end.
    pub(super) fn cell(&self, index: usize) -> Cow<'_, [u8]> {
        let Some(cell) = self.cells.get(index) else { return Cow::Borrowed(b"") };
        let text = &self.window.bytes()[cell.span.clone()];
        if cell.doubled { Cow::Owned(undouble(text)) } else { Cow::Borrowed(text) }
    }

    /// The row read last as it stands in the file, without its end.
    pub(super) fn text(&self) -> &[u8] {
        let text = &self.window.bytes()[..self.held];
        let text = text.strip_suffix(b"\n").unwrap_or(text);
        text.strip_suffix(b"\r").unwrap_or(text)
    }

    /// Takes what is held, and what the row has behind it: the rest of a line would pass for a row of its own.
    fn let_go(&mut self) -> io::Result<()> {
        let held = std::mem::take(&mut self.held);
        self.pass(held);
        while self.goes_on {
            let rest = self.window.bytes();
            let end = memchr::memchr(b'\n', rest);
            let length = end.map_or(rest.len(), |end| end + 1);
            self.pass(length);
            self.goes_on = end.is_none() && self.window.fill()?;
        }
        Ok(())
    }

    fn pass(&mut self, count: usize) {
        self.line += memchr::memchr_iter(b'\n', &self.window.bytes()[..count]).count() as u64;
        self.window.take(count);
    }

    /// Holds the first line, however far the window reaches yet.
    fn hold_line(&mut self) -> io::Result<Kind> {
        let length = loop {
            let bytes = self.window.bytes();
            match memchr::memchr(b'\n', bytes) {
                Some(end) => break end + 1,
                None if bytes.len() <= ROW_BYTES_MAX && self.window.fill()? => {}
                None => break self.window.bytes().len(),
            }
        };
        if length > ROW_BYTES_MAX {
            return Ok(self.hold_too_long());
        }
        let text = self.window.bytes()[..length].trim_ascii_end().len();
        self.hold_whole(length, text);
        Ok(Kind::BrokenQuote)
    }

    /// Holds what proves the row too long. The line that goes beyond is passed to its end; lines of the row below that are
    /// read as rows that do not fit the header.
    fn hold_too_long(&mut self) -> Kind {
        self.hold_whole(RECORD_BYTES_MAX + 1, RECORD_BYTES_MAX + 1);
        self.goes_on = true;
        Kind::TooLong
    }

    /// Holds bytes that stand as one cell, whose text they begin with.
    fn hold_whole(&mut self, length: usize, text: usize) {
        self.cells = vec![Cell { span: 0..text, doubled: false }];
        self.held = length;
    }
}

fn undouble(text: &[u8]) -> Vec<u8> {
    let mut single = Vec::with_capacity(text.len());
    let mut skip = false;
    for &byte in text {
        if byte == b'"' && skip {
            skip = false;
            continue;
        }
        skip = byte == b'"';
        single.push(byte);
    }
    single
}

/// Finds the cells of the first row in `bytes`. `ended`: nothing follows `bytes`.
fn scan(bytes: &[u8], delimiter: u8, ended: bool, cells: &mut Vec<Cell>) -> Scan {
    cells.clear();
    let mut at = 0;
    loop {
        let quoted = bytes.get(at) == Some(&b'"');
        let close = if quoted {
            match close_of(&bytes[at + 1..], ended) {
                Close::At(close, doubled) => {
                    cells.push(Cell { span: at + 1..at + 1 + close, doubled });
                    Some(at + 1 + close + 1)
                }
                Close::NeedMore => return Scan::NeedMore,
                Close::Never => return Scan::BrokenQuote,
            }
        } else {
            None
        };
        let from = close.unwrap_or(at);
        let end = match memchr::memchr2(delimiter, b'\n', &bytes[from..]) {
            Some(end) => from + end,
            None if ended => bytes.len(),
            None => return Scan::NeedMore,
        };
        let last = bytes.get(end) != Some(&delimiter);
        let text = &bytes[from..end];
        let text = if last { text.strip_suffix(b"\r").unwrap_or(text) } else { text };
        if !quoted {
            cells.push(Cell { span: from..from + text.len(), doubled: false });
        } else if !text.trim_ascii().is_empty() {
            return Scan::BrokenQuote;
        }
        if last {
            return Scan::Row(bytes.len().min(end + 1));
        }
        at = end + 1;
    }
}

enum Close {
    /// The closing quote, and whether there are doubled ones before it.
    At(usize, bool),
    NeedMore,
    Never,
}

fn close_of(bytes: &[u8], ended: bool) -> Close {
    let mut from = 0;
    let mut doubled = false;
    loop {
        let reach = bytes.len().min(STRING_BYTES_MAX + 1);
        let Some(found) = bytes.get(from..reach).and_then(|bytes| memchr::memchr(b'"', bytes)) else {
            return if ended || reach > STRING_BYTES_MAX { Close::Never } else { Close::NeedMore };
        };
        let quote = from + found;
        match bytes.get(quote + 1) {
            Some(b'"') => {
                doubled = true;
                from = quote + 2;
            }
            None if !ended => return Close::NeedMore,
            _ => return Close::At(quote, doubled),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::window::READ;
    use proptest::prelude::*;
    use std::io::Cursor;

    fn rows(reader: impl io::Read + Send + 'static) -> Rows {
        Rows::new(Window::new(Box::new(reader), 0), b',', 1)
    }

    fn read(text: &[u8]) -> Vec<(u64, Kind, Vec<String>)> {
        let mut rows = rows(Cursor::new(text.to_vec()));
        let mut all = Vec::new();
        while let Some(row) = rows.read().unwrap() {
            let cells = (0..row.cells).map(|cell| String::from_utf8_lossy(&rows.cell(cell)).into_owned()).collect();
            all.push((row.line, row.kind, cells));
        }
        all
    }

    /// What becomes of every byte: each row, and how many bytes it has, those that are passed over included.
    fn accounted(reader: impl io::Read + Send + 'static) -> Vec<(Row, usize, Vec<Cell>)> {
        let mut rows = rows(reader);
        let mut all: Vec<(Row, usize, Vec<Cell>)> = Vec::new();
        while let Some(row) = rows.read().unwrap() {
            if let Some((before, bytes, _)) = all.last_mut() {
                *bytes = usize::try_from(row.at - before.at).unwrap();
            }
            all.push((row, rows.held, rows.cells.clone()));
            assert!(rows.window.bytes().len() <= 2 * ROW_BYTES_MAX, "memory is bounded");
        }
        if let Some((last, bytes, _)) = all.last_mut() {
            *bytes = usize::try_from(rows.window.at() - last.at).unwrap();
        }
        all
    }

    /// Gives so many bytes at a time, as a pipe or a decoder may.
    struct Pieces(Cursor<Vec<u8>>, usize);

    impl io::Read for Pieces {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let most = buffer.len().min(self.1);
            self.0.read(&mut buffer[..most])
        }
    }

    /// Every byte belongs to one row; a row ends where a line does, and is the same however the bytes come in.
    #[track_caller]
    fn check_conservation(text: &[u8], piece: usize) {
        let whole = accounted(Cursor::new(text.to_vec()));
        let mut at = 0;
        for (row, bytes, _) in &whole {
            assert_eq!(row.at, at as u64);
            assert_eq!(row.line, 1 + memchr::memchr_iter(b'\n', &text[..at]).count() as u64);
            at += bytes;
            assert!(*bytes > 0 && (at == text.len() || text[at - 1] == b'\n'), "a row ends within line {}", row.line);
        }
        assert_eq!(at, text.len());
        let in_pieces = accounted(Pieces(Cursor::new(text.to_vec()), piece));
        assert!(in_pieces == whole, "in pieces of {piece}: {:?}", in_pieces.iter().zip(&whole).find(|(a, b)| a != b));
    }

    #[track_caller]
    fn check(text: &str, expected: &[(u64, Kind, &[&str])]) {
        let read = read(text.as_bytes());
        let read: Vec<_> = read
            .iter()
            .map(|(line, kind, cells)| (*line, *kind, cells.iter().map(String::as_str).collect::<Vec<_>>()))
            .collect();
        let expected: Vec<_> = expected.iter().map(|(line, kind, cells)| (*line, *kind, cells.to_vec())).collect();
        assert_eq!(read, expected, "{text}");
    }

    #[test]
    fn rows_are_cut_into_cells() {
        check(
            "a,b\r\n\"c,\n\"\"d\"\"\",\n,e",
            &[(1, Kind::Cells, &["a", "b"]), (2, Kind::Cells, &["c,\n\"d\"", ""]), (4, Kind::Cells, &["", "e"])],
        );
        check("a\"b,\"\"\n", &[(1, Kind::Cells, &["a\"b", ""])]);
        check("\"\"\"\"\"\"", &[(1, Kind::Cells, &["\"\""])]);
        check("", &[]);
    }

    #[test]
    fn a_broken_quote_costs_its_own_line_only() {
        check("\"a,b\nc,d\n", &[(1, Kind::BrokenQuote, &["\"a,b"]), (2, Kind::Cells, &["c", "d"])]);
        check("\"a\"x,b\nc,d\n", &[(1, Kind::BrokenQuote, &["\"a\"x,b"]), (2, Kind::Cells, &["c", "d"])]);
        let long = format!("\"a\n{}\n\",b\n", "x".repeat(STRING_BYTES_MAX));
        let lines: Vec<_> = read(long.as_bytes()).iter().map(|(line, kind, _)| (*line, *kind)).collect();
        assert_eq!(lines, [(1, Kind::BrokenQuote), (2, Kind::Cells), (3, Kind::BrokenQuote)]);
    }

    #[test]
    fn a_row_beyond_the_limit_is_not_kept_whole() {
        let text = format!("{},b\nc,d\n", "x".repeat(RECORD_BYTES_MAX + 300_000));
        let rows: Vec<_> =
            read(text.as_bytes()).iter().map(|(line, kind, cells)| (*line, *kind, cells.len())).collect();
        assert_eq!(rows, [(1, Kind::TooLong, 1), (2, Kind::Cells, 2)], "its end is no row of two cells");
    }

    #[test]
    fn a_broken_quote_costs_its_whole_line_wherever_a_read_ends() {
        check_conservation(b"\"a\"x,b,c\nd,e\n", 8);
        let long = format!("\"a\"x,{},c,d\ne,f\n", "b".repeat(RECORD_BYTES_MAX));
        let kinds: Vec<_> = read(long.as_bytes()).iter().map(|(line, kind, _)| (*line, *kind)).collect();
        assert_eq!(kinds, [(1, Kind::TooLong), (2, Kind::Cells)]);
    }

    #[test]
    fn a_row_at_the_limit_is_the_same_wherever_a_read_ends() {
        for bytes in RECORD_BYTES_MAX - 1..=RECORD_BYTES_MAX + 2 {
            for end in ["\n", "\r\n", ""] {
                let text = format!("{}{end}a,b\n", "x".repeat(bytes));
                for piece in [RECORD_BYTES_MAX / 4 + 1, RECORD_BYTES_MAX / 3 + 1, READ] {
                    check_conservation(text.as_bytes(), piece);
                }
            }
        }
    }

    proptest! {
        /// What a standard writer writes comes back, whatever the cells hold.
        #[test]
        fn what_the_csv_crate_writes_is_read_back(table in prop::collection::vec(prop::collection::vec("[a,\"\r\n x]{0,6}", 2..5), 1..6)) {
            let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
            for row in &table {
                writer.write_record(row).unwrap();
            }
            let text = writer.into_inner().unwrap();
            let cells: Vec<_> = read(&text).into_iter().map(|(_, _, cells)| cells).collect();
            prop_assert_eq!(cells, table);
        }

        /// Nothing that a file may hold stops the reading, and every byte is accounted for once.
        #[test]
        fn any_bytes_are_read_to_the_end(text in "[a,\"\r\n]{0,60}", piece in 1usize..20) {
            check_conservation(text.as_bytes(), piece);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        /// As above, where cells and rows are about as long as they may be.
        #[test]
        fn any_long_rows_are_read_to_the_end(
            parts in prop::collection::vec((prop::sample::select(&[",", "\"", "\"\"", "\n", "\r\n", "a"][..]),
                prop::sample::select(&[1, 1, 1, 40, STRING_BYTES_MAX - 2, STRING_BYTES_MAX, RECORD_BYTES_MAX / 2][..])), 0..24),
            piece in READ / 5..READ * 2,
        ) {
            let text: String = parts.iter().map(|(part, times)| if *part == "a" { part.repeat(*times) } else { (*part).to_owned() }).collect();
            check_conservation(text.as_bytes(), piece);
        }
    }
}

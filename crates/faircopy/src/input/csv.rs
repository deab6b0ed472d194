//! CSV: rows after a header become records. Delimiter and header line are found, columns become fields.
//!
//! What a row has too much or too little of stands in its record as a member that no form has, so that it is rejected with
//! a pointer that says why: `(cell 13)` for text beyond the header, `(cells)` for too few cells, `(broken quote)` for a
//! line whose quotes do not pair, `(columns)` below a second header that has the first one's names in another order. Cells are
//! text and are not trimmed; a cell without text is a missing field. A leading apostrophe that keeps a spreadsheet from seeing a
//! formula (`'=…`, as Faircopy writes it) is taken off again.

use super::{
    Record, foreign,
    header::{Known, Target},
    repeated::Repeated,
    rows::{Kind, Row, Rows},
    template::{Template, write_cell, write_text},
    totals::Totals,
    window::Window,
};
use crate::failure::{Failure, Mistake};
use std::{borrow::Cow, io, sync::Arc};

/// Delimiters that are looked for.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// How many rows may stand above the header, as titles do.
const ROWS_ABOVE: usize = 10;

/// Reads one record a row.
#[derive(Debug)]
pub(super) struct Csv {
    rows: Rows,
    layout: Arc<Layout>,
    repeated: Repeated,
    totals: Totals,
}

/// What the header says.
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) delimiter: u8,
    /// Names, trimmed.
    columns: Vec<String>,
    targets: Vec<Target>,
    template: Template,
    /// Line of the header.
    pub(super) line: u64,
}

impl Csv {
    /// Reads rows of a known layout, whose first is on `line`.
    pub(super) fn new(window: Window, layout: Arc<Layout>, line: u64) -> Self {
        let rows = Rows::new(window, layout.delimiter, line);
        Self { rows, layout, repeated: Repeated::default(), totals: Totals::default() }
    }

    /// Reads the rows below the header.
    pub(super) fn after_header(window: Window, layout: Arc<Layout>) -> io::Result<Self> {
        let header = layout.line;
        let mut csv = Self::new(window, layout, 1);
        while let Some(row) = csv.rows.read()? {
            if row.line >= header {
                break;
            }
        }
        Ok(csv)
    }

    pub(super) fn read(&mut self) -> io::Result<Option<Record>> {
        while let Some(row) = self.rows.read()? {
            let blank =
                row.kind == Kind::Cells && (0..row.cells).all(|cell| self.rows.cell(cell).trim_ascii().is_empty());
            if !blank && !self.repeated.takes(&self.rows, row, &self.layout.columns) {
                self.totals.see(&self.rows, row);
                return Ok(Some(self.record(row)));
            }
        }
        Ok(None)
    }

    /// What is to be told of the rows so far: those that say what the header says, and those that look like totals.
    pub(super) fn notes(&self, name: &str) -> Vec<String> {
        [self.repeated.note(name), self.totals.note(name)].into_iter().flatten().collect()
    }

    fn record(&self, row: Row) -> Record {
        let mut bytes = Vec::new();
        match row.kind {
            Kind::TooLong => bytes = self.rows.cell(0).into_owned(),
            Kind::BrokenQuote => {
                bytes.extend_from_slice(b"{\"(broken quote)\":");
                write_text(&self.rows.cell(0), &mut bytes);
                bytes.push(b'}');
            }
            Kind::Cells => self.add_cells(row, &mut bytes),
        }
        let original = Some(self.rows.text().to_vec());
        Record { line: row.line, at: row.at, bytes, original }
    }

    fn add_cells(&self, row: Row, out: &mut Vec<u8>) {
        if let Some(line) = self.repeated.above() {
            out.extend_from_slice(b"{}");
            add_member("(columns)", format!("in another order since line {line}").as_bytes(), out);
            return;
        }
        self.layout.template.write(|cell, out| write_cell(&plain(self.rows.cell(cell)), out), out);
        self.add_ragged(row, out);
    }

    /// Adds what does not fit the header to the object in `out`.
    fn add_ragged(&self, row: Row, out: &mut Vec<u8>) {
        let columns = self.layout.targets.len();
        if row.cells < columns {
            add_member("(cells)", format!("{} of {columns}", row.cells).as_bytes(), out);
        }
        for cell in 0..row.cells {
            let nameless = self.layout.targets.get(cell).is_none_or(|target| *target == Target::Nameless);
            let text = self.rows.cell(cell);
            if nameless && !text.trim_ascii().is_empty() {
                add_member(&format!("(cell {})", cell + 1), &text, out);
            }
        }
    }
}

fn add_member(name: &str, text: &[u8], object: &mut Vec<u8>) {
    object.pop();
    if object.last() != Some(&b'{') {
        object.push(b',');
    }
    write_text(name.as_bytes(), object);
    object.push(b':');
    write_text(text, object);
    object.push(b'}');
}

/// The text without the apostrophe that hid a formula.
fn plain(cell: Cow<'_, [u8]>) -> Cow<'_, [u8]> {
    let hidden = matches!(&*cell, [b'\'', b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r', ..]);
    match cell {
        cell if !hidden => cell,
        Cow::Borrowed(text) => Cow::Borrowed(&text[1..]),
        Cow::Owned(text) => Cow::Owned(text[1..].to_vec()),
    }
}

impl Layout {
    /// Finds delimiter and header in the first rows of a file. `delimiter`: what the user named.
    ///
    /// # Errors
    /// Every column that is no field, with the line of the header.
    pub(super) fn find(file: &str, sample: &[u8], delimiter: Option<u8>, known: &Known) -> Result<Self, Failure> {
        let candidates = delimiter.map_or(DELIMITERS.to_vec(), |delimiter| vec![delimiter]);
        let mut best: Option<(usize, usize, u8, u64, Vec<String>)> = None;
        for delimiter in candidates {
            for (line, columns) in first_rows(sample, delimiter) {
                let fields = columns.iter().filter(|column| fits(known, column)).count();
                let better = best.as_ref().is_none_or(|(most, wide, ..)| {
                    // Among headers nothing of which fits, the widest first row says most about what is wrong.
                    fields > *most || (fields == 0 && *most == 0 && line == 1 && columns.len() > *wide)
                });
                if better {
                    best = Some((fields, columns.len(), delimiter, line, columns));
                }
            }
        }
        let Some((_, _, delimiter, line, columns)) = best else {
            return Ok(Self {
                delimiter: b',',
                columns: Vec::new(),
                targets: Vec::new(),
                template: Template::default(),
                line: 1,
            });
        };
        foreign::refuse_returns(file, columns.iter().filter(|column| known.target(column).is_none()))?;
        let targets = known.targets(file, line, &columns).map_err(shortened)?;
        let template = Template::new(&targets);
        Ok(Self { delimiter, columns, targets, template, line })
    }
}

fn fits(known: &Known, column: &str) -> bool {
    matches!(known.target(column), Some(Target::Field(_)))
}

/// A file with the wrong form has a mistake per column: a few of them say it.
fn shortened(mut mistakes: Vec<Mistake>) -> Failure {
    const SHOWN: usize = 10;
    let more = mistakes.len().saturating_sub(SHOWN);
    mistakes.truncate(SHOWN);
    if more > 0 {
        mistakes.push(Mistake { what: format!("… and {more} more of the kind"), hint: None });
    }
    Failure::mistakes(mistakes)
}

/// The rows among which the header is, with their lines.
fn first_rows(sample: &[u8], delimiter: u8) -> Vec<(u64, Vec<String>)> {
    let mut rows = Rows::new(Window::new(Box::new(io::Cursor::new(sample.to_vec())), 0), delimiter, 1);
    let mut found = Vec::new();
    // Reading from memory does not fail.
    while let Ok(Some(row)) = rows.read() {
        let columns = (0..row.cells).map(|cell| String::from_utf8_lossy(&rows.cell(cell)).trim().to_owned());
        found.push((row.line, columns.collect()));
        if found.len() > ROWS_ABOVE {
            break;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, delimiter: Option<u8>) -> Result<Vec<(u64, String)>, Failure> {
        let fields = ["/no", "/total", "/name"].map(str::to_owned).to_vec();
        let known = Known { fields, ..Known::default() };
        let layout = Arc::new(Layout::find("f.csv", text.as_bytes(), delimiter, &known)?);
        let window = Window::new(Box::new(io::Cursor::new(text.as_bytes().to_vec())), 0);
        let mut csv = Csv::after_header(window, layout).unwrap();
        let mut records = Vec::new();
        while let Some(record) = csv.read().unwrap() {
            records.push((record.line, String::from_utf8(record.bytes).unwrap()));
        }
        Ok(records)
    }

    #[track_caller]
    fn check(text: &str, expected: &[(u64, &str)]) {
        let expected: Vec<_> = expected.iter().map(|(line, text)| (*line, (*text).to_owned())).collect();
        assert_eq!(read(text, None).unwrap(), expected, "{text}");
    }

    #[test]
    fn delimiters_are_found() {
        for delimiter in [",", ";", "\t", "|"] {
            let text = format!("no{delimiter}total\n7{delimiter}1.5\n");
            check(&text, &[(2, r#"{"no":"7","total":"1.5"}"#)]);
        }
        check("no\n7\n", &[(2, r#"{"no":"7"}"#)]);
    }

    #[test]
    fn rows_that_do_not_fit_the_header_say_how() {
        check(
            "no,total\n1\n2,3,x,\n\"4,5\n6,7,,\n",
            &[
                (2, r#"{"no":"1","(cells)":"1 of 2"}"#),
                (3, r#"{"no":"2","total":"3","(cell 3)":"x"}"#),
                (4, r#"{"(broken quote)":"\"4,5"}"#),
                (5, r#"{"no":"6","total":"7"}"#),
            ],
        );
    }

    #[test]
    fn title_rows_and_blank_rows_are_no_records() {
        check(
            "Invoices 2026\n\nNo;Total\n\n1;2\n;\n3;4\n",
            &[(5, r#"{"no":"1","total":"2"}"#), (7, r#"{"no":"3","total":"4"}"#)],
        );
        check("", &[]);
        check("no,total\n", &[]);
    }

    /// Also where the second table began with a byte order mark, or has blanks and quotes that the first has not.
    #[test]
    fn the_header_of_a_table_put_behind_another_is_no_record_and_told() {
        let text = "No,name\n1,A\n\u{feff}No,name\n2,B\nNo,\" name \"\nNo,x\n";
        check(
            text,
            &[(2, r#"{"no":"1","name":"A"}"#), (4, r#"{"no":"2","name":"B"}"#), (6, r#"{"no":"No","name":"x"}"#)],
        );
        check("name\nname\n", &[(2, r#"{"name":"name"}"#)]);
        check("no,name\nname,x\nno,no\n", &[(2, r#"{"no":"name","name":"x"}"#), (3, r#"{"no":"no","name":"no"}"#)]);
        assert_eq!(note("No,name\n1,A\n"), None);
        assert_eq!(note(text).unwrap(), "f.csv: line 3 says what the header says (and 1 more do): no record");
    }

    /// By the first header they would be other records, and clean ones. A third table may be as the first.
    #[test]
    fn rows_below_a_header_in_another_order_are_rejects() {
        let text = "no,name\n1,A\nname,no\nB,2\nC\nno,name\n3,D\n";
        let odd = r#"{"(columns)":"in another order since line 3"}"#;
        check(text, &[(2, r#"{"no":"1","name":"A"}"#), (4, odd), (5, odd), (7, r#"{"no":"3","name":"D"}"#)]);
        let told = "f.csv: line 3 says what the header says (and 1 more do): no record; line 3 has it in another \
            order: give what follows a file of its own";
        assert_eq!(note(text).unwrap(), told);
    }

    fn note(text: &str) -> Option<String> {
        let fields = ["/no", "/name"].map(str::to_owned).to_vec();
        let known = Known { fields, ..Known::default() };
        let layout = Arc::new(Layout::find("f.csv", text.as_bytes(), None, &known).unwrap());
        let window = Window::new(Box::new(io::Cursor::new(text.as_bytes().to_vec())), 0);
        let mut csv = Csv::after_header(window, layout).unwrap();
        assert_eq!(csv.notes("f.csv"), Vec::<String>::new());
        while csv.read().unwrap().is_some() {}
        let notes = csv.notes("f.csv");
        assert!(notes.len() < 2, "{notes:?}");
        notes.into_iter().next()
    }

    /// They are records all the same: somebody may be called so.
    #[test]
    fn rows_that_look_like_totals_are_told() {
        for row in ["Total,12.00", ",Summe:", "SUMME :,\"1.234,00\"", "Total général,7", "Grand Total,-3 %"] {
            let told = if row == ",Summe:" {
                None
            } else {
                Some(
                    "f.csv: line 3 looks like a row of totals, and is read as a record: if it is none, take it out of the file",
                )
            };
            assert_eq!(note(&format!("no,name\n1,A\n{row}\n")).as_deref(), told, "{row}");
        }
        for row in ["Total,Roe", "Totalis,12.00", "7,Total", "Total,7 EUR", "Total,"] {
            assert_eq!(note(&format!("no,name\n{row}\n")), None, "{row}");
        }
        assert!(
            note("no,name\nTotal,1\nTotal,2\n")
                .unwrap()
                .contains("line 2 looks like a row of totals (and 1 more do), and")
        );
        check("no,total\nTotal,12.00\n", &[(2, r#"{"no":"Total","total":"12.00"}"#)]);
    }

    #[test]
    fn an_apostrophe_before_a_formula_is_taken_off() {
        check("name\n'=1+1\n'tis\n", &[(2, r#"{"name":"=1+1"}"#), (3, r#"{"name":"'tis"}"#)]);
    }

    /// All of such a file would be its header, and messages show names of columns (promise 8).
    #[test]
    fn a_table_without_line_feeds_is_refused_and_nothing_of_it_shown() {
        for text in ["no,total\rRoe,2\rDoe,3\r", "\"no\",\"total\"\r\"Roe\",\"2\"\r", "name\rRoe\rDoe"] {
            let failure = read(text, None).unwrap_err().to_string();
            assert!(failure.starts_with("error: f.csv: its lines end with carriage returns alone"), "{failure}");
            assert!(failure.contains("hint: save") && !failure.contains("Roe"), "{failure}");
        }
        check("\"no\r\",\"to\rtal\"\n1,2\n", &[(2, r#"{"no":"1","total":"2"}"#)]);
    }

    #[test]
    fn unknown_columns_are_refused_with_the_line_of_the_header() {
        let failure = read("Report\nno,totl\n1,2\n", None).unwrap_err().to_string();
        assert!(failure.contains("f.csv:2: column \"totl\"") && failure.contains("did you mean /total?"), "{failure}");
    }
}

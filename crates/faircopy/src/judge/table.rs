//! CSV out. A record is flattened to one row: a column per JSON Pointer, a list as columns `/lines/0/amount`,
//! `/lines/1/amount`, and so on up to the longest list of the file. That length is known only at the end, so records of forms with
//! lists wait in a scratch file; memory stays constant.
//!
//! Text that a spreadsheet would take for a formula gets an apostrophe in front: it begins with `=`, `+`, `-`, `@`, tab or
//! carriage return, and is not simply a number. Reading the file with Faircopy takes the apostrophe off again.

use serde_json::Value;
use std::{
    borrow::Cow,
    collections::BTreeMap,
    fs::File,
    io::{self, BufRead as _, BufReader, BufWriter, Seek as _, Write},
};

/// The columns of a table.
#[derive(Debug)]
pub(super) enum Columns {
    /// These.
    Fixed(Vec<&'static str>),
    /// The fields of a form, by pointer, `*` for an index.
    Fields(Vec<String>),
}

/// Writes rows.
#[derive(Debug)]
pub(super) struct Table<W: Write> {
    writer: csv::Writer<W>,
    spool: Option<Spool>,
}

/// Records that wait for the columns.
#[derive(Debug)]
struct Spool {
    file: BufWriter<File>,
    fields: Vec<String>,
    /// Longest list by pointer, `*` for an index.
    lengths: BTreeMap<String, usize>,
}

impl<W: Write> Table<W> {
    /// A table; fixed columns are written at once.
    pub(super) fn new(out: W, columns: Columns) -> io::Result<Self> {
        let mut writer = csv::Writer::from_writer(out);
        let spool = match columns {
            Columns::Fixed(names) => {
                writer.write_record(names)?;
                None
            }
            Columns::Fields(fields) => {
                Some(Spool { file: BufWriter::new(tempfile::tempfile()?), fields, lengths: BTreeMap::new() })
            }
        };
        Ok(Self { writer, spool })
    }

    /// A row of the fixed columns.
    pub(super) fn row(&mut self, cells: &[&str]) -> io::Result<()> {
        for cell in cells {
            self.writer.write_field(safe(cell).as_bytes())?;
        }
        Ok(self.writer.write_record(None::<&[u8]>)?)
    }

    /// A record of the form.
    pub(super) fn record(&mut self, json: &[u8]) -> io::Result<()> {
        let Some(spool) = &mut self.spool else { return Ok(()) };
        spool.measure("", &serde_json::from_slice(json)?);
        spool.file.write_all(json)?;
        spool.file.write_all(b"\n")
    }

    /// Writes what waits, and gives the stream back.
    pub(super) fn finish(mut self) -> io::Result<W> {
        if let Some(spool) = self.spool.take() {
            let columns = spool.columns();
            self.writer.write_record(&columns)?;
            let mut file = spool.file.into_inner()?;
            file.rewind()?;
            for line in BufReader::new(file).lines() {
                let record: Value = serde_json::from_str(&line?)?;
                for column in &columns {
                    self.writer.write_field(safe(&text_of(record.pointer(column))).as_bytes())?;
                }
                self.writer.write_record(None::<&[u8]>)?;
            }
        }
        self.writer.into_inner().map_err(|error| error.into_error())
    }
}

impl Spool {
    fn measure(&mut self, path: &str, value: &Value) {
        match value {
            Value::Array(items) => {
                let length = self.lengths.entry(path.to_owned()).or_default();
                *length = items.len().max(*length);
                items.iter().for_each(|item| self.measure(&format!("{path}/*"), item));
            }
            Value::Object(members) => {
                for (name, value) in members.iter().filter(|(_, value)| value.is_array() || value.is_object()) {
                    self.measure(&format!("{path}/{}", name.replace('~', "~0").replace('/', "~1")), value);
                }
            }
            _ => {}
        }
    }

    fn columns(&self) -> Vec<String> {
        let mut columns = Vec::new();
        self.expand(&self.fields, &mut columns);
        columns
    }

    /// Adds the columns of fields. Fields of one list stand together, item by item.
    fn expand(&self, fields: &[String], columns: &mut Vec<String>) {
        let mut rest = fields;
        while let Some(pointer) = rest.first() {
            let Some((list, _)) = pointer.split_once("/*") else {
                columns.push(pointer.clone());
                rest = &rest[1..];
                continue;
            };
            let same = |pointer: &&String| pointer.split_once("/*").is_some_and(|(other, _)| other == list);
            let group = rest.iter().take_while(same).count();
            let (together, others) = rest.split_at(group);
            for index in 0..self.length(list) {
                let at = |pointer: &String| pointer.replacen("/*", &format!("/{index}"), 1);
                self.expand(&together.iter().map(at).collect::<Vec<_>>(), columns);
            }
            rest = others;
        }
    }

    /// Longest list at a pointer with indices.
    fn length(&self, list: &str) -> usize {
        let index = |step: &str| !step.is_empty() && step.bytes().all(|byte| byte.is_ascii_digit());
        let pattern: Vec<_> = list.split('/').map(|step| if index(step) { "*" } else { step }).collect();
        self.lengths.get(&pattern.join("/")).copied().unwrap_or(0)
    }
}

fn text_of(value: Option<&Value>) -> Cow<'_, str> {
    match value {
        None | Some(Value::Null) => Cow::Borrowed(""),
        Some(Value::String(text)) => Cow::Borrowed(text),
        Some(other) => Cow::Owned(other.to_string()),
    }
}

/// Text that no spreadsheet takes for a formula.
fn safe(text: &str) -> Cow<'_, str> {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']) && !is_number(text);
    if formula { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// Whether text is a canonical number, as in `-12.50`.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    all_digits(whole) && all_digits(decimals)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(fields: &[&str], records: &[&str]) -> String {
        let fields = fields.iter().map(|field| (*field).to_owned()).collect();
        let mut table = Table::new(Vec::new(), Columns::Fields(fields)).unwrap();
        records.iter().for_each(|record| table.record(record.as_bytes()).unwrap());
        String::from_utf8(table.finish().unwrap()).unwrap()
    }

    #[test]
    fn lists_become_as_many_columns_as_the_longest_needs() {
        let records =
            [r#"{"no":"1","lines":[{"qty":1,"amount":"2"}]}"#, r#"{"no":"2","lines":[{"qty":3},{"amount":"4"}]}"#];
        let expected = "/no,/lines/0/qty,/lines/0/amount,/lines/1/qty,/lines/1/amount,/note\n1,1,2,,,\n2,3,,,4,\n";
        assert_eq!(table(&["/no", "/lines/*/qty", "/lines/*/amount", "/note"], &records), expected);
        assert_eq!(table(&["/no", "/lines/*/qty"], &[]), "/no\n");
    }

    #[test]
    fn text_that_looks_like_a_formula_gets_an_apostrophe_and_a_number_does_not() {
        for (text, out) in
            [("=1+1", "'=1+1"), ("-12.50", "-12.50"), ("-1+2", "'-1+2"), ("@x", "'@x"), ("+49", "'+49"), ("", "")]
        {
            assert_eq!(safe(text), out);
        }
    }

    #[test]
    fn fixed_columns_are_there_without_rows() {
        let mut table = Table::new(Vec::new(), Columns::Fixed(vec!["a", "b"])).unwrap();
        table.row(&["1", "x,\"y\""]).unwrap();
        assert_eq!(String::from_utf8(table.finish().unwrap()).unwrap(), "a,b\n1,\"x,\"\"y\"\"\"\n");
    }
}

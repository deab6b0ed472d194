//! Reading a file of which no form is known yet: its columns and its first records.

use super::{
    Bytes, Options, damaged, foreign,
    open::{Prepared, json_records, prepare},
    repeated::Repeated,
    rows::{Kind, Rows},
    totals::Totals,
    window::Window,
};
use crate::failure::Failure;
use rules::json::{self, Member, Node, Value};
use std::{borrow::Cow, collections::HashMap, io, path::Path};

/// Delimiters that are looked for.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// Rows that are looked at to find delimiter and header.
const LOOKED_AT: usize = 100;

/// What was found out about a file.
#[derive(Debug, Default)]
pub struct Sampled {
    /// Columns of a table, in order; empty for JSON.
    pub columns: Vec<String>,
    /// Records read.
    pub rows: u64,
    /// Whether there are more.
    pub more: bool,
    /// Rows that do not fit the header, and records that are no JSON objects.
    pub odd: u64,
    /// Columns without a name.
    pub nameless: usize,
    /// For the user.
    pub notes: Vec<String>,
}

/// Reads at most `rows_max` records of a file; `see` gets each as JSON, the cells of a table as texts.
///
/// # Errors
/// When the file cannot be read, or two of its columns have the same name.
pub fn sample(
    path: &Path,
    options: &Options,
    rows_max: u64,
    header: &mut dyn FnMut(&[String]),
    see: &mut dyn FnMut(&Node<'_>),
) -> Result<Sampled, Failure> {
    let Prepared { name, window, csv, notes, .. } = prepare(path, options, &Bytes::default())?;
    let mut sampled = Sampled { notes, ..Sampled::default() };
    if csv {
        let delimiter = options.named_delimiter().or_else(|| delimiter(window.bytes()));
        let rows = Rows::new(window, delimiter.unwrap_or(b','), 1);
        // A table of one column has no delimiter, and no row that is wider than a title.
        let columns = columns(&name, rows, delimiter.is_none(), &mut sampled)?;
        header(&columns.1.iter().filter(|column| !column.is_empty()).cloned().collect::<Vec<_>>());
        table(&name, columns, (rows_max, &mut sampled), see)?;
    } else {
        documents(&name, window, (rows_max, &mut sampled), see)?;
    }
    Ok(sampled)
}

fn documents(
    name: &str,
    window: Window,
    (rows_max, sampled): (u64, &mut Sampled),
    see: &mut dyn FnMut(&Node<'_>),
) -> Result<(), Failure> {
    let mut reader = json_records(window);
    while let Some(record) = reader.read().map_err(|error| damaged(name, &error))? {
        if sampled.rows == rows_max {
            sampled.more = true;
            return Ok(());
        }
        sampled.rows += 1;
        match json::read(&record.bytes) {
            Ok(document) if document.root.members().is_some() => see(&document.root),
            _ => sampled.odd += 1,
        }
    }
    Ok(())
}

/// The rows below the header, and what it names.
fn columns(name: &str, mut rows: Rows, single: bool, sampled: &mut Sampled) -> Result<(Rows, Vec<String>), Failure> {
    let mut columns: Vec<String> = Vec::new();
    while let Some(row) = rows.read().map_err(|error| damaged(name, &error))? {
        columns = (0..row.cells).map(|cell| text(&rows.cell(cell)).trim().to_owned()).collect();
        let filled = columns.iter().filter(|cell| !cell.is_empty()).count();
        // Titles above the header have one cell.
        if filled > usize::from(!single) {
            break;
        }
    }
    foreign::refuse_returns(name, columns.iter())?;
    check_columns(name, &columns, sampled)?;
    Ok((rows, columns))
}

fn table(
    name: &str,
    (mut rows, columns): (Rows, Vec<String>),
    (rows_max, sampled): (u64, &mut Sampled),
    see: &mut dyn FnMut(&Node<'_>),
) -> Result<(), Failure> {
    let (mut repeated, mut totals) = (Repeated::default(), Totals::default());
    while let Some(row) = rows.read().map_err(|error: io::Error| damaged(name, &error))? {
        let is_blank = (0..row.cells).all(|cell| rows.cell(cell).trim_ascii().is_empty());
        if is_blank || repeated.takes(&rows, row, &columns) {
            continue;
        }
        if sampled.rows == rows_max {
            sampled.more = true;
            break;
        }
        sampled.rows += 1;
        totals.see(&rows, row);
        if row.kind == Kind::Cells && row.cells == columns.len() && repeated.above().is_none() {
            see(&record(&rows, &columns));
        } else {
            sampled.odd += 1;
        }
    }
    sampled.notes.extend(repeated.note(name).into_iter().chain(totals.note(name)));
    sampled.columns = columns.into_iter().filter(|column| !column.is_empty()).collect();
    Ok(())
}

fn check_columns(name: &str, columns: &[String], sampled: &mut Sampled) -> Result<(), Failure> {
    let mut seen: HashMap<&str, usize> = HashMap::new();
    for (index, column) in columns.iter().enumerate() {
        if column.is_empty() {
            sampled.nameless += 1;
        } else if let Some(earlier) = seen.insert(column, index) {
            // By number: without a header they are values.
            let what = format!("{name}: columns {} and {} have one name", earlier + 1, index + 1);
            return Err(Failure::usage(what).hint("rename one of them in a copy of the file"));
        }
    }
    if seen.is_empty() {
        return Err(Failure::usage(format!("{name}: there is no header")).hint("the first row names the columns"));
    }
    Ok(())
}

fn record(rows: &Rows, columns: &[String]) -> Node<'static> {
    let member = |(index, name): (usize, &String)| {
        let cell = text(&rows.cell(index));
        let value = if cell.trim().is_empty() { Value::Null } else { Value::Text(Cow::Owned(cell)) };
        Member::new(Cow::Owned(name.clone()), 0, Node { start: 0, end: 0, value })
    };
    let named = columns.iter().enumerate().filter(|(_, name)| !name.is_empty());
    Node { start: 0, end: 0, value: Value::Object(named.map(member).collect()) }
}

fn text(cell: &[u8]) -> String {
    String::from_utf8_lossy(cell).into_owned()
}

/// The delimiter that cuts most rows into the same number of cells, more than one.
fn delimiter(sample: &[u8]) -> Option<u8> {
    let fitting = |delimiter: u8| {
        let window = Window::new(Box::new(io::Cursor::new(sample.to_vec())), 0);
        let mut rows = Rows::new(window, delimiter, 1);
        let mut widths: HashMap<usize, usize> = HashMap::new();
        // Reading from memory does not fail.
        while let Ok(Some(row)) = rows.read() {
            if row.kind == Kind::Cells && row.cells > 1 {
                *widths.entry(row.cells).or_default() += 1;
            }
            if widths.values().sum::<usize>() == LOOKED_AT {
                break;
            }
        }
        widths.into_iter().map(|(cells, count)| (count, cells)).max().unwrap_or((0, 0))
    };
    let best = DELIMITERS.into_iter().rev().max_by_key(|delimiter| fitting(*delimiter));
    best.filter(|delimiter| fitting(*delimiter).0 > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, text: &str, rows_max: u64) -> Result<(Sampled, Vec<String>), Failure> {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join(name);
        std::fs::write(&path, text).unwrap();
        let mut seen = Vec::new();
        let mut see = |node: &Node<'_>| {
            let members = node.members().unwrap().iter();
            let shown = members.map(|member| format!("{}={}", member.name, member.node.text().unwrap_or("-")));
            seen.push(shown.collect::<Vec<_>>().join(" "));
        };
        sample(&path, &Options::default(), rows_max, &mut |_| {}, &mut see).map(|sampled| (sampled, seen))
    }

    #[test]
    fn tables_of_any_delimiter_and_with_titles_are_read() {
        for delimiter in [",", ";", "\t", "|"] {
            let text = "No|Total|Note\n1|2.50|a, b; c\n|3|\n\n7|8\n".replace('|', delimiter);
            let text = if ",;".contains(delimiter) { text.replace("a, b; c", "a b") } else { text };
            let (sampled, seen) = read("f.csv", &text, 100).unwrap();
            assert_eq!(sampled.columns, ["No", "Total", "Note"], "{delimiter}");
            assert_eq!((sampled.rows, sampled.odd, sampled.more), (3, 1, false));
            assert_eq!(seen[1], "No=- Total=3 Note=-");
        }
        let (sampled, seen) = read("f.csv", "Report 2026\n\na,b,\n1,2,3\n", 100).unwrap();
        assert_eq!((sampled.columns.len(), sampled.nameless, seen.as_slice()), (2, 1, &["a=1 b=2".to_owned()][..]));
    }

    #[test]
    fn a_table_of_one_column_loses_no_row() {
        let (sampled, seen) = read("f.csv", "id\n1\n2\n", 100).unwrap();
        assert_eq!((sampled.rows, seen.as_slice()), (2, &["id=1".to_owned(), "id=2".to_owned()][..]));
    }

    #[test]
    fn the_header_of_a_table_put_behind_another_is_told_and_no_record() {
        let (sampled, seen) = read("f.csv", "a,b\n1,2\na,b\n3,4\n", 100).unwrap();
        assert_eq!((sampled.rows, seen.len(), sampled.notes.len()), (2, 2, 1), "{seen:?}");
        assert!(sampled.notes[0].ends_with("line 3 says what the header says: no record"), "{:?}", sampled.notes);
    }

    #[test]
    fn json_is_read_and_what_is_no_record_is_counted() {
        let (sampled, seen) = read("f.ndjson", "{\"a\":\"x\"}\nnot json\n{\"a\":null}\n{}\n", 3).unwrap();
        assert_eq!((sampled.rows, sampled.odd, sampled.more), (3, 1, true));
        assert_eq!(seen, ["a=x", "a=-"]);
    }

    #[test]
    fn columns_that_cannot_be_told_apart_are_refused() {
        assert!(read("f.csv", "a,a\n1,2\n", 9).unwrap_err().to_string().contains("columns 1 and 2"));
        assert!(read("f.csv", "\n", 9).unwrap_err().to_string().contains("no header"));
    }
}

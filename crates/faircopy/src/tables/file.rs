//! Rows of a file: CSV with a header, or one JSON object a line; UTF-8.

use crate::{
    config::{Name, TableSetting},
    failure::Mistake,
};
use csv::{ByteRecord, ReaderBuilder, StringRecord};
use record::limits::RECORD_BYTES_MAX;
use rules::{
    json::{self, Node},
    table::Column,
};
use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read as _},
    path::Path,
    time::SystemTime,
};

/// Largest file that is read. A row without an end, as behind a quote that is not closed, takes as much memory at most.
pub(super) const FILE_BYTES_MAX: u64 = 2 << 30;
/// Delimiters that are looked for in the header.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// One row.
pub(super) enum Row<'r> {
    /// Cells by the name of their column.
    Cells {
        /// The columns.
        header: &'r [String],
        /// The cell of a column.
        get: &'r dyn Fn(&str) -> Option<&'r str>,
    },
    /// A JSON object.
    Object(&'r Node<'r>),
    /// No row can be made of it: why, and what to do.
    Bad(String, Option<&'static str>),
}

/// When the file was written last.
///
/// # Errors
/// When the system does not say: an age that nobody knows must not pass for a fresh one.
pub(super) fn written(path: &Path, setting: &TableSetting) -> Result<SystemTime, Mistake> {
    path.metadata().and_then(|metadata| metadata.modified()).map_err(|error| Mistake {
        what: format!("{}: nobody says when it was written: {error}", path.display()),
        hint: Some(format!("give the file of the table {} ({})", setting.name, setting.said)),
    })
}

/// Reads all rows, each with its line. `wanted`: the columns of which no two may have one name.
pub(super) fn rows(
    path: &Path,
    setting: &TableSetting,
    wanted: &[Column],
    each: &mut dyn FnMut(u64, Row<'_>),
) -> Result<(), Mistake> {
    let failed = |error: io::Error| Mistake {
        what: format!("{}: {error}", path.display()),
        hint: Some(format!("give the file of the table {} ({})", setting.name, setting.said)),
    };
    let file = File::open(path).map_err(failed)?;
    let length = file.metadata().map_err(failed)?.len();
    if length > FILE_BYTES_MAX {
        return Err(Mistake {
            what: format!("{}: a table of {length} bytes is larger than {FILE_BYTES_MAX}", path.display()),
            hint: Some("leave out rows and columns that no record can need".to_owned()),
        });
    }
    let mut reader = BufReader::with_capacity(1 << 16, file);
    if reader.fill_buf().map_err(failed)?.starts_with(b"\xef\xbb\xbf") {
        reader.consume(3);
    }
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("csv" | "tsv" | "txt") => cells(path, (setting, wanted), reader, each),
        Some("ndjson" | "jsonl") => objects(reader, each).map_err(failed),
        _ => Err(Mistake {
            what: format!("{}: the name does not say what the file is", path.display()),
            hint: Some("a table is a file that ends in .csv, .ndjson or .jsonl".to_owned()),
        }),
    }
}

fn cells(
    path: &Path,
    (setting, wanted): (&TableSetting, &[Column]),
    mut reader: BufReader<File>,
    each: &mut dyn FnMut(u64, Row<'_>),
) -> Result<(), Mistake> {
    let failed = |error: &dyn std::fmt::Display| Mistake { what: format!("{}: {error}", path.display()), hint: None };
    let head = reader.fill_buf().map_err(|error| failed(&error))?;
    let head = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |delimiter: u8| head.iter().filter(|byte| **byte == delimiter).count();
    // Of equals the one listed last would be taken: look from the back, so that a comma wins.
    let delimiter = DELIMITERS.into_iter().rev().max_by_key(|delimiter| count(*delimiter)).unwrap_or(b',');
    let mut rows = ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(reader);
    let header = rows.headers().map_err(|error| failed(&error))?;
    let header: Vec<String> = header.iter().map(|name| name.trim().to_owned()).collect();
    check_header(path, setting, &header)?;
    check_names(path, wanted, &header)?;
    let mut bytes = ByteRecord::new();
    while rows.read_byte_record(&mut bytes).map_err(|error| failed(&error))? {
        let line = bytes.position().map_or(0, csv::Position::line);
        if bytes.len() != header.len() {
            let what = format!("the row has {} cells, the header {}", bytes.len(), header.len());
            each(line, Row::Bad(what, Some("check the quotes and delimiters of the row")));
            continue;
        }
        match StringRecord::from_byte_record(std::mem::take(&mut bytes)) {
            Ok(row) => {
                let find = |name: &str| row.get(header.iter().position(|column| column == name)?);
                each(line, Row::Cells { header: &header, get: &find });
                bytes = row.into_byte_record();
            }
            Err(_) => each(line, Row::Bad("the row is not UTF-8".to_owned(), Some("save the file as UTF-8"))),
        }
    }
    Ok(())
}

/// A column that is misspelt would be missing in every row, and a row without its last day is in force for ever.
fn check_header(path: &Path, setting: &TableSetting, header: &[String]) -> Result<(), Mistake> {
    for (name, key) in [(&setting.key, "key"), (&setting.from, "from"), (&setting.to, "to")] {
        let times = header.iter().filter(|column| *column == name).count();
        if times == 1 || (name.is_empty() && key != "key") {
            continue;
        }
        let near = rules::nearest(name, header.iter().map(String::as_str)).map(|near| format!("did you mean {near}? "));
        let none = if key == "key" { "" } else { ", or \"\" when rows have no such day" };
        let found = if times == 0 { "no column".to_owned() } else { format!("{times} columns") };
        return Err(Mistake {
            what: format!("{}:1: the header has {found} {name}", path.display()),
            hint: Some(format!(
                "{}name the column in {}{none}",
                near.unwrap_or_default(),
                Name::from(["tables", &setting.name, key])
            )),
        });
    }
    Ok(())
}

/// Which of two columns is meant nobody knows.
fn check_names(path: &Path, wanted: &[Column], header: &[String]) -> Result<(), Mistake> {
    let times = |wanted: &&Column| header.iter().filter(|column| **column == wanted.name).count();
    wanted.iter().find(|column| times(column) > 1).map_or(Ok(()), |column| {
        let what = format!("{}:1: the header has {} columns {}", path.display(), times(&column), column.name);
        Err(Mistake { what, hint: Some("drop or rename those that are not meant".to_owned()) })
    })
}

fn objects(mut reader: BufReader<File>, each: &mut dyn FnMut(u64, Row<'_>)) -> io::Result<()> {
    let most = u64::try_from(RECORD_BYTES_MAX).unwrap_or(u64::MAX);
    let mut bytes = Vec::new();
    for line in 1.. {
        bytes.clear();
        // One more than a row may have, so that a longer one is noticed and not read on as another.
        reader.by_ref().take(most + 1).read_until(b'\n', &mut bytes)?;
        if bytes.is_empty() {
            break;
        }
        if bytes.len() > RECORD_BYTES_MAX && bytes.last() != Some(&b'\n') {
            each(line, Row::Bad(format!("the row is longer than {RECORD_BYTES_MAX} bytes"), None));
            break;
        }
        if bytes.trim_ascii().is_empty() {
            continue;
        }
        match json::read(&bytes) {
            Ok(document) => each(line, Row::Object(&document.root)),
            Err(faults) => {
                let what = faults.first().map_or("this is no JSON", |fault| fault.kind.what());
                each(line, Row::Bad(what.to_owned(), Some("write one JSON object a line")));
            }
        }
    }
    Ok(())
}

//! Rows -> table: every text brought into the form of records, every bad row told, the bounds held.

use super::{
    Column, ColumnKind, Declaration, ROWS_MAX, Span, Stored, TEXT_BYTES_MAX, Table,
    declaration::{Reader, Reading},
};
use crate::{
    calendar::{CivilDate, parse_date},
    json::{Node, Value},
};
use std::{borrow::Cow, fmt::Write as _};

/// Most bad rows that are told; the count says how many there were.
pub const ERRORS_MAX: usize = 20;
/// Names the use of the hash, so that it never equals one made for another purpose.
const VERSION: &str = "faircopy 2026 reference table v1";

/// What two rows of one key with the same first day mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Same {
    /// A mistake, as in a file.
    Refuse,
    /// The last one holds, as in a log of changes.
    Last,
}

/// Names of the members of a row that are no columns of a declaration.
#[derive(Clone, Copy, Debug)]
pub struct Names<'n> {
    /// The key.
    pub key: &'n str,
    /// First day in force, inclusive; without it since ever. Empty: no row has one.
    pub from: &'n str,
    /// Last day in force, inclusive; without it for ever. Empty: no row has one.
    pub to: &'n str,
}

impl Default for Names<'static> {
    fn default() -> Self {
        Self { key: "key", from: "from", to: "to" }
    }
}

/// One bad row. Never carries its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowError {
    /// Where the row stands: a line of a file, from 1.
    pub line: u64,
    /// The column; empty when the row as a whole is meant.
    pub column: String,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub hint: Option<&'static str>,
}

/// Gathers the rows of one table.
#[derive(Debug)]
pub struct Builder<'n> {
    table: Table,
    key: Reading,
    names: Names<'n>,
    same: Same,
    reader: Reader,
    /// Whether a row had the column at all: first and last day, then by column.
    seen: Vec<bool>,
    errors: Vec<RowError>,
    error_count: usize,
    bounds: Bounds,
    /// What may be gathered before it is looked whether the bounds are held: more than they, as long as rows that no longer hold
    /// are among them.
    room: Bounds,
    full: bool,
    partial: bool,
}

/// How much a table may be.
#[derive(Clone, Copy, Debug)]
struct Bounds {
    rows: usize,
    text_bytes: usize,
}

impl Bounds {
    const ALL: Self = Self { rows: ROWS_MAX, text_bytes: TEXT_BYTES_MAX };

    const fn hold(self, table: &Table) -> bool {
        table.rows.len() <= self.rows && table.texts.len() <= self.text_bytes
    }

    /// These, or twice what the table has where that is more.
    fn or_twice(self, table: &Table) -> Self {
        Self { rows: self.rows.max(2 * table.rows.len()), text_bytes: self.text_bytes.max(2 * table.texts.len()) }
    }
}

/// First and last day stand before the columns in [`Builder::seen`].
const DAYS: usize = 2;
/// Number of a row that says that the one before it holds no longer.
const REMOVED: u32 = u32::MAX;

type Told = (String, Cow<'static, str>, Option<&'static str>);

impl<'n> Builder<'n> {
    /// An empty table.
    #[must_use]
    pub fn new(declaration: &Declaration, names: Names<'n>, same: Same) -> Self {
        Self {
            table: Table {
                name: declaration.name.clone(),
                columns: declaration.columns.clone(),
                texts: String::new(),
                rows: Vec::new(),
                cells: Vec::new(),
                version: String::new(),
                newest: None,
            },
            key: declaration.key.clone(),
            names,
            same,
            reader: Reader::new(),
            seen: vec![false; DAYS + declaration.columns.len()],
            errors: Vec::new(),
            error_count: 0,
            bounds: Bounds::ALL,
            room: Bounds::ALL,
            full: false,
            partial: false,
        }
    }

    /// Lets the table lack rows and columns, as an example may.
    #[must_use]
    pub fn partial(self) -> Self {
        Self { partial: true, ..self }
    }

    /// Adds a row. `get` gives the text under a name: `None` when the row does not have it. What is blank is missing.
    pub fn row<'v>(&mut self, line: u64, get: impl Fn(&str) -> Option<&'v str>) {
        if self.full {
            return;
        }
        let (texts, cells) = (self.table.texts.len(), self.table.cells.len());
        match self.add(line, get) {
            Ok(()) => self.make_room(line),
            Err((column, what, hint)) => {
                self.table.texts.truncate(texts);
                self.table.cells.truncate(cells);
                self.error(line, column, what.into_owned(), hint);
            }
        }
    }

    /// Adds a row written as a JSON object: texts, numbers and booleans.
    pub fn object(&mut self, line: u64, row: &Node<'_>) {
        let Some(members) = row.members() else {
            return self.error(line, String::new(), "a row is a JSON object".to_owned(), None);
        };
        let used = |name: &str| {
            [self.names.key, self.names.from, self.names.to].contains(&name)
                || self.table.columns.iter().any(|column| column.name == name)
        };
        let nested = |value: &Value<'_>| matches!(value, Value::Array(_) | Value::Object(_));
        if let Some(member) = members.iter().find(|member| nested(&member.node.value) && used(&member.name)) {
            let what = "a value of a table is a text, a number or a boolean".to_owned();
            return self.error(line, member.name.to_string(), what, None);
        }
        self.row(line, |name| match &row.member(name)?.value {
            Value::Text(text) | Value::Number(text) => Some(text),
            Value::Bool(true) => Some("true"),
            Value::Bool(false) => Some("false"),
            _ => Some(""),
        });
    }

    /// Notes a row that cannot be read at all.
    pub fn refuse(&mut self, line: u64, what: String, hint: Option<&'static str>) {
        self.error(line, String::new(), what, hint);
    }

    /// Takes back the row of a key that begins on a day, as far as rows were added before. For [`Same::Last`].
    pub fn remove(&mut self, line: u64, key: &str, from: &str) {
        if self.full {
            return;
        }
        let texts = self.table.texts.len();
        let read = self.key_of(key).and_then(|key| Ok((key, day(self.names.from, from)?)));
        match read {
            Ok((key, from)) => {
                let line = u32::try_from(line).unwrap_or(u32::MAX);
                let from = from.unwrap_or(i32::MIN);
                self.table.rows.push(Stored { key, from, to: i32::MAX, number: REMOVED, line });
                self.make_room(line.into());
            }
            Err((column, what, hint)) => {
                self.table.texts.truncate(texts);
                self.error(line, column, what.into_owned(), hint);
            }
        }
    }

    /// The table.
    ///
    /// # Errors
    /// The bad rows in their order, at most [`ERRORS_MAX`], and how many there are.
    pub fn finish(mut self) -> Result<Table, (Vec<RowError>, usize)> {
        self.sort();
        if self.same == Same::Last {
            self.compact();
            let last = self.table.rows.iter().map(|row| row.line).max();
            self.hold_bounds(last.unwrap_or_default().into());
        }
        self.check();
        if self.error_count > 0 {
            self.errors.sort_by_key(|error| error.line);
            return Err((self.errors, self.error_count));
        }
        let mut table = self.table;
        table.texts.shrink_to_fit();
        table.rows.shrink_to_fit();
        table.cells.shrink_to_fit();
        table.newest = table.rows.iter().map(|row| row.from).filter(|from| *from > i32::MIN).max();
        table.version = version(&table);
        Ok(table)
    }

    fn add<'v>(&mut self, line: u64, get: impl Fn(&str) -> Option<&'v str>) -> Result<(), Told> {
        let Names { key, from, to } = self.names;
        let number = u32::try_from(self.table.cells.len() / self.table.columns.len().max(1)).unwrap_or(REMOVED);
        let number = if self.table.columns.is_empty() { 0 } else { number };
        let stored = self.key_of(get(key).unwrap_or_default())?;
        let said = [from, to].map(|name| if name.is_empty() { Some("") } else { get(name) });
        for (seen, said) in self.seen.iter_mut().zip(said) {
            *seen |= said.is_some();
        }
        let (first, last) = (day(from, said[0].unwrap_or_default())?, day(to, said[1].unwrap_or_default())?);
        if first.zip(last).is_some_and(|(first, last)| first > last) {
            return Err((to.to_owned(), "the row ends before it begins".into(), None));
        }
        for at in 0..self.table.columns.len() {
            let raw = get(&self.table.columns[at].name);
            self.seen[DAYS + at] |= raw.is_some();
            let span = cell(&self.reader, &self.table.columns[at], raw.unwrap_or_default())?
                .map_or(Span::MISSING, |text| keep(&mut self.table.texts, &text));
            self.table.cells.push(span);
        }
        self.table.rows.push(Stored {
            key: stored,
            from: first.unwrap_or(i32::MIN),
            to: last.unwrap_or(i32::MAX),
            number,
            line: u32::try_from(line).unwrap_or(u32::MAX),
        });
        Ok(())
    }

    fn key_of(&mut self, raw: &str) -> Result<Span, Told> {
        let told = |what: &'static str| (self.names.key.to_owned(), what.into(), None);
        let key = self.reader.read(raw, &self.key).map_err(|refusal| told(refusal.code.sentence()))?;
        if key.is_empty() {
            return Err(told("a row needs its key"));
        }
        Ok(keep(&mut self.table.texts, &key))
    }

    /// Refuses more than may be held; of a log of changes, what no longer holds is dropped first.
    fn make_room(&mut self, line: u64) {
        if self.room.hold(&self.table) {
            return;
        }
        if self.same == Same::Last {
            self.sort();
            self.compact();
            // As much again may come, so that the work of dropping stays in proportion.
            self.room = self.bounds.or_twice(&self.table);
        }
        self.hold_bounds(line);
    }

    fn hold_bounds(&mut self, line: u64) {
        if self.full || self.bounds.hold(&self.table) {
            return;
        }
        self.full = true;
        let Bounds { rows, text_bytes } = self.bounds;
        let what = if self.table.rows.len() > rows {
            format!("the table has more than {rows} rows")
        } else {
            format!("the texts of the table have more than {text_bytes} bytes")
        };
        self.error(line, String::new(), what, Some("leave out rows and columns that no record can need"));
    }

    fn sort(&mut self) {
        let Table { texts, rows, .. } = &mut self.table;
        let key = |row: &Stored| row.key.of(texts).unwrap_or_default();
        // Stable: of rows with the same key and first day, the last added stands last.
        rows.sort_by(|a, b| key(a).cmp(key(b)).then(a.from.cmp(&b.from)));
    }

    /// Keeps the last of the rows with the same key and first day, and none that was taken back. The rows are sorted.
    fn compact(&mut self) {
        let Table { texts, rows, cells, columns, .. } = &mut self.table;
        let width = columns.len();
        let old = (std::mem::take(texts), std::mem::take(rows), std::mem::take(cells));
        let key = |row: &Stored| row.key.of(&old.0).unwrap_or_default();
        for group in old.1.chunk_by(|a, b| key(a) == key(b) && a.from == b.from) {
            let Some(last) = group.last().filter(|row| row.number != REMOVED) else { continue };
            let number = u32::try_from(rows.len()).unwrap_or(REMOVED);
            let before = usize::try_from(last.number).unwrap_or(usize::MAX).saturating_mul(width);
            for span in old.2.get(before..before.saturating_add(width)).unwrap_or_default() {
                cells.push(span.of(&old.0).map_or(Span::MISSING, |text| keep(texts, text)));
            }
            rows.push(Stored { key: keep(texts, key(last)), number, ..*last });
        }
    }

    /// What only all rows together show.
    fn check(&mut self) {
        let mut overlaps = Vec::new();
        for pair in self.table.rows.windows(2) {
            if let [before, after] = pair
                && after.from <= before.to
                && self.table.key(before) == self.table.key(after)
            {
                let (early, late) = (before.line.min(after.line), before.line.max(after.line));
                overlaps.push((late, format!("the row overlaps that of line {early}, which has the same key")));
            }
        }
        for (line, what) in overlaps {
            let hint = "let a row end on the day before the next one of its key begins";
            self.error(line.into(), self.names.from.to_owned(), what, Some(hint));
        }
        if self.error_count > 0 || self.partial {
            return;
        }
        if self.table.rows.is_empty() {
            self.error(
                0,
                String::new(),
                "the table has no row".to_owned(),
                Some("a table that is meant to be empty cannot be told from one that was cut off"),
            );
            return;
        }
        let names = [self.names.from, self.names.to].map(str::to_owned);
        let columns = self.table.columns.iter().map(|column| column.name.clone());
        let all: Vec<(String, bool)> = names.into_iter().chain(columns).zip(self.seen.clone()).collect();
        for (name, _) in all.into_iter().filter(|(_, seen)| !seen) {
            let hint = "add the column; it may be empty where nothing is known";
            self.error(0, name, "no row has this column".to_owned(), Some(hint));
        }
    }

    fn error(&mut self, line: u64, column: String, what: String, hint: Option<&'static str>) {
        self.error_count += 1;
        if self.errors.len() < ERRORS_MAX {
            self.errors.push(RowError { line, column, what, hint });
        }
    }
}

fn keep(texts: &mut String, text: &str) -> Span {
    // What may be gathered of texts keeps offsets within 32 bits: it is checked after every row, and no row is that long.
    let span = Span {
        start: u32::try_from(texts.len()).unwrap_or(u32::MAX),
        length: u32::try_from(text.len()).unwrap_or(u32::MAX),
    };
    texts.push_str(text);
    span
}

fn day(name: &str, text: &str) -> Result<Option<i32>, Told> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let told = || {
        let hint = "write dates as 2026-01-31, from the year 1000 on; leave it empty when there is no such day";
        (name.to_owned(), "this is not a date".into(), Some(hint))
    };
    // The calendar writes dates of four digits only.
    let known = |day: &i32| CivilDate::from_epoch_day((*day).into()).is_some();
    parse_date(text).filter(known).map(Some).ok_or_else(told)
}

/// The text of a cell as records would hold it; `None` when it is blank.
fn cell<'v>(reader: &Reader, column: &Column, raw: &'v str) -> Result<Option<Cow<'v, str>>, Told> {
    let told = |what: &'static str, hint| (column.name.clone(), what.into(), hint);
    let text = reader.read(raw, &column.reading).map_err(|refusal| told(refusal.code.sentence(), None))?;
    let fits = match column.kind {
        ColumnKind::Text => true,
        _ if text.is_empty() => true,
        ColumnKind::Decimal => rust_decimal::Decimal::from_str_exact(&text).is_ok(),
        ColumnKind::Date => parse_date(&text).is_some(),
        ColumnKind::Condition => matches!(&*text, "true" | "false"),
    };
    match (fits, column.kind) {
        (true, _) => Ok(Some(text).filter(|text| !text.is_empty())),
        (false, ColumnKind::Decimal) => Err(told("this is not a decimal", Some("write decimals as 1234.50"))),
        (false, ColumnKind::Date) => Err(told("this is not a date", Some("write dates as 2026-01-31"))),
        (false, _) => Err(told("this is neither true nor false", Some("write true or false"))),
    }
}

/// Hash, count of rows and newest first day.
fn version(table: &Table) -> String {
    let mut hasher = blake3::Hasher::new_derive_key(VERSION);
    let mut buffer: Vec<u8> = Vec::new();
    // With its length, so that no two lists of texts run into the same bytes; a missing one has a length of its own.
    let add = |buffer: &mut Vec<u8>, text: Option<&str>| {
        let length = text.map_or(u64::MAX, |text| text.len() as u64);
        buffer.extend_from_slice(&length.to_le_bytes());
        buffer.extend_from_slice(text.unwrap_or_default().as_bytes());
    };
    // Columns in the order of their names: which form declares them first is no matter.
    let mut order: Vec<usize> = (0..table.columns.len()).collect();
    order.sort_by_key(|at| &table.columns[*at].name);
    add(&mut buffer, Some(&table.name));
    for at in &order {
        add(&mut buffer, Some(&table.columns[*at].name));
        add(&mut buffer, Some(table.columns[*at].kind.as_str()));
    }
    for row in &table.rows {
        add(&mut buffer, Some(table.key(row)));
        buffer.extend_from_slice(&row.from.to_le_bytes());
        buffer.extend_from_slice(&row.to.to_le_bytes());
        let number = usize::try_from(row.number).unwrap_or(usize::MAX);
        for at in &order {
            add(&mut buffer, super::Row { table, number }.text(*at));
        }
        if buffer.len() >= 1 << 14 {
            hasher.update(&buffer);
            buffer.clear();
        }
    }
    hasher.update(&buffer);
    let mut text = String::with_capacity(48);
    for byte in &hasher.finalize().as_bytes()[..8] {
        // Writing to a string cannot fail.
        let _infallible = write!(text, "{byte:02x}");
    }
    let newest = table.newest.and_then(|day| CivilDate::from_epoch_day(day.into()));
    let newest = newest.map_or_else(|| "-".to_owned(), CivilDate::iso);
    let _infallible = write!(text, "/{}/{newest}", table.rows.len());
    text
}

#[cfg(test)]
mod tests;

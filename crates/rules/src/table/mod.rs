//! Reference tables: what a client's books say of a key on a day. A form declares which it looks into; the rows come
//! from outside, as data, and are held compactly: reading them is not this module's affair.
//!
//! | module | is |
//! |---|---|
//! | [`declaration`] | what a form says of a table, and how its texts are brought into the form records have |
//! | [`build`] | rows -> [`Table`], every bad row told |
//! | [`near`] | the key that was probably meant |

mod build;
mod declaration;
mod near;
#[cfg(test)]
mod tests;

pub use build::{Builder, ERRORS_MAX, Names, RowError, Same};
pub use declaration::{Column, ColumnKind, Declaration, Reading};

use crate::calendar::CivilDate;
use std::{collections::BTreeMap, fmt, ops::Range, sync::Arc};

/// Most rows of one table.
pub const ROWS_MAX: usize = 4_000_000;
/// Most bytes of the texts of one table: keys and columns together.
pub const TEXT_BYTES_MAX: usize = 1 << 30;
// Texts are found by 32-bit offsets, rows by numbers of 32 bits; of a log of changes, twice the bounds are gathered.
const _: () = assert!(2 * TEXT_BYTES_MAX + (1 << 20) < u32::MAX as usize);
const _: () = assert!(2 * ROWS_MAX < u32::MAX as usize);

/// The rows of one reference table. Immutable; its version follows from its contents alone.
pub struct Table {
    name: String,
    columns: Vec<Column>,
    texts: String,
    /// Sorted by key, then by first day; days of one key do not overlap.
    rows: Vec<Stored>,
    /// The columns of every row, in the order the rows were read.
    cells: Vec<Span>,
    version: String,
    newest: Option<i32>,
}

/// Where a text stands in [`Table::texts`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    start: u32,
    length: u32,
}

impl Span {
    /// Of a value that the row does not have.
    const MISSING: Self = Self { start: u32::MAX, length: 0 };

    fn of(self, texts: &str) -> Option<&str> {
        let start = usize::try_from(self.start).ok()?;
        texts.get(start..start + usize::try_from(self.length).ok()?)
    }
}

/// A row as held: 24 bytes, and 8 for each column.
#[derive(Clone, Copy, Debug)]
struct Stored {
    key: Span,
    /// First day, inclusive; `i32::MIN` when there is none.
    from: i32,
    /// Last day, inclusive; `i32::MAX` when there is none.
    to: i32,
    /// Its number in the order read.
    number: u32,
    /// Where it stands in what was read; for errors.
    line: u32,
}

/// What a table says of a key on a day.
#[derive(Clone, Copy, Debug)]
pub enum Found<'t> {
    /// The row in force.
    Row(Row<'t>),
    /// The key has rows, none of them in force: days since 1970-01-01 of the nearest, the one before the day if there
    /// is one.
    Inactive {
        /// Its first day, when it has one.
        from: Option<i32>,
        /// Its last day, when it has one.
        to: Option<i32>,
    },
    /// The key has rows, but nobody knows the day.
    Undated,
    /// The key has no row.
    Absent,
}

/// A row of a table.
#[derive(Clone, Copy, Debug)]
pub struct Row<'t> {
    table: &'t Table,
    number: usize,
}

impl<'t> Row<'t> {
    /// Text of a column by its place in the table; `None` when the row lacks it.
    #[must_use]
    pub fn text(self, column: usize) -> Option<&'t str> {
        let width = self.table.columns.len();
        self.table.cells.get(self.number * width + column).filter(|_| column < width)?.of(&self.table.texts)
    }
}

impl Table {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its columns; key and days are not among them.
    #[must_use]
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// What names its contents: `hash/rows/newest`, where the hash has 16 hexadecimal digits and `newest` is the latest
    /// first day of a row, or `-`. The order of rows, the file they came from and columns that no form declares have no
    /// part in it.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// How many rows it has.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows.len()
    }

    /// The latest first day of a row, in days since 1970-01-01; `None` when no row has one.
    #[must_use]
    pub const fn newest(&self) -> Option<i32> {
        self.newest
    }

    /// Key and first day (ISO 8601, or empty) of every row, by key.
    pub fn entries(&self) -> impl Iterator<Item = (&str, String)> {
        let day =
            |day: i32| (day > i32::MIN).then(|| CivilDate::from_epoch_day(day.into()).map(CivilDate::iso)).flatten();
        self.rows.iter().map(move |row| (self.key(row), day(row.from).unwrap_or_default()))
    }

    /// Bytes of memory it holds.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.texts.capacity() + self.rows.capacity() * size_of::<Stored>() + self.cells.capacity() * size_of::<Span>()
    }

    /// What it says of `key` on `day` (days since 1970-01-01). Takes some 20 comparisons for a million rows.
    #[must_use]
    pub fn find(&self, key: &str, day: Option<i32>) -> Found<'_> {
        self.find_within(key, day.map(|day| (day, day)))
    }

    /// What it says of `key` in a time, from its first day to its last: the last row that is in force on any of its
    /// days.
    #[must_use]
    pub fn find_within(&self, key: &str, days: Option<(i32, i32)>) -> Found<'_> {
        let rows = &self.rows[self.range(key)];
        let Some(first) = rows.first() else { return Found::Absent };
        let Some((start, end)) = days.filter(|(start, end)| start <= end) else { return Found::Undated };
        // The last row that has begun; rows of one key do not overlap.
        let begun = rows.partition_point(|row| row.from <= end);
        let last = begun.checked_sub(1).and_then(|at| rows.get(at));
        match last {
            Some(row) if start <= row.to => match usize::try_from(row.number) {
                Ok(number) => Found::Row(Row { table: self, number }),
                Err(_) => Found::Absent,
            },
            near => {
                let near = near.unwrap_or(first);
                let (from, to) = ((near.from > i32::MIN).then_some(near.from), (near.to < i32::MAX).then_some(near.to));
                Found::Inactive { from, to }
            }
        }
    }

    /// The key that was probably meant by one that has no row: the only one in force on `day` which differs from it by a
    /// single slip of the keyboard. `None` when none does, or several do.
    #[must_use]
    pub fn nearest(&self, key: &str, day: Option<i32>) -> Option<&str> {
        near::nearest(self, key, day)
    }

    /// The rows of a key.
    fn range(&self, key: &str) -> Range<usize> {
        // Most keys have one row or two; a key may also have one for each day.
        const FEW: usize = 4;
        let start = self.rows.partition_point(|row| self.key(row) < key);
        let is_of_key = |row: &Stored| self.key(row) == key;
        let rest = &self.rows[start..];
        let few = rest.iter().take(FEW).take_while(|row| is_of_key(row)).count();
        let length = if few < FEW { few } else { rest.partition_point(is_of_key) };
        start..start + length
    }

    fn key(&self, row: &Stored) -> &str {
        row.key.of(&self.texts).unwrap_or_default()
    }
}

impl fmt::Debug for Table {
    // Its rows are a client's books: they have no place in logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Table").field("name", &self.name).field("version", &self.version).finish_non_exhaustive()
    }
}

/// The tables that are configured, by name. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Tables(BTreeMap<String, Arc<Table>>);

impl Tables {
    /// The table of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Arc<Table>> {
        self.0.get(name)
    }

    /// All of them, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Table>> {
        self.0.values()
    }
}

impl Tables {
    /// These, and of `others` those whose names are not among these.
    #[must_use]
    pub fn or(mut self, others: &Self) -> Self {
        for (name, table) in &others.0 {
            self.0.entry(name.clone()).or_insert_with(|| Arc::clone(table));
        }
        self
    }
}

impl FromIterator<Table> for Tables {
    fn from_iter<I: IntoIterator<Item = Table>>(tables: I) -> Self {
        Self(tables.into_iter().map(|table| (table.name.clone(), Arc::new(table))).collect())
    }
}

/// Why a form cannot be judged with these tables.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BindError {
    /// The form requires a table that is not configured.
    #[error("form {form} requires the table {table}, which is not configured")]
    Required {
        /// `name/version` of the form.
        form: String,
        /// The table.
        table: String,
    },
    /// The table was built without a column that the form declares.
    #[error("form {form} looks up the column {column} of the table {table}, which has none of this name and type")]
    Column {
        /// `name/version` of the form.
        form: String,
        /// The table.
        table: String,
        /// The column.
        column: String,
    },
}

/// A configured table as one form sees it: the form's columns by their place in the table.
#[derive(Clone, Debug)]
pub(crate) struct BoundTable {
    pub(crate) table: Arc<Table>,
    columns: Vec<usize>,
}

impl BoundTable {
    /// Binds the declarations of a form, in their order; `None` for a table that is neither configured nor required.
    pub(crate) fn all(form: &str, declared: &[Declaration], tables: &Tables) -> Result<Vec<Option<Self>>, BindError> {
        declared.iter().map(|declaration| Self::one(form, declaration, tables)).collect()
    }

    fn one(form: &str, declaration: &Declaration, tables: &Tables) -> Result<Option<Self>, BindError> {
        let (form, name) = (form.to_owned(), declaration.name.clone());
        let Some(table) = tables.get(&name) else {
            return if declaration.required { Err(BindError::Required { form, table: name }) } else { Ok(None) };
        };
        let mut columns = Vec::with_capacity(declaration.columns.len());
        for column in &declaration.columns {
            let place = table.columns.iter().position(|other| other.agrees(column));
            match place {
                Some(place) => columns.push(place),
                None => return Err(BindError::Column { form, table: name, column: column.name.clone() }),
            }
        }
        Ok(Some(Self { table: Arc::clone(table), columns }))
    }

    /// The number of the row of a key in force on a day.
    pub(crate) fn row(&self, key: &str, day: Option<i32>) -> Option<usize> {
        match self.table.find(key, day) {
            Found::Row(row) => Some(row.number),
            _ => None,
        }
    }

    /// Text of the form's column number `column`; `None` when the row lacks it.
    pub(crate) fn text(&self, row: usize, column: usize) -> Option<&str> {
        Row { table: &self.table, number: row }.text(*self.columns.get(column)?)
    }
}

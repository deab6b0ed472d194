//! A first form from a sample of records: what each column holds, and how sure that is.
//!
//! ```text
//! records ──[column]──► what was seen of each column ──[guess]──► a guess with its evidence ──[write]──► a form
//! ```
//!
//! Nothing here decides about a record: a guess becomes a form, which its author reads and corrects. Memory is bounded by
//! the number of columns and of rows that are looked at. Evidence is counts; values stand in the form only where they are
//! the form: in an `enum` of few values.

mod candidate;
mod column;
mod guess;
mod name;
mod write;

pub use guess::{Certainty, Guess, What};
pub use write::Draft;

use crate::{
    DateOrder, DecimalSign,
    json::{Node, Value, pointer},
};
use column::Column;
use std::collections::HashMap;

/// Most columns looked at; a file with more is no table that people key.
pub const COLUMNS_MAX: usize = 1000;
/// Most rows looked at unless the caller stops before.
pub const ROWS_MAX: u64 = 20_000;

/// What was seen of a sample.
#[derive(Debug, Default)]
pub struct Sample {
    columns: Vec<Column>,
    places: HashMap<String, usize>,
    /// How often an object stood at a pointer, `*` for the items of a list.
    objects: HashMap<String, u64>,
    lists: HashMap<String, List>,
    rows: u64,
    skipped: u64,
}

/// The lists that stood at a pointer.
#[derive(Debug, Default)]
struct List {
    times: u64,
    /// Items of the longest.
    most: usize,
}

/// What a sample says about how its source writes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Habits {
    /// Order of day and month; `None`: nothing in the sample decides, or it contradicts itself.
    pub date_order: Option<DateOrder>,
    /// How many dates say so: their day is above 12.
    pub dates: Votes,
    /// How many dates could be read in two ways.
    pub dates_ambiguous: u64,
    /// Decimal sign; `None`: nothing in the sample decides, or it contradicts itself.
    pub decimal_sign: Option<DecimalSign>,
    /// How many amounts say so.
    pub amounts: Votes,
    /// How many amounts could be read in two ways.
    pub amounts_ambiguous: u64,
}

/// How many values can only be read in the more usual of two ways, and how many only in the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Votes {
    /// In the more usual way.
    pub of: u64,
    /// In the other.
    pub against: u64,
}

impl Sample {
    /// Names the columns of a table, in their order; records may still bring others.
    pub fn header(&mut self, names: &[String]) {
        for name in names {
            self.column(&pointer::below("", name));
        }
    }

    /// Takes one record. One that is no object is counted and left out.
    pub fn record(&mut self, record: &Node<'_>) {
        if record.members().is_none() {
            self.skipped += 1;
            return;
        }
        let row = self.rows;
        self.rows += 1;
        self.walk(record, "", row);
    }

    // Recursion is as deep as the record, which the reader bounds.
    fn walk(&mut self, node: &Node<'_>, path: &str, row: u64) {
        match &node.value {
            Value::Object(members) => {
                *self.objects.entry(path.to_owned()).or_default() += 1;
                if members.is_empty() && !path.is_empty() {
                    // An object that is empty in every record is a field, too.
                    self.column(path);
                }
                for member in members {
                    self.walk(&member.node, &pointer::below(path, &member.name), row);
                }
            }
            Value::Array(items) => {
                let list = self.lists.entry(path.to_owned()).or_default();
                list.times += 1;
                list.most = items.len().max(list.most);
                if items.is_empty() {
                    // A list that is empty in every record is a field, too.
                    self.column(&format!("{path}/*"));
                }
                items.iter().for_each(|item| self.walk(item, &format!("{path}/*"), row));
            }
            Value::Null | Value::Refused => {
                self.column(path);
            }
            Value::Bool(value) => {
                if let Some(column) = self.column(path) {
                    column.see(if *value { "true" } else { "false" }, true, row);
                }
            }
            Value::Number(text) => {
                if let Some(column) = self.column(path) {
                    column.see(text, true, row);
                }
            }
            Value::Text(text) => {
                if let Some(column) = self.column(path) {
                    column.see(text, false, row);
                }
            }
        }
    }

    fn column(&mut self, pointer: &str) -> Option<&mut Column> {
        let place = match self.places.get(pointer) {
            Some(place) => *place,
            None if self.columns.len() == COLUMNS_MAX => return None,
            None => {
                self.places.insert(pointer.to_owned(), self.columns.len());
                self.columns.push(Column::new(pointer));
                self.columns.len() - 1
            }
        };
        self.columns.get_mut(place)
    }

    /// Records seen.
    #[must_use]
    pub const fn rows(&self) -> u64 {
        self.rows
    }

    /// Records that were no objects.
    #[must_use]
    pub const fn skipped(&self) -> u64 {
        self.skipped
    }

    /// How the source writes dates and amounts.
    #[must_use]
    pub fn habits(&self) -> Habits {
        guess::habits(&self.columns)
    }

    /// A form for records like these. `name` is the form's; `source` names the sample in descriptions.
    #[must_use]
    pub fn draft(&self, name: &str, source: &str) -> Draft {
        let habits = self.habits();
        let guesses: Vec<Guess> = self
            .columns
            .iter()
            .filter_map(|column| {
                let owners = self.owners(&column.pointer);
                let field = || guess::of(column, &habits, owners);
                let empty = || guess::of_empty(column, owners);
                self.is_field(&column.pointer).then(field).or_else(|| self.is_empty(&column.pointer).then(empty))
            })
            .collect();
        write::draft(self, guesses, name, source)
    }

    /// Whether values stand there, and at no pointer above it: of what is an object or a list in a few records only, these are mistakes.
    fn is_field(&self, pointer: &str) -> bool {
        !self.is_branch(pointer) && self.is_below_branches(pointer)
    }

    /// Whether objects stand there that never have a member, and no lists.
    fn is_empty(&self, pointer: &str) -> bool {
        let is_below = |place: &String| place.strip_prefix(pointer).is_some_and(|rest| rest.starts_with('/'));
        self.is_branch(pointer) && self.is_below_branches(pointer) && !self.places.keys().any(is_below)
    }

    fn is_below_branches(&self, pointer: &str) -> bool {
        let mut above = pointer.match_indices('/').map(|(end, _)| &pointer[..end]);
        above.all(|above| !self.places.contains_key(above) || self.is_branch(above))
    }

    /// Whether an object or a list stands there, at least as often as a value does.
    fn is_branch(&self, pointer: &str) -> bool {
        let objects = self.objects.get(pointer).copied().unwrap_or(0);
        let times = objects + self.lists.get(pointer).map_or(0, |list| list.times);
        let values =
            self.places.get(pointer).and_then(|place| self.columns.get(*place)).map_or(0, |column| column.filled);
        times > 0 && times >= values
    }

    /// Whether an object stands there in every object that could hold it.
    fn is_always(&self, pointer: &str) -> bool {
        let above = pointer.rsplit_once('/').map_or("", |(above, _)| above);
        self.objects.get(pointer) == self.objects.get(above)
    }

    /// How often the object stood there that holds a column.
    fn owners(&self, pointer: &str) -> u64 {
        let owner = pointer.rsplit_once('/').map_or("", |(owner, _)| owner);
        self.objects.get(owner).copied().unwrap_or(self.rows)
    }
}

#[cfg(test)]
mod tests;

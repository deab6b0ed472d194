//! What is set of a reference table.

use rules::table::Names;
use std::{fmt, path::PathBuf};

/// One configured table.
#[derive(Clone, Debug)]
pub struct TableSetting {
    /// Its name, as forms declare it.
    pub name: String,
    /// Where its rows are.
    pub origin: TableOrigin,
    /// Name of the column with the keys.
    pub key: String,
    /// Name of the column with the first day; empty: its rows have none.
    pub from: String,
    /// Name of the column with the last day; empty: its rows have none.
    pub to: String,
    /// How old it may be in days; 0: as old as it likes.
    pub max_age_days: u64,
    /// Where it is configured.
    pub said: String,
}

/// Where the rows of a table are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TableOrigin {
    /// A file.
    File(PathBuf),
    /// The topic `tables` of the store.
    Topic,
}

impl fmt::Display for TableOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Topic => f.write_str("topic tables"),
        }
    }
}

impl TableSetting {
    /// A table of the command line, `vendors=vendors.csv`, whose columns have the usual names.
    ///
    /// # Errors
    /// What is wanted, when the text is something else.
    pub fn parse(text: &str) -> Result<Self, String> {
        match text.split_once('=') {
            Some((name, file)) if !name.is_empty() && !file.is_empty() => Ok(Self {
                name: name.to_owned(),
                origin: TableOrigin::File(PathBuf::from(file)),
                key: "key".to_owned(),
                from: "from".to_owned(),
                to: "to".to_owned(),
                max_age_days: 0,
                said: format!("--table {text}"),
            }),
            _ => Err("a table is given as NAME=FILE, as in vendors=vendors.csv".to_owned()),
        }
    }

    /// The columns that every row has.
    pub(crate) fn names(&self) -> Names<'_> {
        Names { key: &self.key, from: &self.from, to: &self.to }
    }
}

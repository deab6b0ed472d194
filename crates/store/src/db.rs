//! The SQLite side: what is committed.

use crate::Error;
use rusqlite::{Connection, OptionalExtension, Row, ToSql, TransactionBehavior, params};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::Duration,
};

/// `PRAGMA application_id`: "FAIR".
const APPLICATION_ID: i32 = 0x4641_4952;
/// `PRAGMA user_version`: version of everything in a store directory.
const FORMAT_VERSION: i32 = 1;
/// How long a commit waits for another process's commit to end. A commit takes milliseconds; only a stopped process
/// holds the lock this long.
const BUSY_TIMEOUT: Duration = Duration::from_secs(30);

// STRICT makes a counter that overflows 63 bits an error instead of a float.
const SCHEMA: &str = "
    CREATE TABLE identity (store_id BLOB NOT NULL) STRICT;
    INSERT INTO identity VALUES (randomblob(16));
    CREATE TABLE groups (grp TEXT PRIMARY KEY, commits INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE files (grp TEXT NOT NULL, name TEXT NOT NULL, length INTEGER NOT NULL,
        PRIMARY KEY (grp, name)) STRICT, WITHOUT ROWID;
    CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL CHECK (value >= 0)) STRICT, WITHOUT ROWID;
    CREATE TABLE marks (mark TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
";

/// Whether commits wait for the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sync {
    /// fdatasync every file, then SQLite with synchronous=FULL.
    Full,
    /// No commit waits, and a power loss takes the last of them: SQLite with synchronous=NORMAL is as some commit left it, never a
    /// part of a later one, and files that lag behind it are told as damaged. For what can be made anew.
    Ordered,
    /// Nothing is synced: for scratch directories that die with the process.
    Off,
}

/// A committed file of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileInfo {
    /// Name within its group, as in `00000000000000000000`.
    pub name: String,
    /// Committed bytes.
    pub length: u64,
}

/// Identifies one store among copies of its files: chosen at random when the store is made.
pub(crate) type StoreId = [u8; 16];

/// How a counter changes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum CounterChange {
    Set(u64),
    Add(u64),
}

/// What one commit changes for one group.
#[derive(Debug)]
pub(crate) struct GroupChange<'a> {
    pub(crate) group: &'a str,
    pub(crate) commits: u64,
    pub(crate) lengths: Vec<(&'a str, u64)>,
    pub(crate) removed: Vec<&'a str>,
}

#[derive(Debug)]
pub(crate) struct Db {
    connection: Connection,
    path: PathBuf,
    pub(crate) id: StoreId,
}

impl Db {
    /// Opens `store.db`, making it when it is not there, or nothing is in it, unless `may_begin` refuses. Nobody else opens it at the
    /// same time.
    pub(crate) fn open(
        path: PathBuf,
        sync: Sync,
        may_begin: impl FnOnce() -> Result<(), Error>,
    ) -> Result<Self, Error> {
        let fail = |source| database_error(&path, source);
        let mut connection = Connection::open(&path).map_err(fail)?;
        connection.busy_timeout(BUSY_TIMEOUT).map_err(fail)?;
        if check_application(&connection, &path)? == Found::Nothing {
            may_begin()?;
        }
        connection.pragma_update(None, "journal_mode", "wal").map_err(fail)?;
        let synchronous = match sync {
            Sync::Full => "full",
            Sync::Ordered => "normal",
            Sync::Off => "off",
        };
        connection.pragma_update(None, "synchronous", synchronous).map_err(fail)?;
        create_when_new(&mut connection).map_err(fail)?;
        check_format(&connection, &path)?;
        let id = connection.query_row("SELECT store_id FROM identity", [], |row| row.get(0)).map_err(fail)?;
        Ok(Self { connection, path, id })
    }

    fn fail(&self) -> impl Fn(rusqlite::Error) -> Error {
        |source| database_error(&self.path, source)
    }

    fn one<T>(
        &self,
        sql: &str,
        params: &[&dyn ToSql],
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, Error> {
        let mut statement = self.connection.prepare_cached(sql).map_err(self.fail())?;
        statement.query_row(params, read).optional().map_err(self.fail())
    }

    fn all<T>(
        &self,
        sql: &str,
        params: &[&dyn ToSql],
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, Error> {
        let mut statement = self.connection.prepare_cached(sql).map_err(self.fail())?;
        let rows = statement.query_map(params, read).map_err(self.fail())?;
        rows.collect::<Result<_, _>>().map_err(self.fail())
    }

    pub(crate) fn files(&self, group: &str) -> Result<Vec<FileInfo>, Error> {
        self.all("SELECT name, length FROM files WHERE grp = ? ORDER BY name", &[&group], |row| {
            Ok(FileInfo { name: row.get(0)?, length: unsigned(row, 1)? })
        })
    }

    pub(crate) fn length(&self, group: &str, name: &str) -> Result<Option<u64>, Error> {
        self.one("SELECT length FROM files WHERE grp = ? AND name = ?", &[&group, &name], |row| unsigned(row, 0))
    }

    pub(crate) fn commits(&self, group: &str) -> Result<u64, Error> {
        let commits = self.one("SELECT commits FROM groups WHERE grp = ?", &[&group], |row| unsigned(row, 0))?;
        Ok(commits.unwrap_or(0))
    }

    pub(crate) fn counter(&self, name: &str) -> Result<u64, Error> {
        let value = self.one("SELECT value FROM counters WHERE name = ?", &[&name], |row| unsigned(row, 0))?;
        Ok(value.unwrap_or(0))
    }

    pub(crate) fn counters(&self, prefix: &str) -> Result<Vec<(String, u64)>, Error> {
        // A range scan of the primary key: U+10FFFF sorts after every name that begins with the prefix.
        let end = format!("{prefix}\u{10FFFF}");
        self.all(
            "SELECT name, value FROM counters WHERE name >= ? AND name < ? ORDER BY name",
            &[&prefix, &end],
            |row| Ok((row.get(0)?, unsigned(row, 1)?)),
        )
    }

    pub(crate) fn is_done(&self, mark: &str) -> Result<bool, Error> {
        Ok(self.one("SELECT 1 FROM marks WHERE mark = ?", &[&mark], |_| Ok(()))?.is_some())
    }

    /// The commit proper: everything in one SQLite transaction.
    pub(crate) fn commit(
        &mut self,
        groups: &[GroupChange<'_>],
        counters: &BTreeMap<String, CounterChange>,
        marks: &[String],
    ) -> Result<(), Error> {
        let path = self.path.clone();
        let fail = |source| database_error(&path, source);
        let bounds = |what: &str| Error::Bounds { path: path.clone(), what: what.to_owned() };
        let txn = self.connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(fail)?;
        let run = |sql: &str, params: &[&dyn ToSql]| -> Result<usize, Error> {
            txn.prepare_cached(sql).and_then(|mut statement| statement.execute(params)).map_err(fail)
        };
        for change in groups {
            let commits = signed(change.commits).ok_or_else(|| bounds("number of commits"))?;
            run("INSERT OR REPLACE INTO groups VALUES (?, ?)", params![change.group, commits])?;
            for (name, length) in &change.lengths {
                let length = signed(*length).ok_or_else(|| bounds(name))?;
                run("INSERT OR REPLACE INTO files VALUES (?, ?, ?)", params![change.group, name, length])?;
            }
            for name in &change.removed {
                run("DELETE FROM files WHERE grp = ? AND name = ?", params![change.group, name])?;
            }
        }
        for (name, change) in counters {
            let (CounterChange::Set(value) | CounterChange::Add(value)) = *change;
            let value = signed(value).ok_or_else(|| bounds(name))?;
            run(
                match change {
                    CounterChange::Set(_) => "INSERT OR REPLACE INTO counters VALUES (?, ?)",
                    CounterChange::Add(_) => {
                        "INSERT INTO counters VALUES (?, ?) ON CONFLICT DO UPDATE SET value = value + excluded.value"
                    }
                },
                params![name, value],
            )?;
        }
        for mark in marks {
            if run("INSERT OR IGNORE INTO marks VALUES (?)", params![mark])? == 0 {
                return Err(Error::AlreadyDone { mark: mark.clone() });
            }
        }
        txn.commit().map_err(fail)
    }
}

/// What a database holds.
#[derive(Debug, PartialEq, Eq)]
enum Found {
    /// No tables, and nobody's name.
    Nothing,
    /// A store.
    Store,
}

fn check_application(connection: &Connection, path: &Path) -> Result<Found, Error> {
    let application_id: i32 = pragma(connection, path, "application_id")?;
    let tables: i64 = connection
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .map_err(|source| database_error(path, source))?;
    match (application_id, tables) {
        (APPLICATION_ID, _) => Ok(Found::Store),
        (0, 0) => Ok(Found::Nothing),
        _ => Err(Error::Foreign { path: path.to_owned(), what: "the database belongs to another program".into() }),
    }
}

fn check_format(connection: &Connection, path: &Path) -> Result<(), Error> {
    let version: i32 = pragma(connection, path, "user_version")?;
    if version == FORMAT_VERSION {
        return Ok(());
    }
    let what = format!("the store has format {version}; this program reads format {FORMAT_VERSION}");
    Err(Error::Foreign { path: path.to_owned(), what })
}

fn pragma(connection: &Connection, path: &Path, name: &str) -> Result<i32, Error> {
    connection.pragma_query_value(None, name, |row| row.get(0)).map_err(|source| database_error(path, source))
}

/// Makes the tables, all or none.
fn create_when_new(connection: &mut Connection) -> rusqlite::Result<()> {
    let txn = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let application_id: i32 = txn.pragma_query_value(None, "application_id", |row| row.get(0))?;
    if application_id == 0 {
        txn.execute_batch(SCHEMA)?;
        txn.pragma_update(None, "application_id", APPLICATION_ID)?;
        txn.pragma_update(None, "user_version", FORMAT_VERSION)?;
    }
    txn.commit()
}

fn database_error(path: &Path, source: rusqlite::Error) -> Error {
    use rusqlite::ErrorCode;
    let path = path.to_owned();
    match source.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => {
            Error::Foreign { path, what: "this is not a database, or its beginning is damaged".into() }
        }
        Some(ErrorCode::DatabaseCorrupt) => {
            Error::Corrupt { path, byte: 0, what: "SQLite calls the database malformed" }
        }
        _ => Error::Database { path, source },
    }
}

fn signed(value: u64) -> Option<i64> {
    i64::try_from(value).ok()
}

fn unsigned(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    let value: i64 = row.get(column)?;
    u64::try_from(value).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(column, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `PRAGMA synchronous`: 0 is OFF, 1 NORMAL, 2 FULL.
    #[test]
    fn sqlite_syncs_what_the_store_says() {
        for (sync, expected) in [(Sync::Off, 0), (Sync::Ordered, 1), (Sync::Full, 2)] {
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join("store.db");
            let db = Db::open(path.clone(), sync, || Ok(())).unwrap();
            let found: i32 = pragma(&db.connection, &path, "synchronous").unwrap();
            assert_eq!(found, expected, "{sync:?}");
        }
    }
}

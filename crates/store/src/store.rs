//! The store directory: opening it and reading what is committed.

use crate::{
    Error, Reader,
    db::{Db, FileInfo, Sync},
    files::{LOG_SUFFIX, log_path, sync_dir},
};
use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

/// Where a commit can be made to stop by a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Before anything is written.
    Begun,
    /// Files are written, not synced.
    Written,
    /// Files are synced, SQLite has not committed.
    Synced,
    /// SQLite has committed; removed files are still there.
    Committed,
}

/// An open store. Any number of processes may read; appending to a group needs its [`crate::Writer`].
#[derive(Debug)]
pub struct Store {
    pub(crate) dir: PathBuf,
    pub(crate) sync: Sync,
    pub(crate) db: Db,
    /// The first failure of a commit; set once, and no commit is tried again.
    pub(crate) poison: Option<String>,
    #[cfg(test)]
    pub(crate) fail_at: Option<Step>,
}

impl Store {
    /// Opens or creates.
    ///
    /// # Errors
    /// [`Error::Foreign`] when the directory holds a database of another program or format, or logs without their
    /// database, or with one that lost all it held: a new database would declare all of them uncommitted.
    pub fn open(dir: &Path, sync: Sync) -> Result<Self, Error> {
        create_dir(dir, sync)?;
        // One process at a time: making the tables and switching to WAL are two steps, and SQLite answers "busy" to some
        // of those who come in between. Held for milliseconds.
        let opening_path = dir.join(".opening");
        let opening = File::create(&opening_path).map_err(Error::io(&opening_path))?;
        opening.lock().map_err(Error::io(&opening_path))?;
        let path = dir.join("store.db");
        let db = Db::open(path, sync, || refuse_orphans(dir))?;
        if sync == Sync::Full {
            sync_dir(dir)?;
        }
        Ok(Self {
            dir: dir.to_owned(),
            sync,
            db,
            poison: None,
            #[cfg(test)]
            fail_at: None,
        })
    }

    /// The directory.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Committed files of a group, by name.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn files(&self, group: &str) -> Result<Vec<FileInfo>, Error> {
        self.db.files(group)
    }

    /// Opens a committed file for reading frames or raw bytes.
    ///
    /// # Errors
    /// [`Error::Io`] with `NotFound` when no such file is committed; [`Error::Corrupt`] when it is, but is missing on
    /// disk or shorter than committed.
    pub fn reader(&self, group: &str, name: &str) -> Result<Reader, Error> {
        let path = log_path(&self.dir.join(group), name);
        let not_found = || Error::io(&path)(io::ErrorKind::NotFound.into());
        let length = self.db.length(group, name)?.ok_or_else(not_found)?;
        match Reader::open(&path, length) {
            // Between the two looks another process may have committed the removal: then it is gone, not damaged.
            Err(Error::Corrupt { .. }) if self.db.length(group, name)?.is_none() => Err(not_found()),
            other => other,
        }
    }

    /// A counter; 0 when never set.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn counter(&self, name: &str) -> Result<u64, Error> {
        self.db.counter(name)
    }

    /// Counters whose name begins with `prefix`, by name.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn counters(&self, prefix: &str) -> Result<Vec<(String, u64)>, Error> {
        self.db.counters(prefix)
    }

    /// Whether a once-only mark was left.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn is_done(&self, mark: &str) -> Result<bool, Error> {
        self.db.is_done(mark)
    }

    /// A place where a test can make a commit stop, as a crash or a failing disk would.
    pub(crate) fn step(&self, step: Step) -> Result<(), Error> {
        #[cfg(test)]
        if self.fail_at == Some(step) {
            return Err(Error::Io { path: self.dir.clone(), source: io::ErrorKind::StorageFull.into() });
        }
        #[cfg(not(test))]
        let _: Step = step;
        Ok(())
    }
}

/// Makes the directory with its parents, and their entries durable: else a power loss could take the whole store.
fn create_dir(dir: &Path, sync: Sync) -> Result<(), Error> {
    let missing: Vec<_> = dir.ancestors().take_while(|dir| !dir.as_os_str().is_empty() && !dir.is_dir()).collect();
    fs::create_dir_all(dir).map_err(Error::io(dir))?;
    if sync == Sync::Full {
        for parent in missing.into_iter().filter_map(Path::parent) {
            sync_dir(if parent.as_os_str().is_empty() { Path::new(".") } else { parent })?;
        }
    }
    Ok(())
}

/// Refuses a directory that has logs but no database, or one without anything in it: emptied, or copied without the `store.db-wal` in
/// which all of it stood.
fn refuse_orphans(dir: &Path) -> Result<(), Error> {
    for entry in fs::read_dir(dir).map_err(Error::io(dir))? {
        let group = entry.map_err(Error::io(dir))?.path();
        if !group.is_dir() {
            continue;
        }
        for file in fs::read_dir(&group).map_err(Error::io(&group))? {
            let file = file.map_err(Error::io(&group))?;
            if file.file_name().to_string_lossy().ends_with(LOG_SUFFIX) {
                let what =
                    "logs without their store.db, or its store.db-wal: restore the whole directory from one backup"
                        .into();
                return Err(Error::Foreign { path: file.path(), what });
            }
        }
    }
    Ok(())
}

//! The files of one group, and the right to append to them.

use crate::{
    Error, Store,
    db::{StoreId, Sync},
    files::{LOG_SUFFIX, assert_name, log_path, sync_dir},
};
use std::{
    collections::BTreeMap,
    fs::{self, File, TryLockError},
    io,
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

/// Files of one group kept open for appending; others are opened again when needed. A group has one file being
/// appended per topic and slice; the rest are full and wait for retention.
const OPEN_MAX: usize = 64;
/// The lock file's stamp: store id, then the number of the group's last commit (u64 LE).
const STAMP_BYTES: usize = 24;
/// How often a lock is tried before it is called held, and how long apart. While a process starts another one, the child holds the
/// same files between fork(2) and execve(2), so a lock that was given up a moment ago may still be held.
const LOCK_TRIES: usize = 30;
const LOCK_STEP: Duration = Duration::from_millis(10);

/// The right to append to one group, for as long as it lives.
#[derive(Debug)]
pub struct Writer {
    /// Uncommitted bytes found and cut when the lock was taken: proof that a crash hit an open commit.
    pub truncated_bytes: u64,
    pub(crate) group: Arc<Group>,
}

impl Writer {
    /// Name of the group.
    #[must_use]
    pub fn group(&self) -> &str {
        &self.group.name
    }
}

/// A locked group.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) name: String,
    pub(crate) dir: PathBuf,
    /// Held locked; also bears the stamp.
    lock: File,
    lock_path: PathBuf,
    state: Mutex<State>,
}

/// What the writer knows of its files. Only the holder of the lock changes lengths, so this never lags the database.
#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) files: BTreeMap<String, LogFile>,
    pub(crate) commits: u64,
}

#[derive(Debug, Default)]
pub(crate) struct LogFile {
    /// Committed bytes.
    pub(crate) length: u64,
    /// Open for writing, or opened when next needed.
    pub(crate) handle: Option<Arc<File>>,
}

impl Store {
    /// Takes the lock of a group and truncates its files to their committed lengths: what an interrupted commit left
    /// behind is counted in the result.
    ///
    /// # Errors
    /// [`Error::Locked`] when a writer of the group lives, in this process or another; [`Error::Corrupt`] when a
    /// committed file is missing or too short; [`Error::Foreign`] when the lock's stamp does not fit this store.
    pub fn writer(&self, group: &str) -> Result<Writer, Error> {
        Group::lock(self, group)
    }
}

impl Group {
    fn lock(store: &Store, name: &str) -> Result<Writer, Error> {
        assert_name(name);
        let dir = store.dir.join(name);
        let lock_path = store.dir.join(format!("{name}.lock"));
        let lock = take_lock(&lock_path)?;
        if !dir.is_dir() {
            fs::create_dir(&dir).map_err(Error::io(&dir))?;
            if store.sync == Sync::Full {
                sync_dir(&store.dir)?;
            }
        }
        let commits = store.db.commits(name)?;
        check_stamp(&lock, &lock_path, store, commits)?;
        let mut files = BTreeMap::new();
        let mut truncated_bytes = 0;
        for info in store.files(name)? {
            truncated_bytes += cut(&log_path(&dir, &info.name), info.length)?;
            files.insert(info.name, LogFile { length: info.length, handle: None });
        }
        truncated_bytes += remove_leftovers(&dir, &files)?;
        let state = Mutex::new(State { files, commits });
        let group = Self { name: name.to_owned(), dir, lock, lock_path, state };
        group.stamp(store.db.id, commits)?;
        Ok(Writer { truncated_bytes, group: Arc::new(group) })
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        // A panic while it was held leaves lengths as of the last commit: nothing is half changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes in the lock file how many commits the group has seen. Not synced: a stamp that lags is harmless.
    pub(crate) fn stamp(&self, id: StoreId, commits: u64) -> Result<(), Error> {
        let mut bytes = [0; STAMP_BYTES];
        let (head, tail) = bytes.split_at_mut(id.len());
        head.copy_from_slice(&id);
        tail.copy_from_slice(&commits.to_le_bytes());
        self.lock.write_all_at(&bytes, 0).map_err(Error::io(&self.lock_path))
    }
}

impl State {
    /// The file to append to and its committed length; `fresh` tells that it is created.
    pub(crate) fn open(&mut self, dir: &Path, name: &str) -> Result<(Arc<File>, u64, bool), Error> {
        let fresh = !self.files.contains_key(name);
        let length = self.files.get(name).map_or(0, |file| file.length);
        if let Some(handle) = self.files.get(name).and_then(|file| file.handle.clone()) {
            return Ok((handle, length, fresh));
        }
        let path = log_path(dir, name);
        // A new name may meet bytes that a failed commit or a failed unlink left behind: they go.
        let mut options = File::options();
        let options = options.read(true).write(true).create(fresh).truncate(fresh);
        let handle = Arc::new(options.open(&path).map_err(Error::io(&path))?);
        if let Some(file) = self.files.get_mut(name) {
            file.handle = Some(Arc::clone(&handle));
        }
        Ok((handle, length, fresh))
    }

    /// Closes handles when too many are open, except those of `names`.
    pub(crate) fn close_idle<'a>(&mut self, names: impl Fn(&str) -> bool + 'a) {
        if self.files.values().filter(|file| file.handle.is_some()).count() > OPEN_MAX {
            self.files.iter_mut().filter(|(name, _)| !names(name)).for_each(|(_, file)| file.handle = None);
        }
    }
}

fn take_lock(path: &Path) -> Result<File, Error> {
    let mut options = File::options();
    let options = options.read(true).write(true).create(true).truncate(false);
    let lock = options.open(path).map_err(Error::io(path))?;
    for _ in 0..LOCK_TRIES {
        match lock.try_lock() {
            Ok(()) => return Ok(lock),
            Err(TryLockError::WouldBlock) => thread::sleep(LOCK_STEP),
            Err(TryLockError::Error(source)) => return Err(Error::Io { path: path.to_owned(), source }),
        }
    }
    Err(Error::Locked { path: path.to_owned() })
}

/// The stamp is written after SQLite has committed durably, so it may lag the database but never lead it. If it leads,
/// somebody put back an older `store.db`, and truncating to its lengths would destroy committed records.
fn check_stamp(lock: &File, path: &Path, store: &Store, commits: u64) -> Result<(), Error> {
    let mut bytes = [0; STAMP_BYTES];
    match lock.read_exact_at(&mut bytes, 0) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(()),
        Err(error) => return Err(Error::io(path)(error)),
    }
    let foreign = |what: &str| Err(Error::Foreign { path: path.to_owned(), what: what.to_owned() });
    let (id, stamped) = bytes.split_at(store.db.id.len());
    if id != store.db.id {
        return foreign("the files belong to another store than store.db");
    }
    let stamped = stamped.try_into().map_or(u64::MAX, u64::from_le_bytes);
    if store.sync == Sync::Full && stamped > commits {
        return foreign("store.db is older than the files beside it: restore the whole directory from one backup");
    }
    Ok(())
}

/// Cuts a file to its committed length; returns how much was cut.
fn cut(path: &Path, committed: u64) -> Result<u64, Error> {
    let corrupt = |byte, what| Err(Error::Corrupt { path: path.to_owned(), byte, what });
    let length = match fs::metadata(path) {
        Ok(metadata) => metadata.len(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return corrupt(0, "the file is missing"),
        Err(error) => return Err(Error::io(path)(error)),
    };
    if length < committed {
        return corrupt(length, "the file is shorter than what was committed");
    }
    if length > committed {
        let file = File::options().write(true).open(path).map_err(Error::io(path))?;
        file.set_len(committed).map_err(Error::io(path))?;
    }
    Ok(length - committed)
}

/// Removes logs that no commit knows: of a commit that was interrupted, or of one that removed them and was interrupted
/// before the unlink. Returns their bytes.
fn remove_leftovers(dir: &Path, committed: &BTreeMap<String, LogFile>) -> Result<u64, Error> {
    let mut bytes = 0;
    for entry in fs::read_dir(dir).map_err(Error::io(dir))? {
        let entry = entry.map_err(Error::io(dir))?;
        let file_name = entry.file_name();
        let Some(name) = file_name.to_str().and_then(|name| name.strip_suffix(LOG_SUFFIX)) else { continue };
        if !committed.contains_key(name) {
            let path = entry.path();
            bytes += entry.metadata().map_err(Error::io(&path))?.len();
            fs::remove_file(&path).map_err(Error::io(&path))?;
        }
    }
    Ok(bytes)
}

//! Durable bytes on one host. Append-only files of checksummed frames hold the bulk; one SQLite transaction says how
//! much of each file is committed, together with counters and once-only marks. SKELETON.
//!
//! Layout of a store directory:
//! ```text
//! store.db                     SQLite (WAL, synchronous=FULL): identity, committed lengths, counters, marks
//! <group>/<name>.log           frames: length u32 LE | CRC-32C u32 LE | payload, padded with zeros to 8 bytes
//! <group>.lock                 flock held by the one process that may append to the group's files
//! ```

use std::path::{Path, PathBuf};

/// What can go wrong; the process that sees one stops (exit code 75 or 78) and never guesses.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Input or output failed.
    #[error("{path}: {source}")]
    Io { path: PathBuf, source: std::io::Error },
    /// Committed bytes are damaged.
    #[error("{path}: damaged at byte {byte}: {what}")]
    Corrupt { path: PathBuf, byte: u64, what: &'static str },
    /// Another process appends to the group.
    #[error("{path}: another process is writing here")]
    Locked { path: PathBuf },
    /// The directory is not a store of this version.
    #[error("{path}: {what}")]
    Foreign { path: PathBuf, what: String },
    /// A once-only mark is already there.
    #[error("already done: {mark}")]
    AlreadyDone { mark: String },
    /// SQLite failed.
    #[error("{path}: {source}")]
    Database { path: PathBuf, source: rusqlite::Error },
}

/// Whether commits wait for the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sync {
    /// fdatasync every file, then SQLite with synchronous=FULL.
    Full,
    /// Nothing is synced: for scratch directories that die with the process.
    Off,
}

/// An open store. Any number of processes may read; appending to a group needs its [`Writer`].
#[derive(Debug)]
pub struct Store {}

/// A committed file of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileInfo {
    /// Name within its group, as in `00000000000000000000`.
    pub name: String,
    /// Committed bytes.
    pub length: u64,
}

impl Store {
    /// Opens or creates.
    pub fn open(_dir: &Path, _sync: Sync) -> Result<Self, Error> {
        todo!()
    }
    /// Committed files of a group, by name.
    pub fn files(&self, _group: &str) -> Result<Vec<FileInfo>, Error> {
        todo!()
    }
    /// Opens a committed file for reading frames or raw bytes.
    pub fn reader(&self, _group: &str, _name: &str) -> Result<Reader, Error> {
        todo!()
    }
    /// A counter; 0 when never set.
    pub fn counter(&self, _name: &str) -> Result<u64, Error> {
        todo!()
    }
    /// Counters whose name begins with `prefix`, by name.
    pub fn counters(&self, _prefix: &str) -> Result<Vec<(String, u64)>, Error> {
        todo!()
    }
    /// Takes the lock of a group and truncates its files to their committed lengths: what an interrupted commit left
    /// behind is counted in the result.
    pub fn writer(&self, _group: &str) -> Result<Writer, Error> {
        todo!()
    }
    /// Begins an atomic commit.
    pub fn begin(&mut self) -> Txn<'_> {
        todo!()
    }
}

/// The right to append to one group, for as long as it lives.
#[derive(Debug)]
pub struct Writer {
    /// Uncommitted bytes found and cut when the lock was taken: proof that a crash hit an open commit.
    pub truncated_bytes: u64,
}

/// Everything that becomes durable together, or not at all.
#[derive(Debug)]
pub struct Txn<'a> {
    _store: &'a mut Store,
}

impl Txn<'_> {
    /// Appends frames built by [`frame`] to a file of the writer's group, creating it when new.
    pub fn append(&mut self, _writer: &Writer, _name: &str, _frames: &[u8]) {
        todo!()
    }
    /// Removes a file of the writer's group.
    pub fn remove(&mut self, _writer: &Writer, _name: &str) {
        todo!()
    }
    /// Sets a counter.
    pub fn set(&mut self, _name: &str, _value: u64) {
        todo!()
    }
    /// Adds to a counter.
    pub fn add(&mut self, _name: &str, _value: u64) {
        todo!()
    }
    /// Leaves a mark that can be left once only, ever.
    pub fn once(&mut self, _mark: &str) {
        todo!()
    }
    /// Writes files, syncs them, then commits the SQLite transaction.
    pub fn commit(self) -> Result<(), Error> {
        todo!()
    }
}

/// Appends one frame to `out`.
pub fn frame(_out: &mut Vec<u8>, _payload: &[u8]) {
    todo!()
}

/// Reads committed bytes of one file.
#[derive(Debug)]
pub struct Reader {}

impl Reader {
    /// Reads the frame at byte `at`, whose payload replaces what `payload` held; returns where the next frame begins,
    /// or `None` at the committed end. A bad checksum or a frame that crosses the committed end is [`Error::Corrupt`].
    pub fn frame_at(&mut self, _at: u64, _payload: &mut Vec<u8>) -> Result<Option<u64>, Error> {
        todo!()
    }
    /// Fills `bytes` from byte `at` (positional read, no seek).
    pub fn read_at(&self, _at: u64, _bytes: &mut [u8]) -> Result<(), Error> {
        todo!()
    }
    /// Tells the reader that more bytes are committed now.
    pub fn extend(&mut self, _length: u64) {
        todo!()
    }
}

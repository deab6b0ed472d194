//! Durable topics in files of the store: one host, one partition, no installation.

use crate::{Commit, Error, Event, Topic, Transport};
use record::{Message, Position, chunk::Bound};
use std::{path::Path, sync::atomic::AtomicBool, time::Duration};
use store::Store;

/// How long a topic keeps closed segments. `None`: forever.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Retention {
    /// Most bytes of a topic; at least the open segment stays.
    pub bytes: Option<u64>,
    /// Greatest age in milliseconds of record time, counted from the newest segment.
    pub age_ms: Option<i64>,
}

/// Settings of the local topics.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Whether commits wait for the disk.
    pub sync: store::Sync,
    /// A segment is closed once it holds this many bytes.
    pub segment_bytes: u64,
    /// Raw bytes that may wait to be judged before appending is refused.
    pub backlog_bytes: u64,
    /// Retention of raw; applies to judged segments only.
    pub raw: Retention,
    /// Retention of clean.
    pub clean: Retention,
    /// Retention of rejects.
    pub rejects: Retention,
    /// Retention of duplicates.
    pub duplicates: Retention,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            sync: store::Sync::Full,
            segment_bytes: 128 << 20,
            backlog_bytes: 1 << 30,
            raw: Retention::default(),
            clean: Retention::default(),
            rejects: Retention::default(),
            duplicates: Retention::default(),
        }
    }
}

/// The worker's end: reads raw, writes outcomes. Holds the lock of group `out`.
#[derive(Debug)]
pub struct Local {}

impl Local {
    /// Opens or creates the topics in `dir` and recovers the outputs.
    pub fn open(_dir: &Path, _settings: Settings) -> Result<Self, Error> {
        todo!()
    }
    /// The store, for opening the window of claims.
    pub fn store(&self) -> &Store {
        todo!()
    }
    /// Uncommitted bytes cut when opening.
    pub fn truncated_bytes(&self) -> u64 {
        todo!()
    }
}

impl Transport for Local {
    fn poll(&mut self, _bound: Bound, _wait: Duration) -> Result<Event, Error> {
        todo!()
    }
    fn fetch(&mut self, _position: Position) -> Result<Option<Message>, Error> {
        todo!()
    }
    fn commit(&mut self, _commit: Commit<'_>) -> Result<(), Error> {
        todo!()
    }
    fn seek(&mut self, _position: Position) -> Result<(), Error> {
        todo!()
    }
    fn lag(&mut self) -> Result<Vec<(u32, u64)>, Error> {
        todo!()
    }
}

/// The submitters' end: appends to raw, from any process, one at a time. Holds the lock of group `raw`.
#[derive(Debug)]
pub struct Appender {}

impl Appender {
    /// Opens or creates the raw topic in `dir`.
    pub fn open(_dir: &Path, _settings: Settings) -> Result<Self, Error> {
        todo!()
    }
    /// Appends messages in one transaction: all are durable, or none. Returns the offset of the first.
    /// [`Error::Full`] and [`Error::TooLarge`] leave the topic as it was.
    pub fn append(&mut self, _messages: &[Message]) -> Result<u64, Error> {
        todo!()
    }
    /// As [`Self::append`], waiting while the backlog is full; `None` when `stop` was raised before there was room.
    /// Adds the time spent waiting to `waited`.
    pub fn append_waiting(
        &mut self,
        _messages: &[Message],
        _stop: &AtomicBool,
        _waited: &mut Duration,
    ) -> Result<Option<u64>, Error> {
        todo!()
    }
    /// As [`Self::append`], leaving once-only marks in the same transaction.
    pub fn append_once(&mut self, _messages: &[Message], _marks: &[String]) -> Result<u64, Error> {
        todo!()
    }
    /// The offset that the next message gets.
    pub fn next(&self) -> u64 {
        todo!()
    }
    /// Raw bytes that wait to be judged.
    pub fn backlog_bytes(&self) -> Result<u64, Error> {
        todo!()
    }
}

/// Reads a topic, while others append to it or not.
#[derive(Debug)]
pub struct Reader {}

impl Reader {
    /// Opens the topic of the store in `dir` at offset `from`, or at the first one kept when that is later.
    pub fn open(_dir: &Path, _topic: Topic, _from: u64) -> Result<Self, Error> {
        todo!()
    }
    /// The next message and its offset; `None` at the committed end (ask again later to follow the topic).
    pub fn next(&mut self) -> Result<Option<(u64, Message)>, Error> {
        todo!()
    }
    /// The message at `offset`; `None` when it is gone or not yet there.
    pub fn fetch(&mut self, _offset: u64) -> Result<Option<Message>, Error> {
        todo!()
    }
    /// First offset kept, and the offset after the last committed one.
    pub fn range(&mut self) -> Result<(u64, u64), Error> {
        todo!()
    }
}

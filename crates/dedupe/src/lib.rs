//! The window of claimed keys: exact, by record time, an in-memory index over an append-only claim log. SKELETON.

use record::{Claim, Position};
use store::{Store, Txn, Writer};

/// The answer for one key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The key is new: the record claims it.
    First,
    /// Same key, same content as the record at `first`.
    Same { first: Position },
    /// Same key, other content than the record at `first`.
    Conflict { first: Position },
    /// The claim found is this very record's: it was processed before.
    Own,
}

/// Settings of the window.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Shards of the key space; fixed for the life of a store.
    pub shards: u32,
    /// Length of the window in milliseconds of record time.
    pub window_ms: i64,
    /// Slices the window is cut into; the oldest is dropped whole.
    pub slices: u32,
}

/// Progress of a rebuild.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// Claims read so far.
    pub claims: u64,
    /// Bytes read so far.
    pub bytes: u64,
    /// Bytes to read.
    pub bytes_total: u64,
}

/// The window.
#[derive(Debug)]
pub struct Window {}

impl Window {
    /// Opens the claim log of the store and rebuilds the index from it.
    pub fn open(
        _store: &Store,
        _settings: Settings,
        _progress: &mut dyn FnMut(Progress),
    ) -> Result<Self, store::Error> {
        todo!()
    }
    /// Decides the candidates in order; accepted ones are staged and count as taken for those that follow.
    /// Each chunk's `decide` must be followed by [`Window::write`] within a transaction and then
    /// [`Window::committed`], or by [`Window::abandon`].
    pub fn decide(&mut self, _candidates: &[Claim]) -> Result<Vec<Decision>, store::Error> {
        todo!()
    }
    /// Adds the staged claims, and the removal of expired slices, to the transaction.
    pub fn write(&mut self, _txn: &mut Txn<'_>, _writer: &Writer) {
        todo!()
    }
    /// The transaction committed: staged claims are part of the window now.
    pub fn committed(&mut self, _store: &Store) -> Result<(), store::Error> {
        todo!()
    }
    /// The transaction did not commit: staged claims are forgotten.
    pub fn abandon(&mut self) {
        todo!()
    }
    /// Keys in the window.
    pub fn keys(&self) -> u64 {
        todo!()
    }
    /// Bytes of index memory.
    pub fn memory_bytes(&self) -> u64 {
        todo!()
    }
    /// Bytes of the claim log.
    pub fn log_bytes(&self) -> u64 {
        todo!()
    }
}

//! How records come in and outcomes go out: one trait, implemented by `local` (Kafka comes later). SKELETON.

use record::{Chunk, Message, Position, chunk::Bound};
use std::time::Duration;

/// What polling brings.
#[derive(Debug)]
pub enum Event {
    /// Records.
    Chunk(Chunk),
    /// Raw records `[from, to)` were gone before they were read; they are counted as outcome `gap`.
    Gap { partition: u32, from: u64, to: u64 },
    /// Nothing came within the wait.
    Idle,
}

/// The output topics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    Raw,
    Clean,
    Rejects,
    Duplicates,
}

/// What one chunk became, to be committed atomically.
#[derive(Debug)]
pub struct Commit<'a> {
    /// Outputs in the order of their raw records.
    pub outputs: &'a [(Topic, Message)],
    /// The input position to go on from: last processed offset + 1.
    pub next: Position,
    /// Records by outcome, for the ledger.
    pub ledger: Ledger,
    /// Claims staged by this chunk.
    pub claims: &'a mut dyn Claims,
}

/// Records of one partition by outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    pub received: u64,
    pub clean: u64,
    pub reject: u64,
    pub duplicate: u64,
    pub gap: u64,
}

/// Claims that become durable with the commit.
pub trait Claims: std::fmt::Debug {
    /// Adds them to the local store's transaction.
    fn write(&mut self, txn: &mut store::Txn<'_>, writer: &store::Writer);
}

/// A transport.
pub trait Transport {
    /// Takes the next chunk, waiting at most `wait` for its first record.
    fn poll(&mut self, bound: Bound, wait: Duration) -> Result<Event, Error>;
    /// Reads one raw record again, for the comparison of a conflict; `None` when it is gone.
    fn fetch(&mut self, position: Position) -> Result<Option<Message>, Error>;
    /// Commits outputs, input position, ledger and claims, or nothing.
    fn commit(&mut self, commit: Commit<'_>) -> Result<(), Error>;
    /// Goes on reading at `position`.
    fn seek(&mut self, position: Position) -> Result<(), Error>;
    /// Raw records not yet committed, per partition.
    fn lag(&mut self) -> Result<Vec<(u32, u64)>, Error>;
}

/// What can go wrong.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The local store.
    #[error(transparent)]
    Store(#[from] store::Error),
}

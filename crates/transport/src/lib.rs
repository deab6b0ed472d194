//! How records come in and outcomes go out: one trait, implemented by [`local`] (Kafka comes later).

pub mod local;

use record::{Chunk, Message, Position, chunk::Bound};
use std::{fmt, time::Duration};

/// What polling brings.
#[derive(Debug)]
pub enum Event {
    /// Records.
    Chunk(Chunk),
    /// Raw records `[from, to)` were gone before they were read; they are counted as outcome `gap`.
    Gap {
        /// Partition of the raw topic.
        partition: u32,
        /// First offset that is gone.
        from: u64,
        /// Offset at which reading goes on.
        to: u64,
    },
    /// Nothing came within the wait.
    Idle,
}

/// The topics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Topic {
    /// Records as submitted.
    Raw,
    /// Accepted records.
    Clean,
    /// Rejected records.
    Rejects,
    /// Records that were accepted before.
    Duplicates,
    /// Rows of reference tables: the last message of a key holds, an empty one takes the row back.
    Tables,
}

impl Topic {
    /// Every topic, raw first.
    pub const ALL: [Self; 5] = [Self::Raw, Self::Clean, Self::Rejects, Self::Duplicates, Self::Tables];

    /// The name, as on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Raw => "raw",
            Self::Clean => "clean",
            Self::Rejects => "rejects",
            Self::Duplicates => "duplicates",
            Self::Tables => "tables",
        }
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What one chunk became, to be committed atomically.
#[derive(Debug)]
pub struct Commit<'a> {
    /// Outputs in the order of their raw records.
    pub outputs: &'a [(Topic, &'a Message)],
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
    /// Raw records.
    pub received: u64,
    /// Published on the clean topic.
    pub clean: u64,
    /// Published on the reject topic.
    pub reject: u64,
    /// Published on the duplicates topic.
    pub duplicate: u64,
    /// Gone before they were read.
    pub gap: u64,
}

impl Ledger {
    /// Whether every received record has an outcome (promise 1).
    #[must_use]
    pub const fn balances(&self) -> bool {
        self.received == self.clean + self.reject + self.duplicate + self.gap
    }
}

/// Claims that become durable with the commit.
pub trait Claims: fmt::Debug {
    /// Adds them to the local store's transaction.
    fn write(&mut self, txn: &mut store::Txn<'_>, writer: &store::Writer);
    /// The transaction committed.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn committed(&mut self, store: &store::Store) -> Result<(), store::Error>;
    /// The transaction did not commit.
    fn abandon(&mut self);
}

/// A transport.
pub trait Transport {
    /// Takes the next chunk, waiting at most `wait` for its first record. Each poll goes on where the last one ended,
    /// committed or not.
    ///
    /// # Errors
    /// When the raw topic cannot be read.
    fn poll(&mut self, bound: Bound, wait: Duration) -> Result<Event, Error>;
    /// Reads one raw record again, for the comparison of a conflict; `None` when it is gone.
    ///
    /// # Errors
    /// When the raw topic cannot be read.
    fn fetch(&mut self, position: Position) -> Result<Option<Message>, Error>;
    /// Commits outputs, input position, ledger and claims, or nothing.
    ///
    /// # Errors
    /// When the outcome is not durable, or when the ledger does not balance.
    fn commit(&mut self, commit: Commit<'_>) -> Result<(), Error>;
    /// Goes on reading at `position`.
    ///
    /// # Errors
    /// When there is no such partition.
    fn seek(&mut self, position: Position) -> Result<(), Error>;
    /// Raw records not yet committed, per partition.
    ///
    /// # Errors
    /// When the raw topic cannot be read.
    fn lag(&mut self) -> Result<Vec<(u32, u64)>, Error>;
}

/// What can go wrong.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The local store.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// A message exceeds a limit; nothing was written.
    #[error("{what} of {bytes} bytes exceeds {max}")]
    TooLarge {
        /// What exceeds it.
        what: &'static str,
        /// Its size.
        bytes: usize,
        /// The limit.
        max: usize,
    },
    /// The unjudged backlog is full; nothing was written. Wait and try again.
    #[error("{bytes} bytes of raw records wait to be judged, the bound is {max}")]
    Full {
        /// Bytes that wait.
        bytes: u64,
        /// The bound.
        max: u64,
    },
    /// A message within a sound frame cannot be decoded: written by another version, or by hand.
    #[error("topic {topic}, offset {offset}: {what}")]
    Undecodable {
        /// Topic.
        topic: Topic,
        /// Offset.
        offset: u64,
        /// What is wrong.
        what: &'static str,
    },
    /// A commit would break conservation. A defect of the program: nothing was written.
    #[error("commit refused: {what}")]
    Unbalanced {
        /// What does not add up.
        what: &'static str,
    },
    /// The transport has no such partition.
    #[error("there is no partition {partition}")]
    NoPartition {
        /// The partition asked for.
        partition: u32,
    },
}

//! How records come in and outcomes go out: one trait, implemented by [`local`] and [`kafka`].

pub mod codec;
pub mod kafka;
pub mod local;
pub mod quiet;
mod vitals;

pub use vitals::{Backlog, Broker, Lag, Vitals};

use record::{Chunk, Message, Next, Position, chunk::Bound};
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
    /// This worker owns more shards. Say where their claims are known up to ([`Transport::restore`]); until then, and
    /// until all claims came, no chunk comes.
    Assigned(Vec<u32>),
    /// Claims of a shard, in the order they were made, to be taken over before anything is decided.
    Claims {
        /// Their shard.
        shard: u32,
        /// Claims that were made before this worker owned the shard, as [`Claims::each`] published them.
        claims: Vec<Message>,
        /// Offset of the claims topic up to which they are known now.
        next: u64,
    },
    /// Other workers take over partitions with the next poll. Commit what was polled, unless they are lost; whatever is
    /// not committed by the next poll comes again, to this worker or to another.
    Revoked {
        /// Shards that are no longer owned.
        shards: Vec<u32>,
        /// Already taken over: a commit would fail.
        lost: bool,
    },
    /// Partitions are being assigned, or claims read: nothing can be said about what waits.
    Joining,
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
    /// Judged records on their way to the owner of their shard; a store, with its one worker, has none.
    Keyed,
}

impl Topic {
    /// Every topic of a store, raw first.
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
            Self::Keyed => "keyed",
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
    /// Outputs in the order of their records.
    pub outputs: &'a [(Topic, &'a Message)],
    /// The input positions to go on from: last processed offset + 1.
    pub next: &'a [Next],
    /// Records by outcome, for the ledger.
    pub ledger: Ledger,
    /// Claims staged by this chunk.
    pub claims: &'a mut dyn Claims,
}

/// Records by outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    /// Raw records.
    pub received: u64,
    /// Records taken over from other workers that judged them.
    pub taken: u64,
    /// Records handed over to the owners of their shards, who decide their outcome.
    pub handed: u64,
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
    /// Whether every record that came in has an outcome or is handed over (promise 1).
    #[must_use]
    pub const fn balances(&self) -> bool {
        self.received + self.taken == self.clean + self.reject + self.duplicate + self.gap + self.handed
    }
}

/// Claims that become durable with the commit: as part of a store's transaction, or as messages of a topic.
pub trait Claims: fmt::Debug {
    /// Adds them to the local store's transaction.
    fn write(&mut self, txn: &mut store::Txn<'_>, writer: &store::Writer);
    /// Each of them with its shard, in the order they were made, to be published.
    fn each(&self, publish: &mut dyn FnMut(u32, &Message));
    /// The transaction committed.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    fn committed(&mut self, to: Committed<'_>) -> Result<(), store::Error>;
    /// The transaction did not commit.
    fn abandon(&mut self);
}

/// Where claims were committed to.
#[derive(Clone, Copy, Debug)]
pub enum Committed<'a> {
    /// A store, which is the only copy.
    Store(&'a store::Store),
    /// The claims topic: the offset after the last claim of each shard that has some, where the client knows it.
    Topic(&'a [(u32, u64)]),
}

/// How far the claims of a shard are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// The shard.
    pub shard: u32,
    /// The offset of the claims topic after the last of them; 0 when none are.
    pub next: u64,
    /// The fingerprint of that last message: a topic that was made anew has another one there.
    pub last: u64,
}

/// What a commit came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Everything is durable.
    Committed,
    /// Nothing is: what was polled and not committed comes again with the next poll.
    Void,
}

/// A raw record that is read again.
pub type Again = Result<Message, Unread>;

/// Why a raw record could not be read again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unread {
    /// It is no longer there.
    Gone,
    /// It was not looked for: too many were asked for at once that lie far from each other.
    TooMany,
    /// Whether it is there nobody knows: to read it failed.
    Failed,
}

/// A transport.
pub trait Transport {
    /// Takes the next chunk, waiting at most `wait` for its first record. Each poll goes on where the last one ended,
    /// committed or not.
    ///
    /// # Errors
    /// When the raw topic cannot be read.
    fn poll(&mut self, bound: Bound, wait: Duration) -> Result<Event, Error>;
    /// Reads raw records again, for the comparison of conflicts. `positions` ascend, none comes twice; `found` is told of
    /// each once, in whatever order they come.
    ///
    /// # Errors
    /// When the raw topic cannot be read.
    fn fetch(&mut self, positions: &[Position], found: &mut dyn FnMut(Position, Again)) -> Result<(), Error>;
    /// Commits outputs, input positions, ledger and claims, or nothing.
    ///
    /// # Errors
    /// When the outcome is not durable, or when the ledger does not balance.
    fn commit(&mut self, commit: Commit<'_>) -> Result<Ending, Error>;
    /// Says how far the claims of newly assigned shards are known; they come as [`Event::Claims`] from there. Answers the
    /// shards of which that cannot be: what is known of them is of another topic and must be forgotten; their claims come from
    /// the beginning.
    ///
    /// # Errors
    /// When the claims topic cannot be read.
    fn restore(&mut self, known: &[Known]) -> Result<Vec<u32>, Error>;
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
    /// Whether nothing waits to be decided: asked by a worker that has nothing in hand.
    ///
    /// # Errors
    /// When the topics cannot be read.
    fn is_drained(&mut self) -> Result<bool, Error> {
        Ok(self.lag()?.iter().all(|(_, records)| *records == 0))
    }
    /// How it is doing, for metrics. To be asked once per chunk and while nothing comes.
    fn vitals(&mut self) -> Vitals {
        let lag = self.lag().ok();
        Vitals { lag: lag.map(|lag| lag.into_iter().map(Lag::from).collect()), ..Vitals::default() }
    }
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
    #[error("topic {topic}, {position}: {what}")]
    Undecodable {
        /// Topic.
        topic: Topic,
        /// Partition and offset.
        position: Position,
        /// What is wrong.
        what: &'static str,
    },
    /// Retention removed messages of the local store before they were read; what is still there can be read on.
    #[error("{topic}: retention removed offsets {from} to {last} before they were read")]
    Overtaken {
        /// Topic.
        topic: Topic,
        /// The first that is gone.
        from: u64,
        /// The last that is gone.
        last: u64,
    },
    /// Kafka, or what stands on its topics.
    #[error(transparent)]
    Kafka(#[from] kafka::Error),
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

impl Error {
    /// Whether another worker has taken over the name of this one.
    #[must_use]
    pub const fn is_fenced(&self) -> bool {
        matches!(self, Self::Kafka(kafka::Error::Fenced { .. }))
    }
}

//! What a transport tells of itself, for metrics. Nothing here decides anything.

use record::RecordTime;
use std::time::Duration;

/// How a transport is doing. Lists hold what happened since it was asked last.
#[derive(Clone, Debug, Default)]
pub struct Vitals {
    /// What waits on each raw partition; `None` when it cannot be known now.
    pub lag: Option<Vec<Lag>>,
    /// What waits on raw in bytes, where that is bounded and known.
    pub backlog: Option<Backlog>,
    /// Partitions of this worker, by topic.
    pub assigned: Vec<(&'static str, usize)>,
    /// How long transactions took, whatever they came to.
    pub transactions: Vec<Duration>,
    /// Why the producer was replaced.
    pub reinits: Vec<&'static str>,
    /// How long it took from when partitions came or went until records were read again.
    pub rebalances: Vec<Duration>,
    /// Connections to brokers since the start, by the id of the broker.
    pub brokers: Vec<(String, Broker)>,
}

/// What waits on a raw partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lag {
    /// The partition.
    pub partition: u32,
    /// Records that are not committed. Markers of transactions among them count too, but not those at the end: what is
    /// read to its end has none.
    pub records: u64,
    /// Record time of the first one that is not committed, where known.
    pub since: Option<RecordTime>,
    /// Offsets more that nobody can read before a transaction of whoever writes to raw ends, as told some seconds ago.
    pub undecided: u64,
}

impl From<(u32, u64)> for Lag {
    /// Of a partition and its number of records; since when they wait is not known.
    fn from((partition, records): (u32, u64)) -> Self {
        Self { partition, records, since: None, undecided: 0 }
    }
}

/// Raw bytes that wait to be judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backlog {
    /// How many wait.
    pub bytes: u64,
    /// How many may: with more, whoever submits waits.
    pub max: u64,
}

/// The connection of the consumer to a broker.
#[derive(Clone, Copy, Debug, Default)]
pub struct Broker {
    /// Mean time from request to answer in the last interval; `None` without a request.
    pub round_trip: Option<Duration>,
    /// Requests without an answer in time.
    pub timeouts: u64,
    /// Connections that ended.
    pub disconnects: u64,
    /// How long answers were held back because of a quota.
    pub throttled: Duration,
}

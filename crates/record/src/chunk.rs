//! The unit of work inside the engine.

use crate::{Message, Position};
use std::{sync::Arc, time::Instant};

/// Some thousands of records, judged, deduplicated and committed together. Bounded by the records, bytes and time that
/// [`Bound`] states. Those of one partition are in offset order.
#[derive(Clone, Debug)]
pub struct Chunk {
    /// Name of the topic (or file) the records came from.
    pub topic: Arc<str>,
    /// Raw records.
    pub records: Vec<RawRecord>,
    /// Records that another worker judged and handed over, because this one owns the shards of their keys. Either these
    /// or the raw records may be none, not both.
    pub handed: Vec<HandedRecord>,
    /// Where reading goes on, for each partition that the chunk has records of.
    pub next: Vec<Next>,
    /// When the first record of the chunk was accepted by this process; feeds the latency figures only.
    pub arrived: Instant,
}

/// A topic that records are taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Input {
    /// Records as submitted.
    Raw,
    /// Records handed over to the owner of their shard.
    Keyed,
}

/// Where reading goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Next {
    /// Topic.
    pub input: Input,
    /// Its partition, and the last offset taken + 1.
    pub position: Position,
}

/// A record that was judged by another worker.
#[derive(Clone, Debug)]
pub struct HandedRecord {
    /// Where it stands in the topic of handed records.
    pub position: Position,
    /// What was handed over: the raw record and what judging made of it.
    pub message: Message,
}

/// One raw record with its position.
#[derive(Clone, Debug)]
pub struct RawRecord {
    /// Where it stands.
    pub position: Position,
    /// Its bytes and headers.
    pub message: Message,
    /// What was submitted, where `message.value` was made of it: the row of a CSV file, or JSON whose members a mapping
    /// renamed. A reject carries it instead.
    pub original: Option<Vec<u8>>,
}

/// How much one chunk may hold. A record is added before the totals are checked, so one record may overshoot
/// `bytes` by its own size.
#[derive(Clone, Copy, Debug)]
pub struct Bound {
    /// Most records.
    pub records: usize,
    /// Most bytes of messages, keys and headers included.
    pub bytes: usize,
}

impl Default for Bound {
    fn default() -> Self {
        Self { records: 4096, bytes: 8 << 20 }
    }
}

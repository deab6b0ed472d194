//! The unit of work inside the engine.

use crate::{Message, Position};
use std::{sync::Arc, time::Instant};

/// Some thousands of raw records of one partition, consecutive in offset order, judged, deduplicated and committed
/// together. Bounded by the records, bytes and time that [`Bound`] states.
#[derive(Clone, Debug)]
pub struct Chunk {
    /// Name of the topic (or file) the records came from.
    pub topic: Arc<str>,
    /// The records in offset order; never empty.
    pub records: Vec<RawRecord>,
    /// Where reading goes on: the partition, and the last offset + 1.
    pub next: Position,
    /// When the first record of the chunk was accepted by this process; feeds the latency figures only.
    pub arrived: Instant,
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
    /// Most bytes of values.
    pub bytes: usize,
}

impl Default for Bound {
    fn default() -> Self {
        Self { records: 4096, bytes: 8 << 20 }
    }
}

//! What an observer of a worker is told.

use crate::{Decided, Tally};
use std::time::Duration;

/// What an observer is told after each commit.
#[derive(Debug)]
pub struct ChunkReport<'a> {
    /// The records and their outcomes; `None` for a gap.
    pub decided: Option<&'a Decided>,
    /// Counts of this chunk.
    pub tally: &'a Tally,
    /// From the first record's arrival in this process to the commit.
    pub latency: Duration,
    /// How long the commit took.
    pub commit: Duration,
    /// Raw records that still wait, those in flight included.
    pub lag: u64,
    /// Claims in the window: keys and traces.
    pub keys: u64,
    /// Bytes of the claim log.
    pub claim_bytes: u64,
}

/// What an observer is told.
#[derive(Debug)]
pub enum Told<'a> {
    /// Whether records can come from now on; told when it changes, at first when they can.
    Ready(bool),
    /// A chunk was committed.
    Chunk(ChunkReport<'a>),
}

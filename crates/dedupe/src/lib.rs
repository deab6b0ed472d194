//! The window of claimed keys: exact, by record time, an in-memory index over an append-only claim log.
//!
//! ```text
//! candidates ─► decide ─► staged claims ─► write (into the caller's transaction) ─► committed ─► index
//!                  ▲                                                            └─► abandon: forgotten
//!                  └── index: 8-byte slots per shard; no matching slot proves "new", a match is read from the log
//! ```
//!
//! # Time
//! The window is cut into slices of equal length, `slice = floor(record time / slice length)`; each slice is one file
//! of the store's group [`GROUP`]. The *watermark* is the greatest record time of any claim accepted so far. A slice
//! that ends at or before `watermark - window` no longer counts; its file goes in the next commit. So a key is found
//! for at least one window, and for at most one slice longer. A record older than every slice that counts is checked
//! against all that is retained, and claims in the oldest slice that counts. One of unknown time is taken to be as new as
//! the watermark.
//!
//! A candidate is compared with what counts at `max(watermark, its own time)`, and moves the watermark only when it is
//! accepted. Hence the answers depend on the sequence of candidates alone: not on where chunks begin and end, and not
//! on restarts, since the watermark is read back from the claims. A record time far in the future would end the window
//! of everything before it: whoever accepts raw records clamps their times first.
//!
//! # Exactness
//! The index holds 28 bits of each key's hash (34 with the shard): enough to say "new", never enough to say "known". A
//! matching slot is verified against all 128 bits of the claim in the log, whose own checksum is tested on the way.
//!
//! # Traces
//! Besides its key a record may leave traces: claims of their own, which stand in the same log and index. A candidate
//! whose key is new looks for its traces first. Those that a record of another key left are told; when one of them
//! refuses the candidate it claims nothing, otherwise it claims its key and the traces that nobody left. A
//! candidate whose key is taken is told of none, but for one that was processed before: it is told what it was told then.
//!
//! A trace may also be sought: then a record of another key must have left it, and the candidate does not. One that is warned
//! because nobody did leaves a *note* of it, a claim of its own, since somebody may have left the trace by the time it is
//! processed again. What refuses a candidate is not noted, for that claims nothing: it is looked for anew.
//!
//! # Bounds
//! Disk: 44 bytes per claim and 8 to 16 per block (one block per slice and chunk). Memory: 10 to 13.75 bytes per
//! claim above some ten thousand; of the log's pages in the page cache as much again is mapped. At most 65,535 segments of 4 MiB of claim log, about 6 thousand million claims.

mod claim;
mod rebuild;
mod segments;
pub mod shards;
mod slices;
mod table;
mod window;

#[cfg(test)]
mod tests;

use record::{Claim, Position, Severity, Trace};
pub use shards::{Doubt, Shards};
pub use window::Window;

/// Group of the store that holds the claim log; its writer is what [`Window::write`] wants.
pub const GROUP: &str = "out";

/// A record that asks for its key.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'a> {
    /// The claim it makes.
    pub claim: Claim,
    /// The traces that it leaves when it is accepted, and that earlier records must not have left, or must have. They lie
    /// in the shard of its key.
    pub traces: &'a [Trace],
}

/// Whom a candidate met that it should not have, or did not meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Met {
    /// An earlier record left a trace that nobody else may have left; of several traces of one rule, the first.
    Somebody {
        /// The rule that asks.
        rule: u16,
        /// Whether that rejects the candidate.
        severity: Severity,
        /// The record that left it.
        first: Position,
    },
    /// Nobody left what is sought.
    Nobody {
        /// The look-up that asks.
        look_up: u16,
        /// Whether that rejects the candidate.
        severity: Severity,
    },
}

/// What a candidate met, behind its place among the candidates.
pub type Meeting = (usize, Met);

impl Met {
    /// Whether that rejects the candidate.
    #[must_use]
    pub const fn severity(&self) -> Severity {
        match self {
            Self::Somebody { severity, .. } | Self::Nobody { severity, .. } => *severity,
        }
    }
}

/// The answers for some candidates.
#[derive(Debug, Default)]
pub struct Decided {
    /// One for each candidate, in order.
    pub decisions: Vec<Decision>,
    /// What candidates are told that are accepted or refused, in order.
    pub met: Vec<Meeting>,
    /// The traces and notes that the accepted candidates leave, as claims, and which of them does.
    pub left: Vec<(usize, Claim)>,
}

/// The answer for one key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The key is new: the record claims it.
    First,
    /// Same key, same content as the record at `first`.
    Same {
        /// The record that holds the claim.
        first: Position,
    },
    /// Same key, other content than the record at `first`.
    Conflict {
        /// The record that holds the claim.
        first: Position,
    },
    /// The claim found is this very record's: it was processed before.
    Own,
    /// The key is new, but a trace that an earlier record left, or none did, refuses this one: it claims nothing.
    Refused,
}

/// Settings of the window.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Shards of the key space, at least 1. The log does not depend on it, the growth of the index does: one shard
    /// grows at a time.
    pub shards: u32,
    /// Length of the window in milliseconds of record time, at least 1 and at most 2^47.
    pub window_ms: i64,
    /// Slices the window is cut into, 1 to 1024; the oldest is dropped whole. The length of a slice, `window_ms` /
    /// `slices` rounded up, is fixed for the life of a store.
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

/// A length or index as a file offset.
pub(crate) fn widen(count: usize) -> u64 {
    u64::try_from(count).expect("a length in memory is below 2^64")
}

/// A number that came from a length or index in memory, back again.
pub(crate) fn narrow(count: u64) -> usize {
    usize::try_from(count).expect("only called for indices into memory")
}

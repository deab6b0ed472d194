//! Durable topics in files of the store: one host, one partition, no installation.
//!
//! ```text
//! submitters ─Appender─► raw (group `raw`) ─Local::poll─► … ─Local::commit─► clean, rejects, duplicates, claims (group `out`)
//! ```
//! A topic is a row of segment files named by their first offset. Any process may append to raw, one at a time; one
//! worker reads it and writes the rest. Both commit through the store, so that a crash leaves whole commits only.

mod appender;
mod backlog;
mod log;
mod names;
mod reader;
mod retention;
mod tables;
mod worker;

pub use appender::{Appender, RAW_BYTES_MAX, check};
pub use names::State;
pub use reader::Reader;
pub use retention::Retention;
pub use tables::TableAppender;
pub use worker::Local;

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

impl Settings {
    /// The retention of one topic.
    const fn retention(&self, topic: crate::Topic) -> Retention {
        match topic {
            crate::Topic::Raw => self.raw,
            crate::Topic::Clean => self.clean,
            crate::Topic::Rejects => self.rejects,
            crate::Topic::Duplicates => self.duplicates,
            crate::Topic::Tables | crate::Topic::Keyed => Retention { bytes: None, age_ms: None },
        }
    }
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

/// The position of an offset: a local topic has one partition.
const fn place(offset: u64) -> record::Position {
    record::Position { partition: 0, offset }
}

//! Names of the files and counters of the local topics, in one place: they are the format on disk.

use crate::{Error, Ledger, Topic};
use std::collections::BTreeMap;
use store::Store;

/// Group of the raw topic: appended to by submitters.
pub(super) const RAW: &str = "raw";
/// Group of outputs and claims: appended to by the worker.
pub(super) const OUT: &str = "out";
/// Group of the topic of reference tables: appended to by `faircopy tables put`.
pub(super) const TABLES: &str = "tables";

/// Prefix of the counters that say where the worker stands.
pub(super) const AT: &str = "at/0/";
/// Offset of the next raw record to be judged.
pub(super) const AT_OFFSET: &str = "at/0/offset";
/// First offset of the raw segment in which it stands.
pub(super) const AT_SEGMENT: &str = "at/0/segment";
/// Byte within that segment.
pub(super) const AT_BYTE: &str = "at/0/byte";
/// Prefix of the ranges of raw records that were gone: the rest is the first offset, the value the one after the last.
pub(super) const GAP: &str = "gap/0/";

/// Names of the ledger's counters.
pub(super) const LEDGER: [&str; 5] =
    ["ledger/0/received", "ledger/0/clean", "ledger/0/reject", "ledger/0/duplicate", "ledger/0/gap"];

/// The ledger's figures in the order of [`LEDGER`].
pub(super) const fn figures(ledger: Ledger) -> [u64; 5] {
    [ledger.received, ledger.clean, ledger.reject, ledger.duplicate, ledger.gap]
}

/// Counter of the offset that the next message of a topic gets.
pub(super) const fn next(topic: Topic) -> &'static str {
    match topic {
        Topic::Raw => "topic/raw/next",
        Topic::Clean => "topic/clean/next",
        Topic::Rejects => "topic/rejects/next",
        Topic::Duplicates => "topic/duplicates/next",
        Topic::Tables => "topic/tables/next",
        Topic::Keyed => "topic/keyed/next",
    }
}

/// Group that holds a topic's segments.
pub(super) const fn group(topic: Topic) -> &'static str {
    match topic {
        Topic::Raw => RAW,
        Topic::Clean | Topic::Rejects | Topic::Duplicates | Topic::Keyed => OUT,
        Topic::Tables => TABLES,
    }
}

/// File name of the segment that begins with offset `first`. Twenty digits hold any offset, so names sort as offsets.
pub(super) fn segment(topic: Topic, first: u64) -> String {
    format!("{topic}-{first:020}")
}

/// First offset of a segment of `topic`; `None` when the file is something else.
pub(super) fn first_offset(topic: Topic, file: &str) -> Option<u64> {
    file.strip_prefix(topic.as_str())?.strip_prefix('-')?.parse().ok()
}

/// Everything that was committed, as of one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// Offset that the next raw record gets.
    pub raw: u64,
    /// Messages ever written to clean.
    pub clean: u64,
    /// Messages ever written to rejects.
    pub rejects: u64,
    /// Messages ever written to duplicates.
    pub duplicates: u64,
    /// Offset of the next raw record to be judged.
    pub position: u64,
    /// Records by outcome.
    pub ledger: Ledger,
    /// Ranges of raw offsets that were gone before they were read: first, and one after the last.
    pub gaps: Vec<(u64, u64)>,
}

impl State {
    /// Reads it. One query, so that a commit of the worker is seen wholly or not at all.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn of(store: &Store) -> Result<Self, Error> {
        let all: BTreeMap<String, u64> = store.counters("")?.into_iter().collect();
        let get = |name: &str| all.get(name).copied().unwrap_or(0);
        let [received, clean, reject, duplicate, gap] = LEDGER.map(get);
        let gaps = all.iter().filter_map(|(name, to)| Some((name.strip_prefix(GAP)?.parse().ok()?, *to))).collect();
        Ok(Self {
            raw: get(next(Topic::Raw)),
            clean: get(next(Topic::Clean)),
            rejects: get(next(Topic::Rejects)),
            duplicates: get(next(Topic::Duplicates)),
            position: get(AT_OFFSET),
            ledger: Ledger { received, clean, reject, duplicate, gap, ..Ledger::default() },
            gaps,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_says_where_it_begins() {
        for topic in Topic::ALL {
            assert_eq!(first_offset(topic, &segment(topic, 123)), Some(123));
        }
        assert_eq!(first_offset(Topic::Clean, "claims-00000000000000000007"), None);
        assert_eq!(first_offset(Topic::Clean, "clean-x"), None);
    }
}

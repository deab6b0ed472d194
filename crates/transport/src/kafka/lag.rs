//! What waits on the raw partitions of this worker.
//!
//! A partition may end with markers of transactions, which are no records and are never committed past. So where nothing is
//! in hand and the end still lies behind what is committed, the next record is looked for: there is one, or the
//! partition is read to its end.

use super::{
    Error, Settings,
    fetch::{Fetcher, Found},
};
use crate::Lag;
use record::{Position, RecordTime};
use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

/// How old an answer may be.
const AGE_MAX: Duration = Duration::from_millis(500);
/// How long the next record is looked for.
const LOOK_MAX: Duration = Duration::from_secs(2);

/// How far a raw partition is committed, and where it ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Behind {
    pub(super) partition: u32,
    pub(super) committed: u64,
    pub(super) end: u64,
    /// Record time of the first record that is read and not committed.
    pub(super) taken: Option<RecordTime>,
    /// Offsets behind the end that cannot be read yet.
    pub(super) undecided: u64,
}

/// What was asked last.
#[derive(Debug, Default)]
pub(super) struct Survey {
    asked: Option<(Instant, Vec<Lag>)>,
    /// Offsets between which a partition has no record: from what is committed to the end.
    empty: BTreeMap<u32, (u64, u64)>,
    fetcher: Option<Fetcher>,
}

impl Survey {
    /// The last answer, while it is fresh.
    pub(super) fn fresh(&self) -> Option<&[Lag]> {
        let (asked, lag) = self.asked.as_ref()?;
        (asked.elapsed() < AGE_MAX).then_some(lag)
    }

    /// Takes a new answer.
    pub(super) fn take(&mut self, settings: &Settings, behind: &[Behind]) -> Result<&[Lag], Error> {
        let lag = behind.iter().map(|behind| self.look(settings, *behind)).collect::<Result<Vec<_>, _>>()?;
        Ok(&self.asked.insert((Instant::now(), lag)).1)
    }

    fn look(&mut self, settings: &Settings, behind: Behind) -> Result<Lag, Error> {
        let Behind { partition, committed, end, taken, undecided } = behind;
        let waits = |records, since| Ok(Lag { partition, records, since, undecided });
        let is_empty = self.empty.get(&partition).is_some_and(|(from, to)| *from <= committed && end <= *to);
        if committed >= end || is_empty {
            return waits(0, None);
        }
        let all = end - committed;
        if taken.is_some() {
            return waits(all, taken);
        }
        let fetcher = match self.fetcher.take() {
            Some(fetcher) => fetcher,
            None => Fetcher::open(settings)?,
        };
        let position = Position { partition, offset: committed };
        match self.fetcher.insert(fetcher).look(position, LOOK_MAX)? {
            Found::Message(offset, message) => waits(end.saturating_sub(offset).max(1), Some(message.time)),
            Found::End => {
                self.empty.insert(partition, (committed, end));
                waits(0, None)
            }
            Found::Gone | Found::Nothing => waits(all, None),
        }
    }
}

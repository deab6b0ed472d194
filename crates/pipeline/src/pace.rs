//! How many records a chunk may have, so that it is judged in time, and committed.

use record::chunk::Bound;
use std::time::Duration;
use transport::Ending;

/// A chunk is not cut below this: so few are judged in time unless a record takes ten milliseconds, and each commit costs some.
const RECORDS_MIN: usize = 16;

/// How fast the last chunk was judged. Forms differ by orders of magnitude in what they cost, and one chunk is mostly like the next.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Pace {
    records: usize,
    took: Duration,
}

impl Pace {
    pub(crate) const fn of(records: usize, took: Duration) -> Self {
        Self { records, took }
    }

    /// The bounds of the next chunk, so that judging it takes no longer than `judging`.
    pub(crate) fn bound(self, chunk: Bound, judging: Duration) -> Bound {
        if self.records == 0 {
            return chunk;
        }
        let in_time = self.records as u128 * judging.as_nanos() / self.took.as_nanos().max(1);
        let in_time = usize::try_from(in_time).unwrap_or(usize::MAX).max(RECORDS_MIN);
        Bound { records: chunk.records.min(in_time), ..chunk }
    }
}

/// A chunk is cut into so many parts at most.
const PARTS: usize = 64;

/// How much of a chunk is tried. One that takes a slow broker longer than a transaction may last would come to nothing each time, and
/// the line would stand still: so each that comes to nothing is followed by one half as large, each commit by a little more.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Share(usize);

impl Default for Share {
    fn default() -> Self {
        Self(PARTS)
    }
}

impl Share {
    /// Takes note of what a chunk came to.
    pub(crate) fn learn(&mut self, ending: Ending) {
        self.0 = match ending {
            Ending::Committed => PARTS.min(self.0 + 1),
            Ending::Void => 1.max(self.0 / 2),
        };
    }

    /// The bounds of the next chunk.
    pub(crate) fn of(self, Bound { records, bytes }: Bound) -> Bound {
        let share = |all: usize| all.div_ceil(PARTS).saturating_mul(self.0).min(all);
        Bound { records: share(records), bytes: share(bytes) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_to_nothing_is_tried_in_smaller_parts() {
        let bound = |share: Share| {
            let Bound { records, bytes } = share.of(Bound::default());
            (records, bytes >> 10)
        };
        let mut share = Share::default();
        assert_eq!(bound(share), (4096, 8192));
        share.learn(Ending::Committed);
        assert_eq!(bound(share), (4096, 8192), "no more than all");
        share.learn(Ending::Void);
        assert_eq!(bound(share), (2048, 4096));
        share.learn(Ending::Committed);
        assert_eq!(bound(share), (2112, 4224));
        (0..10).for_each(|_| share.learn(Ending::Void));
        assert_eq!(bound(share), (64, 128));
        assert_eq!(share.of(Bound { records: 1, bytes: 1 }).records, 1);
    }

    #[test]
    fn a_chunk_has_as_many_records_as_are_judged_in_time() {
        let bound = |pace: Pace| pace.bound(Bound { records: 4096, bytes: 1 << 20 }, Duration::from_millis(200));
        let records = |records, millis| bound(Pace::of(records, Duration::from_millis(millis))).records;
        assert_eq!(bound(Pace::default()).records, 4096, "nothing is known yet");
        assert_eq!(records(4096, 100), 4096);
        assert_eq!(records(100, 1), 4096, "a small chunk does not make the next one small");
        assert_eq!(records(4096, 4096), 200, "a record takes a millisecond");
        assert_eq!(records(200, 200), 200, "and goes on to");
        assert_eq!(records(200, 20), 2000, "until it takes less");
        assert_eq!(records(1, 10_000), RECORDS_MIN);
    }
}

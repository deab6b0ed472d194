//! How many records a chunk may have, so that it is judged in time.

use crate::WorkerSettings;
use record::chunk::Bound;
use std::time::Duration;

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

    /// The bounds of the next chunk.
    pub(crate) fn bound(self, settings: &WorkerSettings) -> Bound {
        let WorkerSettings { chunk, judging, .. } = *settings;
        if self.records == 0 {
            return chunk;
        }
        let in_time = self.records as u128 * judging.as_nanos() / self.took.as_nanos().max(1);
        let in_time = usize::try_from(in_time).unwrap_or(usize::MAX).max(RECORDS_MIN);
        Bound { records: chunk.records.min(in_time), ..chunk }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chunk_has_as_many_records_as_are_judged_in_time() {
        let settings = WorkerSettings { judging: Duration::from_millis(200), ..WorkerSettings::default() };
        let records = |records, millis| Pace::of(records, Duration::from_millis(millis)).bound(&settings).records;
        assert_eq!(Pace::default().bound(&settings).records, 4096, "nothing is known yet");
        assert_eq!(records(4096, 100), 4096);
        assert_eq!(records(100, 1), 4096, "a small chunk does not make the next one small");
        assert_eq!(records(4096, 4096), 200, "a record takes a millisecond");
        assert_eq!(records(200, 200), 200, "and goes on to");
        assert_eq!(records(200, 20), 2000, "until it takes less");
        assert_eq!(records(1, 10_000), RECORDS_MIN);
    }
}

//! Quantiles of latencies in constant memory.

use std::time::Duration;

/// Buckets per doubling: a quantile is at most one eighth too high.
const STEPS: u32 = 8;

/// Counts of records by latency, in buckets whose width grows with the latency.
#[derive(Debug)]
pub(super) struct Latencies {
    counts: [u64; 64 * STEPS as usize],
    records: u64,
}

impl Latencies {
    pub(super) const fn new() -> Self {
        Self { counts: [0; 64 * STEPS as usize], records: 0 }
    }

    /// Adds records that took so long.
    pub(super) fn add(&mut self, latency: Duration, records: u64) {
        let micros = u64::try_from(latency.as_micros()).unwrap_or(u64::MAX);
        self.counts[bucket(micros)] += records;
        self.records += records;
    }

    /// The latency that `percent` of the records did not exceed; zero before the first record.
    pub(super) fn percentile(&self, percent: u64) -> Duration {
        let wanted = (self.records * percent).div_ceil(100);
        let mut seen = 0;
        for (bucket, count) in self.counts.iter().enumerate() {
            seen += count;
            if *count > 0 && seen >= wanted {
                return Duration::from_micros(upper(bucket));
            }
        }
        Duration::ZERO
    }
}

/// The bucket of a latency: its highest bit, and the three bits after it.
fn bucket(micros: u64) -> usize {
    let scale = micros.max(1).ilog2().saturating_sub(3);
    usize::try_from(u64::from(scale * STEPS) + (micros >> scale)).unwrap_or(0)
}

/// The highest latency of a bucket.
fn upper(bucket: usize) -> u64 {
    let bucket = bucket as u64;
    let steps = u64::from(STEPS);
    let scale = (bucket / steps).saturating_sub(1);
    (((bucket - scale * steps) + 1) << scale) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_holds_its_latencies_within_an_eighth() {
        for micros in (0..5_000).chain([123_456, 9_876_543, 1 << 40]) {
            let top = upper(bucket(micros));
            assert!(top >= micros && top <= micros + micros / 8, "{micros} {top}");
        }
    }

    #[test]
    fn percentiles_count_records_not_chunks() {
        let mut latencies = Latencies::new();
        assert_eq!(latencies.percentile(99), Duration::ZERO);
        latencies.add(Duration::from_millis(1), 99);
        latencies.add(Duration::from_millis(100), 1);
        assert!(latencies.percentile(99) < Duration::from_millis(2));
        assert!(latencies.percentile(100) >= Duration::from_millis(100));
    }
}

//! Gaps of a raw partition, one of the notes that stand where its position is.
//!
//! `gaps 400 0-400`: 400 records in all; then ranges, first and one after the last. The newest ranges are kept.

use std::fmt;

/// Ranges kept; with two numbers of 20 digits each all notes stay below the broker's bound of 4096 bytes.
const RANGES_MAX: usize = 64;

/// Raw offsets that were gone before they were read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gaps {
    /// How many, in all.
    pub records: u64,
    /// Where: first offset, and one after the last; the newest 64 ranges.
    pub ranges: Vec<(u64, u64)>,
}

impl Gaps {
    /// Adds one.
    pub(super) fn add(&mut self, from: u64, to: u64) {
        self.records += to - from;
        self.ranges.push((from, to));
        if self.ranges.len() > RANGES_MAX {
            self.ranges.remove(0);
        }
    }

    /// Reads their note; whatever else stands there means that there are none.
    #[must_use]
    pub(super) fn parse(metadata: &str) -> Self {
        Self::read(metadata).unwrap_or_default()
    }

    fn read(metadata: &str) -> Option<Self> {
        let mut words = metadata.strip_prefix("gaps ")?.split(' ');
        let records = words.next()?.parse().ok()?;
        let range = |word: &str| {
            let (from, to) = word.split_once('-')?;
            Some((from.parse().ok()?, to.parse().ok()?))
        };
        Some(Self { records, ranges: words.map(range).collect::<Option<_>>()? })
    }
}

impl fmt::Display for Gaps {
    /// Nothing when there are none.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.records > 0 {
            write!(f, "gaps {}", self.records)?;
        }
        self.ranges.iter().try_for_each(|(from, to)| write!(f, " {from}-{to}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_read_back_and_stay_within_the_brokers_bound() {
        let mut gaps = Gaps::default();
        assert_eq!(gaps.to_string(), "");
        assert_eq!(Gaps::parse(""), gaps);
        gaps.add(0, 400);
        assert_eq!(gaps.to_string(), "gaps 400 0-400");
        for nth in 0..200 {
            gaps.add((1 << 62) + 10 * nth, (1 << 62) + 10 * nth + 3);
        }
        assert_eq!(gaps.records, 1000);
        let newest = (1 << 62) + 10 * 199;
        assert_eq!((gaps.ranges.len(), gaps.ranges.last()), (RANGES_MAX, Some(&(newest, newest + 3))));
        assert!(gaps.to_string().len() < 4096, "{}", gaps.to_string().len());
        assert_eq!(Gaps::parse(&gaps.to_string()), gaps);
        assert_eq!(Gaps::parse("something of somebody else"), Gaps::default());
    }
}

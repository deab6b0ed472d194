//! When a record was submitted.

use std::fmt;

/// Milliseconds since 1970-01-01T00:00:00Z, as the raw record's timestamp says. It is data, never a clock: windows
/// and "not in the future" rules read it, so that a replay decides as the first run did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordTime(pub i64);

/// Milliseconds in one day.
pub const DAY_MS: i64 = 86_400_000;

impl RecordTime {
    /// Nobody said when the record was submitted, as in a file without dates; written as Kafka writes it. Rules that
    /// name `keyed_on` are skipped then.
    pub const UNKNOWN: Self = Self(-1);

    /// The time, unless it is unknown.
    #[must_use]
    pub fn known(self) -> Option<Self> {
        (self != Self::UNKNOWN).then_some(self)
    }

    /// Days since 1970-01-01 in UTC, rounded down.
    #[must_use]
    pub const fn epoch_day(self) -> i64 {
        self.0.div_euclid(DAY_MS)
    }
}

impl fmt::Display for RecordTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

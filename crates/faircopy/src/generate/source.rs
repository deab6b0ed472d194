//! Where records are keyed: each source has its own habits, and a profile that says how to read them.

use rules::{DateOrder, DecimalSign, Profile};

/// Order of day and month in numeric dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// 31/12/2026
    DayFirst,
    /// 12/31/2026
    MonthFirst,
    /// Nobody said: only dates that can be read one way are clean.
    Unsaid,
}

/// The decimal sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sign {
    /// 1,234.56
    Point,
    /// 1.234,56
    Comma,
    /// Nobody said: only amounts that can be read one way are clean.
    Unsaid,
}

impl Sign {
    /// As it is written; a point where nobody said.
    pub(crate) const fn written(self) -> char {
        match self {
            Self::Comma => ',',
            Self::Point | Self::Unsaid => '.',
        }
    }
}

/// A place where records are keyed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Source {
    /// Name of its profile; empty for the default profile.
    pub(crate) name: &'static str,
    /// How its dates are written.
    pub(crate) order: Order,
    /// How its amounts are written.
    pub(crate) sign: Sign,
    /// ISO 3166 code of its region; empty when not said.
    pub(crate) region: &'static str,
    /// Whether its records come with the time of their submission. Those of a file do not: what is held against that
    /// time is not checked.
    pub(crate) timed: bool,
}

/// The default profile: what `faircopy judge` assumes without `--source`. Dates and amounts are keyed in many layouts,
/// each of which can be read one way only.
pub(crate) const UNSAID: Source =
    Source { name: "", order: Order::Unsaid, sign: Sign::Unsaid, region: "", timed: false };

/// The sources of the demo.
pub(crate) const DEMO: [Source; 4] = [
    Source { name: "austin", order: Order::MonthFirst, sign: Sign::Point, region: "US", timed: true },
    Source { name: "leeds", order: Order::DayFirst, sign: Sign::Point, region: "GB", timed: true },
    Source { name: "hamburg", order: Order::DayFirst, sign: Sign::Comma, region: "DE", timed: true },
    Source { timed: true, ..UNSAID },
];

/// Every named source with how it is to be read, for the settings of the demo.
#[must_use]
pub fn sources() -> pipeline::Sources {
    let named = DEMO
        .iter()
        .filter(|source| !source.name.is_empty())
        .map(|source| (source.name.to_owned(), pipeline::Source { profile: source.profile(), ..Default::default() }))
        .collect();
    pipeline::Sources { default: pipeline::Source { profile: UNSAID.profile(), ..Default::default() }, named }
}

impl Source {
    fn profile(&self) -> Profile {
        Profile {
            date_order: match self.order {
                Order::DayFirst => Some(DateOrder::Dmy),
                Order::MonthFirst => Some(DateOrder::Mdy),
                Order::Unsaid => None,
            },
            decimal_sign: match self.sign {
                Sign::Point => Some(DecimalSign::Point),
                Sign::Comma => Some(DecimalSign::Comma),
                Sign::Unsaid => None,
            },
            region: (!self.region.is_empty()).then(|| self.region.to_owned()),
            soft: None,
        }
    }
}

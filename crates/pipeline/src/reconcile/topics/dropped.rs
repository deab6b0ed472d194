//! What can still be proven where retention dropped outcomes.

use super::{Range, position};
use crate::Error;
use record::{Position, header};
use std::collections::BTreeMap;
use transport::{
    Topic,
    kafka::{Audit, Extent},
};

/// Of what a partition of an output still has, this part at its beginning does not tell by its first outcome what all the dropped ones
/// were of: a record that was handed over stands behind later ones.
const PART: u64 = 16;
/// So many messages of a partition are looked at, where they are more than that part.
const LOOK: u64 = 100_000;

/// Where to begin on every partition of raw so that all outcomes are there; at its end, where none of its outcomes tells.
///
/// # Errors
/// When the outputs cannot be read.
pub(super) fn begins(
    audit: &Audit,
    raw: &str,
    outputs: &[(Topic, Vec<Extent>)],
    ranges: &[Range],
) -> Result<Vec<Position>, Error> {
    let mut kept = Kept::default();
    for (topic, extents) in outputs {
        let looked: Vec<_> = extents.iter().filter(|extent| extent.low > 0).map(looked_at).collect();
        let read = audit.read(*topic, &looked, &mut |seen| {
            let Some(origin) = seen.header(header::ORIGIN).and_then(|origin| position(origin, raw)) else { return };
            let extent = extents.iter().find(|extent| extent.partition == seen.position.partition);
            let is_early = extent.is_some_and(|extent| seen.position.offset < extent.low + part(extent));
            kept.add((*topic, seen.position.partition), origin, is_early);
        });
        read.map_err(transport::Error::from)?;
    }
    Ok(ranges.iter().map(|range| kept.begin(range)).collect())
}

fn part(extent: &Extent) -> u64 {
    (extent.end - extent.low) / PART
}

fn looked_at(extent: &Extent) -> Extent {
    Extent { end: extent.end.min(extent.low + part(extent).max(LOOK)), ..extent.clone() }
}

/// The offset on each partition of raw, as each partition of an output tells, from which on it has all outcomes.
#[derive(Debug, Default)]
struct Kept(BTreeMap<(Topic, u32, u32), u64>);

impl Kept {
    fn add(&mut self, (topic, partition): (Topic, u32), origin: Position, is_early: bool) {
        let offset = self.0.entry((topic, partition, origin.partition)).or_insert(origin.offset);
        if is_early {
            *offset = origin.offset.max(*offset);
        }
    }

    fn begin(&self, range: &Range) -> Position {
        let told = self.0.iter().filter(|((.., partition), _)| *partition == range.partition);
        let offset = told.map(|(_, offset)| *offset).max().unwrap_or(range.to);
        Position { partition: range.partition, offset: offset.clamp(range.from, range.to) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_outcomes_are_there_from_where_the_output_that_lost_most_begins() {
        let at = |partition, offset| Position { partition, offset };
        let mut kept = Kept::default();
        let (clean, rejects) = ((Topic::Clean, 0), (Topic::Rejects, 1));
        // The first was handed over, and stands behind a later one that is gone.
        for (output, origin, is_early) in [
            (clean, at(0, 5), true),
            (clean, at(0, 9), true),
            (clean, at(0, 8), true),
            (clean, at(0, 12), false),
            (rejects, at(0, 7), false),
            (rejects, at(0, 14), false),
            (rejects, at(1, 3), true),
        ] {
            kept.add(output, origin, is_early);
        }
        let range = |partition, from, to| Range { partition, from, to };
        let begins =
            [range(0, 0, 20), range(0, 10, 20), range(1, 0, 20), range(2, 4, 6)].map(|range| kept.begin(&range));
        assert_eq!(begins, [at(0, 9), at(0, 10), at(1, 3), at(2, 6)]);
    }

    #[test]
    fn a_long_output_is_not_read_to_its_end() {
        let extent = |low, end| Extent { partition: 0, low, end };
        for (low, end, looked) in [(7, 20, 20), (7, 1_000_007, 100_007), (7, 16_000_007, 1_000_007)] {
            assert_eq!(looked_at(&extent(low, end)), extent(low, looked));
        }
    }
}

//! Where a group may have begun that did not note it.

use super::{Mark, Range};
use record::Position;
use std::collections::BTreeMap;

/// Records without an outcome that stand before the first one of their partition that has one: so it looks when the group began there.
#[derive(Debug, Default)]
pub(super) struct Leading {
    partitions: BTreeMap<u32, Lead>,
}

#[derive(Debug, Default)]
struct Lead {
    /// How many they are.
    count: u64,
    /// The first record that has an outcome, or waits for it.
    first: Option<u64>,
}

impl Leading {
    /// Adds a raw record; those of one partition come in order.
    pub(super) fn add(&mut self, position: Position, mark: Mark) {
        let lead = self.partitions.entry(position.partition).or_default();
        if lead.first.is_some() {
            return;
        }
        match mark {
            Mark::None => lead.count += 1,
            Mark::Once | Mark::More | Mark::Waiting => lead.first = Some(position.offset),
        }
    }

    /// Where the group may have begun, on partitions that have such records; nothing when of all that have no outcome others are
    /// among them.
    pub(super) fn begins(&self, ranges: &[Range], unaccounted: u64) -> Vec<Position> {
        if self.partitions.values().map(|lead| lead.count).sum::<u64>() != unaccounted {
            return Vec::new();
        }
        let begin = |range: &Range| {
            let lead = self.partitions.get(&range.partition).filter(|lead| lead.count > 0)?;
            Some(Position { partition: range.partition, offset: lead.first.unwrap_or(range.to) })
        };
        ranges.iter().filter_map(begin).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_may_have_begun_where_all_without_an_outcome_end() {
        let at = |partition, offset| Position { partition, offset };
        let ranges = [0, 1, 2].map(|partition| Range { partition, from: 3, to: 9 });
        let mut leading = Leading::default();
        for (offset, mark) in [(3, Mark::None), (5, Mark::None), (6, Mark::Once), (8, Mark::More)] {
            leading.add(at(0, offset), mark);
        }
        leading.add(at(1, 3), Mark::Waiting);
        leading.add(at(2, 4), Mark::None);
        assert_eq!(leading.begins(&ranges, 3), [at(0, 6), at(2, 9)]);
        leading.add(at(1, 4), Mark::None);
        assert_eq!(leading.begins(&ranges, 4), [], "one is lost that the group had come to");
    }
}

//! Where a demo takes place: in the embedded store, or on a Kafka cluster.

use crate::{config::Config, failure::Failure};
use pipeline::reconcile::Report;
use record::{Message, Position};
use std::sync::atomic::{AtomicBool, AtomicU64};
use transport::Topic;

/// The topics of a demo: how records come in, and how what became of them is read.
pub(super) trait Site: Sync {
    /// What the worker runs with.
    fn config(&self) -> &Config;

    /// Opens the raw topic to put records in. `judged` is how many of them have come to an outcome.
    fn door<'a>(&'a self, judged: &'a AtomicU64) -> Result<Box<dyn Door + 'a>, Failure>;

    /// Proves conservation; `progress(done, total)` counts messages.
    fn account(&self, progress: &mut dyn FnMut(u64, u64)) -> Result<Report, Failure>;

    /// Finds out which of the first `records` generated records stands where on raw.
    fn places(&self, records: u64) -> Result<Places, Failure>;

    /// Reads everything that is committed on a topic.
    fn read(&self, topic: Topic, tell: &mut dyn FnMut(Message)) -> Result<(), Failure>;

    /// What the user may do next, as lines.
    fn next_steps(&self) -> String;

    /// Takes away what nobody needs any more. What cannot be removed is told.
    fn close(&self);
}

/// The way to the raw topic.
pub(super) trait Door {
    /// Puts records in, waiting while too many are not judged yet; false when `stop` was raised before all were in.
    fn put(&mut self, messages: &[Message], stop: &AtomicBool) -> Result<bool, Failure>;

    /// Waits until all are durable; how many there are.
    fn close(&mut self) -> Result<u64, Failure>;
}

/// Which generated record stands where on raw.
#[derive(Debug)]
pub(super) struct Places {
    topic: String,
    /// Generated record by partition and offset; `None`: one partition, in the order of generation.
    learnt: Option<Vec<Vec<Option<u64>>>>,
    /// Raw records that the generator never made, or that stand there twice.
    pub(super) strange: u64,
}

impl Places {
    /// The records stand on one partition of `topic`, as they were generated.
    pub(super) fn in_order(topic: &str) -> Self {
        Self { topic: topic.to_owned(), learnt: None, strange: 0 }
    }

    /// The records stand where `found` says: positions of `topic`, and the numbers of the records there, of which those below
    /// `records` were put in.
    pub(super) fn learn(topic: &str, found: impl Iterator<Item = (Position, Option<u64>)>, records: u64) -> Self {
        let mut open = vec![true; usize::try_from(records).unwrap_or(usize::MAX)];
        let mut learnt: Vec<Vec<Option<u64>>> = Vec::new();
        let mut strange = 0;
        for (position, index) in found {
            let known = index.filter(|index| {
                let open = usize::try_from(*index).ok().and_then(|index| open.get_mut(index));
                open.is_some_and(std::mem::take)
            });
            strange += u64::from(known.is_none());
            let cell = usize::try_from(position.partition).ok().zip(usize::try_from(position.offset).ok());
            let Some((partition, offset)) = cell else { continue };
            if learnt.len() <= partition {
                learnt.resize(partition + 1, Vec::new());
            }
            if learnt[partition].len() <= offset {
                learnt[partition].resize(offset + 1, None);
            }
            learnt[partition][offset] = known;
        }
        Self { topic: topic.to_owned(), learnt: Some(learnt), strange }
    }

    /// The record at a position of a topic.
    pub(super) fn at(&self, topic: &str, position: Position) -> Option<u64> {
        if topic != self.topic {
            return None;
        }
        match &self.learnt {
            None => (position.partition == 0).then_some(position.offset),
            Some(learnt) => {
                let partition = learnt.get(usize::try_from(position.partition).ok()?)?;
                *partition.get(usize::try_from(position.offset).ok()?)?
            }
        }
    }

    /// The record that `topic/partition/offset` names, and its partition.
    pub(super) fn named(&self, origin: &str) -> Option<(u32, u64)> {
        let (topic, position) = origin.split_once('/')?;
        let position: Position = position.parse().ok()?;
        Some((position.partition, self.at(topic, position)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_that_was_never_put_or_stands_twice_is_strange() {
        let at = |partition, offset| Position { partition, offset };
        let found =
            [(at(2, 0), Some(1)), (at(0, 0), Some(0)), (at(0, 2), Some(2)), (at(0, 3), Some(1)), (at(0, 4), None)];
        let places = Places::learn("t", found.into_iter().chain([(at(0, 5), Some(3))]), 3);
        assert_eq!(places.strange, 3);
        assert_eq!(places.named("t/2/0"), Some((2, 1)));
        assert_eq!(places.named("t/0/2"), Some((0, 2)));
        for nobody in ["t/0/1", "t/0/3", "t/0/4", "t/0/5", "t/1/0", "t/3/0", "u/0/0", "t/0"] {
            assert_eq!(places.named(nobody), None, "{nobody}");
        }
    }
}

//! Reading messages again, by position: raw records, and the claims that a cache knew last.

use super::{
    Error, Settings, client, convert,
    error::{is_out_of_range, patiently},
    numbers::{natural, number, signed, unsigned},
};
use crate::{Again, Unread};
use rdkafka::{
    Message as _, Offset, TopicPartitionList,
    consumer::{BaseConsumer, Consumer},
    error::{KafkaError, KafkaResult},
    message::BorrowedMessage,
    types::RDKafkaErrorCode,
};
use record::{Message, Position};
use std::{
    collections::{BTreeMap, VecDeque},
    fmt,
    time::{Duration, Instant},
};

/// What is wanted no farther ahead than this is read on to: the batch that was fetched has some hundred records anyway.
const STRIDE: u64 = 200;
/// Most places that one call reads at: each takes a request to a broker, which sends at least a batch.
pub(super) const PLACES_MAX: usize = 256;

/// What stands at a position.
#[derive(Debug)]
pub(super) enum Found {
    /// The first record at it or after it.
    Message(u64, Message),
    /// The end of the partition.
    End,
    /// The partition begins later.
    Gone,
    /// Nobody said in time.
    Nothing,
}

/// Reads messages by position; made when first needed.
pub(super) struct Fetcher {
    reader: BaseConsumer,
    topic: String,
    /// What is being done when it fails.
    doing: &'static str,
    patience: Duration,
}

impl fmt::Debug for Fetcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fetcher").field("topic", &self.topic).finish_non_exhaustive()
    }
}

/// What is still looked for: ascending offsets of each partition, none empty.
type Wanted = BTreeMap<u32, VecDeque<u64>>;

impl Fetcher {
    /// Reads raw records.
    pub(super) fn open(settings: &Settings) -> Result<Self, Error> {
        Self::of(settings, &settings.topics.raw, "a raw record could not be read again")
    }

    /// Reads claims.
    pub(super) fn of_claims(settings: &Settings) -> Result<Self, Error> {
        Self::of(settings, &settings.topics.claims, "a claim could not be read again")
    }

    fn of(settings: &Settings, topic: &str, doing: &'static str) -> Result<Self, Error> {
        let reader = client::fetcher(settings).map_err(Error::settings)?;
        Ok(Self { reader, topic: topic.to_owned(), doing, patience: settings.patience })
    }

    /// Reads the messages at `positions`, which ascend, all partitions side by side. What lies at more than [`PLACES_MAX`]
    /// places is not looked for.
    pub(super) fn fetch(&self, positions: &[Position], found: &mut dyn FnMut(Position, Again)) -> Result<(), Error> {
        let (near, far) = positions.split_at(within(positions, PLACES_MAX));
        far.iter().for_each(|position| found(*position, Err(Unread::TooMany)));
        let mut wanted = Wanted::new();
        for position in near {
            wanted.entry(position.partition).or_default().push_back(position.offset);
        }
        self.begin(&wanted)?;
        let result = self.read(&mut wanted, found);
        self.end(wanted.keys()).and(result)
    }

    fn read(&self, wanted: &mut Wanted, found: &mut dyn FnMut(Position, Again)) -> Result<(), Error> {
        let mut last = Instant::now();
        while !wanted.is_empty() {
            match self.reader.poll(Duration::from_millis(100)) {
                Some(Ok(message)) => {
                    last = Instant::now();
                    self.take(&message, wanted, found)?;
                }
                Some(Err(KafkaError::PartitionEOF(partition))) => {
                    let partition = unsigned(partition);
                    if let Some(offsets) = wanted.remove(&partition) {
                        gone(partition, offsets, found);
                        self.end([&partition])?;
                    }
                }
                Some(Err(error)) if is_out_of_range(&error) => self.pass_over(wanted, found)?,
                Some(Err(source @ KafkaError::MessageConsumptionFatal(_))) => {
                    return Err(Error::Cluster { doing: self.doing, source });
                }
                Some(Err(_)) | None => {}
            }
            if last.elapsed() >= self.patience {
                let source = KafkaError::MessageConsumption(RDKafkaErrorCode::OperationTimedOut);
                return Err(Error::Cluster { doing: self.doing, source });
            }
        }
        Ok(())
    }

    /// Takes a record if it is wanted, and reads on where the next one is.
    fn take(
        &self,
        message: &BorrowedMessage<'_>,
        wanted: &mut Wanted,
        found: &mut dyn FnMut(Position, Again),
    ) -> Result<(), Error> {
        let at = Position { partition: unsigned(message.partition()), offset: natural(message.offset()) };
        let Some(offsets) = wanted.get_mut(&at.partition) else { return Ok(()) };
        gone(at.partition, below(offsets, at.offset), found);
        if offsets.front() == Some(&at.offset) {
            offsets.pop_front();
            found(at, Ok(convert::read(message)));
        }
        match offsets.front() {
            None => {
                wanted.remove(&at.partition);
                self.end([&at.partition])
            }
            Some(next) if *next > at.offset + STRIDE => {
                let next = Offset::Offset(signed(*next));
                // Without a wait: what comes next is of the new place, or an error.
                let sought = self.reader.seek(&self.topic, number(at.partition), next, Duration::ZERO);
                sought.map_err(Error::cluster(self.doing))
            }
            Some(_) => Ok(()),
        }
    }

    /// Some partition has not what is wanted; the client does not say which. Begins anew with what is there.
    fn pass_over(&self, wanted: &mut Wanted, found: &mut dyn FnMut(Position, Again)) -> Result<(), Error> {
        self.end(wanted.keys())?;
        for (partition, offsets) in &mut *wanted {
            let ask = || self.reader.fetch_watermarks(&self.topic, number(*partition), self.patience);
            let (low, high) = patiently(self.patience, self.doing, ask)?;
            gone(*partition, below(offsets, natural(low)), found);
            let beyond = offsets.partition_point(|offset| *offset < natural(high));
            gone(*partition, offsets.split_off(beyond), found);
        }
        wanted.retain(|_, offsets| !offsets.is_empty());
        self.begin(wanted)
    }

    fn begin(&self, wanted: &Wanted) -> Result<(), Error> {
        let firsts = wanted.iter().filter_map(|(partition, offsets)| Some((partition, *offsets.front()?)));
        let places = firsts.map(|(partition, offset)| (*partition, Offset::Offset(signed(offset))));
        self.change(places, |places| self.reader.incremental_assign(places))
    }

    /// Reads no further: the client would go on to fetch ahead.
    fn end<'a>(&self, partitions: impl IntoIterator<Item = &'a u32>) -> Result<(), Error> {
        let places = partitions.into_iter().map(|partition| (*partition, Offset::Invalid));
        self.change(places, |places| self.reader.incremental_unassign(places))
    }

    fn change(
        &self,
        places: impl Iterator<Item = (u32, Offset)>,
        change: impl FnOnce(&TopicPartitionList) -> KafkaResult<()>,
    ) -> Result<(), Error> {
        let mut list = TopicPartitionList::new();
        for (partition, offset) in places {
            list.add_partition_offset(&self.topic, number(partition), offset).map_err(Error::cluster(self.doing))?;
        }
        if list.count() == 0 { Ok(()) } else { change(&list).map_err(Error::cluster(self.doing)) }
    }

    /// What stands at `position`, or after it.
    pub(super) fn look(&self, position: Position, limit: Duration) -> Result<Found, Error> {
        let wanted = Wanted::from([(position.partition, VecDeque::from([position.offset]))]);
        self.begin(&wanted)?;
        let found = self.first(limit);
        self.end(wanted.keys())?;
        found
    }

    fn first(&self, limit: Duration) -> Result<Found, Error> {
        let began = Instant::now();
        while began.elapsed() < limit {
            match self.reader.poll(Duration::from_millis(100)) {
                Some(Ok(message)) => return Ok(Found::Message(natural(message.offset()), convert::read(&message))),
                Some(Err(KafkaError::PartitionEOF(_))) => return Ok(Found::End),
                Some(Err(error)) if is_out_of_range(&error) => return Ok(Found::Gone),
                Some(Err(source @ KafkaError::MessageConsumptionFatal(_))) => {
                    return Err(Error::Cluster { doing: self.doing, source });
                }
                Some(Err(_)) | None => {}
            }
        }
        Ok(Found::Nothing)
    }
}

/// How many of the positions lie at so many places.
fn within(positions: &[Position], places: usize) -> usize {
    let mut last: Option<Position> = None;
    let mut left = places;
    let beyond = positions.iter().position(|position| {
        let is_near = |last: Position| last.partition == position.partition && position.offset - last.offset <= STRIDE;
        if last.replace(*position).is_some_and(is_near) {
            return false;
        }
        let is_full = left == 0;
        left = left.saturating_sub(1);
        is_full
    });
    beyond.unwrap_or(positions.len())
}

/// Takes the offsets below `end`.
fn below(offsets: &mut VecDeque<u64>, end: u64) -> VecDeque<u64> {
    let rest = offsets.split_off(offsets.partition_point(|offset| *offset < end));
    std::mem::replace(offsets, rest)
}

fn gone(partition: u32, offsets: VecDeque<u64>, found: &mut dyn FnMut(Position, Again)) {
    offsets.into_iter().for_each(|offset| found(Position { partition, offset }, Err(Unread::Gone)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_near_is_one_place() {
        let at = |partition, offset| Position { partition, offset };
        let positions =
            [at(0, 5), at(0, 6), at(0, 6 + STRIDE), at(0, 7 + 2 * STRIDE), at(1, 7 + 2 * STRIDE), at(1, 9_000)];
        let within: Vec<usize> = (0..6).map(|places| within(&positions, places)).collect();
        assert_eq!(within, [0, 3, 4, 5, 6, 6]);
    }
}

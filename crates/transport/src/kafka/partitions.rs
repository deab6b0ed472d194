//! How far each partition of this worker is read and committed, and the chunk that is being gathered of them.

use super::{
    Error, Notes, convert,
    numbers::{natural, unsigned},
};
use rdkafka::{Message as _, message::BorrowedMessage};
use record::{Chunk, HandedRecord, Input, Next, Position, RawRecord, RecordTime, chunk::Bound};
use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
    time::Instant,
};

/// The partitions of this worker.
pub(super) type Partitions = BTreeMap<(Input, u32), Partition>;

/// A partition of this worker.
#[derive(Clone, Debug, Default)]
pub(super) struct Partition {
    /// Offset to be read next.
    pub(super) next: u64,
    /// Offset that a restart would go on from.
    pub(super) committed: u64,
    /// What is noted with its position.
    pub(super) notes: Notes,
    /// First offset that is there, when it lies beyond `next`.
    pub(super) gone_until: Option<u64>,
    /// What was handed out and not committed, in order.
    pub(super) polled: VecDeque<Polled>,
}

/// Records of one partition that were handed out in one chunk.
#[derive(Clone, Copy, Debug)]
pub(super) struct Polled {
    /// The offset after the last one.
    pub(super) end: u64,
    /// How many.
    pub(super) records: u64,
    /// Record time of the first one.
    pub(super) since: RecordTime,
}

impl Partition {
    /// What is handed out and not committed comes again.
    pub(super) fn rewind(&mut self) {
        self.next = self.committed;
        self.polled.clear();
    }

    /// Records handed out below `end`; `None` when nothing that was handed out ends there.
    pub(super) fn records_until(&self, end: u64) -> Option<u64> {
        let until = self.polled.iter().take_while(|polled| polled.end <= end);
        let (last, records) = until.fold((None, 0), |(_, sum), polled| (Some(polled.end), sum + polled.records));
        (last == Some(end)).then_some(records)
    }
}

/// A chunk that is being gathered.
pub(super) struct Gathering {
    chunk: Chunk,
    bytes: usize,
    next: BTreeMap<(Input, u32), Polled>,
}

impl Gathering {
    pub(super) fn new(topic: &Arc<str>) -> Self {
        let (records, handed, next) = (Vec::new(), Vec::new(), Vec::new());
        let chunk = Chunk { topic: Arc::clone(topic), records, handed, next, arrived: Instant::now() };
        Self { chunk, bytes: 0, next: BTreeMap::new() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.next.is_empty()
    }

    pub(super) fn is_within(&self, bound: Bound) -> bool {
        self.chunk.records.len() + self.chunk.handed.len() < bound.records && self.bytes < bound.bytes
    }

    /// What is gathered of a raw partition.
    pub(super) fn polled(&self, partition: u32) -> Option<&Polled> {
        self.next.get(&(Input::Raw, partition))
    }

    /// Drops what is gathered of a raw partition: it is read again.
    pub(super) fn forget(&mut self, partition: u32) {
        if self.next.remove(&(Input::Raw, partition)).is_some() {
            self.chunk.records.retain(|record| record.position.partition != partition);
            let records = self.chunk.records.iter().map(|record| record.message.bytes());
            let handed = self.chunk.handed.iter().map(|handed| handed.message.bytes());
            self.bytes = records.chain(handed).sum();
        }
    }

    pub(super) fn finish(mut self, partitions: &mut Partitions) -> Chunk {
        for ((input, partition), polled) in self.next {
            if let Some(state) = partitions.get_mut(&(input, partition)) {
                state.polled.push_back(polled);
            }
            self.chunk.next.push(Next { input, position: Position { partition, offset: polled.end } });
        }
        self.chunk
    }
}

/// Adds a message to the chunk, unless it comes from a partition that was given up meanwhile.
pub(super) fn take(
    partitions: &mut Partitions,
    input: Input,
    message: &BorrowedMessage<'_>,
    gathering: &mut Gathering,
) -> Result<(), Error> {
    let position = Position { partition: unsigned(message.partition()), offset: natural(message.offset()) };
    let Some(state) = partitions.get_mut(&(input, position.partition)) else { return Ok(()) };
    if position.offset < state.next {
        return Ok(());
    }
    if gathering.is_empty() {
        gathering.chunk.arrived = Instant::now();
    }
    let message = convert::read(message);
    gathering.bytes += message.bytes();
    let since = message.time;
    match input {
        Input::Raw => gathering.chunk.records.push(RawRecord { position, message, original: None }),
        Input::Keyed => gathering.chunk.handed.push(HandedRecord { position, message }),
    }
    state.next = position.offset + 1;
    let polled = gathering.next.entry((input, position.partition)).or_insert(Polled { end: 0, records: 0, since });
    (polled.end, polled.records) = (state.next, polled.records + 1);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use record::Message;

    fn polled(end: u64, records: u64) -> Polled {
        Polled { end, records, since: RecordTime(0) }
    }

    #[test]
    fn a_commit_ends_where_something_handed_out_ends() {
        let mut partition =
            Partition { next: 9, committed: 2, polled: [polled(5, 3), polled(9, 1)].into(), ..Partition::default() };
        assert_eq!([4, 5, 6, 9, 10].map(|end| partition.records_until(end)), [None, Some(3), None, Some(4), None]);
        partition.rewind();
        assert_eq!((partition.next, partition.records_until(5)), (2, None), "what was handed out comes again");
    }

    #[test]
    fn a_chunk_is_bound_by_all_it_has_and_forgets_what_is_read_again() {
        let mut gathering = Gathering::new(&Arc::from("raw"));
        let bound = Bound { records: 3, bytes: 1000 };
        let message = || Message { value: vec![0; 100], ..Message::default() };
        let at = |partition| Position { partition, offset: 7 };
        for partition in [0, 1] {
            gathering.chunk.records.push(RawRecord { position: at(partition), message: message(), original: None });
            gathering.next.insert((Input::Raw, partition), polled(8, 1));
        }
        let two = 2 * message().bytes();
        gathering.bytes = two;
        assert!(gathering.is_within(bound));
        gathering.chunk.handed.push(HandedRecord { position: at(0), message: message() });
        assert!(!gathering.is_within(bound), "what was handed over counts");
        gathering.bytes += message().bytes();
        gathering.forget(1);
        assert_eq!((gathering.bytes, gathering.chunk.records.len()), (two, 1));
        assert!(gathering.is_within(bound) && gathering.polled(1).is_none());
        assert!(!gathering.is_within(Bound { records: 3, bytes: two }), "the bytes of what stays count");
    }
}

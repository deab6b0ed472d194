//! The consumer: which partitions this worker has, how far each is read and committed, and what comes next.

use super::{
    Error, Notes, Settings, Span, beginning,
    client::{self, Change, Farewell, Membership},
    error::patiently,
    lag::Behind,
    numbers::{natural, number, signed, unsigned},
    partitions::{Gathering, Partition, Partitions, take},
};
use crate::{Broker, Event};
use rdkafka::{
    Message as _, Offset, TopicPartitionList,
    consumer::{BaseConsumer, Consumer, ConsumerGroupMetadata},
    topic_partition_list::TopicPartitionListElem,
    types::RDKafkaErrorCode,
};
use record::{Input, Next, Position, chunk::Bound};
use std::{
    collections::{BTreeMap, VecDeque},
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

mod gone;

/// The consumer of the group.
pub(super) struct Intake {
    settings: Settings,
    consumer: Arc<BaseConsumer<Membership>>,
    topic: Arc<str>,
    partitions: Partitions,
    /// Partitions to be given up with the next poll.
    leaving: Option<TopicPartitionList>,
    /// The chunk that comes next, as far as it is read.
    gathering: Gathering,
    /// The window of another worker that was told of.
    told: Option<Span>,
    /// When the last chunk was handed out: chunks come at most once per commit interval unless they are full.
    gathered: Instant,
    _farewell: Farewell,
}

impl fmt::Debug for Intake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Intake").field("partitions", &self.partitions).finish_non_exhaustive()
    }
}

impl Intake {
    pub(super) fn open(settings: &Settings) -> Result<Self, Error> {
        let consumer = Arc::new(client::consumer(settings).map_err(Error::settings)?);
        let topics = &settings.topics;
        consumer
            .subscribe(&[&topics.raw, &topics.keyed])
            .map_err(Error::cluster("the topics could not be subscribed to"))?;
        let topic = Arc::from(topics.raw.as_str());
        Ok(Self {
            settings: settings.clone(),
            _farewell: Farewell::of(&consumer),
            consumer,
            gathering: Gathering::new(&topic),
            topic,
            partitions: BTreeMap::new(),
            leaving: None,
            told: None,
            gathered: Instant::now(),
        })
    }

    /// Gives up what was announced to be given up, and answers the shards among it; what stays is read again from where
    /// it is committed.
    pub(super) fn settle_leaving(&mut self) -> Result<Vec<u32>, Error> {
        let Some(leaving) = self.leaving.take() else { return Ok(Vec::new()) };
        client::leave(&self.consumer, &leaving).map_err(Error::cluster("partitions could not be given up"))?;
        for (input, partition) in self.named(&leaving) {
            self.partitions.remove(&(input, partition));
        }
        self.rewind()?;
        Ok(self.shards(&leaving))
    }

    /// Serves the group without taking records. What was already on its way from partitions that were not paused before
    /// is read again by [`Self::resume`].
    pub(super) fn serve(&mut self, wait: Duration) -> Result<Option<Event>, Error> {
        if let Some(Err(error)) = self.consumer.poll(wait) {
            self.tolerate(&error)?;
        }
        self.change()
    }

    /// Takes what waits, and hands it out when the chunk is full or its time has come. A change of the group comes first, for
    /// records may never cease; but what was gathered when it came is handed out before it: those records will not be read
    /// again.
    pub(super) fn poll(&mut self, bound: Bound, wait: Duration) -> Result<Event, Error> {
        if self.gathering.is_empty() {
            if let Some(event) = self.change()? {
                return Ok(event);
            }
            if let Some(gap) = self.gap() {
                return Ok(gap);
            }
        }
        let until = Instant::now() + wait;
        while self.gathering.is_within(bound) {
            // Whoever may wait and found a record waits for more, as long as the commit interval leaves time.
            let deadline = if wait.is_zero() || self.gathering.is_empty() { until } else { self.due() };
            match self.consumer.poll(client::whole(deadline.saturating_duration_since(Instant::now()))) {
                Some(Ok(message)) => {
                    let input = self.input(message.topic());
                    take(&mut self.partitions, input, &message, &mut self.gathering)?;
                }
                Some(Err(error)) => {
                    self.tolerate(&error)?;
                    if self.is_gone() {
                        break;
                    }
                }
                None if self.consumer.context().is_changed() || Instant::now() >= deadline => break,
                None => {}
            }
        }
        if !self.gathering.is_empty() {
            let now = Instant::now();
            let is_cut = self.consumer.context().is_changed() || self.is_gone();
            if self.gathering.is_within(bound) && !is_cut && now < self.due() {
                return Ok(Event::Idle);
            }
            self.gathered = now;
            let gathering = std::mem::replace(&mut self.gathering, Gathering::new(&self.topic));
            return Ok(Event::Chunk(gathering.finish(&mut self.partitions)));
        }
        if let Some(event) = self.change()? {
            return Ok(event);
        }
        if self.partitions.is_empty() {
            return Ok(Event::Joining);
        }
        Ok(self.gap().unwrap_or(Event::Idle))
    }

    /// When the next chunk is handed out, full or not.
    fn due(&self) -> Instant {
        self.gathered + self.settings.commit_interval
    }

    /// A change of the assignment, if there is one.
    fn change(&mut self) -> Result<Option<Event>, Error> {
        match self.consumer.context().next_change() {
            None => Ok(None),
            Some(Change::Assigned(partitions)) => self.assign(&partitions).map(Some),
            Some(Change::Revoked { partitions, lost }) => {
                let shards = self.shards(&partitions);
                self.leaving = Some(partitions);
                Ok(Some(Event::Revoked { shards, lost }))
            }
        }
    }

    /// Takes partitions over, from where they are committed. All partitions stay paused until the claims are here.
    fn assign(&mut self, partitions: &TopicPartitionList) -> Result<Event, Error> {
        let mut assigned = TopicPartitionList::new();
        let shards = self.shards(partitions);
        self.refuse_growth(&shards)?;
        let found = self.found(partitions)?;
        self.tell_of_another_window(&found);
        for (input, partition, found) in found {
            let from = found.gone_until.unwrap_or(found.next);
            assigned
                .add_partition_offset(self.name(input), number(partition), Offset::Offset(signed(from)))
                .map_err(Error::cluster("partitions could not be assigned"))?;
            self.partitions.insert((input, partition), found);
        }
        client::join(&self.consumer, &assigned).map_err(Error::cluster("partitions could not be assigned"))?;
        let all = self.list(|_| Offset::Invalid)?;
        self.consumer.pause(&all).map_err(Error::cluster("partitions could not be paused"))?;
        Ok(Event::Assigned(shards))
    }

    /// Where each partition is to be read from.
    fn found(&self, partitions: &TopicPartitionList) -> Result<Vec<(Input, u32, Partition)>, Error> {
        let committed = self.committed(partitions)?;
        if committed.elements().iter().any(|element| !is_position(element)) {
            beginning::may_begin(&self.settings, || self.is_known())?;
        }
        let mut found = Vec::new();
        for element in committed.elements() {
            let (input, partition) = (self.input(element.topic()), unsigned(element.partition()));
            let (low, high) = self.watermarks(element.topic(), element.partition())?;
            let (low, high) = (natural(low), natural(high));
            let next = match element.offset() {
                Offset::Offset(offset) => natural(offset),
                _ => low,
            };
            let partition_of = Partition {
                next,
                committed: next,
                notes: Notes::parse(element.metadata()),
                gone_until: (low > next).then_some(low),
                polled: VecDeque::new(),
            };
            if next > high {
                return Err(made_anew(element.topic(), partition, high, next));
            }
            if input == Input::Keyed && low > next {
                let topic = element.topic().to_owned();
                return Err(Error::Lost { topic, partition, from: next, to: low });
            }
            found.push((input, partition, partition_of));
        }
        Ok(found)
    }

    /// Keyed had one partition for each shard when this worker started. One more has no claims, which would be waited for.
    fn refuse_growth(&self, shards: &[u32]) -> Result<(), Error> {
        let Some(last) = shards.iter().max().filter(|last| **last >= self.settings.shards) else { return Ok(()) };
        let what = format!("has a partition {last} by now, but there are {} shards", self.settings.shards);
        Err(Error::Topic { topic: self.settings.topics.keyed.clone(), what })
    }

    /// Says when whoever committed on one of these partitions last decides duplicates by another window: once for each that is met.
    fn tell_of_another_window(&mut self, found: &[(Input, u32, Partition)]) {
        let ours = self.settings.span();
        let other = found.iter().find_map(|(input, partition, state)| {
            let theirs = state.notes.span.filter(|theirs| *theirs != ours)?;
            Some((self.name(*input), *partition, theirs))
        });
        let Some((topic, partition, theirs)) = other.filter(|(_, _, theirs)| self.told != Some(*theirs)) else {
            return;
        };
        tracing::warn!(
            topic,
            partition,
            %theirs,
            %ours,
            "who decided here before had another window of keys: if that was not changed for all workers of the group, give all the same dedupe.window_days and dedupe.slices"
        );
        self.told = Some(theirs);
    }

    /// Whether the group has a position on any partition of raw.
    fn is_known(&self) -> Result<bool, Error> {
        let (topic, patience) = (&self.settings.topics.raw, self.settings.patience);
        let ask = || self.consumer.fetch_metadata(Some(topic), patience);
        let metadata = patiently(patience, "the partitions of raw could not be asked", ask)?;
        let mut all = TopicPartitionList::new();
        all.add_partition_range(topic, 0, number(super::partitions(&metadata, topic)?) - 1);
        Ok(self.committed(&all)?.elements().iter().any(is_position))
    }

    /// What the broker has committed for these partitions. It answers only once no transaction holds them.
    pub(super) fn committed(&self, partitions: &TopicPartitionList) -> Result<TopicPartitionList, Error> {
        patiently(self.settings.patience, "committed offsets could not be read", || {
            let committed = self.consumer.committed_offsets(partitions.clone(), Duration::from_secs(5))?;
            committed.elements().iter().try_for_each(|element| element.error())?;
            Ok(committed)
        })
    }

    /// Reads on, once claims are restored.
    pub(super) fn resume(&self) -> Result<(), Error> {
        self.seek_all()?;
        let all = self.list(|_| Offset::Invalid)?;
        self.consumer.resume(&all).map_err(Error::cluster("partitions could not be resumed"))
    }

    /// Goes back to what the broker has committed: what was read since and not committed comes again.
    pub(super) fn rewind(&mut self) -> Result<(), Error> {
        self.gathering = Gathering::new(&self.topic);
        if self.partitions.is_empty() {
            return Ok(());
        }
        let committed = self.committed(&self.list(|_| Offset::Invalid)?)?;
        for element in committed.elements() {
            let key = (self.input(element.topic()), unsigned(element.partition()));
            if let (Some(partition), Offset::Offset(offset)) = (self.partitions.get_mut(&key), element.offset()) {
                partition.committed = natural(offset);
            }
        }
        self.partitions.values_mut().for_each(Partition::rewind);
        self.seek_all()
    }

    /// Reads each partition on from its own `next`, whatever the client has read ahead. All may have gone to others by now.
    fn seek_all(&self) -> Result<(), Error> {
        let doing = "partitions could not be wound back";
        let target = self.list(|partition| Offset::Offset(signed(partition.gone_until.unwrap_or(partition.next))))?;
        let began = Instant::now();
        while target.count() > 0 {
            let sought = self.consumer.seek_partitions(target.clone(), self.settings.patience);
            let sought = sought.map_err(Error::cluster(doing))?;
            let failed = sought.elements().iter().find_map(|element| element.error().err());
            match failed {
                None => return Ok(()),
                // The client has not begun to read a partition that it was given just now.
                Some(error)
                    if error.rdkafka_error_code() == Some(RDKafkaErrorCode::State)
                        && began.elapsed() < self.settings.patience => {}
                Some(error) => return Err(Error::Cluster { doing, source: error }),
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    }

    /// The positions of a commit, with the notes of their partitions.
    pub(super) fn positions(&self, next: &[Next], gap: bool) -> Result<TopicPartitionList, Error> {
        let mut list = TopicPartitionList::new();
        for Next { input, position } in next {
            let mut element = list.add_partition(self.name(*input), number(position.partition));
            element
                .set_offset(Offset::Offset(signed(position.offset)))
                .map_err(Error::cluster("a position could not be set"))?;
            if let Some(partition) = self.partitions.get(&(*input, position.partition)) {
                let mut notes = Notes { span: Some(self.settings.span()), ..partition.notes.clone() };
                if gap {
                    notes.gaps.add(partition.committed, position.offset);
                }
                element.set_metadata(notes.to_string());
            }
        }
        Ok(list)
    }

    /// Whether the broker has exactly these positions.
    pub(super) fn is_committed(&self, positions: &TopicPartitionList) -> Result<bool, Error> {
        let committed = self.committed(positions)?;
        let wanted: BTreeMap<_, _> = positions.elements().iter().map(place).collect();
        Ok(committed.elements().iter().map(place).collect::<BTreeMap<_, _>>() == wanted)
    }

    /// Positions were committed.
    pub(super) fn note_committed(&mut self, next: &[Next], gap: bool) {
        for Next { input, position } in next {
            if let Some(partition) = self.partitions.get_mut(&(*input, position.partition)) {
                if gap {
                    partition.notes.gaps.add(partition.committed, position.offset);
                }
                partition.committed = position.offset;
                while partition.polled.front().is_some_and(|polled| polled.end <= position.offset) {
                    partition.polled.pop_front();
                }
            }
        }
    }

    /// Records handed out and not committed below these positions; `None` when one of them is not where something that
    /// was handed out ends.
    pub(super) fn handed_out(&self, next: &[Next]) -> Option<u64> {
        let each = next.iter().map(|Next { input, position }| {
            self.partitions.get(&(*input, position.partition))?.records_until(position.offset)
        });
        each.sum()
    }

    /// Membership of the group as of now.
    pub(super) fn group(&self) -> Option<ConsumerGroupMetadata> {
        self.consumer.group_metadata()
    }

    /// How far each raw partition is committed and where it ends, which is before what is still open in somebody's
    /// transaction. What is committed is known, so that no end is older than it.
    pub(super) fn behind(&self, limit: Duration) -> Result<Vec<Behind>, Error> {
        let raw: Vec<_> = self.partitions.iter().filter(|((input, _), _)| *input == Input::Raw).collect();
        if raw.is_empty() {
            return Ok(Vec::new());
        }
        let mut ends = TopicPartitionList::new();
        for ((_, partition), _) in &raw {
            ends.add_partition_offset(&self.settings.topics.raw, number(*partition), Offset::End)
                .map_err(Error::cluster("the ends of raw could not be asked"))?;
        }
        let doing = "the ends of raw could not be asked";
        let ends = patiently(limit, doing, || self.consumer.offsets_for_times(ends.clone(), limit))?;
        let behind = raw.into_iter().filter_map(|((_, partition), state)| {
            let end = ends.find_partition(&self.settings.topics.raw, number(*partition))?.offset().to_raw()?;
            let taken = state.polled.front().or_else(|| self.gathering.polled(*partition));
            let taken = taken.map(|polled| polled.since);
            let undecided = self.consumer.context().figures().undecided(&self.settings.topics.raw, number(*partition));
            Some(Behind { partition: *partition, committed: state.committed, end: natural(end), taken, undecided })
        });
        Ok(behind.collect())
    }

    /// How many partitions of each topic this worker has.
    pub(super) fn assigned(&self) -> Vec<(&'static str, usize)> {
        let count = |wanted| self.partitions.keys().filter(|(input, _)| *input == wanted).count();
        vec![("raw", count(Input::Raw)), ("keyed", count(Input::Keyed))]
    }

    /// Connections to brokers.
    pub(super) fn brokers(&self) -> Vec<(String, Broker)> {
        self.consumer.context().figures().brokers()
    }

    /// Goes on reading a raw partition at `position`; false when it is not this worker's.
    pub(super) fn seek(&mut self, position: Position) -> Result<bool, Error> {
        let Some(state) = self.partitions.get_mut(&(Input::Raw, position.partition)) else { return Ok(false) };
        state.committed = position.offset;
        state.rewind();
        self.gathering.forget(position.partition);
        self.consumer
            .seek(
                &self.settings.topics.raw,
                number(position.partition),
                Offset::Offset(signed(position.offset)),
                self.settings.patience,
            )
            .map_err(Error::cluster("a partition could not be sought"))?;
        Ok(true)
    }

    /// The first offset of a partition that is there, and the one after the last.
    fn watermarks(&self, topic: &str, partition: i32) -> Result<(i64, i64), Error> {
        let patience = self.settings.patience;
        patiently(patience, "the ends of a partition could not be asked", || {
            self.consumer.fetch_watermarks(topic, partition, patience)
        })
    }

    /// Every partition with an offset.
    fn list(&self, offset: impl Fn(&Partition) -> Offset) -> Result<TopicPartitionList, Error> {
        let mut list = TopicPartitionList::new();
        for ((input, partition), state) in &self.partitions {
            list.add_partition_offset(self.name(*input), number(*partition), offset(state))
                .map_err(Error::cluster("partitions could not be listed"))?;
        }
        Ok(list)
    }

    fn named(&self, list: &TopicPartitionList) -> Vec<(Input, u32)> {
        list.elements().iter().map(|element| (self.input(element.topic()), unsigned(element.partition()))).collect()
    }

    fn shards(&self, list: &TopicPartitionList) -> Vec<u32> {
        self.named(list).into_iter().filter(|(input, _)| *input == Input::Keyed).map(|(_, shard)| shard).collect()
    }

    fn input(&self, topic: &str) -> Input {
        if topic == self.settings.topics.keyed { Input::Keyed } else { Input::Raw }
    }

    fn name(&self, input: Input) -> &str {
        match input {
            Input::Raw => &self.settings.topics.raw,
            Input::Keyed => &self.settings.topics.keyed,
        }
    }
}

impl Drop for Intake {
    fn drop(&mut self) {
        self.consumer.context().close();
        if let Some(leaving) = self.leaving.take()
            && let Err(error) = client::leave(&self.consumer, &leaving)
        {
            tracing::warn!(%error, "partitions could not be given up");
        }
    }
}

/// A partition ends before what was read of it: what comes next would be passed over.
fn made_anew(topic: &str, partition: u32, high: u64, next: u64) -> Error {
    let what =
        format!("partition {partition} ends at {high}, but was read to {next}: it was made anew, or lost its end");
    Error::Topic { topic: topic.to_owned(), what }
}

/// Whether a position is committed there.
fn is_position(element: &TopicPartitionListElem<'_>) -> bool {
    matches!(element.offset(), Offset::Offset(_))
}

/// What of an element counts when positions are compared.
fn place(element: &TopicPartitionListElem<'_>) -> ((String, i32), Option<i64>) {
    ((element.topic().to_owned(), element.partition()), element.offset().to_raw())
}

//! Looking at a pipeline's topics from outside, while its workers go on.

use super::{
    Error, Notes, Settings, client, convert,
    error::{is_out_of_range, patiently},
    numbers::{natural, number, signed, unsigned},
    reach::reach,
};
use crate::Topic;
use rdkafka::{
    Message as _, Offset, TopicPartitionList,
    consumer::{BaseConsumer, CommitMode, Consumer},
    error::KafkaError,
    message::{BorrowedHeaders, BorrowedMessage},
    types::RDKafkaErrorCode,
};
use record::{Input, Message, Position};
use std::{
    collections::BTreeMap,
    fmt, thread,
    time::{Duration, Instant},
};

/// How often it is asked whether a transaction has ended.
const STEP: Duration = Duration::from_millis(50);

/// A transaction mostly takes tenths of a second: only of one that is open for longer a word is said.
const TELL_AFTER: Duration = Duration::from_secs(2);

/// Reads what is committed, without being a member of the group.
pub struct Audit {
    settings: Settings,
    /// Asks what the group has committed, and where partitions really end.
    group: BaseConsumer,
    reader: BaseConsumer,
}

/// One partition, as it is at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extent {
    /// The partition.
    pub partition: u32,
    /// First offset that is there.
    pub low: u64,
    /// Offset to read to.
    pub end: u64,
}

/// A message that is committed.
#[derive(Clone, Copy)]
pub struct Seen<'a> {
    /// Where it stands.
    pub position: Position,
    headers: Option<&'a BorrowedHeaders>,
}

impl<'a> Seen<'a> {
    /// The first header of that name.
    #[must_use]
    pub fn header(&self, wanted: &str) -> Option<&'a [u8]> {
        convert::named(self.headers?).find(|header| header.key == wanted)?.value
    }
}

/// How far the group has come on a partition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The partition.
    pub partition: u32,
    /// Offset to go on from; `None` when the group never committed there.
    pub committed: Option<u64>,
    /// What is noted with that.
    pub notes: Notes,
}

impl fmt::Debug for Audit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Audit").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl fmt::Debug for Seen<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seen").field("position", &self.position).finish_non_exhaustive()
    }
}

impl Audit {
    /// Connects.
    ///
    /// # Errors
    /// When a setting is wrong, the cluster does not answer, or it refuses.
    pub fn open(settings: &Settings) -> Result<Self, Error> {
        reach(settings)?;
        Ok(Self {
            settings: settings.clone(),
            group: client::auditor(settings).map_err(Error::settings)?,
            reader: client::reader(settings).map_err(Error::settings)?,
        })
    }

    /// How far the group has come.
    ///
    /// # Errors
    /// When the cluster does not answer, or the topic is missing.
    pub fn progress(&self, input: Input) -> Result<Vec<Progress>, Error> {
        let topic = self.input(input);
        let mut asked = TopicPartitionList::new();
        asked.add_partition_range(topic, 0, number(self.partitions(topic)?) - 1);
        let patience = self.settings.patience;
        let answer = patiently(patience, "committed offsets could not be read", || {
            let answer = self.group.committed_offsets(asked.clone(), patience)?;
            answer.elements().iter().try_for_each(|element| element.error())?;
            Ok(answer)
        })?;
        let mut progress = Vec::new();
        for element in answer.elements() {
            let committed = match element.offset() {
                Offset::Offset(offset) => Some(natural(offset)),
                _ => None,
            };
            let notes = Notes::parse(element.metadata());
            progress.push(Progress { partition: unsigned(element.partition()), committed, notes });
        }
        Ok(progress)
    }

    /// Commits the ends of raw as positions of a group that has no members, and notes that it begins there. Where it has some, others have
    /// begun meanwhile.
    pub(super) fn begin_at(&self, raw: &[Extent]) -> Result<(), Error> {
        let doing = "the positions at which the group begins could not be committed";
        let mut ends = TopicPartitionList::new();
        for Extent { partition, end, .. } in raw {
            let mut position = ends.add_partition(self.input(Input::Raw), number(*partition));
            position.set_offset(Offset::Offset(signed(*end))).map_err(Error::cluster(doing))?;
            position.set_metadata(Notes { begin: Some(*end), ..Notes::default() }.to_string());
        }
        match self.group.commit(&ends, CommitMode::Sync) {
            Err(error) if error.rdkafka_error_code() == Some(RDKafkaErrorCode::UnknownMemberId) => Ok(()),
            committed => committed.map_err(Error::cluster(doing)),
        }
    }

    /// Where the partitions of a topic begin and end. What is committed behind a transaction that is still open lies beyond.
    ///
    /// # Errors
    /// When the cluster does not answer, or the topic is missing.
    pub fn extents(&self, topic: Topic) -> Result<Vec<Extent>, Error> {
        let name = self.settings.topics.of(topic);
        (0..self.partitions(name)?).map(|partition| self.extent(&self.reader, name, partition)).collect()
    }

    /// As [`Self::extents`], with all that was written: also what is in a transaction that is still open, and what stands behind it.
    ///
    /// # Errors
    /// As [`Self::extents`].
    pub fn written(&self, topic: Topic) -> Result<Vec<Extent>, Error> {
        let name = self.settings.topics.of(topic);
        (0..self.partitions(name)?).map(|partition| self.extent(&self.group, name, partition)).collect()
    }

    /// As [`Self::extents`], with all that is committed by now: transactions that are open now are waited for.
    ///
    /// # Errors
    /// As [`Self::extents`]; [`Error::Undecided`] when one is open for longer than the patience of the settings.
    pub fn settled(&self, topic: Topic) -> Result<Vec<Extent>, Error> {
        let (name, written) = (self.settings.topics.of(topic), self.written(topic)?);
        let (began, patience, mut is_told) = (Instant::now(), self.settings.patience, false);
        for Extent { partition, end, .. } in &written {
            while self.extent(&self.reader, name, *partition)?.end < *end {
                if !is_told && began.elapsed() >= TELL_AFTER {
                    is_told = true;
                    tracing::warn!(
                        topic = name,
                        partition,
                        seconds_at_most = patience.as_secs(),
                        "waiting for a transaction that somebody has open; `kafka-transactions.sh find-hanging` tells whose it is"
                    );
                }
                if began.elapsed() >= patience {
                    let (topic, seconds) = (name.to_owned(), patience.as_secs());
                    return Err(Error::Undecided { topic, partition: *partition, seconds });
                }
                thread::sleep(STEP);
            }
        }
        Ok(written)
    }

    /// A partition as that client sees it.
    fn extent(&self, client: &BaseConsumer, topic: &str, partition: u32) -> Result<Extent, Error> {
        let patience = self.settings.patience;
        let (low, end) = patiently(patience, "the ends of a partition could not be asked", || {
            client.fetch_watermarks(topic, number(partition), patience)
        })?;
        Ok(Extent { partition, low: natural(low), end: natural(end) })
    }

    /// Reads these extents of a topic, and tells of every committed message.
    ///
    /// # Errors
    /// When the cluster does not answer for the patience of the settings; [`Error::Overtaken`] when some of it is no longer there.
    pub fn read(&self, topic: Topic, extents: &[Extent], tell: &mut dyn FnMut(Seen<'_>)) -> Result<(), Error> {
        self.each(topic, extents, &mut |position, message| {
            tell(Seen { position, headers: message.headers() });
            true
        })
    }

    /// As [`Self::read`], with the whole message, until `tell` says that it is enough.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn messages(
        &self,
        topic: Topic,
        extents: &[Extent],
        tell: &mut dyn FnMut(Position, Message) -> bool,
    ) -> Result<(), Error> {
        self.each(topic, extents, &mut |position, message| tell(position, convert::read(message)))
    }

    fn each(
        &self,
        topic: Topic,
        extents: &[Extent],
        tell: &mut dyn FnMut(Position, &BorrowedMessage<'_>) -> bool,
    ) -> Result<(), Error> {
        let doing = "a topic could not be read";
        let mut assigned = TopicPartitionList::new();
        let mut open = BTreeMap::new();
        for Extent { partition, low, end } in extents.iter().filter(|extent| extent.low < extent.end) {
            assigned
                .add_partition_offset(self.settings.topics.of(topic), number(*partition), Offset::Offset(signed(*low)))
                .map_err(Error::cluster(doing))?;
            open.insert(*partition, *end);
        }
        self.reader.assign(&assigned).map_err(Error::cluster(doing))?;
        let mut heard = Instant::now();
        while !open.is_empty() {
            match self.reader.poll(Duration::from_millis(100)) {
                Some(Ok(message)) => {
                    heard = Instant::now();
                    let (partition, offset) = (unsigned(message.partition()), natural(message.offset()));
                    let Some(end) = open.get(&partition).copied() else { continue };
                    if offset < end && !tell(Position { partition, offset }, &message) {
                        break;
                    }
                    if offset + 1 >= end {
                        open.remove(&partition);
                    }
                }
                // Markers of transactions may stand before an end, but no message.
                Some(Err(KafkaError::PartitionEOF(partition))) => {
                    heard = Instant::now();
                    open.remove(&unsigned(partition));
                }
                Some(Err(error)) if is_out_of_range(&error) => {
                    return Err(Error::Overtaken { topic: self.settings.topics.of(topic).to_owned() });
                }
                Some(Err(error)) if heard.elapsed() >= self.settings.patience => {
                    return Err(Error::Cluster { doing, source: error });
                }
                Some(Err(error @ KafkaError::MessageConsumptionFatal(_))) => {
                    return Err(Error::Cluster { doing, source: error });
                }
                Some(Err(error)) => tracing::warn!(%error, "reading {topic}"),
                None if heard.elapsed() >= self.settings.patience => {
                    return Err(Error::Cluster { doing, source: KafkaError::NoMessageReceived });
                }
                None => {}
            }
        }
        self.reader.unassign().map_err(Error::cluster(doing))
    }

    fn input(&self, input: Input) -> &str {
        match input {
            Input::Raw => &self.settings.topics.raw,
            Input::Keyed => &self.settings.topics.keyed,
        }
    }

    fn partitions(&self, name: &str) -> Result<u32, Error> {
        let patience = self.settings.patience;
        let ask = || self.reader.fetch_metadata(Some(name), patience);
        let metadata = patiently(patience, "the cluster does not answer", ask)?;
        let count =
            metadata.topics().iter().find(|topic| topic.name() == name).map_or(0, |topic| topic.partitions().len());
        match u32::try_from(count) {
            Ok(count) if count > 0 => Ok(count),
            _ => Err(Error::Topic { topic: name.to_owned(), what: "is missing".to_owned() }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rdkafka::{
        mocking::MockCluster,
        types::{RDKafkaApiKey, RDKafkaRespErr},
    };

    /// A broker that is busy, as one whose partitions have just been made, says so to whoever asks. The client passes it on.
    #[test]
    fn answers_that_pass_are_asked_for_again() {
        let cluster = MockCluster::new(1).unwrap();
        cluster.create_topic("raw", 1, 1).unwrap();
        let mut settings = Settings::new(&cluster.bootstrap_servers(), "one");
        settings.topics.raw = "raw".to_owned();
        let audit = Audit::open(&settings).unwrap();
        let refuse = |key, error: RDKafkaRespErr| cluster.request_errors(key, &[error; 8]);
        let ends = || audit.group.fetch_watermarks("raw", 0, settings.patience);

        refuse(RDKafkaApiKey::ListOffsets, RDKafkaRespErr::RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION);
        assert!(ends().is_err(), "the client itself does not ask until it is answered");
        assert_eq!(audit.extents(Topic::Raw).unwrap(), [Extent { partition: 0, low: 0, end: 0 }]);
        assert!(ends().is_ok());
        refuse(RDKafkaApiKey::OffsetFetch, RDKafkaRespErr::RD_KAFKA_RESP_ERR_UNKNOWN);
        let progress = audit.progress(Input::Raw).unwrap();
        assert_eq!(progress.iter().map(|progress| progress.committed).collect::<Vec<_>>(), [None]);
    }
}

//! A Kafka transport with its surroundings, for the suite of every transport.

use crate::{
    client::{PATIENCE, config},
    conformance::{Fresh, World},
};
use futures_executor::block_on;
use rdkafka::{
    Message as _, Offset, TopicPartitionList,
    admin::{AdminClient, AdminOptions},
    client::DefaultClientContext,
    consumer::{BaseConsumer, Consumer},
    error::KafkaError,
    message::{Header, Headers, OwnedHeaders},
    producer::{BaseProducer, BaseRecord, Producer},
};
use record::{Message, Position, RecordTime, chunk::Bound};
use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};
use testbed::Shared;
use transport::{
    Again, Commit, Ending, Error, Event, Known, Topic, Transport, Vitals,
    kafka::{
        Kafka, Settings, Topics,
        admin::{Wish, apply},
    },
};

/// Enough to see that there is more than one.
const SHARDS: u32 = 3;

/// Topics of one test's own on the shared broker, one partition each.
pub(crate) struct Topical {
    settings: Settings,
    /// Where everybody else finds the brokers.
    outside: String,
}

impl Fresh for Topical {
    fn fresh() -> Self {
        static WORLDS: AtomicU32 = AtomicU32::new(0);
        let world = WORLDS.fetch_add(1, Ordering::Relaxed);
        let outside = Shared::get().bootstrap();
        Self::with(settings(outside, &format!("conformance-{world}.")), outside)
    }
}

/// Settings of a worker with topics of its own.
pub(crate) fn settings(brokers: &str, prefix: &str) -> Settings {
    let mut settings = Settings::new(brokers, "worker-1");
    settings.group = format!("{prefix}group");
    settings.topics = Topics::prefixed(prefix);
    settings.shards = SHARDS;
    settings.commit_interval = Duration::ZERO;
    settings
}

impl Topical {
    pub(crate) fn brokers(&self) -> &str {
        &self.settings.brokers
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The name of the raw topic.
    pub(crate) fn raw(&self) -> &str {
        &self.settings.topics.raw
    }

    /// The name of the clean topic.
    pub(crate) fn clean(&self) -> String {
        self.settings.topics.clean.clone()
    }

    /// Makes the topics.
    pub(crate) fn with(settings: Settings, outside: &str) -> Self {
        let plan = apply(&settings, &Wish { raw_partitions: Some(1), ..Wish::default() }).unwrap();
        assert!(!plan.is_refused(), "{plan:?}");
        Self { settings, outside: outside.to_owned() }
    }

    fn name(&self, topic: Topic) -> &str {
        let topics = &self.settings.topics;
        match topic {
            Topic::Raw | Topic::Tables => &topics.raw,
            Topic::Clean => &topics.clean,
            Topic::Rejects => &topics.rejects,
            Topic::Duplicates => &topics.duplicates,
            Topic::Keyed => &topics.keyed,
        }
    }
}

impl World for Topical {
    type Transport = Joined;

    fn open(&self) -> Joined {
        Joined::open(Kafka::open(self.settings.clone()).unwrap())
    }

    fn submit(&self, messages: &[Message]) {
        let producer: BaseProducer = config(&self.outside, &[]).create().unwrap();
        for message in messages {
            let mut headers = OwnedHeaders::new();
            for (name, value) in message.headers.iter() {
                headers = headers.insert(Header { key: name, value: Some(value) });
            }
            let record = BaseRecord::to(&self.settings.topics.raw)
                .partition(0)
                .timestamp(message.time.0)
                .headers(headers)
                .key(&message.key)
                .payload(&message.value);
            producer.send(record).unwrap();
        }
        producer.flush(PATIENCE).unwrap();
    }

    fn committed(&self, topic: Topic) -> Vec<(u64, Message)> {
        let lines = [("group.id", "outside"), ("isolation.level", "read_committed"), ("enable.partition.eof", "true")];
        let consumer: BaseConsumer = config(&self.outside, &lines).create().unwrap();
        let mut from = TopicPartitionList::new();
        from.add_partition_offset(self.name(topic), 0, Offset::Beginning).unwrap();
        consumer.assign(&from).unwrap();
        let mut messages = Vec::new();
        loop {
            match consumer.poll(PATIENCE).expect("the topic has an end") {
                Ok(message) => messages.push((u64::try_from(message.offset()).unwrap(), owned(&message))),
                Err(KafkaError::PartitionEOF(_)) => return messages,
                Err(error) => panic!("{error}"),
            }
        }
    }

    fn drop_raw_begin(&self) -> u64 {
        let admin: AdminClient<DefaultClientContext> = config(&self.outside, &[]).create().unwrap();
        let mut until = TopicPartitionList::new();
        until.add_partition_offset(&self.settings.topics.raw, 0, Offset::Offset(200)).unwrap();
        block_on(admin.delete_records(&until, &AdminOptions::new())).unwrap();
        200
    }
}

fn owned(message: &impl rdkafka::Message) -> Message {
    let header = |header: Header<'_, &[u8]>| (header.key.to_owned(), header.value.unwrap_or_default().to_vec());
    Message {
        time: RecordTime(message.timestamp().to_millis().unwrap()),
        key: message.key().unwrap_or_default().to_vec(),
        headers: message.headers().map(|headers| headers.iter().map(header).collect()).unwrap_or_default(),
        value: message.payload().unwrap_or_default().to_vec(),
    }
}

/// A transport that has its partitions: what the group does is none of the suite's business.
#[derive(Debug)]
pub(crate) struct Joined {
    kafka: Kafka,
    /// What came while waiting for the group.
    held: Option<Event>,
}

impl Joined {
    fn open(kafka: Kafka) -> Self {
        let mut joined = Self { kafka, held: None };
        let bound = Bound { records: 10, bytes: 1 << 20 };
        let event = joined.poll(bound, Duration::from_millis(10)).unwrap();
        joined.held = Some(event).filter(|event| !matches!(event, Event::Idle));
        joined
    }
}

impl Transport for Joined {
    fn poll(&mut self, bound: Bound, wait: Duration) -> Result<Event, Error> {
        if let Some(event) = self.held.take() {
            return Ok(event);
        }
        let began = Instant::now();
        loop {
            match self.kafka.poll(bound, wait)? {
                Event::Assigned(shards) => {
                    let known: Vec<_> = shards.iter().map(|&shard| Known { shard, next: 0, last: 0 }).collect();
                    assert!(self.kafka.restore(&known)?.is_empty());
                }
                Event::Claims { claims, .. } => assert!(claims.is_empty()),
                Event::Joining => assert!(began.elapsed() < PATIENCE, "the group does not take the worker"),
                event => return Ok(event),
            }
        }
    }
    fn fetch(&mut self, positions: &[Position], found: &mut dyn FnMut(Position, Again)) -> Result<(), Error> {
        self.kafka.fetch(positions, found)
    }
    fn commit(&mut self, commit: Commit<'_>) -> Result<Ending, Error> {
        self.kafka.commit(commit)
    }
    fn restore(&mut self, known: &[Known]) -> Result<Vec<u32>, Error> {
        self.kafka.restore(known)
    }
    fn seek(&mut self, position: Position) -> Result<(), Error> {
        self.kafka.seek(position)
    }
    fn lag(&mut self) -> Result<Vec<(u32, u64)>, Error> {
        self.kafka.lag()
    }
    fn vitals(&mut self) -> Vitals {
        self.kafka.vitals()
    }
}

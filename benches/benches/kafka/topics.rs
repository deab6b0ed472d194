//! Topics of a run, and raw records on them.

use benches::load::WINDOW;
use dedupe::Shards;
use pipeline::{Forms, Keys, Line, LineSettings, Stop, Tally, Told, WorkerSettings};
use rdkafka::{
    ClientConfig,
    error::KafkaError,
    message::{Header, OwnedHeaders},
    producer::{BaseProducer, BaseRecord, Producer},
    types::RDKafkaErrorCode,
};
use record::Message;
use std::{error::Error, time::Duration};
use transport::kafka::{
    Kafka, Settings, Topics,
    admin::{Wish, apply},
};

const PATIENCE: Duration = Duration::from_secs(60);
const RAW_PARTITIONS: u32 = 6;

/// A pipeline of its own over a raw topic that others use too.
pub(super) struct Run {
    pub(super) settings: Settings,
}

impl Run {
    /// A run whose topics are there.
    pub(super) fn known(brokers: &str, raw: &str, name: &str, shards: u32) -> Self {
        let mut settings = Settings::new(brokers, "bench");
        name.clone_into(&mut settings.group);
        settings.is_static = false;
        settings.shards = shards;
        settings.topics = Topics { raw: raw.to_owned(), ..Topics::prefixed(&format!("{name}.")) };
        Self { settings }
    }

    /// A run with topics made for it.
    pub(super) fn new(brokers: &str, raw: &str, name: &str) -> Result<Self, Box<dyn Error>> {
        Self::sharded(brokers, raw, name, WINDOW.shards)
    }

    /// The same, with another number of shards.
    pub(super) fn sharded(brokers: &str, raw: &str, name: &str, shards: u32) -> Result<Self, Box<dyn Error>> {
        let run = Self::known(brokers, raw, name, shards);
        let plan = apply(&run.settings, &Wish { raw_partitions: Some(RAW_PARTITIONS), ..Wish::default() })?;
        if plan.is_refused() {
            return Err(format!("{plan:?}").into());
        }
        Ok(run)
    }

    /// A worker with so many judging threads (0: one per core) and a cache of its own, until `stop` says so.
    pub(super) fn work(
        &self,
        forms: Forms,
        threads: usize,
        settings: WorkerSettings,
        stop: &Stop,
        observer: &mut dyn FnMut(&Told<'_>),
    ) -> Result<Tally, Box<dyn Error>> {
        let line = Line::new(forms, LineSettings { threads, ..LineSettings::default() })?;
        let dir = tempfile::tempdir()?;
        let mut kafka = Kafka::open(self.settings.clone())?;
        let window = dedupe::Settings { shards: self.settings.shards, ..WINDOW };
        let shards = Shards::open(dir.path(), window, kafka.cluster(), &self.settings.topics.claims)?;
        let mut keys = Keys::Owned(Box::new(shards));
        Ok(pipeline::run(&line, &mut kafka, &mut keys, &settings, stop, observer)?)
    }
}

pub(super) fn client(brokers: &str) -> ClientConfig {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", brokers).set("enable.metrics.push", "false");
    config
}

/// Fills a raw topic evenly.
pub(super) fn fill(brokers: &str, raw: &str, messages: &[Message]) -> Result<(), Box<dyn Error>> {
    let producer = producer(brokers)?;
    for (nth, message) in (0..).zip(messages) {
        send(&producer, raw, partition(nth)?, message, message.time.0)?;
    }
    producer.flush(PATIENCE)?;
    Ok(())
}

/// Where the record of that number goes.
pub(super) fn partition(nth: u64) -> Result<i32, Box<dyn Error>> {
    Ok(i32::try_from(nth % u64::from(RAW_PARTITIONS))?)
}

pub(super) fn producer(brokers: &str) -> Result<BaseProducer, KafkaError> {
    client(brokers).set("linger.ms", "5").set("enable.idempotence", "true").create()
}

/// Sends one record, waiting while the client's queue is full.
pub(super) fn send(
    producer: &BaseProducer,
    topic: &str,
    partition: i32,
    message: &Message,
    time: i64,
) -> Result<(), KafkaError> {
    loop {
        let mut headers = OwnedHeaders::new();
        for (name, value) in message.headers.iter() {
            headers = headers.insert(Header { key: name, value: Some(value) });
        }
        let record = BaseRecord::<(), [u8]>::to(topic).partition(partition).timestamp(time).headers(headers);
        match producer.send(record.payload(&message.value)) {
            Ok(()) => break,
            Err((error, _)) if error.rdkafka_error_code() == Some(RDKafkaErrorCode::QueueFull) => {
                producer.poll(Duration::from_millis(1));
            }
            Err((error, _)) => return Err(error),
        }
    }
    producer.poll(Duration::ZERO);
    Ok(())
}

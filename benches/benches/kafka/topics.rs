//! Topics of a run, and raw records on them.

use benches::load::WINDOW;
use futures_executor::block_on;
use rdkafka::{
    ClientConfig,
    admin::{AdminClient, AdminOptions, NewTopic, TopicReplication},
    client::DefaultClientContext,
    error::KafkaError,
    message::{Header, OwnedHeaders},
    producer::{BaseProducer, BaseRecord, Producer},
    types::RDKafkaErrorCode,
};
use record::Message;
use std::{error::Error, time::Duration};
use transport::kafka::{Settings, Topics};

const PATIENCE: Duration = Duration::from_secs(60);

/// A pipeline of its own over a raw topic that others use too.
pub(super) struct Run {
    pub(super) settings: Settings,
}

impl Run {
    /// A run whose topics are there.
    pub(super) fn known(brokers: &str, raw: &str, name: &str) -> Self {
        let mut settings = Settings::new(brokers, "bench");
        name.clone_into(&mut settings.group);
        settings.is_static = false;
        settings.shards = WINDOW.shards;
        settings.topics = Topics { raw: raw.to_owned(), ..Topics::prefixed(&format!("{name}.")) };
        Self { settings }
    }

    /// A run with topics made for it.
    pub(super) fn new(brokers: &str, raw: &str, name: &str) -> Result<Self, Box<dyn Error>> {
        let run = Self::known(brokers, raw, name);
        let topics = &run.settings.topics;
        for output in [&topics.clean, &topics.rejects, &topics.duplicates] {
            create(brokers, output, 6)?;
        }
        for sharded in [&topics.keyed, &topics.claims] {
            create(brokers, sharded, WINDOW.shards)?;
        }
        Ok(run)
    }
}

/// Makes a topic that keeps old records.
pub(super) fn create(brokers: &str, name: &str, partitions: u32) -> Result<(), Box<dyn Error>> {
    let admin: AdminClient<DefaultClientContext> = client(brokers).create()?;
    let topic = NewTopic::new(name, i32::try_from(partitions)?, TopicReplication::Fixed(-1)).set("retention.ms", "-1");
    let options = AdminOptions::new().operation_timeout(Some(PATIENCE));
    for result in block_on(admin.create_topics([&topic], &options))? {
        result.map_err(|(name, code)| format!("{name}: {code}"))?;
    }
    Ok(())
}

pub(super) fn client(brokers: &str) -> ClientConfig {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", brokers).set("enable.metrics.push", "false");
    config
}

/// Makes a raw topic and fills it evenly; answers its name.
pub(super) fn fill(brokers: &str, name: &str, partitions: u32, messages: &[Message]) -> Result<String, Box<dyn Error>> {
    create(brokers, name, partitions)?;
    let producer = producer(brokers)?;
    for (nth, message) in messages.iter().enumerate() {
        send(&producer, name, i32::try_from(nth % usize::try_from(partitions)?)?, message, message.time.0)?;
    }
    producer.flush(PATIENCE)?;
    Ok(name.to_owned())
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
        for (name, value) in &message.headers {
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

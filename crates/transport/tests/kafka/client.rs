//! The least a client must do, written against rdkafka.

use futures_executor::block_on;
use rdkafka::{
    ClientConfig, Offset, TopicPartitionList,
    admin::{AdminClient, AdminOptions, NewTopic, TopicReplication},
    client::DefaultClientContext,
    consumer::{BaseConsumer, Consumer},
    error::KafkaError,
    message::Message,
    producer::{BaseProducer, BaseRecord, Producer},
    types::RDKafkaErrorCode,
};
use std::time::{Duration, Instant};

/// Longer than anything here takes on a loaded machine; reached only when something is broken.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// A client's settings: where the brokers are, and lines of `key`, `value`.
pub(crate) fn config(bootstrap: &str, lines: &[(&str, &str)]) -> ClientConfig {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", bootstrap).set("enable.metrics.push", "false");
    // As shipped, a client waits up to 10 s before it tries a broker again that was away.
    config.set("reconnect.backoff.max.ms", "500");
    config.extend(lines.iter().map(|&(key, value)| (key.to_owned(), value.to_owned())));
    config
}

/// A topic and one of its partitions.
pub(crate) type Place<'a> = (&'a str, i32);

/// Makes a topic, replicated as the brokers do by default.
pub(crate) fn create_topic(bootstrap: &str, name: &str, partitions: i32) {
    let admin: AdminClient<DefaultClientContext> = config(bootstrap, &[]).create().unwrap();
    let topic = NewTopic::new(name, partitions, TopicReplication::Fixed(-1));
    let options = AdminOptions::new().operation_timeout(Some(PATIENCE));
    block_on(admin.create_topics([&topic], &options)).unwrap().pop().unwrap().unwrap();
}

/// The number of the node that leads the topic's partition.
pub(crate) fn leader(bootstrap: &str, topic: &str) -> usize {
    let client: BaseConsumer = config(bootstrap, &[]).create().unwrap();
    let metadata = client.fetch_metadata(Some(topic), PATIENCE).unwrap();
    usize::try_from(metadata.topics()[0].partitions()[0].leader()).unwrap()
}

/// A transactional producer that has fenced off its predecessors.
pub(crate) fn producer(bootstrap: &str, id: &str, lines: &[(&str, &str)]) -> BaseProducer {
    let mut config = config(bootstrap, lines);
    let producer: BaseProducer = config.set("transactional.id", id).set("linger.ms", "1").create().unwrap();
    producer.init_transactions(PATIENCE).unwrap();
    producer
}

/// Puts records into the open transaction and waits until the broker has them.
///
/// Waits in steps of 1 ms: `flush` of this version of rdkafka waits in steps of 100 ms, even when there is nothing left.
pub(crate) fn send(
    producer: &BaseProducer,
    (topic, partition): Place,
    values: impl IntoIterator<Item = impl AsRef<str>>,
) {
    for value in values {
        producer.send(BaseRecord::<(), str>::to(topic).partition(partition).payload(value.as_ref())).unwrap();
    }
    let started = Instant::now();
    while producer.in_flight_count() > 0 {
        assert!(started.elapsed() < PATIENCE, "the broker does not take the records");
        producer.poll(Duration::from_millis(1));
    }
}

/// One transaction from begin to commit.
pub(crate) fn commit(producer: &BaseProducer, place: Place, values: impl IntoIterator<Item = impl AsRef<str>>) {
    producer.begin_transaction().unwrap();
    send(producer, place, values);
    producer.commit_transaction(PATIENCE).unwrap();
}

/// Offset and value of every record of the partition that this isolation level shows.
pub(crate) fn read(bootstrap: &str, (topic, partition): Place, isolation: &str) -> Vec<(i64, String)> {
    let lines = [("group.id", "reader"), ("isolation.level", isolation), ("enable.partition.eof", "true")];
    let consumer: BaseConsumer = config(bootstrap, &lines).create().unwrap();
    let mut from = TopicPartitionList::new();
    from.add_partition_offset(topic, partition, Offset::Beginning).unwrap();
    consumer.assign(&from).unwrap();
    let (started, mut records) = (Instant::now(), Vec::new());
    loop {
        assert!(started.elapsed() < PATIENCE, "the end of {topic} is not reached");
        match consumer.poll(Duration::from_millis(100)) {
            None => (),
            Some(Ok(message)) => {
                let value = String::from_utf8(message.payload().unwrap().to_vec()).unwrap();
                records.push((message.offset(), value));
            }
            Some(Err(KafkaError::PartitionEOF(_))) => return records,
            // A broker that was killed a moment ago; the client goes to the next one.
            Some(Err(KafkaError::MessageConsumption(RDKafkaErrorCode::BrokerTransportFailure))) => (),
            Some(Err(error)) => panic!("{error}"),
        }
    }
}

//! The least that exactly once from Kafka to Kafka can cost: consume, produce, commit; nothing is looked at.

use super::topics::{Run, client};
use benches::Clock;
use rdkafka::{
    Message as _, Offset, TopicPartitionList,
    consumer::{BaseConsumer, Consumer},
    producer::{BaseProducer, BaseRecord, Producer},
};
use std::{collections::BTreeMap, error::Error, thread, time::Duration};

/// As a chunk of the pipeline.
const CHUNK: usize = 4096;
const PATIENCE: Duration = Duration::from_secs(60);

/// CPU nanoseconds of copying `records` records of raw to clean.
pub(super) fn copy(run: &Run, records: u64) -> Result<u64, Box<dyn Error>> {
    let clock = Clock::process()?;
    let (brokers, topics) = (&run.settings.brokers, &run.settings.topics);
    let consumer: BaseConsumer = client(brokers)
        .set("group.id", &run.settings.group)
        .set("group.protocol", "consumer")
        .set("isolation.level", "read_committed")
        .set("enable.auto.commit", "false")
        .set("auto.offset.reset", "earliest")
        .set("check.crcs", "true")
        .create()?;
    let producer: BaseProducer = client(brokers)
        .set("transactional.id", &run.settings.group)
        .set("linger.ms", "5")
        .set("batch.size", (1 << 20).to_string())
        .set("compression.type", &run.settings.compression)
        .create()?;
    producer.init_transactions(PATIENCE)?;
    consumer.subscribe(&[&topics.raw])?;
    let mut copied = 0;
    while copied < records {
        copied += transaction(&consumer, &producer, &topics.raw, &topics.clean)?;
    }
    assert_eq!(copied, records, "the copy did not take every record once");
    clock.nanos()
}

/// Copies a chunk in one transaction.
fn transaction(consumer: &BaseConsumer, producer: &BaseProducer, from: &str, to: &str) -> Result<u64, Box<dyn Error>> {
    let (mut copied, mut next) = (0, BTreeMap::new());
    while copied < CHUNK {
        let wait = if copied == 0 { Duration::from_millis(100) } else { Duration::ZERO };
        let Some(message) = consumer.poll(wait).transpose()? else { break };
        if copied == 0 {
            producer.begin_transaction()?;
        }
        let mut record = BaseRecord::<[u8], [u8]>::to(to).partition(message.partition());
        record.payload = message.payload();
        record.timestamp = message.timestamp().to_millis();
        record.headers = message.headers().map(rdkafka::message::BorrowedHeaders::detach);
        producer.send(record).map_err(|(error, _)| error)?;
        next.insert(message.partition(), message.offset() + 1);
        copied += 1;
    }
    if copied > 0 {
        // As the pipeline drains: a poll of 1 ms spins through it, and would count as work.
        while producer.in_flight_count() > 0 {
            let before = producer.in_flight_count();
            producer.poll(Duration::ZERO);
            if producer.in_flight_count() >= before {
                thread::sleep(Duration::from_millis(1));
            }
        }
        let mut positions = TopicPartitionList::new();
        for (partition, offset) in next {
            positions.add_partition_offset(from, partition, Offset::Offset(offset))?;
        }
        let group = consumer.group_metadata().ok_or("no group")?;
        producer.send_offsets_to_transaction(&positions, &group, PATIENCE)?;
        producer.commit_transaction(PATIENCE)?;
    }
    Ok(u64::try_from(copied)?)
}

//! Where a group begins.

use crate::{
    client::{PATIENCE, config},
    world::settings,
};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer};
use record::{Input, Position, chunk::Bound};
use std::time::{Duration, Instant};
use testbed::Shared;
use transport::{
    Event, Known, Transport as _,
    kafka::{
        Audit, Kafka, Protocol, Settings, Start,
        admin::{Wish, apply},
    },
};

const BOUND: Bound = Bound { records: 10, bytes: 1 << 20 };

/// With `latest`, what came before the first worker is not read. All that comes afterwards is: while nobody is in the group, which has
/// not committed anything yet, and on partitions that raw grows by.
pub(crate) fn a_group_begins_with_what_comes_from_then_on_and_passes_over_nothing() {
    for (protocol, prefix) in [(Protocol::Consumer, "begins."), (Protocol::Classic, "begins-classic.")] {
        let settings = Settings { start: Start::Latest, protocol, ..settings(Shared::get().bootstrap(), prefix) };
        grow(&settings, 1);
        submit(&settings, 0, 3);
        let mut first = Kafka::open(settings.clone()).unwrap();
        assert_eq!(read(&mut first, 0), []);
        drop(first);
        let progress = Audit::open(&settings).unwrap().progress(Input::Raw).unwrap();
        assert_eq!(progress[0].notes.begin, Some(3), "it is noted where the group began");
        submit(&settings, 0, 2);
        grow(&settings, 2);
        submit(&settings, 1, 1);
        let mut second = Kafka::open(settings).unwrap();
        let mut found = read(&mut second, 3);
        found.sort();
        assert_eq!(found, [(0, 3), (0, 4), (1, 0)].map(|(partition, offset)| Position { partition, offset }));
    }
}

fn grow(settings: &Settings, partitions: u32) {
    let plan = apply(settings, &Wish { raw_partitions: Some(partitions), ..Wish::default() }).unwrap();
    assert!(!plan.is_refused(), "{plan:?}");
}

fn submit(settings: &Settings, partition: i32, records: usize) {
    let producer: BaseProducer = config(&settings.brokers, &[]).create().unwrap();
    let began = Instant::now();
    // A partition made just now may be unknown.
    for _ in 0..records {
        let record = || BaseRecord::<str, str>::to(&settings.topics.raw).partition(partition).payload("{}");
        while producer.send(record()).is_err() {
            assert!(began.elapsed() < PATIENCE, "partition {partition} is not there");
            producer.poll(Duration::from_millis(50));
        }
    }
    producer.flush(PATIENCE).unwrap();
}

/// The places of so many records at least, once it has its partitions and nothing more comes.
fn read(member: &mut Kafka, wanted: usize) -> Vec<Position> {
    let (began, mut found) = (Instant::now(), Vec::new());
    loop {
        assert!(began.elapsed() < PATIENCE, "{found:?}");
        match member.poll(BOUND, Duration::from_millis(500)).unwrap() {
            Event::Assigned(shards) => {
                let known: Vec<_> = shards.into_iter().map(|shard| Known { shard, next: 0, last: 0 }).collect();
                assert!(member.restore(&known).unwrap().is_empty());
            }
            Event::Chunk(chunk) => found.extend(chunk.records.iter().map(|record| record.position)),
            Event::Idle if found.len() >= wanted => return found,
            _ => {}
        }
    }
}

use crate::world::{Plan, World};
use pipeline::reconcile::{self, Offence, Report};
use rdkafka::{
    ClientConfig, Offset, TopicPartitionList,
    consumer::{BaseConsumer, CommitMode, Consumer},
    message::{Header, OwnedHeaders},
    producer::{BaseProducer, BaseRecord, Producer},
};
use record::{Position, header};
use std::{thread, time::Duration};
use transport::kafka::Settings;

const PATIENCE: Duration = Duration::from_secs(30);

/// What a worker left behind is proven; then each kind of offender is planted and named, and nothing else is.
pub(crate) fn every_planted_offender_is_named() {
    let mut world = World::new(Plan::default());
    world.send(500);
    world.start("one");
    world.finish();
    let settings = world.settings();
    // Its reader knows records of no other topic.
    drop(world);
    let (report, offenders) = check(&settings, &[], &[]);
    assert!(report.ok(), "{report:?}");
    assert_eq!((report.positions, report.waiting, offenders.len()), (500, 0, 0));
    let ends = ends(&settings);
    let at = |partition: usize, offset| Position { partition: u32::try_from(partition).unwrap(), offset };
    let raw = settings.topics.raw.as_str();
    publish(&settings, &settings.topics.clean, Some((raw, at(0, 3))));
    publish(&settings, &settings.topics.clean, Some(("another", at(0, 4))));
    publish(&settings, &settings.topics.rejects, Some((raw, at(1, ends[1] + 1_000))));
    publish(&settings, &settings.topics.rejects, Some((raw, at(7, 5))));
    publish(&settings, raw, None);
    commit(&settings, 2, ends[2] + 1);
    let (report, mut offenders) = check(&settings, &[], &[]);
    offenders.sort_by_key(|(_, position)| *position);
    let expected = [
        (Offence::Doubled, at(0, 3)),
        (Offence::Phantom, at(1, ends[1] + 1_000)),
        (Offence::Unaccounted, at(2, ends[2])),
        (Offence::Phantom, at(7, 5)),
    ];
    assert_eq!(offenders, expected);
    assert_eq!(report.mismatches, ["clean: 1 messages that name no raw record"]);
    let from = [at(0, 4), at(1, 0), at(2, 0)];
    let (_, within) = check(&settings, &from, &[at(2, ends[2])]);
    assert_eq!(
        within,
        [expected[1], expected[3]],
        "what lies outside of the bounds is not looked at, what was never committed always"
    );
}

/// A worker commits its outcomes while another has a transaction open on their topic: they cannot be read yet, and are not lost.
pub(crate) fn an_outcome_behind_an_open_transaction_is_waited_for() {
    let mut world = World::new(Plan::default());
    let settings = world.settings();
    let held = OPEN.map(|partition| open(&settings, &settings.topics.clean, partition));
    world.send(500);
    world.start("one");
    world.settle();
    world.workers[0].stop();
    let _behind = open(&settings, &settings.topics.raw, 2);
    let hasty = Settings { patience: Duration::from_secs(1), ..settings.clone() };
    let error = reconcile::topics(&hasty, (&[], &[]), &mut |_, _| {}, &mut |_, _| {}).unwrap_err();
    assert_eq!((error.exit_code(), error.to_string().contains("partition 0: a transaction")), (75, true), "{error}");
    let (report, offenders) = thread::scope(|scope| {
        let checked = scope.spawn(|| check(&settings, &[], &[]));
        thread::sleep(Duration::from_secs(1));
        held.iter().for_each(|producer| producer.abort_transaction(PATIENCE).unwrap());
        checked.join().unwrap()
    });
    assert!(report.ok() && report.found.clean > 0, "{offenders:?}");
    assert_eq!((report.positions, report.waiting), (500, 1), "what is open on raw waits, and is not waited for");
}

/// Partitions of clean.
const OPEN: [i32; 3] = [0, 1, 2];

/// A transaction that has written there.
fn open(settings: &Settings, topic: &str, partition: i32) -> BaseProducer {
    let id = format!("{topic}-{partition}");
    let producer: BaseProducer = client(settings).set("transactional.id", id).create().unwrap();
    producer.init_transactions(PATIENCE).unwrap();
    producer.begin_transaction().unwrap();
    producer.send(BaseRecord::<str, str>::to(topic).partition(partition).payload("{}")).unwrap();
    producer.flush(PATIENCE).unwrap();
    producer
}

pub(crate) fn check(settings: &Settings, from: &[Position], to: &[Position]) -> (Report, Vec<(Offence, Position)>) {
    let mut offenders = Vec::new();
    let report = reconcile::topics(
        settings,
        (from, to),
        &mut |offence, position| offenders.push((offence, position)),
        &mut |_, _| {},
    );
    (report.unwrap(), offenders)
}

fn client(settings: &Settings) -> ClientConfig {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", &settings.brokers).set("group.id", &settings.group);
    config
}

/// The ends of the raw partitions.
fn ends(settings: &Settings) -> [u64; 3] {
    let consumer: BaseConsumer = client(settings).create().unwrap();
    [0, 1, 2].map(|partition| {
        let (_, end) = consumer.fetch_watermarks(&settings.topics.raw, partition, PATIENCE).unwrap();
        u64::try_from(end).unwrap()
    })
}

/// A message that no worker wrote: an outcome of a record of some topic, or without one a raw record on partition 2.
fn publish(settings: &Settings, topic: &str, origin: Option<(&str, Position)>) {
    let producer: BaseProducer = client(settings).create().unwrap();
    let mut headers = OwnedHeaders::new();
    if let Some((raw, position)) = origin {
        let name = format!("{raw}/{position}");
        headers = headers.insert(Header { key: header::ORIGIN, value: Some(&name) });
    }
    let partition = if origin.is_some() { 0 } else { 2 };
    producer.send(BaseRecord::<str, str>::to(topic).partition(partition).payload("{}").headers(headers)).unwrap();
    producer.flush(PATIENCE).unwrap();
}

/// Says, as no worker does, that raw is judged up to there.
fn commit(settings: &Settings, partition: i32, offset: u64) {
    let consumer: BaseConsumer = client(settings).create().unwrap();
    let mut position = TopicPartitionList::new();
    let offset = Offset::Offset(i64::try_from(offset).unwrap());
    position.add_partition_offset(&settings.topics.raw, partition, offset).unwrap();
    consumer.commit(&position, CommitMode::Sync).unwrap();
}

//! Topics against a broker: `admin.rs` has the rules and their tests, here is what a broker makes of them.

use crate::{
    client::{PATIENCE, config},
    conformance::{Fresh, World, chunk, messages, next, settle},
    world::{Topical, settings},
};
use futures_executor::block_on;
use rdkafka::{
    admin::{AdminClient, AdminOptions, AlterConfig, NewPartitions, ResourceSpecifier},
    client::DefaultClientContext,
};
use record::chunk::Bound;
use std::time::{Duration, Instant};
use testbed::Shared;
use transport::{
    Transport as _,
    kafka::{
        Error, Kafka, Settings,
        admin::{Change, Plan, Step, Wish, apply, plan},
    },
};

fn admin() -> AdminClient<DefaultClientContext> {
    config(Shared::get().bootstrap(), &[]).create().unwrap()
}

/// Sets all settings of the topic's own anew.
fn alter(topic: &str, lines: &[(&str, &str)]) {
    let alter = AlterConfig::new(ResourceSpecifier::Topic(topic));
    let alter = lines.iter().fold(alter, |alter, (name, value)| alter.set(name, value));
    block_on(admin().alter_configs([&alter], &AdminOptions::new())).unwrap().pop().unwrap().unwrap();
}

/// A broker hears of a change a little later than who asked for it.
fn until<T>(what: &str, mut found: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = found() {
            return found;
        }
        assert!(began.elapsed() < PATIENCE, "{what}");
    }
}

fn step<'p>(plan: &'p Plan, topic: &str) -> &'p Step {
    &plan.topics.iter().find(|(name, _)| name == topic).unwrap().1
}

fn change(setting: &str, from: &str, to: &str) -> Change {
    Change { setting: setting.to_owned(), from: from.to_owned(), to: to.to_owned() }
}

pub(crate) fn topics_are_made_and_changed() {
    let settings = settings(Shared::get().bootstrap(), "made.");
    let wish = Wish { raw_partitions: Some(2), ..Wish::default() };
    let planned = plan(&settings, &wish).unwrap();
    assert!(planned.topics.iter().all(|(_, step)| matches!(step, Step::Create { .. })), "{planned:?}");
    assert_eq!(apply(&settings, &wish).unwrap().topics, planned.topics);
    assert!(plan(&settings, &wish).unwrap().is_fine());
    drop(Kafka::open(settings.clone()).unwrap());

    // A setting of the owner's own stays when another is changed.
    let name = &settings.topics.raw;
    alter(name, &[("retention.ms", "604800000"), ("compression.type", "gzip"), ("segment.ms", "3600000")]);
    let wish = Wish { raw_partitions: Some(5), ..wish };
    let changes = until("altered", || match step(&plan(&settings, &wish).unwrap(), name) {
        Step::Change(changes) if changes.len() >= 2 => Some(changes.clone()),
        _ => None,
    });
    assert!(changes.contains(&change("retention.ms", "604800000", "-1")), "{changes:?}");
    assert!(changes.contains(&change(Change::PARTITIONS, "2", "5")), "{changes:?}");
    apply(&settings, &wish).unwrap();
    assert!(plan(&settings, &wish).unwrap().is_fine());
    let resources = [ResourceSpecifier::Topic(name)];
    let found = block_on(admin().describe_configs(&resources, &AdminOptions::new())).unwrap().pop().unwrap().unwrap();
    let value = |name: &str| found.get(name).unwrap().value.clone().unwrap();
    assert_eq!([value("compression.type"), value("segment.ms")], ["gzip", "3600000"]);
}

pub(crate) fn a_worker_refuses_topics_that_would_break_promises() {
    let settings = settings(Shared::get().bootstrap(), "refused.");
    let refused = |what: &str| {
        let error = until(what, || Kafka::open(settings.clone()).err());
        assert!(matches!(&error, Error::Topic { .. }) && error.to_string().contains(what), "{error}");
        assert_eq!(error.exit_code(), 78);
        assert!(error.hint().contains("topics plan"), "{}", error.hint());
    };
    refused("missing");
    apply(&settings, &Wish::default()).unwrap();
    let topics = &settings.topics;
    for (topic, line, back) in [
        (&topics.keyed, ("retention.ms", "604800000"), ("retention.ms", "-1")),
        (&topics.rejects, ("max.message.bytes", "1048588"), ("max.message.bytes", "8519680")),
        (&topics.claims, ("message.timestamp.type", "CreateTime"), ("message.timestamp.type", "LogAppendTime")),
        (&topics.raw, ("compression.type", "producer"), ("compression.type", "lz4")),
    ] {
        let others: &[(&str, &str)] = if *topic == topics.claims {
            &[("cleanup.policy", "compact,delete"), ("retention.ms", "69120000000")]
        } else {
            &[("retention.ms", "-1")]
        };
        alter(topic, &[others, &[line]].concat());
        refused(line.0);
        alter(topic, &[others, &[back]].concat());
    }
    until("fine", || Kafka::open(settings.clone()).ok());
    let mut others = settings.clone();
    others.shards = 5;
    assert!(matches!(Kafka::open(others.clone()), Err(Error::Topic { what, .. }) if what.contains("5 shards")));
    let wish = Wish { raw_partitions: Some(99), ..Wish::default() };
    assert!(apply(&others, &wish).unwrap().is_refused());
    let planned = plan(&settings, &wish).unwrap();
    let Step::Change(changes) = step(&planned, &topics.raw) else { panic!("{planned:?}") };
    assert!(
        changes.contains(&change(Change::PARTITIONS, "6", "99")),
        "applied though a topic was refused: {changes:?}"
    );
}

pub(crate) fn a_topic_that_does_not_take_an_output_stops_the_worker() {
    let world = Topical::fresh();
    world.submit(&messages(0..1000));
    let mut worker = world.open();
    // Less than any record, and enough for the 78 bytes of a marker: what cannot be ended keeps its producer's name taken for ever.
    alter(&world.clean(), &[("max.message.bytes", "80")]);
    let error = until("a commit is refused", || {
        let chunk = chunk(next(&mut worker, Bound { records: 3, bytes: 1 << 20 }));
        settle(&mut worker, &chunk).err()
    });
    let transport::Error::Kafka(error) = error else { panic!("{error}") };
    assert!(matches!(&error, Error::Topic { topic, .. } if *topic == world.clean()), "{error}");
    assert_eq!(error.exit_code(), 78);
}

/// The new partition has no shard: its claims, which are nowhere, would be waited for as long as the patience lasts.
pub(crate) fn keyed_that_grows_stops_the_worker_at_once() {
    let world = Topical::fresh();
    let mut worker = world.open();
    let Settings { topics, shards, patience, .. } = world.settings();
    let more = NewPartitions::new(&topics.keyed, usize::try_from(*shards).unwrap() + 1);
    block_on(admin().create_partitions([&more], &AdminOptions::new())).unwrap().pop().unwrap().unwrap();
    let began = Instant::now();
    let bound = Bound { records: 1, bytes: 1 << 20 };
    let error = until("the worker stops", || worker.poll(bound, Duration::from_millis(100)).err());
    assert!(began.elapsed() < *patience / 2, "{:?}", began.elapsed());
    let transport::Error::Kafka(error) = error else { panic!("{error}") };
    assert!(matches!(&error, Error::Topic { topic, .. } if *topic == topics.keyed), "{error}");
    assert_eq!(error.exit_code(), 78);
}

pub(crate) fn a_setting_that_is_refused_is_named_without_its_value() {
    let mut settings = settings("127.0.0.1:1", "settings.");
    settings.client = vec![("sasl.pasword".to_owned(), "open sesame".to_owned())];
    let error = Kafka::open(settings.clone()).unwrap_err();
    assert!(matches!(error, Error::Settings(_)) && error.exit_code() == 78);
    let told = format!("{error} {error:?} {settings:?}");
    assert!(told.contains("sasl.pasword") && !told.contains("sesame"), "{told}");
}

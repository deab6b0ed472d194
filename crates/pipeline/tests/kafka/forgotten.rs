use crate::world::{Plan, QUICK, World};
use rdkafka::{
    ClientConfig,
    admin::{AdminClient, AdminOptions},
    client::DefaultClientContext,
    consumer::{BaseConsumer, Consumer},
};
use std::{
    fs, thread,
    time::{Duration, Instant},
};
use testbed::Broker;
use transport::kafka::{
    Settings,
    admin::{Wish, apply},
};

const PATIENCE: Duration = Duration::from_secs(60);

/// Nobody was in the group for a week, and its broker has forgotten how far it had come.
pub(crate) fn a_group_whose_positions_are_gone_does_not_begin_anew() {
    let mut world = World::new(Plan::default());
    world.send(500);
    world.start("one");
    world.finish();
    let settings = world.settings();
    // What the broker does by itself after `offsets.retention.minutes`.
    let (admin, groups) = (admin(&settings), [settings.group.as_str()]);
    let forgotten = futures_executor::block_on(admin.delete_groups(&groups, &AdminOptions::new())).unwrap();
    assert!(forgotten.iter().all(Result::is_ok), "{forgotten:?}");
    world.worker("one").restart();
    stops_for_good(&mut world);
}

/// Somebody deletes raw and makes it again between two lives of a worker. A record put again would stand where it stood before, and
/// find its own claim.
pub(crate) fn raw_that_is_made_anew_is_not_begun() {
    let mut world = World::new(Plan::default());
    world.send(500);
    world.start("one");
    world.finish();
    let settings = world.settings();
    let (admin, topics) = (admin(&settings), [settings.topics.raw.as_str()]);
    let deleted = futures_executor::block_on(admin.delete_topics(&topics, &AdminOptions::new())).unwrap();
    assert!(deleted.iter().all(Result::is_ok), "{deleted:?}");
    let began = Instant::now();
    // A broker may not know yet that the former one is gone.
    while apply(&settings, &Wish { raw_partitions: Some(3), ..Wish::default() }).is_err() || !is_empty(&settings) {
        assert!(began.elapsed() < PATIENCE, "raw is not made anew");
        thread::sleep(Duration::from_millis(100));
    }
    world.worker("one").restart();
    stops_for_good(&mut world);
}

fn is_empty(settings: &Settings) -> bool {
    let client: BaseConsumer = ClientConfig::new().set("bootstrap.servers", &settings.brokers).create().unwrap();
    client.fetch_watermarks(&settings.topics.raw, 0, PATIENCE).is_ok_and(|(_, end)| end == 0)
}

fn admin(settings: &Settings) -> AdminClient<DefaultClientContext> {
    ClientConfig::new().set("bootstrap.servers", &settings.brokers).create().unwrap()
}

/// The one worker ends with a code after which nobody starts it, and every record has the one outcome it had.
#[track_caller]
fn stops_for_good(world: &mut World) {
    let began = Instant::now();
    while world.workers[0].exits.last() != Some(&Some(78)) {
        assert!(began.elapsed() < PATIENCE, "{:?}, {:?}", world.workers[0].exits, world.report());
        world.tend(Duration::from_millis(20));
    }
    let log = fs::read_to_string(world.cache("one").join("log")).unwrap();
    assert!(log.contains("has no position on"), "{log}");
    world.report().assert_exact();
}

/// A disk breaks under the only copy of raw, which begins again, while a worker that has read it goes on.
pub(crate) fn raw_that_lost_its_end_stops_its_worker() {
    let broker = Broker::own(&testbed::Settings { properties: QUICK, ..testbed::Settings::default() });
    let mut world = World::new(Plan { brokers: Some(broker.bootstrap().to_owned()), ..Plan::default() });
    world.send(500);
    world.start("one");
    world.settle();
    let node = &broker.nodes()[0];
    node.stop();
    let raw = world.settings().topics.raw;
    for entry in fs::read_dir(node.data()).unwrap() {
        let path = entry.unwrap().path();
        if path.file_name().unwrap().to_str().unwrap().starts_with(&format!("{raw}-")) {
            fs::remove_dir_all(path).unwrap();
        }
    }
    node.start();
    assert_eq!(world.exit_code("one"), Some(78));
    let log = fs::read_to_string(world.cache("one").join("log")).unwrap();
    assert!(log.contains("it was made anew, or lost its end"), "{log}");
}

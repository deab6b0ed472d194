use crate::{
    child,
    common::form,
    faulty::Mutant,
    feed, tally,
    world::{Plan, World},
};
use dedupe::{Candidate, Shards};
use rdkafka::{
    ClientConfig,
    consumer::{BaseConsumer, Consumer},
    message::Timestamp,
};
use record::{Claim, Position, RecordTime, Verdict};
use rules::{Context, Judge, Profile};
use std::{
    fs,
    ops::Range,
    path::{Path, PathBuf},
    time::Duration,
};

/// Where the cache of claims is, in the directory of its worker.
pub(crate) const DIR: &str = "claims-cache";

/// What the worker tells of it, and how it is done.
type Damage = (&'static str, fn(&Path));

/// Between two lives of a worker its cache is lost, or bytes of it change.
pub(crate) fn a_cache_is_gone_or_damaged() {
    let mut world = World::new(Plan::default());
    world.send(2_000);
    world.start("one");
    let damages: [Damage; 3] =
        [("rebuild-missing", remove), ("rebuild-checksum", flip_claims), ("rebuild-checksum", flip_database)];
    for (nth, (told, damage)) in damages.into_iter().enumerate() {
        world.until("every record has an outcome", |world| world.waiting() == 0);
        world.worker("one").stop();
        let before = world.worker("one").total(told).0;
        damage(&world.worker("one").job().cache.join(DIR));
        world.send(2_000);
        world.worker("one").restart();
        world.until("it works again", |world| world.workers[0].said("committed") > 0);
        let rebuilds = world.worker("one").total(told).0 - before;
        assert!(rebuilds > 0, "damage {nth} went unnoticed, or untold");
        tally::once("cache that is gone or damaged");
    }
    world.finish();
}

/// An offset that no topic of these tests reaches.
pub(crate) const AHEAD: u64 = 1 << 40;

/// A cache knows more than the topic has: it is of a topic that was made anew under the same name.
pub(crate) fn a_cache_that_is_ahead_is_thrown_away() {
    assert_thrown_away(&planted(None, AHEAD));
}

/// The topic that was made anew has grown past what the cache knows: another claim stands where its last one stood.
pub(crate) fn a_cache_of_a_topic_that_has_grown_is_thrown_away() {
    let mut world = World::new(Plan::default());
    world.send(RECORDS);
    world.start("another");
    world.until("every record has an outcome", |world| world.waiting() == 0);
    world.stop_all();
    work_with(&mut world, RECORDS..2 * RECORDS, 5);
    assert_thrown_away(&world);
}

#[track_caller]
fn assert_thrown_away(world: &World) {
    let one = world.workers.last().unwrap();
    assert_eq!(one.total("rebuild-ahead").0, u64::from(child::SHARDS), "the cache was not doubted");
    tally::once("cache that is ahead of its topic");
    world.report().assert_exact();
}

const RECORDS: u32 = 1_500;

/// A run that begins with a cache in which every key is taken, by records that are not there, and which says that it is
/// known up to `next`.
pub(crate) fn planted(mutant: Option<Mutant>, next: u64) -> World {
    let mut world = World::new(Plan { mutant, ..Plan::default() });
    work_with(&mut world, 0..RECORDS, next);
    world
}

/// Sends as many records, and starts a worker with such a cache of their numbers.
fn work_with(world: &mut World, numbers: Range<u32>, next: u64) {
    world.send(RECORDS);
    let settings = world.settings();
    let client: BaseConsumer = ClientConfig::new().set("bootstrap.servers", &settings.brokers).create().unwrap();
    let cluster = client.client().fetch_cluster_id(Duration::from_secs(30)).unwrap();
    let claims: Vec<Claim> = numbers.map(|number| taken(number.into())).collect();
    let mut shards = Shards::open(&world.cache("one"), child::window(), &cluster, &settings.topics.claims).unwrap();
    (0..child::SHARDS).for_each(|shard| assert_eq!(shards.own(shard).unwrap().next, 0));
    let candidates: Vec<_> = claims.iter().map(|claim| Candidate { claim: *claim, traces: &[] }).collect();
    shards.decide(&candidates).unwrap();
    let ends: Vec<_> = (0..child::SHARDS).map(|shard| (shard, next)).collect();
    shards.committed(&ends).unwrap();
    drop(shards);
    world.start("one");
    world.settle();
    world.stop_all();
}

/// The claim of a record that has the key and content of another one, and stands where none does.
fn taken(number: u64) -> Claim {
    let context = Context { client: "acme", time: None, operator: "", overrides: &[] };
    let judge = Judge::new(&form(), &Profile::default());
    let Verdict::Clean(clean) = judge.judge(feed::keyed(number, 1).1.as_bytes(), context) else { unreachable!() };
    let position = Position { partition: 0, offset: 1_000_000 + number };
    let time = RecordTime(Timestamp::now().to_millis().unwrap());
    Claim { key: clean.key, content: clean.content, position, time }
}

pub(crate) fn remove(cache: &Path) {
    fs::remove_dir_all(cache).unwrap();
}

/// Changes a byte in the middle of every file of claims.
fn flip_claims(cache: &Path) {
    let files = files(cache).into_iter().filter(|file| !file.to_str().unwrap().contains("store.db"));
    let changed = files.filter(|file| fs::metadata(file).unwrap().len() > 0).map(|file| flip(&file)).count();
    assert!(changed > 0, "there is no file of claims");
}

/// Changes bytes all over the database.
pub(crate) fn flip_database(cache: &Path) {
    let file = cache.join("store.db");
    let mut bytes = fs::read(&file).unwrap();
    bytes.iter_mut().skip(100).step_by(37).for_each(|byte| *byte ^= 0x55);
    fs::write(file, bytes).unwrap();
}

fn flip(file: &Path) {
    let mut bytes = fs::read(file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(file, bytes).unwrap();
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

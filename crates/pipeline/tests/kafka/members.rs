use crate::{
    common::Random,
    tally::Rounds,
    world::{Plan, World, is_full, seed},
};
use std::time::Duration;

pub(crate) fn a_worker_stands_still_and_goes_on() {
    stands_still(Plan::default());
}

pub(crate) fn a_worker_stands_still_and_goes_on_under_the_classic_protocol() {
    stands_still(Plan { is_classic: true, ..Plan::default() });
}

/// A worker is stopped within a commit, until another has its shards and goes on; then it wakes up.
fn stands_still(plan: Plan) {
    let mut rounds = Rounds::new("worker that stands still", if is_full() { 10 } else { 2 });
    let mut world = World::new(plan);
    ["zombie", "heir"].into_iter().for_each(|name| world.start(name));
    world.load();
    while rounds.next() {
        world.until("both work", |world| world.workers.iter().all(|worker| worker.said("committed") > 3));
        let commits = world.workers[0].said("commits");
        world.until("it commits", |world| world.workers[0].said("commits") > commits);
        world.workers[0].signal("STOP");
        let inherited = world.workers[1].said("assigned");
        world.until("the other takes over", |world| world.workers[1].said("assigned") > inherited);
        let committed = world.workers[1].said("committed");
        world.until("it goes on", |world| world.workers[1].said("committed") > committed + 3);
        let fenced = fenced(&world);
        world.workers[0].signal("CONT");
        world.until("the zombie learns of it", |world| self::fenced(world) > fenced);
        rounds.injected(true);
    }
    world.finish();
    does_nobody_stop(&world);
}

/// Workers whose partitions go to others have no reason to.
fn does_nobody_stop(world: &World) {
    let exits: Vec<_> = world.workers.iter().flat_map(|worker| &worker.exits).collect();
    assert!(exits.is_empty(), "{exits:?}");
}

/// How often the first worker learnt that it was shut out.
fn fenced(world: &World) -> u64 {
    let zombie = &world.workers[0];
    zombie.total("lost").0 + zombie.total("void").0
}

pub(crate) fn workers_come_and_go() {
    come_and_go(Plan::default());
}

pub(crate) fn workers_come_and_go_under_the_classic_protocol() {
    come_and_go(Plan { is_classic: true, ..Plan::default() });
}

/// One worker works all the time; others join it and leave after a while, in order or not, some while they still join.
fn come_and_go(plan: Plan) {
    let mut rounds = Rounds::new("worker that comes and goes", if is_full() { 20 } else { 4 });
    let mut random = Random(seed());
    let mut world = World::new(plan);
    world.start("stays");
    world.load();
    while rounds.next() {
        let (name, is_short) = (format!("guest-{}", rounds.nth()), rounds.nth() % 4 == 3);
        world.start(&name);
        if !is_short {
            world.until("the guest takes part", |world| world.workers.last().unwrap().said("committed") > 0);
        }
        world.tend(Duration::from_millis(random.below(1_500)));
        if rounds.nth().is_multiple_of(2) {
            world.worker(&name).kill()
        } else {
            world.worker(&name).stop()
        }
        rounds.injected(world.worker(&name).said("assigned") > 0);
    }
    world.finish();
    does_nobody_stop(&world);
    assert!(rounds.bitten() * 4 >= rounds.nth() * 2, "the guests took nothing: nothing is proven");
}

use crate::world::{Plan, World, is_full};
use std::time::Duration;

/// A worker is stopped within a commit, until another has its shards and goes on; then it wakes up.
pub(crate) fn a_worker_stands_still_and_goes_on() {
    let mut world = World::new(Plan::default());
    ["zombie", "heir"].into_iter().for_each(|name| world.start(name));
    world.load();
    for _ in 0..if is_full() { 10 } else { 2 } {
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
    }
    world.finish();
}

/// How often the first worker learnt that it was shut out.
fn fenced(world: &World) -> u64 {
    let zombie = &world.workers[0];
    zombie.total("lost").0 + zombie.total("void").0 + zombie.exits.len() as u64
}

/// One worker works all the time; others join it and leave.
pub(crate) fn workers_come_and_go() {
    let protocols: &[bool] = if is_full() { &[false, true] } else { &[false] };
    for is_classic in protocols {
        let mut world = World::new(Plan { is_classic: *is_classic, ..Plan::default() });
        world.start("stays");
        world.load();
        for round in 0..if is_full() { 20 } else { 3 } {
            let name = format!("guest-{round}");
            world.start(&name);
            world.tend(Duration::from_millis(2_500));
            if round % 3 == 2 { world.worker(&name).kill() } else { world.worker(&name).stop() }
        }
        world.finish();
        let changes = |word: &str| world.workers[0].total(word).0;
        assert!(changes("assigned") + changes("revoked") > 3, "the guests took nothing: nothing is proven");
    }
}

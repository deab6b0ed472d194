use crate::{
    common::Random,
    tally::Rounds,
    world::{Plan, World, is_full, seed},
};
use std::{thread, time::Duration};

/// A worker dies at random moments, mostly within a commit, and is started again at once; another one works on.
pub(crate) fn workers_are_killed() {
    let kills = if is_full() { 50 } else { 5 };
    let mut rounds = Rounds::new("kill -9 of a worker within a commit", kills);
    let mut random = Random(seed());
    let mut world = World::new(Plan::default());
    ["mortal", "other"].into_iter().for_each(|name| world.start(name));
    world.load();
    while rounds.next() {
        world.until("it works", |world| world.workers[0].said("committed") > 3);
        let commits = world.workers[0].said("commits");
        world.until("it commits", |world| world.workers[0].said("commits") > commits);
        thread::sleep(Duration::from_micros(random.below(15_000)));
        world.workers[0].kill();
        rounds.injected(world.workers[0].is_committing());
        world.workers[0].restart();
    }
    world.finish();
    let open = rounds.bitten();
    assert!(open * 2 >= kills, "only {open} of {kills} kills hit an open transaction: nothing is proven");
}

use crate::{
    common::Random,
    world::{Plan, World, is_full, seed},
};
use std::time::Duration;

/// A worker dies at random moments, mostly within a commit, and is started again at once; another one works on.
pub(crate) fn workers_are_killed() {
    let kills = if is_full() { 50 } else { 5 };
    let mut random = Random(seed());
    let mut world = World::new(Plan::default());
    ["mortal", "other"].into_iter().for_each(|name| world.start(name));
    world.load();
    let mut open = 0;
    for _ in 0..kills {
        world.until("it works", |world| world.workers[0].said("committed") > 3);
        let commits = world.workers[0].said("commits");
        world.until("it commits", |world| world.workers[0].said("commits") > commits);
        std::thread::sleep(Duration::from_micros(random.below(15_000)));
        world.workers[0].kill();
        open += u64::from(world.workers[0].is_committing());
        world.workers[0].restart();
    }
    world.finish();
    eprintln!("{kills} kills: {open} within a commit");
    assert!(open * 2 >= kills, "only {open} of {kills} kills hit an open transaction: nothing is proven");
}

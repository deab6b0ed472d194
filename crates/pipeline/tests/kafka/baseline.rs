use crate::world::{Plan, World};
use std::time::Duration;

pub(crate) fn one_worker() {
    let mut world = World::new(Plan::default());
    world.send(3_000);
    world.start("one");
    world.finish();
}

/// Keys meet that stand on different partitions, some of which were not there when the workers began.
pub(crate) fn three_workers_while_raw_grows() {
    let mut world = World::new(Plan::default());
    ["one", "two", "three"].into_iter().for_each(|name| world.start(name));
    world.load();
    world.until("all take part", |world| world.workers.iter().all(|worker| worker.said("committed") > 0));
    world.tend(Duration::from_secs(2));
    world.grow(7);
    world.tend(Duration::from_secs(4));
    world.finish();
    let handed: u64 = world.workers.iter().map(|worker| worker.total("handed").1).sum();
    assert!(handed > 0, "no worker handed a record over: nothing is proven");
    assert!(world.partitions_used() == 7, "nothing stands on the new partitions: nothing is proven");
}

use crate::{
    tally::Rounds,
    world::{Plan, QUICK, World, is_full},
};
use std::time::Duration;
use testbed::{Broker, Settings};

/// The only broker stops, or dies, while records come and two workers commit them.
pub(crate) fn a_broker_stops_and_dies() {
    let broker = Broker::own(&Settings { properties: QUICK, ..Settings::default() });
    let node = &broker.nodes()[0];
    let mut world = World::new(Plan { brokers: Some(broker.bootstrap().to_owned()), ..Plan::default() });
    ["one", "two"].into_iter().for_each(|name| world.start(name));
    world.load();
    let mut rounds = Rounds::new("broker that stops or dies", if is_full() { 10 } else { 2 });
    while rounds.next() {
        world.until("both work", |world| world.workers.iter().all(|worker| worker.said("committed") > 3));
        let before = world.committed();
        world.until("they go on", |world| world.committed() > before + 5);
        if rounds.nth() % 2 == 1 {
            node.stop()
        } else {
            node.kill9()
        }
        assert!(world.waiting() > 0, "nothing was under way: nothing is proven");
        world.tend(Duration::from_secs(1));
        node.start();
        let after = world.committed();
        world.until("work goes on", |world| world.committed() > after + 5);
        rounds.injected(true);
    }
    world.finish();
}

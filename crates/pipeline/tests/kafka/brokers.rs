use crate::{
    tally::Rounds,
    world::{Plan, QUICK, World, is_full},
};
use rdkafka::{
    ClientConfig,
    consumer::{BaseConsumer, Consumer},
    metadata::{Metadata, MetadataPartition},
};
use std::{thread, time::Duration};
use testbed::{Broker, Settings};

/// One of three brokers stops, or dies, while records come and two workers commit them; the other two go on without it.
///
/// A broker that is alone is no ground for this proof: one that is killed and started again takes the partitions of its own
/// open transactions for deleted while they have no leader, and never writes their markers (docs/kafka.md).
pub(crate) fn a_broker_stops_and_dies() {
    let cluster = Broker::own(&Settings { brokers: 3, properties: QUICK, ..Settings::default() });
    let client: BaseConsumer = ClientConfig::new().set("bootstrap.servers", cluster.bootstrap()).create().unwrap();
    let mut world = World::new(Plan { brokers: Some(cluster.bootstrap().to_owned()), ..Plan::default() });
    ["one", "two"].into_iter().for_each(|name| world.start(name));
    world.load();
    let mut rounds = Rounds::new("broker that stops or dies", if is_full() { 10 } else { 2 });
    while rounds.next() {
        world.until("all copies are in sync", |_| is_in_sync(&client));
        world.until("both work", |world| world.workers.iter().all(|worker| worker.said("committed") > 3));
        let before = world.committed();
        world.until("they go on", |world| world.committed() > before + 5);
        let id = i32::try_from(rounds.nth() % 3).unwrap() + 1;
        assert!(led_by(&client, id) > 0, "broker {id} leads nothing: nothing is proven");
        let node = &cluster.nodes()[usize::try_from(id - 1).unwrap()];
        if rounds.nth() % 2 == 1 {
            node.stop()
        } else {
            node.kill9()
        }
        assert!(world.waiting() > 0, "nothing was under way: nothing is proven");
        world.until("the others lead", |_| led_by(&client, id) == 0);
        let after = world.committed();
        world.until("work goes on without it", |world| world.committed() > after + 5);
        node.start();
        rounds.injected(true);
    }
    world.finish();
}

/// The only broker stands still while a worker ends a transaction, for longer than a transaction may last. What the worker
/// asked it before it gave up is answered when the broker wakes up, to a producer that is no longer wanted.
pub(crate) fn a_broker_stands_still() {
    // The controller, which stands still with it, is not to think it dead.
    let properties = [QUICK, &["broker.session.timeout.ms=60000"]].concat();
    let broker = Broker::own(&Settings { properties: &properties, ..Settings::default() });
    let node = &broker.nodes()[0];
    let brokers = Some(broker.bootstrap().to_owned());
    let mut world = World::new(Plan { brokers, ..Plan::default() });
    world.start("one");
    world.load();
    let mut rounds = Rounds::new("broker that stands still", if is_full() { 5 } else { 1 });
    while rounds.next() {
        let committed = world.worker("one").said("committed");
        world.until("it works", |world| world.workers[0].said("committed") > committed + 3);
        let void = world.worker("one").total("void").0;
        // Pauses that come between two commits are of no use: the next one has a broker that stands still from its begin on.
        world.until("it commits", |world| world.workers[0].is_committing());
        node.pause();
        thread::sleep(Duration::from_secs(7));
        node.resume();
        world.until("the worker learns of it", |world| world.workers[0].total("void").0 > void);
        rounds.injected(true);
    }
    world.finish();
    assert!(world.workers[0].exits.is_empty(), "{:?}", world.workers[0].exits);
}

/// Whether each copy of each partition has all that was committed.
pub(crate) fn is_in_sync(client: &BaseConsumer) -> bool {
    partitions(client, |partition| partition.isr().len() == 3).is_some_and(|(all, in_sync)| all == in_sync)
}

/// How many partitions a broker leads.
fn led_by(client: &BaseConsumer, id: i32) -> usize {
    partitions(client, |partition| partition.leader() == id).map_or(usize::MAX, |(_, led)| led)
}

/// How many partitions there are, and how many of them are so, unless no broker can tell just now.
fn partitions(client: &BaseConsumer, is_so: impl Fn(&MetadataPartition) -> bool) -> Option<(usize, usize)> {
    let metadata: Metadata = client.fetch_metadata(None, Duration::from_secs(5)).ok()?;
    let partitions: Vec<_> = metadata.topics().iter().flat_map(|topic| topic.partitions()).collect();
    Some((partitions.len(), partitions.iter().filter(|partition| is_so(partition)).count()))
}

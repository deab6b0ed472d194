use crate::client::{PATIENCE, commit, create_topic, leader, producer, read, send};
use rdkafka::producer::Producer;
use std::time::{Duration, Instant};
use testbed::{Broker, Settings, Shared};

fn values(records: Vec<(i64, String)>) -> Vec<String> {
    records.into_iter().map(|(_, value)| value).collect()
}

pub(crate) fn an_aborted_transaction_is_invisible() {
    let brokers = Shared::get().bootstrap();
    create_topic(brokers, "aborted", 1);
    let producer = producer(brokers, "aborted", &[]);
    commit(&producer, ("aborted", 0), ["first"]);
    producer.begin_transaction().unwrap();
    send(&producer, ("aborted", 0), ["never"]);
    producer.abort_transaction(PATIENCE).unwrap();
    commit(&producer, ("aborted", 0), ["second"]);
    // That the aborted record did reach the broker is what makes the line below it mean something.
    assert_eq!(values(read(brokers, ("aborted", 0), "read_uncommitted")), ["first", "never", "second"]);
    assert_eq!(values(read(brokers, ("aborted", 0), "read_committed")), ["first", "second"]);
}

/// The floor under `flush`, which `commit_transaction` calls, is 100 ms; draining by polls of 1 ms avoids it. No commit
/// gets below the floor where it is, and on a machine however busy one of a hundred does where it is not.
pub(crate) fn a_small_transaction_commits_fast() {
    let brokers = Shared::get().bootstrap();
    create_topic(brokers, "fast", 1);
    let producer = producer(brokers, "fast", &[]);
    let fast = (0..100).any(|n| {
        let started = Instant::now();
        commit(&producer, ("fast", 0), [n.to_string()]);
        started.elapsed() < Duration::from_millis(90)
    });
    assert!(fast, "each of 100 transactions of one record took 90 ms or longer");
}

pub(crate) fn what_was_committed_survives_kill_9() {
    let broker = Broker::own(&Settings::default());
    create_topic(broker.bootstrap(), "kept", 1);
    let producer = producer(broker.bootstrap(), "kept", &[]);
    commit(&producer, ("kept", 0), ["before"]);
    broker.nodes()[0].kill9();
    broker.nodes()[0].start();
    // The same producer goes on: to it, the broker was only away for a while.
    commit(&producer, ("kept", 0), ["after"]);
    assert_eq!(values(read(broker.bootstrap(), ("kept", 0), "read_committed")), ["before", "after"]);
}

pub(crate) fn three_brokers_outlive_the_leader() {
    let cluster = Broker::own(&Settings { brokers: 3, ..Settings::default() });
    create_topic(cluster.bootstrap(), "replicated", 1);
    let producer = producer(cluster.bootstrap(), "replicated", &[]);
    commit(&producer, ("replicated", 0), ["before"]);
    let leader = leader(cluster.bootstrap(), "replicated");
    cluster.nodes()[leader - 1].kill9();
    commit(&producer, ("replicated", 0), ["without it"]);
    assert_eq!(values(read(cluster.bootstrap(), ("replicated", 0), "read_committed")), ["before", "without it"]);
}

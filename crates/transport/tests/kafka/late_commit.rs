//! `EndTxn` that comes late, after the client has sent it again: docs/adr/0003.

use crate::client::{self, PATIENCE, config, create_topic, producer, read, send};
use rdkafka::{
    Offset, TopicPartitionList,
    consumer::{BaseConsumer, Consumer},
    error::KafkaResult,
    producer::{BaseProducer, Producer},
};
use std::time::{Duration, Instant};
use testbed::{
    Shared,
    proxy::{EndTxn, Fact, Proxy, error_code},
};

/// The client waits 2 s for an answer to a request, then sends it again on a new connection.
const CLIENT: &[(&str, &str)] = &[("socket.timeout.ms", "2000"), ("transaction.timeout.ms", "20000")];
/// The first `EndTxn` arrives after 4 s: the second, and the answer to it, have long been there.
const HOLD: &str = "26:1:hold:4";

/// `INVALID_PRODUCER_EPOCH`: another producer with this transactional id has begun since.
const INVALID_PRODUCER_EPOCH: i16 = 47;

/// Ends the open transaction, as `end` does, by an `EndTxn` that is held back and sent again. The application sees nothing
/// but that it takes long.
fn slowly(proxy: &Proxy, end: impl FnOnce() -> KafkaResult<()>) {
    let started = Instant::now();
    end().unwrap();
    assert!(started.elapsed() >= Duration::from_secs(2), "the first request was not held");
    let [first, second] = proxy.end_txns()[..] else { panic!("not sent again once: {:?}", proxy.end_txns()) };
    assert_eq!(first, second, "the same producer and epoch say the same");
}

/// What a worker does when its outputs are written.
fn send_position_and_commit(producer: &BaseProducer, topic: &str) {
    let lines = [("group.id", "worker")];
    let reader: BaseConsumer = config(Shared::get().bootstrap(), &lines).create().unwrap();
    let mut position = TopicPartitionList::new();
    position.add_partition_offset(topic, 0, Offset::Offset(1)).unwrap();
    producer.send_offsets_to_transaction(&position, &reader.group_metadata().unwrap(), PATIENCE).unwrap();
    producer.commit_transaction(PATIENCE).unwrap();
    let stored = reader.committed_offsets(position.clone(), PATIENCE).unwrap();
    assert_eq!(stored, position);
}

/// Waits until the held `EndTxn` has arrived; the broker's error code for it.
fn late(proxy: &Proxy) -> i16 {
    let answer = |fact: &Fact| if let Fact::LateAnswer(_, answer) = fact { Some(answer.clone()) } else { None };
    error_code(&proxy.wait_for(PATIENCE, answer).expect("the broker answers the late frame"))
}

fn committed(topic: &str) -> Vec<String> {
    read(Shared::get().bootstrap(), (topic, 0), "read_committed").into_iter().map(|(_, value)| value).collect()
}

/// What the guard of the transport is for. When this fails because the late frame was refused, broker and client have
/// learnt to tell one transaction of a producer from the next (KIP-890), and the guard may go.
pub(crate) fn a_late_commit_tears_the_next_transaction() {
    let (brokers, proxy) = (Shared::get().bootstrap(), Shared::get().proxy(&[HOLD]));
    create_topic(brokers, "torn", 1);
    let producer = producer(proxy.bootstrap(), "torn", CLIENT);
    producer.begin_transaction().unwrap();
    send(&producer, ("torn", 0), ["a1", "a2"]);
    slowly(&proxy, || producer.commit_transaction(PATIENCE));

    producer.begin_transaction().unwrap();
    send(&producer, ("torn", 0), ["b1", "b2"]);
    assert_eq!(late(&proxy), 0, "the broker takes it for the end of the transaction that is open now");
    // The broker's answer comes before the marker that makes the records visible.
    let started = Instant::now();
    while committed("torn").len() < 4 {
        assert!(started.elapsed() < PATIENCE, "the late commit committed nothing");
    }

    // Had the process died here, the records would stand without the position they were made from. It did not die, and
    // nobody tells it that this was not one transaction.
    send_position_and_commit(&producer, "torn");
}

/// The same with an abort, where the records are lost although their position is committed.
pub(crate) fn a_late_abort_loses_the_next_transactions_records() {
    let (brokers, proxy) = (Shared::get().bootstrap(), Shared::get().proxy(&[HOLD]));
    create_topic(brokers, "lost", 1);
    let producer = producer(proxy.bootstrap(), "lost", CLIENT);
    producer.begin_transaction().unwrap();
    send(&producer, ("lost", 0), ["a1", "a2"]);
    slowly(&proxy, || producer.abort_transaction(PATIENCE));

    producer.begin_transaction().unwrap();
    send(&producer, ("lost", 0), ["b1", "b2"]);
    assert_eq!(late(&proxy), 0, "the broker takes it for the end of the transaction that is open now");
    send_position_and_commit(&producer, "lost");
    assert_eq!(committed("lost"), [""; 0]);
}

/// The remedy: whoever does not know whether an `EndTxn` is still under way begins anew, under the next epoch.
pub(crate) fn a_fresh_producer_is_safe_from_a_late_commit() {
    let (brokers, proxy) = (Shared::get().bootstrap(), Shared::get().proxy(&[HOLD]));
    create_topic(brokers, "whole", 1);
    let slow = producer(proxy.bootstrap(), "whole", CLIENT);
    slow.begin_transaction().unwrap();
    send(&slow, ("whole", 0), ["a1", "a2"]);
    slowly(&proxy, || slow.commit_transaction(PATIENCE));
    drop(slow);

    let producer = client::producer(proxy.bootstrap(), "whole", CLIENT);
    producer.begin_transaction().unwrap();
    send(&producer, ("whole", 0), ["b1", "b2"]);
    assert_eq!(late(&proxy), INVALID_PRODUCER_EPOCH);
    assert_eq!(committed("whole"), ["a1", "a2"]);
    send(&producer, ("whole", 0), ["b3"]);
    producer.commit_transaction(PATIENCE).unwrap();
    assert_eq!(committed("whole"), ["a1", "a2", "b1", "b2", "b3"]);
    let epochs: Vec<_> = proxy.end_txns().iter().map(|&EndTxn { epoch, .. }| epoch).collect();
    assert_eq!(epochs, [0, 0, 1]);
}

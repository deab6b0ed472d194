//! `EndTxn` that comes late, after the client has sent it again: docs/adr/0003.

use crate::client::{self, PATIENCE, commit, config, create_topic, producer, read, send};
use rdkafka::{
    Offset, TopicPartitionList,
    consumer::{BaseConsumer, Consumer},
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

/// One transaction whose `EndTxn` is held back and sent again. The application sees nothing but a slow commit.
fn commit_slowly(proxy: &Proxy, producer: &BaseProducer, topic: &str) {
    let started = Instant::now();
    commit(producer, (topic, 0), ["a1", "a2"]);
    assert!(started.elapsed() >= Duration::from_secs(2), "the first request was not held");
    let [first, second] = proxy.end_txns()[..] else { panic!("not sent again once: {:?}", proxy.end_txns()) };
    assert_eq!((first, first.commit), (second, true), "the same producer and epoch say the same");
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
    commit_slowly(&proxy, &producer, "torn");

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
    let reader: BaseConsumer = config(brokers, &[("group.id", "torn")]).create().unwrap();
    let mut position = TopicPartitionList::new();
    position.add_partition_offset("torn", 0, Offset::Offset(1)).unwrap();
    producer.send_offsets_to_transaction(&position, &reader.group_metadata().unwrap(), PATIENCE).unwrap();
    producer.commit_transaction(PATIENCE).unwrap();
}

/// The remedy: whoever does not know whether an `EndTxn` is still under way begins anew, under the next epoch.
pub(crate) fn a_fresh_producer_is_safe_from_a_late_commit() {
    let (brokers, proxy) = (Shared::get().bootstrap(), Shared::get().proxy(&[HOLD]));
    create_topic(brokers, "whole", 1);
    let slow = producer(proxy.bootstrap(), "whole", CLIENT);
    commit_slowly(&proxy, &slow, "whole");
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

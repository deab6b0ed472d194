//! What the group gives to each of its members.

use crate::{client::PATIENCE, world::settings};
use record::chunk::Bound;
use std::time::{Duration, Instant};
use testbed::Shared;
use transport::{
    Event, Known, Transport as _,
    kafka::{
        Kafka, Protocol, Settings,
        admin::{Wish, apply},
    },
};

const BOUND: Bound = Bound { records: 10, bytes: 1 << 20 };

/// Whoever judges and whoever decides shall be the same number of workers: a share of raw, and of keyed, for each.
pub(crate) fn two_workers_have_half_of_each_topic() {
    for (protocol, prefix) in [(Protocol::Consumer, "halves."), (Protocol::Classic, "halves-classic.")] {
        let settings = Settings { shards: 8, protocol, ..settings(Shared::get().bootstrap(), prefix) };
        let plan = apply(&settings, &Wish { raw_partitions: Some(4), ..Wish::default() }).unwrap();
        assert!(!plan.is_refused(), "{plan:?}");
        let second = Settings { instance: "worker-2".to_owned(), ..settings.clone() };
        let mut members = [settings, second].map(|settings| Kafka::open(settings).unwrap());
        let began = Instant::now();
        while !members.iter_mut().all(has_half) {
            assert!(
                began.elapsed() < PATIENCE,
                "{protocol:?}: {:?}",
                members.map(|mut member| member.vitals().assigned)
            );
            members.iter_mut().for_each(serve);
        }
    }
}

fn has_half(member: &mut Kafka) -> bool {
    member.vitals().assigned == [("raw", 2), ("keyed", 4)]
}

fn serve(member: &mut Kafka) {
    if let Event::Assigned(shards) = member.poll(BOUND, Duration::from_millis(10)).unwrap() {
        let known: Vec<_> = shards.into_iter().map(|shard| Known { shard, next: 0, last: 0 }).collect();
        assert!(member.restore(&known).unwrap().is_empty());
    }
}

//! What librdkafka counts of its connections and partitions, from the statistics it tells the consumer.

use crate::Broker;
use rdkafka::statistics::Statistics;
use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// How often librdkafka tells; whoever is told must poll, or what is told piles up.
pub(super) const INTERVAL: Duration = Duration::from_secs(5);

/// Sums of what was told.
#[derive(Debug, Default)]
pub(super) struct Figures(Mutex<Sums>);

#[derive(Debug, Default)]
struct Sums {
    /// Timeouts and disconnects of each connection, as told last. One to the group's coordinator changes its broker.
    told: BTreeMap<String, (u64, u64)>,
    brokers: BTreeMap<i32, Broker>,
    /// Offsets behind an open transaction, by topic and partition, as told last.
    undecided: BTreeMap<(String, i32), u64>,
}

impl Figures {
    pub(super) fn note(&self, statistics: &Statistics) {
        let mut sums = self.sums();
        for (name, told) in &statistics.brokers {
            let disconnects = told.disconnects.map_or(0, |count| u64::try_from(count).unwrap_or(0));
            let last = sums.told.insert(name.clone(), (told.req_timeouts, disconnects)).unwrap_or_default();
            let broker = sums.brokers.entry(told.nodeid).or_default();
            broker.timeouts += told.req_timeouts.saturating_sub(last.0);
            broker.disconnects += disconnects.saturating_sub(last.1);
            if let Some(window) = told.rtt.as_ref().filter(|window| window.cnt > 0) {
                broker.round_trip = u64::try_from(window.avg).ok().map(Duration::from_micros);
            }
            let throttled = told.throttle.as_ref().and_then(|window| u64::try_from(window.sum).ok());
            broker.throttled += Duration::from_millis(throttled.unwrap_or(0));
        }
        sums.undecided.clear();
        for (name, topic) in &statistics.topics {
            for (partition, told) in &topic.partitions {
                // Below 0 until something was fetched.
                if told.ls_offset >= 0 && told.hi_offset > told.ls_offset {
                    let offsets = told.hi_offset.abs_diff(told.ls_offset);
                    sums.undecided.insert((name.clone(), *partition), offsets);
                }
            }
        }
    }

    /// The sums by the id of the broker; connections to addresses of the configuration have none.
    pub(super) fn brokers(&self) -> Vec<(String, Broker)> {
        let named = |id: i32| if id < 0 { "bootstrap".to_owned() } else { id.to_string() };
        self.sums().brokers.iter().map(|(id, broker)| (named(*id), *broker)).collect()
    }

    /// Offsets of a partition that nobody can read before a transaction ends.
    pub(super) fn undecided(&self, topic: &str, partition: i32) -> u64 {
        self.sums().undecided.get(&(topic.to_owned(), partition)).copied().unwrap_or(0)
    }

    fn sums(&self) -> MutexGuard<'_, Sums> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

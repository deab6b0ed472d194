//! The clients of a worker: their settings, and what they tell of themselves while they work.

use super::{
    Protocol, Settings,
    figures::{self, Figures},
    watchdog,
};
use rdkafka::{
    ClientConfig, ClientContext, TopicPartitionList,
    admin::AdminClient,
    client::DefaultClientContext,
    config::RDKafkaLogLevel,
    consumer::{BaseConsumer, Consumer, ConsumerContext, RebalanceProtocol},
    error::{KafkaError, KafkaResult},
    statistics::Statistics,
    types::{RDKafkaErrorCode, RDKafkaRespErr},
};
use record::limits::MESSAGE_BYTES_MAX;
use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

/// Most bytes of one message on any topic: a record that is handed over carries its raw bytes beside the clean ones.
pub(super) const WIRE_BYTES_MAX: usize = 2 * MESSAGE_BYTES_MAX + (64 << 10);
/// Bytes the consumer holds ahead of the worker, over all partitions.
const FETCHED_KIB_MAX: usize = 32 << 10;
/// Bytes the producer holds before they are acknowledged.
const UNSENT_KIB_MAX: usize = 64 << 10;
/// An outage of which nothing was heard for so long is over: the client tries again every 10 s.
const OUTAGE_PAUSE: Duration = Duration::from_secs(60);

/// Longest time that leaving the group takes: then the process may end, and the group misses the worker some seconds later.
const LEAVE_MAX: Duration = Duration::from_secs(10);

/// What every client of the worker says.
fn base(settings: &Settings) -> ClientConfig {
    let mut config = ClientConfig::new();
    config
        .set("bootstrap.servers", &settings.brokers)
        .set("client.id", &settings.instance)
        .set("socket.timeout.ms", settings.socket_timeout.as_millis().to_string())
        // KIP-714: no telemetry to the cluster that nobody asked for.
        .set("enable.metrics.push", "false")
        // A raw topic that grows is noticed within this time.
        .set("topic.metadata.refresh.interval.ms", "10000")
        .set("log.connection.close", "false");
    for (name, value) in &settings.client {
        config.set(name, value);
    }
    config
}

/// A consumer of committed records, whose positions the worker keeps.
fn reading(settings: &Settings, isolation: &str) -> ClientConfig {
    let mut config = base(settings);
    config
        .set("isolation.level", isolation)
        .set("enable.auto.commit", "false")
        .set("enable.auto.offset.store", "false")
        // A gap is an outcome, never a silent jump.
        .set("auto.offset.reset", "error")
        .set("check.crcs", "true")
        .set("queued.max.messages.kbytes", FETCHED_KIB_MAX.to_string())
        .set("fetch.message.max.bytes", (4 << 20).to_string())
        .set("receive.message.max.bytes", (128 << 20).to_string());
    config
}

/// The consumer of the worker's group.
pub(super) fn consumer(settings: &Settings) -> KafkaResult<BaseConsumer<Membership>> {
    member(settings).create_with_context(Membership::default())
}

fn member(settings: &Settings) -> ClientConfig {
    let mut config = reading(settings, "read_committed");
    config
        .set("group.id", &settings.group)
        // Some dozen requests per second, however slowly records come: each one names every partition.
        .set("fetch.min.bytes", (64 << 10).to_string())
        .set("fetch.wait.max.ms", "20")
        // How long nothing is asked for once enough is held: a second, by default, in which all of it may be taken.
        .set("fetch.queue.backoff.ms", "50")
        // Only here: this client is always polled.
        .set("statistics.interval.ms", figures::INTERVAL.as_millis().to_string())
        .set("max.poll.interval.ms", settings.poll_interval.as_millis().to_string());
    match settings.protocol {
        // KIP-848: the broker assigns, and knows the session's timeout. Its own first choice balances the partitions of both
        // topics as one heap, so that one worker may hold most of raw and judge nearly everything.
        Protocol::Consumer => config.set("group.protocol", "consumer").set("group.remote.assignor", "range"),
        Protocol::Classic => config
            .set("partition.assignment.strategy", "range")
            .set("session.timeout.ms", settings.session_timeout.as_millis().to_string())
            .set("heartbeat.interval.ms", heartbeat(settings.session_timeout).as_millis().to_string()),
    };
    if settings.is_static {
        config.set("group.instance.id", &settings.instance);
    }
    config
}

/// How often a member of a classic group says that it lives: three times per session at least, as Kafka advises, or one that
/// commits rarely would be missed again and again.
fn heartbeat(session: Duration) -> Duration {
    (session / 3).min(Duration::from_secs(3))
}

/// A consumer outside of the group that is told where a partition ends.
fn outside(settings: &Settings) -> ClientConfig {
    let mut config = reading(settings, "read_committed");
    config
        // The client wants a group before it lets partitions be assigned; nothing is ever committed to this one.
        .set("group.id", format!("{}.reader", settings.group))
        .set("enable.partition.eof", "true");
    config
}

/// Reads claims.
pub(super) fn reader(settings: &Settings) -> KafkaResult<BaseConsumer> {
    outside(settings).set("fetch.wait.max.ms", "20").create()
}

/// Reads single records: a broker sends little more than the batch that has one, at once, and is asked for no more.
pub(super) fn fetcher(settings: &Settings) -> KafkaResult<BaseConsumer> {
    outside(settings)
        .set("fetch.wait.max.ms", "0")
        .set("fetch.message.max.bytes", (16 << 10).to_string())
        .set("queued.min.messages", "1")
        .set("fetch.queue.backoff.ms", "1")
        .create()
}

/// A client that sees what is not committed yet: where partitions really end.
pub(super) fn surveyor<C: ConsumerContext + Default>(settings: &Settings) -> KafkaResult<BaseConsumer<C>> {
    let mut config = reading(settings, "read_uncommitted");
    config.set("group.id", format!("{}.reader", settings.group)).create_with_context(C::default())
}

/// A client that makes topics, and looks at their settings.
pub(super) fn admin(settings: &Settings) -> KafkaResult<AdminClient<DefaultClientContext>> {
    base(settings).create()
}

/// A client that asks what the group has committed and is no member of it. What a transaction holds that is still open is
/// passed over, not waited for.
pub(super) fn auditor(settings: &Settings) -> KafkaResult<BaseConsumer> {
    reading(settings, "read_uncommitted").set("group.id", &settings.group).create()
}

/// What both producers say: every message once, in order, to all replicas.
fn writing(settings: &Settings, timeout: Duration) -> ClientConfig {
    let mut config = base(settings);
    config
        .set("enable.idempotence", "true")
        .set("message.timeout.ms", timeout.as_millis().to_string())
        .set("acks", "all")
        .set("linger.ms", "5")
        .set("batch.size", (1 << 20).to_string())
        .set("compression.type", &settings.compression)
        .set("message.max.bytes", WIRE_BYTES_MAX.to_string())
        .set("queue.buffering.max.messages", "1000000")
        .set("queue.buffering.max.kbytes", UNSENT_KIB_MAX.to_string());
    config
}

/// Settings of a submitter's producer.
pub(super) fn submitter(settings: &Settings) -> ClientConfig {
    writing(settings, settings.patience)
}

/// Settings of the producer that puts rejects back: one name for all of a group, so that they shut each other out.
pub(super) fn returner(settings: &Settings) -> ClientConfig {
    let mut config = writing(settings, settings.transaction_timeout);
    config
        .set("transactional.id", format!("{}.replay", settings.group))
        .set("transaction.timeout.ms", settings.transaction_timeout.as_millis().to_string());
    config
}

/// Settings of the one transactional producer of a worker.
pub(super) fn producer(settings: &Settings) -> ClientConfig {
    let mut config = writing(settings, settings.transaction_timeout);
    let debug = config.get("debug").map_or("broker".to_owned(), |debug| format!("{debug},broker"));
    config
        // Stable, so that a worker that starts again shuts out what is left of itself.
        .set("transactional.id", format!("{}-{}", settings.group, settings.instance))
        .set("transaction.timeout.ms", settings.transaction_timeout.as_millis().to_string())
        // Connections that break are told of only so: [`Deliveries::log`].
        .set("debug", debug)
        .set_log_level(RDKafkaLogLevel::Debug);
    config
}

/// A change of the partitions that the group gave this worker.
#[derive(Debug)]
pub(super) enum Change {
    Assigned(TopicPartitionList),
    Revoked { partitions: TopicPartitionList, lost: bool },
}

/// What the group tells. A change takes effect when the worker says so, not within the client's callback: so the line
/// commits what it has in hand first, and no code of ours runs at a moment of the client's choosing.
#[derive(Debug, Default)]
pub(super) struct Membership {
    changes: Mutex<VecDeque<Change>>,
    closing: AtomicBool,
    outage: Outage,
    figures: Figures,
}

impl Membership {
    pub(super) fn next_change(&self) -> Option<Change> {
        locked(&self.changes).pop_front()
    }

    /// Whether there is one.
    pub(super) fn is_changed(&self) -> bool {
        !locked(&self.changes).is_empty()
    }

    pub(super) fn figures(&self) -> &Figures {
        &self.figures
    }

    /// From now on partitions are given up at once: the consumer is being closed.
    pub(super) fn close(&self) {
        self.closing.store(true, Ordering::Release);
    }
}

impl ClientContext for Membership {
    fn log(&self, level: RDKafkaLogLevel, fac: &str, message: &str) {
        log(level, fac, message);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        self.outage.tell("consumer", &error, reason);
    }

    fn stats(&self, statistics: Statistics) {
        self.figures.note(&statistics);
    }
}

impl ConsumerContext for Membership {
    fn rebalance(&self, consumer: &BaseConsumer<Self>, error: RDKafkaRespErr, partitions: &mut TopicPartitionList) {
        let change = match error {
            RDKafkaRespErr::RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS => Change::Assigned(partitions.clone()),
            _ => Change::Revoked { partitions: partitions.clone(), lost: consumer.assignment_lost() },
        };
        if self.closing.load(Ordering::Acquire) {
            if let Change::Revoked { partitions, .. } = &change
                && let Err(error) = leave(consumer, partitions)
            {
                tracing::warn!(%error, "partitions could not be given up");
            }
            return;
        }
        locked(&self.changes).push_back(change);
    }
}

/// Holds the consumer longer than its owner, as the last of its fields, and sees that it leaves the group.
pub(super) struct Farewell(Option<Arc<BaseConsumer<Membership>>>);

impl Farewell {
    pub(super) fn of(consumer: &Arc<BaseConsumer<Membership>>) -> Self {
        Self(Some(Arc::clone(consumer)))
    }
}

impl Drop for Farewell {
    fn drop(&mut self) {
        if !watchdog::end_within(self.0.take(), LEAVE_MAX) {
            tracing::warn!(
                "the consumer could not leave its group in time; the group will miss it when its session ends"
            );
        }
    }
}

/// Gives partitions up.
pub(super) fn leave(consumer: &BaseConsumer<Membership>, partitions: &TopicPartitionList) -> KafkaResult<()> {
    match consumer.rebalance_protocol() {
        RebalanceProtocol::Cooperative => consumer.incremental_unassign(partitions),
        _ => consumer.unassign(),
    }
}

/// Takes partitions, from the offsets they carry.
pub(super) fn join(consumer: &BaseConsumer<Membership>, partitions: &TopicPartitionList) -> KafkaResult<()> {
    match consumer.rebalance_protocol() {
        RebalanceProtocol::Cooperative => consumer.incremental_assign(partitions),
        _ => consumer.assign(partitions),
    }
}

/// While brokers cannot be reached, each attempt at each connection says so: one line of each outage is enough.
#[derive(Debug, Default)]
pub(super) struct Outage(Mutex<Vec<(RDKafkaErrorCode, Instant)>>);

impl Outage {
    /// Tells of an error of the client, unless it is one more attempt of the same outage.
    pub(super) fn tell(&self, client: &'static str, error: &KafkaError, reason: &str) {
        use RDKafkaErrorCode as Code;
        let code = error.rdkafka_error_code();
        let attempt = code.filter(|code| matches!(code, Code::AllBrokersDown | Code::BrokerTransportFailure));
        if attempt.is_none_or(|code| self.begins(code)) {
            tracing::warn!(client, %error, reason, "kafka");
        }
    }

    fn begins(&self, code: RDKafkaErrorCode) -> bool {
        let (now, mut last) = (Instant::now(), locked(&self.0));
        match last.iter_mut().find(|(known, _)| *known == code) {
            Some((_, last)) => now.duration_since(std::mem::replace(last, now)) > OUTAGE_PAUSE,
            None => {
                last.push((code, now));
                true
            }
        }
    }
}

/// A wait in whole milliseconds: the client spins through what is left below one.
pub(super) fn whole(wait: Duration) -> Duration {
    Duration::from_millis(u64::try_from(wait.as_nanos().div_ceil(1_000_000)).unwrap_or(u64::MAX))
}

/// A poisoned lock guards plain values: nothing here panics half way through a change.
pub(super) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What librdkafka says, with its own words for where.
pub(super) fn log(level: RDKafkaLogLevel, fac: &str, message: &str) {
    match level {
        RDKafkaLogLevel::Emerg | RDKafkaLogLevel::Alert | RDKafkaLogLevel::Critical | RDKafkaLogLevel::Error => {
            tracing::error!(target: "librdkafka", fac, "{message}");
        }
        RDKafkaLogLevel::Warning => tracing::warn!(target: "librdkafka", fac, "{message}"),
        RDKafkaLogLevel::Notice | RDKafkaLogLevel::Info => tracing::info!(target: "librdkafka", fac, "{message}"),
        RDKafkaLogLevel::Debug => tracing::debug!(target: "librdkafka", fac, "{message}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kafka::reserved;

    #[test]
    fn a_member_says_three_times_per_session_that_it_lives() {
        for (session, expected) in [(1_000, 333), (2_000, 666), (9_000, 3_000), (10_000, 3_000), (1_800_000, 3_000)] {
            assert_eq!(heartbeat(Duration::from_millis(session)).as_millis(), expected, "a session of {session} ms");
        }
    }

    #[test]
    fn what_a_client_must_have_nobody_can_set() {
        let plain = Settings::new("a:1", "one");
        let classic = Settings { protocol: Protocol::Classic, is_static: true, ..plain.clone() };
        let configs = |settings| {
            [member(settings), outside(settings), submitter(settings), returner(settings), producer(settings)]
        };
        let base = base(&plain);
        for config in [&plain, &classic].into_iter().flat_map(configs) {
            // What stands in `base` gives way to what the user says; what is logged is added to it.
            let all = config.config_map();
            let own = all.keys().filter(|name| base.get(name).is_none() && **name != "debug");
            let open: Vec<_> = own.filter(|name| reserved(name).is_none()).collect();
            assert!(open.is_empty(), "{open:?}");
        }
    }

    #[test]
    fn a_wait_is_rounded_up() {
        assert_eq!(whole(Duration::ZERO), Duration::ZERO);
        assert_eq!(whole(Duration::from_nanos(1)), Duration::from_millis(1));
        assert_eq!(whole(Duration::from_millis(7)), Duration::from_millis(7));
    }

    #[test]
    fn an_outage_is_told_once() {
        use RDKafkaErrorCode::{AllBrokersDown, BrokerTransportFailure};
        let outage = Outage::default();
        assert!(outage.begins(BrokerTransportFailure));
        assert!(outage.begins(AllBrokersDown), "worse");
        assert!(!outage.begins(BrokerTransportFailure) && !outage.begins(AllBrokersDown));
    }
}

//! The transactional producer: what one chunk became, committed with the positions it was read from.
//!
//! ```text
//! begin ─► send outputs and claims ─► drain ─► send offsets ─► commit ─┬─► done
//!                                                                      ├─► refused: abort; nothing happened
//!                                                                      └─► in doubt: a new producer asks the broker
//! ```
//! librdkafka re-sends an EndTxn whose answer is late, and knows no KIP-890: such a copy may end the *next* transaction
//! half way. So whenever an end took suspiciously long, or a connection broke meanwhile, the producer is replaced before
//! the next transaction: `init_transactions` raises the epoch, and the copy is refused. What then holds is what the broker
//! says was committed, never what is remembered here.

use super::{
    Error, Settings, client, convert,
    deliveries::{self, Deliveries, Tag, Undelivered},
    error::{is_denied, is_fenced, is_refusal},
    numbers::number,
    watchdog::{self, Client, watched},
};
use crate::{Claims, Topic};
use rdkafka::{
    TopicPartitionList,
    consumer::ConsumerGroupMetadata,
    error::KafkaError,
    producer::{BaseProducer, BaseRecord, Producer},
    types::RDKafkaErrorCode,
};
use record::{Key, Message};
use std::{
    fmt,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

/// How long one wait for acknowledgements lasts. The client's own waits are of no use: `flush` takes 100 ms at a time, and
/// `poll` spins through what is left below a millisecond.
const DRAIN_STEP: Duration = Duration::from_millis(1);
/// How long one attempt to abort lasts.
const ABORT_STEP: Duration = Duration::from_millis(100);
/// How long what is on its way may take before it is thrown away with its transaction.
const ABORT_DRAIN: Duration = Duration::from_secs(1);
/// The least that a call of the end gets. One that has no time to begin makes librdkafka 2.12 forget that the end of a
/// transaction is under way already; when that is answered, its state has no name for what happened, and it ends the
/// process ("BUG: Invalid transaction state transition", seen when a lone broker died and came back under load).
const CALL_MIN: Duration = Duration::from_secs(1);
/// An end that took this much less than the socket's timeout may have been sent twice.
const DOUBT_MARGIN: Duration = Duration::from_millis(500);

/// Where an output goes: partitions of each topic.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fan {
    pub(super) shards: u32,
    pub(super) clean: u32,
    pub(super) rejects: u32,
    pub(super) duplicates: u32,
}

/// What an attempt to commit came to.
#[derive(Debug)]
pub(super) enum Ended {
    /// Committed; the offset after the last claim of each shard.
    Done(Vec<(u32, u64)>),
    /// Not committed, and the transaction is closed.
    Refused,
    /// Nobody here knows. The transaction is closed by now: the broker knows.
    Doubtful(Vec<(u32, u64)>),
}

/// The producer.
pub(super) struct Outbox {
    settings: Settings,
    fan: Fan,
    producer: Client,
    /// How often the producer was replaced.
    pub(super) reinits: u64,
    /// Why, since it was asked last.
    pub(super) reasons: Vec<&'static str>,
}

impl fmt::Debug for Outbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outbox").field("fan", &self.fan).finish_non_exhaustive()
    }
}

/// Why a transaction did not go the straight way.
enum Trouble {
    /// To be aborted.
    Abort(KafkaError),
    /// To be aborted, and to come to the same the next time.
    Unwritten(Undelivered),
    /// The producer is of no use any more.
    Replace(KafkaError),
}

impl Outbox {
    pub(super) fn open(settings: &Settings, fan: Fan) -> Result<Self, Error> {
        let producer = start(settings)?;
        Ok(Self { settings: settings.clone(), fan, producer, reinits: 0, reasons: Vec::new() })
    }

    /// Commits outputs, claims and positions, or nothing.
    pub(super) fn commit(
        &mut self,
        outputs: &[(Topic, &Message)],
        claims: &dyn Claims,
        positions: &TopicPartitionList,
        group: impl Fn() -> Option<ConsumerGroupMetadata>,
    ) -> Result<Ended, Error> {
        self.hear_all();
        let began = Instant::now();
        self.producer.context().begin();
        match self.attempt(outputs, claims, positions, group) {
            Ok(()) => {
                let ends = self.producer.context().ends();
                match self.doubt(began) {
                    None => Ok(Ended::Done(ends)),
                    Some(reason) => {
                        self.replace(reason)?;
                        Ok(Ended::Doubtful(ends))
                    }
                }
            }
            Err(Trouble::Abort(error)) => {
                tracing::warn!(%error, "a transaction is given up; its records are read again");
                match self.give_up(began)? {
                    Ended::Refused if is_denied(&error) => {
                        Err(Error::Cluster { doing: "a transaction was refused", source: error })
                    }
                    ended => Ok(ended),
                }
            }
            Err(Trouble::Unwritten(failed)) => {
                let Undelivered { topic, error } = failed;
                tracing::warn!(topic, %error, "a transaction is given up: a topic does not take what is written to it");
                match self.give_up(began)? {
                    Ended::Refused if is_denied(&error) => {
                        Err(Error::Cluster { doing: "an output could not be written", source: error })
                    }
                    Ended::Refused => Err(Error::Topic { topic, what: format!("it does not take an output: {error}") }),
                    ended => Ok(ended),
                }
            }
            Err(Trouble::Replace(error)) => {
                if self.is_shut_out(&error, began) {
                    return Err(Error::Fenced { instance: self.settings.instance.clone() });
                }
                tracing::warn!(%error, "a transaction ended in doubt; the broker is asked");
                let ends = self.producer.context().ends();
                self.replace("error")?;
                Ok(Ended::Doubtful(ends))
            }
        }
    }

    fn attempt(
        &self,
        outputs: &[(Topic, &Message)],
        claims: &dyn Claims,
        positions: &TopicPartitionList,
        group: impl Fn() -> Option<ConsumerGroupMetadata>,
    ) -> Result<(), Trouble> {
        let deadline = Instant::now() + self.settings.transaction_timeout;
        watched(&self.producer, CALL_MIN, Producer::begin_transaction).map_err(trouble)?;
        for (topic, message) in outputs {
            let record = convert::write(self.settings.topics.of(*topic), self.partition(*topic, message), message);
            self.send(record, deadline)?;
        }
        self.send_claims(claims, deadline)?;
        // Of a transaction that has failed, the client throws away what it had not sent. Why it failed, the next call is told.
        let thrown_away = match self.drain(deadline) {
            Err(Trouble::Abort(error)) if is_thrown_away(&error) => Some(error),
            drained => drained.map(|()| None)?,
        };
        // Taken now: a generation that was cached is refused after a rebalance.
        let group = Arc::new(group().ok_or(Trouble::Abort(KafkaError::Canceled))?);
        self.ending(deadline, |left| {
            let (positions, group) = (positions.clone(), Arc::clone(&group));
            watched(&self.producer, left, move |client| client.send_offsets_to_transaction(&positions, &group, left))
        })?;
        if let Some(error) = thrown_away {
            return Err(Trouble::Abort(error));
        }
        self.ending(deadline, |left| watched(&self.producer, left, move |client| client.commit_transaction(left)))
    }

    fn send_claims(&self, claims: &dyn Claims, deadline: Instant) -> Result<(), Trouble> {
        let mut result = Ok(());
        claims.each(&mut |shard, claim| {
            if result.is_ok() {
                let record = convert::write(&self.settings.topics.claims, number(shard), claim);
                result = self.send(record.delivery_opaque(deliveries::claim_tag(shard)), deadline);
            }
        });
        result
    }

    /// Hands a message to the client; waits while its queue is full.
    fn send(&self, record: BaseRecord<'_, [u8], [u8], Tag>, deadline: Instant) -> Result<(), Trouble> {
        let mut record = record;
        loop {
            match self.producer.send(record) {
                Ok(()) => return Ok(()),
                Err((error, back)) if error.rdkafka_error_code() == Some(RDKafkaErrorCode::QueueFull) => {
                    if Instant::now() >= deadline {
                        return Err(Trouble::Abort(error));
                    }
                    record = back;
                    self.hear_one();
                }
                Err((error, _)) => return Err(Trouble::Abort(error)),
            }
        }
    }

    /// Hears of one batch on its way, or waits a moment for one.
    fn hear_one(&self) {
        let before = self.producer.in_flight_count();
        self.producer.poll(Duration::ZERO);
        if self.producer.in_flight_count() >= before {
            thread::sleep(DRAIN_STEP);
        }
    }

    /// Waits until everything is acknowledged.
    fn drain(&self, deadline: Instant) -> Result<(), Trouble> {
        self.hear(deadline);
        if self.producer.in_flight_count() > 0 {
            return Err(Trouble::Abort(KafkaError::Flush(RDKafkaErrorCode::OperationTimedOut)));
        }
        match self.producer.context().take_failure() {
            None => Ok(()),
            Some(failed) if failed.is_lasting() => Err(Trouble::Unwritten(failed)),
            Some(failed) => Err(Trouble::Abort(failed.error)),
        }
    }

    /// Hears what became of the messages on their way, until there are none.
    fn hear(&self, deadline: Instant) {
        while self.producer.in_flight_count() > 0 && Instant::now() < deadline {
            self.hear_one();
        }
    }

    /// Hears all that the client has to tell until now: connections that broke, too, come by this queue. A poll takes one
    /// thing from it; a client's wish for a token makes no sound, hence two polls in vain.
    pub(super) fn hear_all(&self) {
        let mut in_vain = 0;
        while in_vain < 2 {
            let heard = self.producer.context().heard();
            self.producer.poll(Duration::ZERO);
            in_vain = if self.producer.context().heard() == heard { in_vain + 1 } else { 0 };
        }
    }

    /// Repeats a step of the end while the client says it may be repeated.
    fn ending(&self, deadline: Instant, step: impl Fn(Duration) -> Result<(), KafkaError>) -> Result<(), Trouble> {
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match step(left.max(CALL_MIN)) {
                Ok(()) => return Ok(()),
                Err(KafkaError::Transaction(error)) if error.is_retriable() && Instant::now() < deadline => {
                    tracing::debug!(%error, "once more");
                }
                Err(error) => return Err(trouble(error)),
            }
        }
    }

    /// Why the end of a transaction may be under way twice.
    fn doubt(&self, began: Instant) -> Option<&'static str> {
        if began.elapsed() + DOUBT_MARGIN >= self.settings.socket_timeout {
            return Some("slow");
        }
        self.hear_all();
        self.producer.context().is_doubtful().then_some("disconnect")
    }

    /// Ends a transaction that must not be committed.
    fn give_up(&mut self, began: Instant) -> Result<Ended, Error> {
        let Some(reason) = self.doubt(began) else {
            self.abort(began)?;
            return Ok(Ended::Refused);
        };
        // The end may be under way already; the new producer ends the transaction whichever way it goes.
        let ends = self.producer.context().ends();
        self.replace(reason)?;
        Ok(Ended::Doubtful(ends))
    }

    /// Aborts the transaction that was begun at `opened`.
    fn abort(&mut self, opened: Instant) -> Result<(), Error> {
        let began = Instant::now();
        let deadline = began + self.settings.transaction_timeout;
        // What is thrown out of the client's queue half way leaves a hole in the numbers of the next transaction, which is
        // then given up, too.
        self.hear(began + ABORT_DRAIN);
        // In steps: what is still on its way is told as failed, and the client waits until that was heard.
        let result = loop {
            let result = watched(&self.producer, ABORT_STEP, |client| client.abort_transaction(ABORT_STEP));
            self.hear(Instant::now() + ABORT_STEP);
            match result {
                Err(KafkaError::Transaction(error)) if error.is_retriable() && Instant::now() < deadline => {}
                result => break result,
            }
        };
        match result {
            Err(error) if self.is_shut_out(&error, opened) => {
                Err(Error::Fenced { instance: self.settings.instance.clone() })
            }
            Err(error) => {
                tracing::warn!(%error, "a transaction could not be given up; the producer is replaced");
                self.replace("error")
            }
            // An abort is an EndTxn too.
            Ok(()) => self.doubt(began).map_or(Ok(()), |reason| self.replace(reason)),
        }
    }

    /// Whether another worker took over this one's name. The broker says the same of a transaction that it has aborted because it
    /// was open for longer than it may, as after a machine stood still: then this worker is alone, and goes on with a new producer.
    ///
    /// Whoever is shut out ends with 75, and not with a code after which nobody starts it: a request of its own to begin, sent to a
    /// broker that stood still and repeated by the next producer, may come late and shut out its successor in the same way.
    fn is_shut_out(&self, error: &KafkaError, began: Instant) -> bool {
        is_fenced(error) && began.elapsed() < self.settings.transaction_timeout
    }

    /// A new producer of the same name: the broker ends whatever the old one left open, and refuses what comes late.
    fn replace(&mut self, reason: &'static str) -> Result<(), Error> {
        let fresh = start(&self.settings)?;
        watchdog::end(std::mem::replace(&mut self.producer, fresh));
        self.reinits += 1;
        self.reasons.push(reason);
        tracing::warn!(reason, "the producer was replaced");
        Ok(())
    }

    fn partition(&self, topic: Topic, message: &Message) -> i32 {
        let by_key = |partitions: u32| {
            let key = std::str::from_utf8(&message.key).ok().and_then(Key::parse);
            key.map_or_else(|| crc32c::crc32c(&message.key) % partitions, |key| key.shard(partitions))
        };
        number(match topic {
            Topic::Keyed => by_key(self.fan.shards),
            Topic::Clean => by_key(self.fan.clean),
            Topic::Duplicates => by_key(self.fan.duplicates),
            Topic::Raw | Topic::Rejects | Topic::Tables => by_key(self.fan.rejects),
        })
    }
}

fn start(settings: &Settings) -> Result<Client, Error> {
    let began = Instant::now();
    let limit = settings.patience;
    loop {
        let producer: BaseProducer<Deliveries> =
            client::producer(settings).create_with_context(Deliveries::default()).map_err(Error::settings)?;
        let producer = Arc::new(producer);
        // Hands a token to a client that wants one (OAUTHBEARER); what follows does not.
        producer.poll(Duration::ZERO);
        let time = settings.transaction_timeout;
        match watched(&producer, time, move |client| client.init_transactions(time)) {
            Ok(()) => return Ok(producer),
            Err(error) if is_refusal(&error) || began.elapsed() >= limit => {
                return Err(Error::Cluster { doing: "the transactional producer could not be started", source: error });
            }
            Err(error) => tracing::warn!(%error, "the transactional producer cannot be started yet"),
        }
        watchdog::end(producer);
        thread::sleep(Duration::from_millis(200));
    }
}

fn trouble(error: KafkaError) -> Trouble {
    match &error {
        KafkaError::Transaction(inner) if inner.txn_requires_abort() && !inner.is_fatal() => Trouble::Abort(error),
        _ => Trouble::Replace(error),
    }
}

/// Whether a message was not sent, or not waited for, because its transaction has failed.
fn is_thrown_away(error: &KafkaError) -> bool {
    use RDKafkaErrorCode::{PurgeInflight, PurgeQueue};
    matches!(error.rdkafka_error_code(), Some(PurgeInflight | PurgeQueue))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Committed;
    use rdkafka::{
        Offset,
        consumer::{BaseConsumer, Consumer},
        mocking::{MockCluster, MockCoordinator},
        producer::DefaultProducerContext,
        types::{RDKafkaApiKey, RDKafkaRespErr},
    };
    use std::sync::mpsc;

    /// Nothing is claimed.
    #[derive(Debug)]
    struct NoClaims;

    impl Claims for NoClaims {
        fn write(&mut self, _: &mut store::Txn<'_>, _: &store::Writer) {}
        fn each(&self, _: &mut dyn FnMut(u32, &Message)) {}
        fn committed(&mut self, _: Committed<'_>) -> Result<(), store::Error> {
            Ok(())
        }
        fn abandon(&mut self) {}
    }

    const FAN: Fan = Fan { shards: 1, clean: 1, rejects: 1, duplicates: 1 };

    /// Brokers that are none, and a worker's clients of them.
    struct Mock {
        cluster: MockCluster<'static, DefaultProducerContext>,
        settings: Settings,
        consumer: BaseConsumer,
        positions: TopicPartitionList,
    }

    impl Mock {
        fn of(brokers: i32) -> Self {
            let cluster = MockCluster::new(brokers).unwrap();
            ["clean", "raw"].iter().for_each(|topic| cluster.create_topic(topic, 1, 1).unwrap());
            let mut settings = Settings::new(&cluster.bootstrap_servers(), "one");
            settings.topics.clean = "clean".to_owned();
            (settings.transaction_timeout, settings.socket_timeout) = (Duration::from_secs(2), Duration::from_secs(2));
            let consumer = client::auditor(&settings).unwrap();
            let mut positions = TopicPartitionList::new();
            positions.add_partition_offset("raw", 0, Offset::Offset(1)).unwrap();
            Self { cluster, settings, consumer, positions }
        }
    }

    /// What a broker says to a producer that is not the last of its name, and to one whose transaction it aborted.
    #[test]
    fn a_transaction_that_outlived_its_time_stops_nobody_and_another_worker_does() {
        let Mock { cluster, settings, consumer, positions } = Mock::of(1);
        let mut outbox = Outbox::open(&settings, FAN).unwrap();
        let message = Message::default();
        let mut commit = |pause| {
            cluster.request_errors(
                RDKafkaApiKey::AddOffsetsToTxn,
                &[RDKafkaRespErr::RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH],
            );
            outbox.commit(&[(Topic::Clean, &message)], &NoClaims, &positions, || {
                thread::sleep(pause);
                consumer.group_metadata()
            })
        };
        assert!(matches!(commit(Duration::from_secs(3)), Ok(Ended::Doubtful(_))));
        assert!(matches!(commit(Duration::ZERO), Err(Error::Fenced { instance }) if instance == "one"));
    }

    /// The broker that the group's positions are with is gone, and nobody says who has them now. The client would wait for it
    /// without end.
    #[test]
    fn a_coordinator_that_is_gone_is_not_waited_for() {
        let Mock { cluster, settings, consumer, positions } = Mock::of(3);
        ["clean", "raw"].iter().for_each(|topic| cluster.partition_leader(topic, 0, Some(1)).unwrap());
        let id = format!("{}-{}", settings.group, settings.instance);
        cluster.coordinator(MockCoordinator::Transaction(id), 1).unwrap();
        cluster.coordinator(MockCoordinator::Group(settings.group.clone()), 3).unwrap();
        let mut outbox = Outbox::open(&settings, FAN).unwrap();
        let (told, ended) = mpsc::sync_channel(1);
        let (go, next) = mpsc::sync_channel(1);
        thread::spawn(move || {
            for () in next {
                let message = Message::default();
                let outputs = [(Topic::Clean, &message)];
                told.send(outbox.commit(&outputs, &NoClaims, &positions, || consumer.group_metadata())).unwrap();
            }
        });
        let commit = || {
            go.send(()).unwrap();
            ended.recv_timeout(Duration::from_secs(60)).expect("it came back").unwrap()
        };
        assert!(matches!(commit(), Ended::Done(_)), "nothing disturbs the first");
        cluster.broker_down(3).unwrap();
        assert!(matches!(commit(), Ended::Doubtful(_)), "the second has nobody to give its positions to");
    }
}

//! What the transactional producer tells of what it was given, and of its connections.

use super::{
    client::{self, Outage, locked},
    error::is_denied,
};
use rdkafka::{
    ClientContext,
    config::RDKafkaLogLevel,
    error::KafkaError,
    message::{DeliveryResult, Message as _},
    producer::ProducerContext,
    types::RDKafkaErrorCode,
};
use std::{
    collections::BTreeMap,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

/// A message that could not be delivered.
#[derive(Clone, Debug)]
pub(super) struct Undelivered {
    pub(super) topic: String,
    pub(super) error: KafkaError,
}

impl Undelivered {
    /// Whether the topic would not take it another time either: the right is missing, or what the topic allows was changed.
    pub(super) fn is_lasting(&self) -> bool {
        use RDKafkaErrorCode as Code;
        let unfit = [Code::MessageSizeTooLarge, Code::InvalidTimestamp, Code::InvalidRecord, Code::PolicyViolation];
        is_denied(&self.error) || self.error.rdkafka_error_code().is_some_and(|code| unfit.contains(&code))
    }
}

/// What the producer tells while a transaction is open.
#[derive(Debug, Default)]
pub(super) struct Deliveries {
    outage: Outage,
    /// The first message that could not be delivered.
    failed: Mutex<Option<Undelivered>>,
    /// The offset after the last claim of each shard; none where the place of some claim is not known.
    ends: Mutex<BTreeMap<u32, Option<u64>>>,
    /// A request timed out or a connection broke: the end of a transaction may be under way twice.
    doubt: AtomicBool,
    /// How often the client told something.
    heard: AtomicU64,
}

impl Deliveries {
    /// A transaction begins.
    pub(super) fn begin(&self) {
        *locked(&self.failed) = None;
        locked(&self.ends).clear();
        self.doubt.store(false, Ordering::Release);
    }

    pub(super) fn take_failure(&self) -> Option<Undelivered> {
        locked(&self.failed).take()
    }

    pub(super) fn ends(&self) -> Vec<(u32, u64)> {
        locked(&self.ends).iter().filter_map(|(shard, end)| Some((*shard, (*end)?))).collect()
    }

    pub(super) fn is_doubtful(&self) -> bool {
        self.doubt.load(Ordering::Acquire)
    }

    /// How often the client told something.
    pub(super) fn heard(&self) -> u64 {
        self.heard.load(Ordering::Acquire)
    }

    /// A claim was written. The broker does not say where when it had it already.
    fn note_claim(&self, shard: u32, offset: Option<u64>) {
        let end = offset.map(|offset| offset + 1);
        let mut ends = locked(&self.ends);
        ends.entry(shard).and_modify(|known| *known = known.zip(end).map(|(one, other)| one.max(other))).or_insert(end);
    }

    fn hear(&self) {
        self.heard.fetch_add(1, Ordering::AcqRel);
    }
}

/// What a message is, for whoever hears of its delivery: 0, or 1 + the shard of a claim.
pub(super) type Tag = usize;

pub(super) fn claim_tag(shard: u32) -> Tag {
    usize::try_from(shard).map_or(0, |shard| shard + 1)
}

impl ClientContext for Deliveries {
    /// Hears of requests that timed out, and of connections that broke while requests could be under way. Of the latter the
    /// client, which sends those requests again by itself, tells nothing else; and its log, other than its debug log, is
    /// silent about a second one within 30 s. Connections that it closes itself, or cannot make, are no reason for doubt.
    fn log(&self, level: RDKafkaLogLevel, fac: &str, message: &str) {
        self.hear();
        let was_up = ["in state UP", "in state REAUTH"].iter().any(|state| message.contains(state));
        let broke = fac == "FAIL" && was_up && message.contains("(_TRANSPORT)");
        if broke || fac.contains("REQTMOUT") {
            self.doubt.store(true, Ordering::Release);
        }
        client::log(level, fac, message);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        self.hear();
        self.doubt.store(true, Ordering::Release);
        self.outage.tell("producer", &error, reason);
    }
}

impl ProducerContext for Deliveries {
    type DeliveryOpaque = Tag;

    fn delivery(&self, result: &DeliveryResult<'_>, tag: Tag) {
        self.hear();
        match result {
            Ok(message) => {
                let shard = tag.checked_sub(1).and_then(|shard| u32::try_from(shard).ok());
                if let Some(shard) = shard {
                    self.note_claim(shard, u64::try_from(message.offset()).ok());
                }
            }
            Err((error, message)) => {
                let failed = || Undelivered { topic: message.topic().to_owned(), error: error.clone() };
                locked(&self.failed).get_or_insert_with(failed);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_is_known_where_all_before_it_is() {
        let deliveries = Deliveries::default();
        let claims = [(1, Some(7)), (2, None), (1, Some(9)), (2, Some(4)), (3, Some(5)), (1, Some(8)), (3, None)];
        claims.into_iter().for_each(|(shard, offset)| deliveries.note_claim(shard, offset));
        assert_eq!(deliveries.ends(), [(1, 10)]);
    }
}

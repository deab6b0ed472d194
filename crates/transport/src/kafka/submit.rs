//! The submitters' end of raw: an idempotent producer.

use super::{Error, Settings, client, convert, deliveries::Tag, numbers::number, reach::reach};
use crate::{Error as TransportError, local};
use rdkafka::{
    ClientConfig, ClientContext,
    config::RDKafkaLogLevel,
    error::KafkaError,
    message::DeliveryResult,
    producer::{BaseProducer, Producer, ProducerContext},
    types::RDKafkaErrorCode,
};
use record::Message;
use std::{
    fmt,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

/// How long one wait for acknowledgements lasts.
const STEP: Duration = Duration::from_millis(5);

/// Submits records to the raw topic. At most 64 MiB wait to be acknowledged; a record that is not within
/// [`Settings::patience`] has failed.
///
/// The same bytes always go to the same partition: the one that the CRC-32C of the message's key names, or of its value
/// when it has no key.
pub struct Submitter {
    producer: BaseProducer<Receipts>,
    topic: String,
    partitions: u32,
    /// Handed to the client, acknowledged or not.
    sent: u64,
}

impl fmt::Debug for Submitter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Submitter").field("topic", &self.topic).field("sent", &self.sent).finish_non_exhaustive()
    }
}

impl Submitter {
    /// Connects.
    ///
    /// # Errors
    /// When the cluster does not answer, or there is no raw topic.
    pub fn open(settings: &Settings) -> Result<Self, Error> {
        Self::with(settings, &client::submitter(settings))
    }

    pub(super) fn with(settings: &Settings, config: &ClientConfig) -> Result<Self, Error> {
        let topic = settings.topics.raw.clone();
        let partitions = super::patiently(|| super::partitions(&reach(settings)?.1, &topic))?;
        let producer: BaseProducer<_> = config.create_with_context(Receipts::default()).map_err(Error::settings)?;
        // Hands a token to a client that wants one (OAUTHBEARER); what begins a transaction does not.
        producer.poll(Duration::ZERO);
        Ok(Self { producer, topic, partitions, sent: 0 })
    }

    /// Hands messages over, waiting while the queue is full; false when `stop` was raised before the last of them. Messages
    /// that came before one that is too large are handed over.
    ///
    /// # Errors
    /// [`TransportError::TooLarge`]; when a record could not be delivered, also one of an earlier call.
    pub fn submit(&mut self, messages: &[Message], stop: &AtomicBool) -> Result<bool, TransportError> {
        for message in messages {
            local::check(message)?;
            if !self.send(message, stop)? {
                return Ok(false);
            }
        }
        self.producer.poll(Duration::ZERO);
        self.producer.context().failure()?;
        Ok(true)
    }

    fn send(&mut self, message: &Message, stop: &AtomicBool) -> Result<bool, Error> {
        let hashed = if message.key.is_empty() { &message.value } else { &message.key };
        let partition = crc32c::crc32c(hashed) % self.partitions;
        let mut record = convert::write(&self.topic, number(partition), message);
        loop {
            match self.producer.send(record) {
                Ok(()) => {
                    self.sent += 1;
                    return Ok(true);
                }
                Err((error, back)) if error.rdkafka_error_code() == Some(RDKafkaErrorCode::QueueFull) => {
                    self.producer.context().failure()?;
                    if stop.load(Ordering::Relaxed) {
                        return Ok(false);
                    }
                    record = back;
                    self.producer.poll(STEP);
                }
                Err((error, _)) => return Err(Error::cluster(DOING)(error)),
            }
        }
    }

    /// Waits until everything that was handed over is acknowledged or has failed, at most [`Settings::patience`].
    ///
    /// # Errors
    /// When a record could not be delivered.
    pub fn finish(&self) -> Result<(), Error> {
        while self.producer.in_flight_count() > 0 {
            self.producer.poll(STEP);
        }
        self.producer.context().failure()
    }

    pub(super) fn producer(&self) -> &impl Producer<Receipts> {
        &self.producer
    }

    /// Records that are on the topic for certain.
    #[must_use]
    pub fn acknowledged(&self) -> u64 {
        self.producer.context().acknowledged.load(Ordering::Relaxed)
    }

    /// Records that may be there or not: handed over, and not acknowledged.
    #[must_use]
    pub fn in_doubt(&self) -> u64 {
        self.sent - self.acknowledged()
    }
}

const DOING: &str = "records could not be submitted";

/// What became of the records.
#[derive(Debug, Default)]
pub(super) struct Receipts {
    outage: client::Outage,
    acknowledged: AtomicU64,
    /// The first failure.
    failed: Mutex<Option<KafkaError>>,
}

impl Receipts {
    fn failure(&self) -> Result<(), Error> {
        let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner).clone();
        failed.map_or(Ok(()), |error| Err(Error::cluster(DOING)(error)))
    }
}

impl ClientContext for Receipts {
    fn log(&self, level: RDKafkaLogLevel, fac: &str, message: &str) {
        client::log(level, fac, message);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        self.outage.tell("submitter", &error, reason);
    }
}

impl ProducerContext for Receipts {
    type DeliveryOpaque = Tag;

    fn delivery(&self, result: &DeliveryResult<'_>, _: Tag) {
        match result {
            Ok(_) => {
                self.acknowledged.fetch_add(1, Ordering::Relaxed);
            }
            Err((error, _)) => {
                self.failed.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_with(|| error.clone());
            }
        }
    }
}

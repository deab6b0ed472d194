use crate::common::{Random, slip};
use rdkafka::{
    ClientConfig, ClientContext,
    message::{DeliveryResult, Header, Message as _, OwnedHeaders},
    producer::{BaseRecord, NoCustomPartitioner, Producer, ProducerContext, ThreadedProducer},
};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

/// A raw partition and an offset.
pub(crate) type Place = (i32, i64);

/// What is to become of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Truth {
    Reject,
    /// Well formed: the number that is its key, and which of the contents under that key.
    Keyed {
        key: u64,
        content: u8,
    },
}

/// Every record that the broker has acknowledged.
pub(crate) type Sent = Arc<Mutex<BTreeMap<Place, Truth>>>;

/// Sends records of known outcome, to any partition and with any key. They have the time of now: a broker that starts again
/// forgets producers whose last record is older than a day, and would then take twice what is sent again.
pub(crate) struct Feed {
    producer: ThreadedProducer<Acknowledged, NoCustomPartitioner>,
    topic: String,
    random: Random,
    number: u64,
    pub(crate) partitions: u64,
}

impl Feed {
    pub(crate) fn new(brokers: &str, topic: &str, seed: u64, sent: &Sent) -> Self {
        let producer = ClientConfig::new()
            .set("bootstrap.servers", brokers)
            .set("enable.idempotence", "true")
            // A broker that starts again knows of each producer's last batch only where it stands: of an earlier one that is
            // sent twice it could not tell.
            .set("max.in.flight", "1")
            .set("enable.metrics.push", "false")
            .set("linger.ms", "5")
            .set("reconnect.backoff.max.ms", "500")
            .set("topic.metadata.refresh.interval.ms", "500")
            .create_with_context(Acknowledged { sent: Arc::clone(sent) })
            .unwrap();
        Self { producer, topic: topic.to_owned(), random: Random(seed), number: 0, partitions: 3 }
    }

    /// Sends one record: new, wrong, or with the key of an earlier one and the same or another content.
    pub(crate) fn send(&mut self) {
        let known = self.random.below(self.number.max(1));
        let (truth, value) = match self.random.below(20) {
            0 => (Truth::Reject, r#"{"no":"1","amount":"wrong"}"#.to_owned()),
            1 => (Truth::Reject, "{\"no\":\"broken".to_owned()),
            2..=7 => keyed(known, 1),
            8 => keyed(known, 2),
            _ => keyed(self.number, 1),
        };
        let message = slip(&value);
        let mut headers = OwnedHeaders::new();
        for (key, value) in message.headers.iter() {
            headers = headers.insert(Header { key, value: Some(value) });
        }
        let partition = i32::try_from(self.random.below(self.partitions)).unwrap();
        let key = format!("batch-{}", self.random.below(9));
        let with_key = self.random.below(2) == 0;
        let mut record = BaseRecord::with_opaque_to(&self.topic, Box::new(truth))
            .partition(partition)
            .headers(headers)
            .payload(&message.value);
        if with_key {
            record = record.key(key.as_bytes());
        }
        // Refused while the client does not know a new partition, or has no room.
        while let Err((_, back)) = self.producer.send(record) {
            record = back;
            thread::sleep(Duration::from_millis(20));
        }
        self.number += 1;
    }

    /// Waits until everything is acknowledged.
    pub(crate) fn flush(&self) {
        self.producer.flush(Duration::from_secs(60)).unwrap();
    }
}

/// A well-formed record.
pub(crate) fn keyed(key: u64, content: u8) -> (Truth, String) {
    (Truth::Keyed { key, content }, format!(r#"{{"no":"N{key}","amount":"{content}.00"}}"#))
}

/// Notes where each record stands.
pub(crate) struct Acknowledged {
    sent: Sent,
}

impl ClientContext for Acknowledged {}

impl ProducerContext for Acknowledged {
    type DeliveryOpaque = Box<Truth>;

    fn delivery(&self, result: &DeliveryResult<'_>, truth: Box<Truth>) {
        let message = result.as_ref().map_err(|(error, _)| error.clone()).unwrap();
        let place = (message.partition(), message.offset());
        assert!(place.1 >= 0, "a record was acknowledged without its place");
        let mut sent = self.sent.lock().unwrap();
        sent.insert(place, *truth);
    }
}

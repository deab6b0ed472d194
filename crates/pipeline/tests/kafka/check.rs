use crate::feed::{Place, Truth};
use rdkafka::{
    Message as _, Offset, TopicPartitionList,
    consumer::{BaseConsumer, Consumer},
    error::KafkaError,
    message::Headers as _,
};
use record::header;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};
use transport::{
    Topic,
    kafka::{Settings, Topics},
};

/// Partitions of each output topic, and of raw at first.
pub(crate) const OUT_PARTITIONS: u32 = 3;

/// One output.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    topic: Topic,
    /// The raw record that it names.
    origin: Place,
    /// Whether it says that another record has the key.
    is_conflict: bool,
}

/// Everything a reader of committed records sees, from before the first of them on.
pub(crate) struct Reader {
    seen: Arc<Mutex<Vec<Seen>>>,
    done: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Reader {
    pub(crate) fn start(settings: &Settings) -> Self {
        let (seen, done) = (Arc::default(), Arc::default());
        let (consumer, topics) = (consumer(settings), settings.topics.clone());
        let thread = {
            let (seen, done) = (Arc::clone(&seen), Arc::clone(&done));
            thread::spawn(move || follow(&consumer, &topics, &seen, &done))
        };
        Self { seen, done, thread: Some(thread) }
    }

    pub(crate) fn count(&self) -> usize {
        self.seen.lock().unwrap().len()
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.done.store(true, Ordering::Relaxed);
        let ended = self.thread.take().unwrap().join();
        assert!(ended.is_ok() || thread::panicking(), "the reader failed");
    }
}

/// A consumer of everything that was put out, from the beginning.
fn consumer(settings: &Settings) -> BaseConsumer {
    let consumer: BaseConsumer = rdkafka::ClientConfig::new()
        .set("bootstrap.servers", &settings.brokers)
        .set("group.id", "outside")
        .set("isolation.level", "read_committed")
        .set("enable.auto.commit", "false")
        .set("enable.partition.eof", "true")
        .set("enable.metrics.push", "false")
        .set("reconnect.backoff.max.ms", "500")
        .set("fetch.wait.max.ms", "50")
        .create()
        .unwrap();
    let mut from = TopicPartitionList::new();
    for name in [&settings.topics.clean, &settings.topics.rejects, &settings.topics.duplicates] {
        for partition in 0..i32::try_from(OUT_PARTITIONS).unwrap() {
            from.add_partition_offset(name, partition, Offset::Beginning).unwrap();
        }
    }
    consumer.assign(&from).unwrap();
    consumer
}

/// How many outputs there are, while nobody works.
pub(crate) fn count(settings: &Settings) -> usize {
    let consumer = consumer(settings);
    let (mut count, mut ends) = (0, 0);
    while ends < 3 * OUT_PARTITIONS {
        match consumer.poll(Duration::from_secs(60)).expect("the outputs can be read") {
            Ok(_) => count += 1,
            Err(KafkaError::PartitionEOF(_)) => ends += 1,
            // The broker was away a moment ago.
            Err(_) => {}
        }
    }
    count
}

fn follow(consumer: &BaseConsumer, topics: &Topics, seen: &Mutex<Vec<Seen>>, done: &AtomicBool) {
    while !done.load(Ordering::Relaxed) {
        // A broker that is away comes back.
        let Some(Ok(message)) = consumer.poll(Duration::from_millis(50)) else { continue };
        let headers = message.headers().unwrap();
        let origin = headers.iter().find(|found| found.key == header::ORIGIN).unwrap().value.unwrap();
        let origin = std::str::from_utf8(origin).unwrap().strip_prefix(topics.raw.as_str()).unwrap();
        let (partition, offset) = origin.trim_start_matches('/').split_once('/').unwrap();
        let topic = match message.topic() {
            topic if topic == topics.clean => Topic::Clean,
            topic if topic == topics.rejects => Topic::Rejects,
            _ => Topic::Duplicates,
        };
        let is_conflict = message.payload().unwrap().windows(12).any(|bytes| bytes == b"DUP.CONFLICT");
        let origin = (partition.parse().unwrap(), offset.parse().unwrap());
        seen.lock().unwrap().push(Seen { topic, origin, is_conflict });
    }
}

/// What the outputs make of the records. All but `sent`, `across` and `keys` must be 0.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Report {
    /// Raw records that the broker acknowledged.
    pub(crate) sent: usize,
    /// Keys with records on more than one raw partition.
    pub(crate) across: usize,
    /// Keys.
    pub(crate) keys: usize,
    /// Raw records without an output.
    pub(crate) lost: usize,
    /// Raw records with more than one.
    pub(crate) doubled: usize,
    /// Outputs of no raw record.
    pub(crate) phantom: usize,
    /// Wrong records taken for good ones, or the other way round; or the wrong kind of duplicate.
    pub(crate) wrong: usize,
    /// Clean records beyond the first of their key.
    pub(crate) missed: usize,
    /// Keys of which no record is clean.
    pub(crate) unjust: usize,
}

impl Report {
    pub(crate) fn of(sent: &BTreeMap<Place, Truth>, seen: &[Seen]) -> Self {
        let mut outputs: BTreeMap<Place, Vec<&Seen>> = BTreeMap::new();
        seen.iter().for_each(|seen| outputs.entry(seen.origin).or_default().push(seen));
        let mut report = Self { sent: sent.len(), ..Self::default() };
        report.phantom = outputs.keys().filter(|place| !sent.contains_key(place)).count();
        let mut keys: BTreeMap<u64, Vec<(Place, u8, &Seen)>> = BTreeMap::new();
        for (place, truth) in sent {
            let outputs = outputs.get(place).map_or(&[][..], Vec::as_slice);
            report.lost += usize::from(outputs.is_empty());
            report.doubled += usize::from(outputs.len() > 1);
            let Some(output) = outputs.first() else { continue };
            match *truth {
                Truth::Reject => report.wrong += usize::from(output.topic != Topic::Rejects || output.is_conflict),
                Truth::Keyed { key, content } => keys.entry(key).or_default().push((*place, content, output)),
            }
        }
        report.keys = keys.len();
        keys.values().for_each(|records| report.add_key(records));
        report
    }

    /// Exactly one record of a key is clean, whichever came first; the others are duplicates of it or conflicts with it.
    fn add_key(&mut self, records: &[(Place, u8, &Seen)]) {
        let partitions: BTreeSet<_> = records.iter().map(|(place, ..)| place.0).collect();
        self.across += usize::from(partitions.len() > 1);
        let mut clean = records.iter().filter(|(.., seen)| seen.topic == Topic::Clean);
        let Some((_, first, _)) = clean.next() else {
            self.unjust += 1;
            return;
        };
        self.missed += clean.count();
        for (_, content, seen) in records.iter().filter(|(.., seen)| seen.topic != Topic::Clean) {
            let right = if content == first {
                seen.topic == Topic::Duplicates
            } else {
                seen.topic == Topic::Rejects && seen.is_conflict
            };
            self.wrong += usize::from(!right);
        }
    }

    #[track_caller]
    pub(crate) fn assert_exact(&self) {
        let expected = Self { sent: self.sent, across: self.across, keys: self.keys, ..Self::default() };
        assert_eq!(*self, expected);
        assert!(self.across > 0, "no duplicate crossed partitions: nothing is proven");
    }
}

use crate::program::{Place, faircopy, stderr};
use futures_executor::block_on;
use rdkafka::{
    ClientConfig, Offset, TopicPartitionList,
    admin::{AdminClient, AdminOptions, NewTopic, TopicReplication},
    client::DefaultClientContext,
    consumer::{BaseConsumer, CommitMode, Consumer},
    error::KafkaError,
    message::{Header, Headers as _, OwnedHeaders},
    producer::{BaseProducer, BaseRecord, Producer as _},
};
use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};
use testbed::Shared;

/// Longer than anything here takes on a loaded machine; reached only when something is broken.
const PATIENCE: Duration = Duration::from_secs(60);
const SHARDS: i32 = 4;
pub(crate) const RAW_PARTITIONS: i32 = 3;

/// Topics of one test's own, and a directory with the configuration `f.toml`.
pub(crate) struct World {
    pub(crate) place: Place,
    prefix: String,
}

/// A message: where it stands, its headers and its value.
pub(crate) struct Seen {
    pub(crate) at: (i32, i64),
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) value: Vec<u8>,
}

impl World {
    pub(crate) fn new(prefix: &str) -> Self {
        let world = Self { place: Place::new(), prefix: prefix.to_owned() };
        let config = format!(
            "[store]\ndir = \"data\"\n[ops]\nlisten = \"127.0.0.1:0\"\n[judge]\nchunk_records = 100\n[dedupe]\n\
             shards = {SHARDS}\n[kafka]\nbrokers = \"{}\"\ninstance = \"w\"\ngroup = \"{prefix}group\"\n\
             topic_prefix = \"{prefix}\"\nstatic_member = false\n",
            Shared::get().bootstrap()
        );
        world.place.write("f.toml", config);
        world
    }

    pub(crate) fn create_topics(&self) {
        let admin: AdminClient<DefaultClientContext> = config().create().unwrap();
        let topics = [
            ("raw", RAW_PARTITIONS),
            ("clean", 2),
            ("rejects", 1),
            ("duplicates", 1),
            ("keyed", SHARDS),
            ("claims", SHARDS),
        ];
        for (name, partitions) in topics {
            let name = format!("{}{name}", self.prefix);
            let topic = NewTopic::new(&name, partitions, TopicReplication::Fixed(-1)).set("retention.ms", "-1");
            block_on(admin.create_topics([&topic], &AdminOptions::new())).unwrap().pop().unwrap().unwrap();
        }
    }

    /// The place of a raw record, as outputs name it.
    pub(crate) fn place_of(&self, at: (i32, i64)) -> String {
        format!("{}raw/{}/{}", self.prefix, at.0, at.1)
    }

    /// What is committed on a topic.
    pub(crate) fn read(&self, topic: &str) -> Vec<Seen> {
        let mut config = config();
        config.set("group.id", "outside").set("isolation.level", "read_committed").set("enable.partition.eof", "true");
        let consumer: BaseConsumer = config.create().unwrap();
        let name = format!("{}{topic}", self.prefix);
        let metadata = consumer.fetch_metadata(Some(&name), PATIENCE).unwrap();
        let mut open = metadata.topics()[0].partitions().len();
        let mut from = TopicPartitionList::new();
        for partition in metadata.topics()[0].partitions() {
            from.add_partition_offset(&name, partition.id(), Offset::Beginning).unwrap();
        }
        consumer.assign(&from).unwrap();
        let mut messages = Vec::new();
        let began = Instant::now();
        while open > 0 {
            assert!(began.elapsed() < PATIENCE, "{name} has no end");
            match consumer.poll(Duration::from_secs(1)) {
                Some(Ok(message)) => messages.push(seen(&message)),
                Some(Err(KafkaError::PartitionEOF(_))) => open -= 1,
                Some(Err(error)) => panic!("{error}"),
                None => {}
            }
        }
        messages
    }

    /// Puts a record on raw past every door of the program, compressed.
    pub(crate) fn submit(&self, headers: &[(&str, &str)], value: &str) {
        self.submit_all(0, headers, [value.to_owned()].into_iter());
    }

    /// The same with several, on a partition.
    pub(crate) fn submit_all(&self, partition: i32, headers: &[(&str, &str)], values: impl Iterator<Item = String>) {
        let mut config = config();
        config.set("compression.type", "lz4").set("message.max.bytes", (32 << 20).to_string());
        let producer: BaseProducer = config.create().unwrap();
        let all = headers
            .iter()
            .fold(OwnedHeaders::new(), |all, (key, value)| all.insert(Header { key, value: Some(*value) }));
        let topic = format!("{}raw", self.prefix);
        for value in values {
            let record = BaseRecord::<(), _>::to(&topic).partition(partition).headers(all.clone()).payload(&value);
            producer.send(record).map_err(|(error, _)| error).unwrap();
        }
        producer.flush(PATIENCE).unwrap();
        assert_eq!(producer.in_flight_count(), 0);
    }

    /// Tells where raw ends on all its partitions together, what is in open transactions included.
    pub(crate) fn watch_raw(&self) -> impl Fn() -> i64 {
        let consumer: BaseConsumer = config().set("isolation.level", "read_uncommitted").create().unwrap();
        let raw = format!("{}raw", self.prefix);
        let end = move |partition| consumer.fetch_watermarks(&raw, partition, PATIENCE).unwrap().1;
        move || (0..RAW_PARTITIONS).map(&end).sum()
    }

    /// Sets the group's positions on raw to where they are, as an administrator's tools do.
    pub(crate) fn set_positions(&self) {
        let group: BaseConsumer = config().set("group.id", format!("{}group", self.prefix)).create().unwrap();
        let mut raw = TopicPartitionList::new();
        raw.add_partition_range(&format!("{}raw", self.prefix), 0, RAW_PARTITIONS - 1);
        let committed = group.committed_offsets(raw, PATIENCE).unwrap();
        let mut bare = TopicPartitionList::new();
        for position in committed.elements() {
            bare.add_partition_offset(position.topic(), position.partition(), position.offset()).unwrap();
        }
        group.commit(&bare, CommitMode::Sync).unwrap();
    }

    /// Drops what stands before an offset, as retention does.
    pub(crate) fn drop_before(&self, topic: &str, partition: i32, offset: i64) {
        let admin: AdminClient<DefaultClientContext> = config().create().unwrap();
        let mut before = TopicPartitionList::new();
        before.add_partition_offset(&format!("{}{topic}", self.prefix), partition, Offset::Offset(offset)).unwrap();
        block_on(admin.delete_records(&before, &AdminOptions::new())).unwrap();
    }

    /// Records that have an outcome.
    pub(crate) fn outcomes(&self) -> usize {
        ["clean", "rejects", "duplicates"].iter().map(|topic| self.read(topic).len()).sum()
    }

    /// Waits until something stands on clean: the worker is in the middle of its work.
    pub(crate) fn await_first_clean(&self) {
        let consumer: BaseConsumer = config().create().unwrap();
        let began = Instant::now();
        // Just after the topic was made, its leader may be unknown.
        while !consumer.fetch_watermarks(&format!("{}clean", self.prefix), 0, PATIENCE).is_ok_and(|(_, end)| end > 0) {
            assert!(began.elapsed() < PATIENCE, "nothing is clean");
            thread::sleep(Duration::from_millis(2));
        }
    }

    /// Waits until so many records have an outcome.
    #[track_caller]
    pub(crate) fn await_outcomes(&self, wanted: usize) {
        let began = Instant::now();
        loop {
            let found = self.outcomes();
            if found >= wanted {
                return;
            }
            assert!(began.elapsed() < PATIENCE, "only {found} of {wanted} records have an outcome");
            thread::sleep(Duration::from_millis(100));
        }
    }
}

fn config() -> ClientConfig {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", Shared::get().bootstrap()).set("enable.metrics.push", "false");
    config
}

fn seen(message: &impl rdkafka::Message) -> Seen {
    let text = |header: Header<'_, &[u8]>| {
        (header.key.to_owned(), String::from_utf8_lossy(header.value.unwrap_or_default()).into_owned())
    };
    Seen {
        at: (message.partition(), message.offset()),
        headers: message.headers().map(|headers| headers.iter().map(text).collect()).unwrap_or_default(),
        value: message.payload().unwrap_or_default().to_vec(),
    }
}

/// A worker that runs; killed when the test ends before it does.
pub(crate) struct Worker {
    child: Child,
    /// What it says after that it takes records.
    log: mpsc::Receiver<String>,
}

impl Worker {
    /// Starts it under a name, and returns when it takes records.
    pub(crate) fn start(world: &World, name: &str) -> Self {
        Self::start_with(world, name, &[])
    }

    /// As [`Self::start`], with further arguments.
    pub(crate) fn start_with(world: &World, name: &str, arguments: &[&str]) -> Self {
        Self::start_in(world, name, name, arguments)
    }

    /// As [`Self::start_with`], with a directory of its own.
    pub(crate) fn start_in(world: &World, dir: &str, name: &str, arguments: &[&str]) -> Self {
        let mut child = faircopy()
            .current_dir(world.place.dir())
            .args(["run", "--config", "f.toml", "--data-dir", dir])
            .args(arguments)
            .env("FAIRCOPY__KAFKA__INSTANCE", name)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
        let ready = log.find(|line| line.contains("taking records"));
        assert!(ready.is_some(), "{name} ended before it took records: {:?}", child.wait());
        let (send, lines) = mpsc::sync_channel(1000);
        // It reads to the end whoever listens, so that the worker never waits for its reader.
        thread::spawn(move || log.for_each(|line| drop(send.try_send(line))));
        Self { child, log: lines }
    }

    /// Waits until it says this.
    #[track_caller]
    pub(crate) fn await_word(&self, word: &str) {
        while !self.log.recv_timeout(PATIENCE).expect(word).contains(word) {}
    }

    /// Waits until it stops by itself.
    #[track_caller]
    pub(crate) fn wait(mut self) {
        assert_eq!(self.child.wait().unwrap().code(), Some(0));
    }

    /// Asks it to stop, and waits until it has.
    #[track_caller]
    pub(crate) fn stop(self) {
        self.stop_with(0);
    }

    /// As [`Self::stop`]; how it ends.
    #[track_caller]
    pub(crate) fn stop_with(mut self, code: i32) {
        let asked = Instant::now();
        assert_eq!(self.child.try_wait().unwrap(), None, "it runs until it is asked to stop");
        assert!(Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap().success());
        assert_eq!(self.child.wait().unwrap().code(), Some(code));
        assert!(asked.elapsed() < Duration::from_secs(20), "{:?}", asked.elapsed());
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ended = self.child.kill();
        let _reaped = self.child.wait();
    }
}

/// What a command said to its user, where it must not be empty.
pub(crate) fn said(output: &std::process::Output) -> String {
    let said = stderr(output);
    assert!(!said.is_empty());
    said
}

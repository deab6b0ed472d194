pub(crate) use crate::common::{ATTEMPTS_MAX, Random, form, line, slip};
use dedupe::Window;
use pipeline::{ChunkReport, Keys, Line, Stop, Tally, Told, WorkerSettings};
use record::{Headers, Message, RecordTime, chunk::Bound, header};
use std::{
    path::Path,
    thread,
    time::{Duration, Instant},
};
use tempfile::TempDir;
use transport::{
    Error, Topic,
    local::{Appender, Local, Reader, Retention, Settings},
};

const FOREVER: Retention = Retention { bytes: None, age_ms: None };
/// Small segments, so that runs cross their ends. Killing a process does not need the disk to be waited for.
pub(crate) const LOCAL: Settings = Settings {
    sync: store::Sync::Off,
    segment_bytes: 64 << 10,
    backlog_bytes: 1 << 30,
    raw: FOREVER,
    clean: FOREVER,
    rejects: FOREVER,
    duplicates: FOREVER,
};
pub(crate) const WINDOW: dedupe::Settings = dedupe::Settings { shards: 8, window_ms: 90 * 86_400_000, slices: 9 };

/// Appends to raw. Another test of this process may be starting a child at this moment; until the child is another program
/// it shares our open files, and with them the lock of an appender that is closed already.
fn appender(dir: &Path) -> Appender {
    let began = Instant::now();
    loop {
        match Appender::open(dir, LOCAL) {
            Err(Error::Store(store::Error::Locked { .. })) if began.elapsed() < Duration::from_secs(10) => {
                thread::sleep(Duration::from_millis(1));
            }
            opened => return opened.unwrap(),
        }
    }
}

/// The window of a store, read back from it.
pub(crate) fn keys(local: &Local) -> Keys {
    Keys::All(Box::new(Window::open(local.store(), WINDOW, &mut |_| {}).unwrap()))
}

/// Records of every kind: clean, wrong in several ways, duplicate, conflict, without form, not JSON.
pub(crate) fn records(seed: u64, count: u64) -> Vec<Message> {
    let mut random = Random(seed);
    let record = |number: u64| {
        let known = random.below(number.max(1));
        let mut message = match random.below(20) {
            0 => slip(r#"{"no":"1","amount":"wrong","more":1}"#),
            1 => slip("{\"no\":\"broken"),
            2 => slip(&format!(r#"{{"no":"N{known}","amount":"1.00"}}"#)),
            3 => slip(&format!(r#"{{"no":"N{known}","amount":"2.00","note":"other"}}"#)),
            4 => Message { headers: Headers::default(), ..slip("{}") },
            5 => slip(&format!(r#"{{"no":"  N{number} ","amount":"1.00"}}"#)),
            _ => slip(&format!(r#"{{"no":"N{number}","amount":"1.00"}}"#)),
        };
        message.time = RecordTime(i64::try_from(number * 60_000).unwrap());
        message
    };
    (0..count).map(record).collect()
}

/// A data directory.
pub(crate) struct World(TempDir);

impl World {
    pub(crate) fn new(records: &[Message]) -> Self {
        let world = Self(tempfile::tempdir().unwrap());
        world.submit(records);
        world
    }

    pub(crate) fn dir(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn submit(&self, records: &[Message]) {
        let mut appender = appender(self.dir());
        for records in records.chunks(500) {
            appender.append(records).unwrap();
        }
    }

    /// Runs until nothing waits.
    pub(crate) fn drain(&self, threads: usize, records: usize) -> Tally {
        let stop = Stop::default();
        stop.when_drained();
        self.run(threads, records, &stop, &mut |_| {})
    }

    pub(crate) fn run(
        &self,
        threads: usize,
        records: usize,
        stop: &Stop,
        observer: &mut dyn FnMut(&ChunkReport<'_>),
    ) -> Tally {
        self.run_with(LOCAL, threads, records, stop, observer)
    }

    pub(crate) fn run_with(
        &self,
        local: Settings,
        threads: usize,
        records: usize,
        stop: &Stop,
        observer: &mut dyn FnMut(&ChunkReport<'_>),
    ) -> Tally {
        self.run_line(&line(threads), local, &settings(records), stop, observer)
    }

    /// Runs until nothing waits, with another line than that of slips.
    pub(crate) fn drain_line(&self, line: &Line, records: usize) -> Tally {
        let stop = Stop::default();
        stop.when_drained();
        self.run_line(line, LOCAL, &settings(records), &stop, &mut |_| {})
    }

    pub(crate) fn run_line(
        &self,
        line: &Line,
        local: Settings,
        settings: &WorkerSettings,
        stop: &Stop,
        observer: &mut dyn FnMut(&ChunkReport<'_>),
    ) -> Tally {
        let mut local = Local::open(self.dir(), local).unwrap();
        let mut keys = keys(&local);
        let told = &mut |told: &Told<'_>| {
            if let Told::Chunk(report) = told {
                observer(report);
            }
        };
        pipeline::run(line, &mut local, &mut keys, settings, stop, told).unwrap()
    }

    pub(crate) fn topic(&self, topic: Topic) -> Vec<(u64, Message)> {
        let mut reader = Reader::open(self.dir(), topic, 0).unwrap();
        std::iter::from_fn(|| reader.read().unwrap()).collect()
    }

    /// Everything on the output topics.
    pub(crate) fn outputs(&self) -> [Vec<(u64, Message)>; 3] {
        [Topic::Clean, Topic::Rejects, Topic::Duplicates].map(|topic| self.topic(topic))
    }

    pub(crate) fn reconcile(&self) -> pipeline::reconcile::Report {
        pipeline::reconcile::run(self.dir(), &mut |_, _| {}).unwrap()
    }

    #[track_caller]
    pub(crate) fn assert_accounted(&self) {
        let report = self.reconcile();
        assert!(report.ok(), "{report:#?}");
    }
}

/// Chunks of so many records, however long judging them takes.
pub(crate) fn settings(records: usize) -> WorkerSettings {
    WorkerSettings { chunk: Bound { records, bytes: 1 << 20 }, judging: Duration::MAX, wait: Duration::from_millis(5) }
}

/// The JSON value of a message.
pub(crate) fn json(message: &Message) -> serde_json::Value {
    serde_json::from_slice(&message.value).unwrap()
}

/// The message with this value of a header in place of any other.
pub(crate) fn headed(message: Message, name: &str, value: &[u8]) -> Message {
    let others = message.headers.iter().filter(|(other, _)| *other != name);
    let headers = others.chain([(name, value)]).map(|(name, value)| (header::interned(name), value)).collect();
    Message { headers, ..message }
}

use crate::{
    check::{self, OUT_PARTITIONS, Reader, Report},
    child::Job,
    faulty::Mutant,
    feed::{Feed, Sent},
    worker::Worker,
};
use std::{
    collections::BTreeSet,
    env,
    path::PathBuf,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};
use tempfile::TempDir;
use testbed::{Broker, Settings};
use transport::kafka::admin::{Wish, apply};

/// Longer than anything takes on a loaded machine; reached only when something is broken.
const PATIENCE: Duration = Duration::from_secs(120);

/// The broker of every run that leaves it alone. It misses a worker after 2 s.
pub(crate) fn broker() -> &'static Broker {
    static BROKER: OnceLock<Broker> = OnceLock::new();
    BROKER.get_or_init(|| Broker::own(&Settings { properties: QUICK, ..Settings::default() }))
}

pub(crate) const QUICK: &[&str] =
    &["group.consumer.session.timeout.ms=2000", "group.consumer.heartbeat.interval.ms=300"];

/// Whether the runs are to be long.
pub(crate) fn is_full() -> bool {
    env::var("FAIRCOPY_FAULTS").is_ok_and(|how| how == "full")
}

pub(crate) fn seed() -> u64 {
    env::var("FAIRCOPY_SEED").map_or(2026, |seed| seed.parse().unwrap())
}

/// How a run differs from the usual.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) brokers: Option<String>,
    /// Where workers connect, when not where everybody does.
    pub(crate) door: Option<String>,
    pub(crate) is_classic: bool,
    pub(crate) is_static: bool,
    pub(crate) socket_timeout_ms: u64,
    pub(crate) mutant: Option<Mutant>,
    /// Each how many-th commit of a worker is refused.
    pub(crate) refused_each: Option<u64>,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            brokers: None,
            door: None,
            is_classic: false,
            is_static: false,
            socket_timeout_ms: 4_000,
            mutant: None,
            refused_each: None,
        }
    }
}

/// Topics of one run, its workers, its records and their reader.
pub(crate) struct World {
    plan: Plan,
    brokers: String,
    prefix: String,
    settings: transport::kafka::Settings,
    dir: TempDir,
    sent: Sent,
    feed: Option<Feed>,
    load: Option<Load>,
    reader: Reader,
    pub(crate) workers: Vec<Worker>,
}

/// Records being sent while other things happen.
struct Load {
    done: Arc<AtomicBool>,
    partitions: Arc<AtomicU64>,
    thread: JoinHandle<Feed>,
}

impl World {
    pub(crate) fn new(plan: Plan) -> Self {
        static WORLDS: AtomicU32 = AtomicU32::new(0);
        let prefix = format!("run-{}.", WORLDS.fetch_add(1, Ordering::Relaxed));
        let brokers = plan.brokers.clone().unwrap_or_else(|| broker().bootstrap().to_owned());
        let dir = tempfile::tempdir().unwrap();
        let outside = Plan { door: None, ..plan.clone() };
        let settings = job(&outside, &brokers, &prefix, "nobody", PathBuf::new()).settings();
        set_up(&settings, OUT_PARTITIONS);
        let sent = Sent::default();
        let feed = Some(Feed::new(&brokers, &settings.topics.raw, seed(), &sent));
        let reader = Reader::start(&settings);
        Self { plan, brokers, prefix, settings, dir, sent, feed, load: None, reader, workers: Vec::new() }
    }

    /// Sends so many records now.
    pub(crate) fn send(&mut self, count: u32) {
        let feed = self.feed.as_mut().unwrap();
        (0..count).for_each(|_| feed.send());
        feed.flush();
    }

    /// Sends some 250 records a second from now on.
    pub(crate) fn load(&mut self) {
        let mut feed = self.feed.take().unwrap();
        let (done, partitions) = (Arc::<AtomicBool>::default(), Arc::new(AtomicU64::new(feed.partitions)));
        let (until, size) = (Arc::clone(&done), Arc::clone(&partitions));
        let thread = thread::spawn(move || {
            while !until.load(Ordering::Relaxed) {
                feed.partitions = size.load(Ordering::Relaxed);
                (0..10).for_each(|_| feed.send());
                thread::sleep(Duration::from_millis(40));
            }
            feed.flush();
            feed
        });
        self.load = Some(Load { done, partitions, thread });
    }

    /// Raw has more partitions from now on, and records go there.
    pub(crate) fn grow(&self, partitions: u32) {
        set_up(&self.settings, partitions);
        self.load.as_ref().unwrap().partitions.store(partitions.into(), Ordering::Relaxed);
    }

    /// The directory of a worker's cache.
    pub(crate) fn cache(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn start(&mut self, name: &str) {
        let cache = self.cache(name);
        self.workers.push(Worker::start(job(&self.plan, &self.brokers, &self.prefix, name, cache)));
    }

    pub(crate) fn worker(&mut self, name: &str) -> &mut Worker {
        self.workers.iter_mut().find(|worker| worker.name() == name).unwrap()
    }

    /// Waits for something, and meanwhile starts workers again that ask for it.
    #[track_caller]
    pub(crate) fn until(&mut self, what: &str, is_so: impl Fn(&Self) -> bool) {
        let began = Instant::now();
        while !is_so(self) {
            let is_over = self.workers.iter().any(|worker| worker.exits.iter().any(|code| *code != Some(75)));
            if is_over || began.elapsed() > PATIENCE {
                panic!("{what}: not after {:?}; {:?}", began.elapsed(), self.report());
            }
            self.tend(Duration::from_millis(2));
        }
    }

    /// Lets time pass.
    pub(crate) fn tend(&mut self, time: Duration) {
        let began = Instant::now();
        loop {
            self.workers.iter_mut().for_each(Worker::tend);
            let left = time.saturating_sub(began.elapsed());
            if left.is_zero() {
                return;
            }
            thread::sleep(left.min(Duration::from_millis(20)));
        }
    }

    /// Records that have no outcome yet.
    pub(crate) fn waiting(&self) -> usize {
        self.sent.lock().unwrap().len().saturating_sub(self.reader.count())
    }

    /// Commits of all workers.
    pub(crate) fn committed(&self) -> u64 {
        self.workers.iter().map(|worker| worker.total("committed").0).sum()
    }

    /// Raw partitions that have a record.
    pub(crate) fn partitions_used(&self) -> usize {
        let sent = self.sent.lock().unwrap();
        sent.keys().map(|(partition, _)| partition).collect::<BTreeSet<_>>().len()
    }

    /// No more records come.
    pub(crate) fn end_load(&mut self) {
        if let Some(load) = self.load.take() {
            load.done.store(true, Ordering::Relaxed);
            self.feed = Some(load.thread.join().unwrap());
        }
    }

    /// Ends the load, waits until every record has an outcome, stops all workers and compares.
    #[track_caller]
    pub(crate) fn finish(&mut self) {
        self.end_load();
        self.until("every record has an outcome", |world| world.waiting() == 0);
        self.stop_all();
        let report = self.report();
        eprintln!("seed {}: {report:?}", seed());
        report.assert_exact();
        let doubted: u64 = self.workers.iter().map(|worker| worker.total("rebuild-ahead").0).sum();
        assert_eq!(doubted, 0, "a cache was thrown away that knew no more than its topic");
    }

    /// Waits until workers have committed as many raw records as were sent, whatever became of them.
    #[track_caller]
    pub(crate) fn settle(&mut self) {
        let sent = self.sent.lock().unwrap().len() as u64;
        self.until("every record is committed", |world| {
            let received: u64 = world.workers.iter().map(|worker| worker.total("committed").1).sum();
            received >= sent
        });
    }

    /// Stops all workers and lets the reader see what they wrote last.
    #[track_caller]
    pub(crate) fn stop_all(&mut self) {
        self.workers.iter_mut().for_each(Worker::stop);
        let count = check::count(&self.settings);
        self.until("the reader has seen everything", |world| world.reader.count() >= count);
    }

    /// The exit code with which a worker ended by itself.
    pub(crate) fn exit_code(&mut self, name: &str) -> Option<i32> {
        let began = Instant::now();
        while began.elapsed() < PATIENCE && self.worker(name).exits.is_empty() {
            self.tend(Duration::from_millis(20));
        }
        self.worker(name).exits.first().copied().flatten()
    }

    /// Settings of this run, as a worker has them.
    pub(crate) fn settings(&self) -> transport::kafka::Settings {
        job(&self.plan, &self.brokers, &self.prefix, "nobody", self.dir.path().to_owned()).settings()
    }

    pub(crate) fn report(&self) -> Report {
        Report::of(&self.sent.lock().unwrap(), &self.reader.seen())
    }
}

impl Drop for World {
    /// Why a run failed may stand in the logs of its workers.
    fn drop(&mut self) {
        if thread::panicking() {
            self.workers.iter().for_each(Worker::tell);
        }
    }
}

fn job(plan: &Plan, brokers: &str, prefix: &str, name: &str, cache: PathBuf) -> Job {
    Job {
        brokers: plan.door.clone().unwrap_or_else(|| brokers.to_owned()),
        prefix: prefix.to_owned(),
        instance: name.to_owned(),
        cache,
        is_classic: plan.is_classic,
        is_static: plan.is_static,
        socket_timeout_ms: plan.socket_timeout_ms,
        mutant: plan.mutant,
        refused_each: plan.refused_each,
    }
}

/// Makes the topics, or gives raw more partitions.
fn set_up(settings: &transport::kafka::Settings, raw_partitions: u32) {
    let plan = apply(settings, &Wish { raw_partitions: Some(raw_partitions), ..Wish::default() }).unwrap();
    assert!(!plan.is_refused(), "{plan:?}");
}

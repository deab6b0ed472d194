use crate::{
    common::line,
    faulty::{Faulty, Mutant},
};
use dedupe::Shards;
use metrics::{Counter, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit};
use pipeline::{Keys, Stop, WorkerSettings};
use record::{chunk::Bound, metric};
use serde::{Deserialize, Serialize};
use std::{
    env,
    io::{Read, Write, stderr, stdin, stdout},
    path::PathBuf,
    process::ExitCode,
    sync::Arc,
    thread,
    time::Duration,
};
use transport::kafka::{Kafka, Protocol, Settings, Topics};

pub(crate) const JOB: &str = "FAIRCOPY_FAULTS_JOB";
pub(crate) const SHARDS: u32 = 8;
/// Small, so that a run has many commits.
const CHUNK: Bound = Bound { records: 500, bytes: 1 << 20 };

/// What a worker is to do.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Job {
    pub(crate) brokers: String,
    /// Of its topics, and of its group.
    pub(crate) prefix: String,
    pub(crate) instance: String,
    pub(crate) cache: PathBuf,
    pub(crate) is_classic: bool,
    pub(crate) is_static: bool,
    pub(crate) socket_timeout_ms: u64,
    pub(crate) mutant: Option<Mutant>,
    pub(crate) refused_each: Option<u64>,
}

impl Job {
    pub(crate) fn settings(&self) -> Settings {
        let mut settings = Settings::new(&self.brokers, &self.instance);
        settings.group = format!("{}group", self.prefix);
        settings.topics = Topics::prefixed(&self.prefix);
        settings.shards = SHARDS;
        settings.protocol = if self.is_classic { Protocol::Classic } else { Protocol::Consumer };
        settings.is_static = self.is_static;
        settings.socket_timeout = Duration::from_millis(self.socket_timeout_ms);
        settings.session_timeout = Duration::from_secs(2);
        settings.commit_interval = Duration::from_millis(30);
        // A worker that died leaves its transaction open for so long: those who take over wait for its end.
        settings.transaction_timeout = Duration::from_secs(5);
        settings.patience = Duration::from_secs(30);
        let quick = [("topic.metadata.refresh.interval.ms", "1000"), ("reconnect.backoff.max.ms", "500")];
        settings.client = quick.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        settings
    }
}

/// The job of this process, if it is a worker.
pub(crate) fn job() -> Option<Job> {
    env::var(JOB).ok().map(|job| serde_json::from_str(&job).unwrap())
}

/// Tells the supervisor what happens, a word and a number to a line.
pub(crate) fn say(word: &str, number: u64) {
    let mut out = stdout().lock();
    writeln!(out, "{word} {number}").and_then(|()| out.flush()).unwrap();
}

/// Works until its standard input ends.
pub(crate) fn run(job: &Job) -> ExitCode {
    tracing_subscriber::fmt().with_writer(stderr).with_ansi(false).init();
    metrics::set_global_recorder(Rebuilds).unwrap();
    let stop = Stop::default();
    let told = stop.clone();
    thread::spawn(move || {
        // However it ends: a worker without a supervisor is done.
        drop(stdin().read_to_end(&mut Vec::new()));
        told.now();
    });
    match work(job, &stop) {
        Ok(reinits) => {
            say("reinits", reinits);
            ExitCode::SUCCESS
        }
        Err(error) => {
            tracing::error!("{error}: {error:?}");
            ExitCode::from(error.exit_code())
        }
    }
}

fn work(job: &Job, stop: &Stop) -> Result<u64, pipeline::Error> {
    let settings = job.settings();
    let claims = settings.topics.claims.clone();
    let kafka = Kafka::open(settings).map_err(transport::Error::Kafka)?;
    let shards = Shards::open(&job.cache, window(), kafka.cluster(), &claims)?;
    let mut keys = Keys::Owned(Box::new(shards));
    let mut transport = Faulty::new(kafka, job.mutant, job.refused_each);
    let settings = WorkerSettings { chunk: CHUNK, wait: Duration::from_millis(20), judging: Duration::MAX };
    pipeline::run(&line(1), &mut transport, &mut keys, &settings, stop, &mut |_| {})?;
    Ok(transport.reinits())
}

/// The window of claimed keys.
pub(crate) fn window() -> dedupe::Settings {
    dedupe::Settings { shards: SHARDS, window_ms: 90 * 86_400_000, slices: 9 }
}

/// Tells of caches that were thrown away, as `/metrics` would.
struct Rebuilds;

impl Recorder for Rebuilds {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        if key.name() != metric::STATE_REBUILD_TOTAL {
            return Counter::noop();
        }
        let reason = key.labels().next().unwrap().value().to_owned();
        Counter::from_arc(Arc::new(Rebuild { reason }))
    }
    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }
    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::noop()
    }
}

struct Rebuild {
    reason: String,
}

impl metrics::CounterFn for Rebuild {
    fn increment(&self, value: u64) {
        say(&format!("rebuild-{}", self.reason), value);
    }
    fn absolute(&self, _: u64) {}
}

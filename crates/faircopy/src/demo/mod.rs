//! `faircopy demo`: generator, pipeline and proof in one process.
//!
//! ```text
//! generator ─Door (backlog)─► raw ─► the pipeline as `run` has it ─► clean, rejects, duplicates ─► proof
//! ```
//! The topics are those of an embedded store (`local`), or of a cluster (`kafka`); all else is the same.

mod feed;
mod got;
mod kafka;
mod latency;
mod live;
mod local;
mod proof;
mod report;
mod site;

use crate::{
    commands,
    config::Config,
    failure::{Exit, Failure, tell},
    generate::{Generator, sources},
    service::Worker,
    signals,
    summary::Format,
};
use feed::Feed;
use live::Live;
use ops::{Health, Metrics, Server, State};
use pipeline::{Stop, Tally, Told, WorkerSettings, reconcile::Report};
use proof::Proof;
use record::time::DAY_MS;
use site::Site;
use std::{
    net::SocketAddr,
    path::PathBuf,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread,
    time::Duration,
};
use tempfile::TempDir;

/// Rejects and duplicates of the demo, in parts of a million.
const INVALID_PPM: u64 = 80_000;
const DUPLICATE_PPM: u64 = 30_000;
/// The window of keys: longer than the virtual time that any demo spans.
const WINDOW: dedupe::Settings = dedupe::Settings { shards: 64, window_ms: 400 * DAY_MS, slices: 10 };

/// Arguments of `faircopy demo`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// How many records to generate
    #[arg(long, value_name = "N", default_value_t = 300_000)]
    pub records: u64,
    /// Records per second to put in; as many as possible when left out
    #[arg(long, value_name = "N")]
    pub rate: Option<u64>,
    /// Stop generating after this many seconds
    #[arg(long, value_name = "S")]
    pub seconds: Option<u64>,
    /// Where the topics are kept; a directory that is removed afterwards when left out
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// Take a Kafka cluster instead, and topics of the demo's own there: these brokers, or those of the configuration
    #[arg(long, value_name = "BROKERS", num_args = 0..=1, conflicts_with = "data_dir")]
    pub kafka: Option<Option<String>>,
    /// Configuration that says how the cluster is reached
    #[arg(long, value_name = "FILE", requires = "kafka")]
    pub config: Option<PathBuf>,
    /// Leave the topics on the cluster; they are removed otherwise
    #[arg(long, requires = "kafka")]
    pub keep: bool,
    /// Same seed, same bytes
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub seed: u64,
    /// Threads that judge; one per core when left out
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
    /// How the summary is printed
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub summary: Format,
    /// Where /metrics and /healthz are served; any free port when it is taken
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:9464")]
    pub listen: SocketAddr,
}

/// What a demo did.
struct Ran {
    tally: Tally,
    /// Records put in.
    fed: u64,
    elapsed: Duration,
    latency: String,
}

/// Runs the command.
///
/// # Errors
/// When the store or the cluster cannot be used.
pub fn run(args: &Args) -> Result<Exit, Failure> {
    let site: Box<dyn Site> = match &args.kafka {
        None => Box::new(local::Home::open(args)?),
        Some(brokers) => Box::new(kafka::Cluster::open(args, brokers.as_deref())?),
    };
    let shown = show(args, &*site);
    site.close();
    shown
}

/// Runs the line and proves what it did.
fn show(args: &Args, site: &dyn Site) -> Result<Exit, Failure> {
    let health = Health::default();
    let server = serve(args.listen, &health)?;
    tell(&format!("metrics: http://{0}/metrics   health: http://{0}/healthz", server.address()));
    let generator = Generator {
        seed: args.seed,
        invalid_ppm: INVALID_PPM,
        duplicate_ppm: DUPLICATE_PPM,
        kind: None,
        envelope: true,
        tables: false,
    };
    let ran = flow(args, generator, site, &health)?;
    health.set(State::Stopping);
    let account = account(site)?;
    let proof = prove(site, &generator, ran.fed)?;
    report::say(args, site, &ran, &account, &proof)
}

/// A directory that is removed in the end, with a name that nobody else has.
fn scratch() -> Result<TempDir, Failure> {
    TempDir::with_prefix("faircopy-demo-").map_err(|error| Failure::io("scratch directory", &error))
}

/// What the worker runs with wherever the topics are: nothing but what the command line says.
fn config(args: &Args, store: PathBuf) -> Config {
    let mut config = Config { store, dedupe: WINDOW, sources: sources(), ..Config::default() };
    config.line.threads = args.threads.unwrap_or(0);
    config.worker = WorkerSettings::default();
    config
}

/// Serves metrics and health; on any free port when the one asked for is taken, because a second demo should run too.
fn serve(listen: SocketAddr, health: &Health) -> Result<Server, Failure> {
    let metrics = Metrics::install(env!("CARGO_PKG_VERSION"))?;
    match Server::start(listen, metrics.clone(), health.clone()) {
        Err(ops::Error::Listen { .. }) => Ok(Server::start(SocketAddr::new(listen.ip(), 0), metrics, health.clone())?),
        other => Ok(other?),
    }
}

/// Lets the records flow until all are judged, or the user has seen enough.
fn flow(args: &Args, generator: Generator, site: &dyn Site, health: &Health) -> Result<Ran, Failure> {
    let config = site.config();
    let mut worker = Worker::open(config)?;
    let enough = signals::raised_by_all()?;
    let (stop, ready, judged) = (Stop::default(), AtomicBool::new(false), AtomicU64::new(0));
    let time = args.seconds.map(Duration::from_secs);
    let feed = Feed { generator, records: args.records, rate: args.rate, time };
    let mut live = Live::new(args.records);
    let (fed, tally) = thread::scope(|scope| {
        let feeder = scope.spawn(|| {
            let fed = site.door(&judged).and_then(|mut door| {
                feed.run(&mut *door, &ready, &enough)?;
                door.close()
            });
            // Whatever ended the feeding: what went in comes out.
            stop.when_drained();
            fed
        });
        let observer = &mut |told: &Told<'_>| match told {
            Told::Ready(true) => {
                health.set(State::Ready);
                live.ready();
                ready.store(true, Ordering::Relaxed);
            }
            Told::Ready(false) => health.set(State::Starting),
            Told::Chunk(report) => {
                judged.fetch_add(report.tally.ledger.received, Ordering::Relaxed);
                live.add(report);
            }
        };
        let tally = worker.run(config, &stop, observer);
        if tally.is_err() {
            enough.store(true, Ordering::Relaxed);
        }
        match feeder.join() {
            Ok(fed) => fed.and_then(|fed| Ok((fed, tally?))),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })?;
    let elapsed = live.elapsed();
    live.finish();
    Ok(Ran { tally, fed, elapsed, latency: live.latency() })
}

fn account(site: &dyn Site) -> Result<Report, Failure> {
    let bar = commands::reconcile::bar("accounting for");
    let report = site.account(&mut |done, total| {
        bar.set_length(total);
        bar.set_position(done);
    });
    bar.finish_and_clear();
    report
}

fn prove(site: &dyn Site, generator: &Generator, records: u64) -> Result<Proof, Failure> {
    let bar = commands::reconcile::bar("comparing");
    bar.set_length(records);
    let proof = proof::compare(site, generator, records, &|compared| bar.set_position(compared));
    bar.finish_and_clear();
    proof
}

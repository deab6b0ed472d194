//! `faircopy demo`: generator, pipeline and proof in one process.
//!
//! ```text
//! generator ─Appender (backlog)─► raw ─► the pipeline as `run` has it ─► clean, rejects, duplicates ─► proof
//! ```

mod feed;
mod latency;
mod live;
mod proof;

use crate::{
    commands,
    failure::{Exit, Failure, tell},
    forms,
    generate::{Generator, sources},
    summary::{Format, Summary},
    text,
};
use dedupe::Window;
use feed::Feed;
use live::Live;
use ops::{Health, Metrics, Server, State};
use pipeline::{Forms, Keys, Line, LineSettings, Stop, Tally, Told, WorkerSettings, reconcile};
use proof::Proof;
use record::time::DAY_MS;
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{Arc, atomic::AtomicBool},
    thread,
    time::{Duration, Instant},
};
use store::{Store, Sync};
use tempfile::TempDir;
use transport::{
    Topic,
    local::{Local, Reader, Settings},
};

/// Rejects and duplicates of the demo, in parts of a million.
const INVALID_PPM: u64 = 80_000;
const DUPLICATE_PPM: u64 = 30_000;
/// Raw bytes that may wait: some tenths of a second of work, so that stopping is quick.
const BACKLOG_BYTES: u64 = 32 << 20;
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
    elapsed: Duration,
    latency: String,
}

/// Runs the command.
///
/// # Errors
/// When the store cannot be used.
pub fn run(args: &Args) -> Result<Exit, Failure> {
    let home = Home::open(args.data_dir.as_deref())?;
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
    let ran = flow(args, generator, &home, &health)?;
    health.set(State::Stopping);
    let account = account(&home.dir)?;
    let proof = prove(&home.dir, &generator, ran.tally.ledger.received)?;
    report(args, &home, &ran, &account, &proof)
}

/// Where the topics lie.
struct Home {
    dir: PathBuf,
    sync: Sync,
    /// Removes the directory in the end.
    _scratch: Option<TempDir>,
}

impl Home {
    fn open(data_dir: Option<&Path>) -> Result<Self, Failure> {
        let Some(dir) = data_dir else {
            let scratch =
                TempDir::with_prefix("faircopy-demo-").map_err(|error| Failure::io("scratch directory", &error))?;
            return Ok(Self { dir: scratch.path().to_owned(), sync: Sync::Off, _scratch: Some(scratch) });
        };
        let home = Self { dir: dir.to_owned(), sync: Sync::Full, _scratch: None };
        drop(Store::open(&home.dir, home.sync)?);
        let (_, records) = Reader::open(&home.dir, Topic::Raw, 0)?.range()?;
        if records > 0 {
            return Err(Failure::usage(format!("{}: holds {records} records already", dir.display()))
                .hint("name a new directory: the demo knows the truth about its own records only"));
        }
        Ok(home)
    }

    fn settings(&self) -> Settings {
        Settings { sync: self.sync, backlog_bytes: BACKLOG_BYTES, ..Settings::default() }
    }
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
fn flow(args: &Args, generator: Generator, home: &Home, health: &Health) -> Result<Ran, Failure> {
    let settings = home.settings();
    let line = line(args.threads.unwrap_or(0))?;
    let mut transport = Local::open(&home.dir, settings)?;
    let window = Window::open(&Store::open(&home.dir, home.sync)?, WINDOW, &mut |_| {})?;
    let mut keys = Keys::All(Box::new(window));
    let enough = interrupted()?;
    let stop = Stop::default();
    let began = Instant::now();
    let until = args.seconds.map(|seconds| began + Duration::from_secs(seconds));
    let feed = Feed { generator, records: args.records, rate: args.rate, until };
    let mut live = Live::new(args.records);
    let tally = thread::scope(|scope| {
        let feeder = scope.spawn(|| {
            let fed = feed.run(&home.dir, settings, &enough);
            // Whatever ended the feeding: what went in comes out.
            stop.when_drained();
            fed
        });
        let observer = &mut |told: &Told<'_>| match told {
            Told::Ready(_) => health.set(State::Ready),
            Told::Chunk(report) => live.add(report),
        };
        let tally = pipeline::run(&line, &mut transport, &mut keys, &WorkerSettings::default(), &stop, observer);
        if tally.is_err() {
            enough.store(true, std::sync::atomic::Ordering::Relaxed);
        }
        match feeder.join() {
            Ok(fed) => fed.and(tally.map_err(Failure::from)),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })?;
    let elapsed = began.elapsed();
    live.finish();
    Ok(Ran { tally, elapsed, latency: live.latency() })
}

fn line(threads: usize) -> Result<Line, Failure> {
    let forms = Forms::new(&forms::load(None)?, &sources(), None)?;
    Ok(Line::new(forms, LineSettings { threads, ..LineSettings::default() })?)
}

/// A flag that Ctrl-C and SIGTERM raise. A second one ends the process at once.
fn interrupted() -> Result<Arc<AtomicBool>, Failure> {
    let flag = Arc::new(AtomicBool::new(false));
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
        signal_hook::flag::register_conditional_shutdown(signal, 128 + signal, Arc::clone(&flag))
            .and_then(|_| signal_hook::flag::register(signal, Arc::clone(&flag)))
            .map_err(|error| Failure::io("signal handler", &error))?;
    }
    Ok(flag)
}

fn account(dir: &Path) -> Result<reconcile::Report, Failure> {
    let bar = commands::reconcile::bar("accounting for");
    let report = reconcile::run(dir, &mut |done, total| {
        bar.set_length(total);
        bar.set_position(done);
    });
    bar.finish_and_clear();
    Ok(report?)
}

fn prove(dir: &Path, generator: &Generator, records: u64) -> Result<Proof, Failure> {
    let bar = commands::reconcile::bar("comparing");
    bar.set_length(records);
    let proof = proof::compare(dir, generator, &|compared| bar.set_position(compared));
    bar.finish_and_clear();
    proof
}

fn report(args: &Args, home: &Home, ran: &Ran, account: &reconcile::Report, proof: &Proof) -> Result<Exit, Failure> {
    let received = ran.tally.ledger.received;
    let accounted = account.ok() && account.waiting == 0 && account.positions == received && proof.compared == received;
    let summary = Summary { wrong: Some(proof.wrong), ..Summary::new(&ran.tally, ran.elapsed) };
    for wrong in &proof.told {
        tell(&format!("wrong: raw/0/{}: expected {}; got {}", wrong.offset, wrong.expected, wrong.got));
    }
    if !accounted {
        tell(&format!("not accounted for: {}", unaccounted(account, proof, received)));
    }
    match args.summary {
        Format::Json => text::print(&summary.json())?,
        Format::Text => text::print(&page(args, home, ran, &summary, accounted))?,
    }
    Ok(if accounted && proof.wrong == 0 { Exit::Clean } else { Exit::Findings })
}

/// What `reconcile` and the comparison say when something is missing.
fn unaccounted(account: &reconcile::Report, proof: &Proof, received: u64) -> String {
    let mut text = format!(
        "{received} received, {} compared, {} waiting, {} without an outcome, {} with more than one, {} of no record",
        proof.compared, account.waiting, account.unaccounted.count, account.doubled.count, account.phantom.count
    );
    for mismatch in &account.mismatches {
        text = format!("{text}; {mismatch}");
    }
    text
}

/// The summary for people.
fn page(args: &Args, home: &Home, ran: &Ran, summary: &Summary, accounted: bool) -> String {
    let mut lines = vec![String::new()];
    lines.extend(summary.outcomes().into_iter().map(|(name, count)| format!("  {name:<10} {count}")));
    lines.push(String::new());
    let mut codes: Vec<_> = summary.by_code.iter().collect();
    codes.sort_by_key(|(code, count)| (std::cmp::Reverse(**count), **code));
    lines.extend(codes.iter().map(|(code, count)| format!("  {code:<26} {:>12}", text::grouped(**count))));
    lines.push(String::new());
    lines.push(format!(
        "{} in {}: {} records/s; {}",
        text::grouped(summary.received),
        text::duration(ran.elapsed),
        text::grouped(summary.records_per_s),
        ran.latency
    ));
    let wrong = summary.wrong.unwrap_or(0);
    lines.push(match (accounted, wrong) {
        (true, 0) => "proof: every record is accounted for once, and judged as the generator knows: 0 wrong".to_owned(),
        (true, wrong) => format!("NOT PROVEN: {} outcomes differ from what the generator knows", text::grouped(wrong)),
        (false, _) => "NOT PROVEN: some records are not accounted for".to_owned(),
    });
    lines.push(next_steps(args, home));
    lines.join("\n") + "\n"
}

fn next_steps(args: &Args, home: &Home) -> String {
    if args.data_dir.is_none() {
        return "next: `faircopy demo --data-dir DIR` keeps the topics; `faircopy explain SUM.MISMATCH` explains a code"
            .to_owned();
    }
    let dir = home.dir.display();
    format!(
        "data: {dir}\nnext: `faircopy read rejects --data-dir {dir}`, `faircopy reconcile --data-dir {dir}`, `faircopy explain SUM.MISMATCH`"
    )
}

//! The pipeline as a service on the local transport: opening it, serving what operations look at, stopping it.

use crate::{config::Config, failure::Failure, forms, tables};
use dedupe::Window;
use ops::{Health, Metrics, Server, State};
use pipeline::{ChunkReport, Keys, Line, Stop, Tally};
use record::metric;
use signal_hook::{
    consts::{SIGINT, SIGTERM},
    flag,
};
use std::{
    net::SocketAddr,
    path::Path,
    time::{Duration, Instant},
};
use transport::local::Local;

/// The worker's side of a store, open and ready.
#[derive(Debug)]
pub struct Worker {
    line: Line,
    local: Local,
    keys: Keys,
}

impl Worker {
    /// Loads forms and reference tables, opens the topics and rebuilds the index of claims.
    ///
    /// # Errors
    /// When a form or a table has a mistake, the store is damaged, or another worker runs there.
    pub fn open(config: &Config) -> Result<Self, Failure> {
        let loaded = forms::load(config.schemas.as_deref())?;
        let tables = tables::load(&loaded, &config.tables, &config.store)?;
        tables::announce(&loaded, &tables);
        let line = Line::new(forms::bind_tables(&loaded, config, &tables::only(tables))?, config.line)?;
        for form in &loaded {
            let labels = [("schema", form.name().to_owned()), ("version", form.version().to_string())];
            metrics::gauge!(metric::SCHEMA_INFO, &labels).set(1.0);
        }
        let local = Local::open(&config.store, config.local)?;
        if local.truncated_bytes() > 0 {
            tracing::warn!(
                bytes = local.truncated_bytes(),
                "an interrupted commit was cut off; its records are judged again"
            );
        }
        let keys = rebuild(&local, config)?;
        Ok(Self { line, local, keys })
    }

    /// Runs until `stop` says so.
    ///
    /// # Errors
    /// When the store fails. What was committed stands.
    pub fn run(
        &mut self,
        config: &Config,
        stop: &Stop,
        observe: &mut dyn FnMut(&ChunkReport<'_>),
    ) -> Result<Tally, Failure> {
        let Self { line, local, keys } = self;
        Ok(pipeline::run(line, local, keys, &config.worker, stop, observe)?)
    }
}

/// Rebuilds the index, and says how far it is while that takes long.
fn rebuild(local: &Local, config: &Config) -> Result<Keys, Failure> {
    const SAY_EVERY: Duration = Duration::from_secs(2);
    let began = Instant::now();
    let mut said = began;
    let window = Window::open(local.store(), config.dedupe, &mut |progress| {
        if said.elapsed() >= SAY_EVERY {
            said = Instant::now();
            let (claims, bytes, of) = (progress.claims, progress.bytes, progress.bytes_total);
            tracing::info!(claims, bytes, of, "rebuilding the index of claims");
        }
    })?;
    let took = began.elapsed();
    metrics::histogram!(metric::STATE_REBUILD_SECONDS).record(took);
    tracing::info!(keys = window.keys(), seconds = took.as_secs_f64(), "the index of claims is ready");
    Ok(Keys::All(Box::new(window)))
}

/// Serves `/metrics` and health until dropped; nothing without an address.
///
/// # Errors
/// When the address is taken.
pub fn serve(listen: Option<SocketAddr>, health: &Health) -> Result<Option<Server>, Failure> {
    let metrics = Metrics::install(env!("CARGO_PKG_VERSION"))?;
    let server = listen.map(|listen| Server::start(listen, metrics, health.clone())).transpose()?;
    Ok(server)
}

/// Makes SIGTERM and SIGINT raise `stop`; a second one ends the process at once, which costs nothing but the chunk in hand.
///
/// # Errors
/// When the system refuses a handler.
pub fn stop_on_signals(stop: &Stop) -> Result<(), Failure> {
    for signal in [SIGTERM, SIGINT] {
        // Registered first, so that the signal that raises the flag does not see it raised.
        flag::register_conditional_shutdown(signal, 128 + signal, stop.flag())
            .and_then(|_| flag::register(signal, stop.flag()))
            .map_err(|error| Failure::temporary(format!("cannot listen for signals: {error}")))?;
    }
    Ok(())
}

/// Tells health what a finished run means.
pub fn settle_health<T>(health: &Health, result: &Result<T, Failure>) {
    health.set(if result.is_ok() { State::Stopping } else { State::Failed });
}

/// Whether there is a store in `dir`: commands that only read must not make one.
///
/// # Errors
/// When there is none.
pub fn expect_store(dir: &Path) -> Result<(), Failure> {
    if dir.join("store.db").is_file() {
        return Ok(());
    }
    Err(Failure::usage(format!("{}: there is no store", dir.display()))
        .hint("name its directory with --data-dir or --config; `faircopy run` and `faircopy put` make one"))
}

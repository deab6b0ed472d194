//! The pipeline as a service, on the embedded store or on Kafka: opening it, serving what operations look at, stopping it.

use crate::{config::Config, failure::Failure, forms, tables};
use dedupe::{Shards, Window};
use ops::{Health, Metrics, Server, State};
use pipeline::{Keys, Line, Stop, Tally, Told, replay::Site};
use record::{metric, time};
use std::{
    net::SocketAddr,
    panic,
    path::Path,
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};
use transport::{
    kafka::{self, Kafka},
    local::Local,
};

/// How often the stop is looked at while a worker is opened.
const STOP_STEP: Duration = Duration::from_millis(50);

/// A worker, open and ready to take records.
#[derive(Debug)]
pub struct Worker {
    line: Line,
    transport: Either,
    keys: Keys,
}

/// Where records come from and go to.
#[derive(Debug)]
enum Either {
    Local(Box<Local>),
    Kafka(Box<Kafka>),
}

impl Worker {
    /// Loads forms and reference tables, opens the topics and the keys that are taken. On Kafka the worker joins its group.
    ///
    /// # Errors
    /// When a form or a table has a mistake, the store is damaged or another worker runs there, the cluster does not answer
    /// or its topics are missing or unfit.
    pub fn open(config: &Config) -> Result<Self, Failure> {
        let loaded = forms::load(config.schemas.as_ref())?;
        // A record of a form that is not among these is rejected, whatever `put` knew.
        let names: Vec<String> = loaded.iter().map(|form| format!("{}/{}", form.name(), form.version())).collect();
        tracing::info!(forms = names.join(","), "forms loaded");
        let tables = tables::load(&loaded, &config.tables, &config.store)?;
        tables::announce(&loaded, &tables);
        let line = Line::new(forms::bind_tables(&loaded, config, &tables::only(tables))?, config.line)?;
        for form in &loaded {
            let labels = [("schema", form.name().to_owned()), ("version", form.version().to_string())];
            metrics::gauge!(metric::SCHEMA_INFO, &labels).set(1.0);
        }
        let (transport, keys) = match &config.kafka {
            None => open_local(config)?,
            Some(settings) => open_kafka(config, settings)?,
        };
        Ok(Self { line, transport, keys })
    }

    /// As [`Self::open`]; `None` once `stop` says so. To open may take minutes: brokers are waited for, the claims of a store are read. What
    /// was begun is left to end with the process, as by a kill, which loses nothing.
    ///
    /// # Errors
    /// Those of [`Self::open`], or when there is no thread for it.
    pub fn open_unless_stopped(config: &Config, stop: &Stop) -> Result<Option<Self>, Failure> {
        let (told, opened) = mpsc::sync_channel(1);
        let config = config.clone();
        let opener = thread::Builder::new()
            .name("open".to_owned())
            .spawn(move || drop(told.send(Self::open(&config))))
            .map_err(|error| Failure::temporary(format!("cannot start a thread: {error}")))?;
        loop {
            match opened.recv_timeout(STOP_STEP) {
                Ok(worker) => return worker.map(Some),
                Err(RecvTimeoutError::Timeout) if stop.is_now() => return Ok(None),
                Err(RecvTimeoutError::Timeout) => {}
                // It sends whatever came of it, unless it panicked.
                Err(RecvTimeoutError::Disconnected) => {
                    return opener.join().map_or_else(|panic| panic::resume_unwind(panic), |()| Ok(None));
                }
            }
        }
    }

    /// Runs until `stop` says so.
    ///
    /// # Errors
    /// When the store or the cluster fails. What was committed stands.
    pub fn run(
        &mut self,
        config: &Config,
        stop: &Stop,
        observe: &mut dyn FnMut(&Told<'_>),
    ) -> Result<Tally, pipeline::Error> {
        let Self { line, transport, keys } = self;
        match transport {
            Either::Local(local) => pipeline::run(line, &mut **local, keys, &config.worker, stop, observe),
            Either::Kafka(kafka) => pipeline::run(line, &mut **kafka, keys, &config.worker, stop, observe),
        }
    }
}

fn open_local(config: &Config) -> Result<(Either, Keys), Failure> {
    if !is_store(&config.store) {
        // Also where its disk is not mounted.
        tracing::warn!(store = %config.store.display(), "there is no store here: a new one is made");
    }
    let local = Local::open(&config.store, config.local)?;
    if local.truncated_bytes() > 0 {
        tracing::warn!(
            bytes = local.truncated_bytes(),
            "an interrupted commit was cut off; its records are judged again"
        );
    }
    let keys = rebuild(&local, config)?;
    Ok((Either::Local(Box::new(local)), keys))
}

fn open_kafka(config: &Config, settings: &kafka::Settings) -> Result<(Either, Keys), Failure> {
    let (brokers, group) = (&settings.brokers, &settings.group);
    tracing::info!(brokers, group, instance = settings.instance, "joining the group");
    let kafka = Kafka::open(settings.clone()).map_err(transport::Error::from)?;
    let shards = Shards::open(&config.store, config.dedupe, kafka.cluster(), &settings.topics.claims)?;
    let (days, slices) = (config.dedupe.window_ms / time::DAY_MS, config.dedupe.slices);
    let labels = [("group", group.clone()), ("window_days", days.to_string()), ("slices", slices.to_string())];
    metrics::gauge!(metric::DEDUPE_WINDOW_INFO, &labels).set(1.0);
    Ok((Either::Kafka(Box::new(kafka)), Keys::Owned(Box::new(shards))))
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

/// An observer that tells health and the log when records can come.
pub fn watch(health: &Health, address: Option<SocketAddr>, config: &Config) -> impl FnMut(&Told<'_>) {
    let (health, store) = (health.clone(), config.store.display().to_string());
    let metrics = address.map(tracing::field::display);
    move |told| match told {
        Told::Ready(true) => {
            health.set(State::Ready);
            tracing::info!(store, metrics, "taking records");
        }
        Told::Ready(false) => {
            health.set(State::Starting);
            tracing::info!("no records can come until the group has assigned partitions and their claims are read");
        }
        Told::Chunk(_) => {}
    }
}

/// Tells health what a finished run means.
pub fn settle_health<T, E>(health: &Health, result: &Result<T, E>) {
    health.set(if result.is_ok() { State::Stopping } else { State::Failed });
}

/// Whether a command works on the store: on Kafka it would look at the wrong thing.
///
/// # Errors
/// When the configuration names brokers.
pub fn expect_embedded(config: &Config) -> Result<(), Failure> {
    if config.kafka.is_none() {
        return Ok(());
    }
    Err(Failure::usage("this command works on the embedded store, and the configuration names kafka.brokers")
        .hint("give every worker the same table file, or name a configuration without brokers"))
}

/// Where the topics of a configuration are.
#[must_use]
pub fn site(config: &Config) -> Site<'_> {
    config.kafka.as_ref().map_or(Site::Store(&config.store, config.local), Site::Cluster)
}

/// Whether there is a store in `dir`.
#[must_use]
pub fn is_store(dir: &Path) -> bool {
    dir.join("store.db").is_file()
}

/// Refuses when there is no store in `dir`: commands that only read must not make one.
///
/// # Errors
/// When there is none.
pub fn expect_store(dir: &Path) -> Result<(), Failure> {
    if is_store(dir) {
        return Ok(());
    }
    Err(Failure::usage(format!("{}: there is no store", dir.display()))
        .hint("name its directory with --data-dir or --config; `faircopy run` and `faircopy put` make one"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Swapped, whoever asks would restart a worker that ended well, and leave alone one that failed.
    #[test]
    fn health_says_how_a_run_ended() {
        let health = Health::default();
        settle_health::<_, ()>(&health, &Ok(()));
        assert_eq!((health.state(), health.alive()), (State::Stopping, true));
        settle_health::<(), _>(&health, &Err(()));
        assert_eq!((health.state(), health.alive()), (State::Failed, false));
    }
}

//! `faircopy put`: records of files go to the raw topic, of the store or of a cluster, while a worker runs there or not.

use super::{
    Place,
    reading::{self, Reading},
};
use crate::{
    config::Config,
    failure::{Exit, Failure, tell},
    judge::{CHUNK, Sources},
    service, text,
};
use pipeline::Stop;
use record::{Chunk, Message, RecordTime};
use std::{
    path::PathBuf,
    sync::mpsc::sync_channel,
    thread,
    time::{Duration, SystemTime},
};
use transport::{
    kafka::{self, Submitter},
    local::Appender,
};

/// Arguments of `faircopy put`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    place: Place,
    /// Directory of forms, as `<name>/<version>.json`, added to the built-in ones
    #[arg(long, value_name = "DIR")]
    schemas: Option<PathBuf>,
}

/// Runs the command. What it says is on the topic is durable when it returns; a chunk at a time becomes so.
///
/// # Errors
/// When the setup is wrong, an input cannot be read, or the store or the cluster fails.
pub fn run(args: &Args) -> Result<Exit, Failure> {
    let mut config = args.place.open()?;
    config.schemas = args.schemas.clone().or(config.schemas);
    let heading = args.reading.heading(now());
    let (_, schema) = reading::line(&config, &heading)?;
    let sources = args.reading.open(&schema, &heading)?;
    sources.notes.iter().for_each(|note| tell(&format!("note: {note}")));
    let stop = Stop::default();
    service::stop_on_signals(&stop)?;
    // Also of a run that failed, the user must know what is on the topic: putting it again would double it.
    let (done, said) = match &config.kafka {
        None => append(&config, sources, &stop)?,
        Some(settings) => submit(settings, sources, &stop)?,
    };
    if done? {
        said?;
        return Ok(Exit::Clean);
    }
    said?;
    Err(Failure::temporary("stopped before the end of the input").hint("put only the records that are missing"))
}

/// Whether everything was put, and whether the user could be told what was.
type Done = (Result<bool, Failure>, Result<(), Failure>);

/// Appends to the raw topic of the embedded store.
fn append(config: &Config, sources: Sources, stop: &Stop) -> Result<Done, Failure> {
    let mut appender = Appender::open(&config.store, config.local)?;
    let first = appender.next_offset();
    let mut waited = Duration::ZERO;
    let done = each(sources, stop, &mut |messages| {
        Ok(appender.append_waiting(messages, &stop.flag(), &mut waited)?.is_some())
    });
    Ok((done, say(first, appender.next_offset(), waited)))
}

/// Submits to the raw topic of a cluster.
fn submit(settings: &kafka::Settings, sources: Sources, stop: &Stop) -> Result<Done, Failure> {
    let mut submitter = Submitter::open(settings).map_err(transport::Error::from)?;
    let submitted = each(sources, stop, &mut |messages| Ok(submitter.submit(messages, &stop.flag())?));
    let finished = submitter.finish().map_err(|error| transport::Error::from(error).into());
    // What could not be read or sent is the reason; that something else was not acknowledged follows from it.
    let done = submitted.and_then(|is_all| finished.map(|()| is_all));
    Ok((done, say_submitted(&submitter, &settings.topics.raw)))
}

/// Hands the records over, a chunk at a time, until `put` says that it was stopped; whether all were handed over.
fn each(
    sources: Sources,
    stop: &Stop,
    put: &mut dyn FnMut(&[Message]) -> Result<bool, Failure>,
) -> Result<bool, Failure> {
    thread::scope(|scope| {
        let (send, chunks) = sync_channel::<Result<Chunk, Failure>>(1);
        scope.spawn(move || sources.read(CHUNK, &send));
        for chunk in chunks {
            let messages: Vec<Message> = chunk?.records.into_iter().map(|record| record.message).collect();
            if !put(&messages)? || stop.is_now() {
                return Ok(false);
            }
        }
        Ok(true)
    })
}

fn say_submitted(submitter: &Submitter, topic: &str) -> Result<(), Failure> {
    let is_all = submitter.in_doubt() == 0;
    if !is_all {
        let count = text::grouped(submitter.in_doubt());
        tell(&format!("note: {count} more records were sent and not acknowledged: they may be on {topic} or not"));
    }
    let said = if is_all { "all acknowledged" } else { "these are acknowledged" };
    text::print(&format!("put {} records on {topic}: {said}\n", text::grouped(submitter.acknowledged())))
}

fn say(first: u64, next: u64, waited: Duration) -> Result<(), Failure> {
    let count = text::grouped(next - first);
    let places = if next > first { format!(" at raw/0/{first} to raw/0/{}", next - 1) } else { String::new() };
    if waited > Duration::from_secs(1) {
        tell(&format!("note: waited {} because the backlog was full; is a worker running?", text::duration(waited)));
    }
    text::print(&format!("put {count} records{places}\n"))
}

/// The time of submission: this command is the door of the raw topic, and `tables put` that of the tables.
#[expect(clippy::disallowed_methods, reason = "records get their time at the edge, and keep it from then on")]
pub(super) fn now() -> RecordTime {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    RecordTime(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

//! `faircopy put`: records of files go to the raw topic, while a worker runs there or not.

use super::{
    Place,
    reading::{self, Reading},
};
use crate::{
    failure::{Exit, Failure, tell},
    judge::CHUNK,
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
use transport::local::Appender;

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
/// When the setup is wrong, an input cannot be read, or the store fails.
pub fn run(args: &Args) -> Result<Exit, Failure> {
    let mut config = args.place.open()?;
    config.schemas = args.schemas.clone().or(config.schemas);
    let heading = args.reading.heading(now());
    let (_, schema) = reading::line(&config, &heading)?;
    let sources = args.reading.open(&schema, &heading)?;
    sources.notes.iter().for_each(|note| tell(&format!("note: {note}")));
    let stop = Stop::default();
    service::stop_on_signals(&stop)?;
    let mut appender = Appender::open(&config.store, config.local)?;
    let first = appender.next_offset();
    let mut waited = Duration::ZERO;
    let done: Result<bool, Failure> = thread::scope(|scope| {
        let (send, chunks) = sync_channel::<Result<Chunk, Failure>>(1);
        scope.spawn(move || sources.read(CHUNK, &send));
        for chunk in chunks {
            let messages: Vec<Message> = chunk?.records.into_iter().map(|record| record.message).collect();
            let room = appender.append_waiting(&messages, &stop.flag(), &mut waited)?;
            if room.is_none() || stop.is_now() {
                return Ok(false);
            }
        }
        Ok(true)
    });
    // Also of a run that failed, the user must know what is on the topic: putting it again would double it.
    let said = say(first, appender.next_offset(), waited);
    if done? {
        said?;
        return Ok(Exit::Clean);
    }
    said?;
    Err(Failure::temporary("stopped before the end of the input").hint("put only the records that are missing"))
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

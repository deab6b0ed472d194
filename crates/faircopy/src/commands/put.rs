//! `faircopy put`: records of files go to the raw topic, of the store or of a cluster, while a worker runs there or not.

use super::{
    Place,
    reading::{self, Reading},
};
use crate::{
    config::{Config, FormsDir},
    failure::{Exit, Failure, tell},
    judge::{CHUNK, Sources},
    service, signals, text,
};
use pipeline::Stop;
use record::{Chunk, Message, RawRecord, RecordTime, time::DAY_MS};
use std::time::{Duration, SystemTime};
use transport::{
    kafka::{self, Submitter},
    local::Appender,
};

/// Who waits in front of a full backlog is told why after so long.
const TELL_AFTER: Duration = Duration::from_secs(5);

/// Arguments of `faircopy put`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    place: Place,
    /// Directory of forms, as `<name>/<version>.json`, added to the built-in ones; the worker needs them too (`forms.dir`)
    #[arg(long, value_name = "DIR")]
    schemas: Option<FormsDir>,
    /// Leave out the first records of the files: those that are there already from a `put` that stopped half way
    #[arg(long, value_name = "N", default_value_t = 0)]
    skip: u64,
}

/// What to do where the cluster left open how many of the first records are there: a worker goes on by itself, and this does not.
const PUT_AGAIN: &str = "run the same command again: records that are there already become duplicates, and those of them \
                         that are rejected are rejected twice";

/// Runs the command. What it says is on the topic is durable when it returns; a chunk at a time becomes so.
///
/// # Errors
/// When the setup is wrong, an input cannot be read, or the store or the cluster fails.
pub fn run(args: &Args) -> Result<Exit, Failure> {
    refuse_future(args.reading.keyed_on)?;
    let mut config = args.place.open_one()?;
    config.schemas = args.schemas.clone().or(config.schemas);
    let heading = args.reading.heading(now());
    let (_, schema) = reading::line(&config, &heading)?;
    let sources = args.reading.open(&schema, &heading)?;
    sources.notes.iter().for_each(|note| tell(&format!("note: {note}")));
    let stop = Stop::default();
    signals::raise_on_stop(&stop.flag())?;
    // Also of a run that failed, the user must know what is on the topic: putting it again would double it.
    let input = Submitted { sources, skip: args.skip, keyed_on: args.reading.keyed_on };
    let (done, said, put) = match &config.kafka {
        None => append(&config, input, &stop)?,
        Some(settings) => submit(settings, input, &stop)?,
    };
    let rest = put.map(|count| format!("--skip {} puts the rest", args.skip + count));
    match done {
        Ok(true) => {
            said.map_err(|failure| failure.hint("all records were put: do not put them again"))?;
            Ok(Exit::Clean)
        }
        Ok(false) => {
            said?;
            Err(Failure::temporary("stopped before the end of the input").maybe_hint(rest))
        }
        Err(failure) => Err(advised(failure, rest)),
    }
}

/// The failure, with how the rest is put. As a whole again, what was accepted would only become a duplicate, but each reject would be there
/// twice; so that is advised only where nobody knows how much is there. What a person has to mend first keeps its own hint.
fn advised(failure: Failure, rest: Option<String>) -> Failure {
    match rest {
        None if failure.is_temporary() => failure.hint(format!("look at the brokers, and {PUT_AGAIN}")),
        rest => {
            tell(&format!("note: {}; but first this is to be mended:", rest.as_deref().unwrap_or(PUT_AGAIN)));
            failure
        }
    }
}

/// Whether everything was put, whether the user could be told what was, and how many of the first records are there for certain.
type Done = (Result<bool, Failure>, Result<(), Failure>, Option<u64>);

/// The window of keys ends where the latest record says: of a year that is mistyped, one record would take all claims away.
fn refuse_future(keyed_on: Option<RecordTime>) -> Result<(), Failure> {
    match keyed_on {
        // Where the day begins before it does in UTC, today may be tomorrow.
        Some(day) if day.0.saturating_sub(now().0) > DAY_MS => Err(Failure::usage("--keyed-on lies in the future")
            .hint("correct it: a record of that day would end the window of every key that is taken")),
        _ => Ok(()),
    }
}

/// What is to be put.
struct Submitted {
    sources: Sources,
    /// So many of the first records are there already.
    skip: u64,
    /// Record time, unless it is that of submission.
    keyed_on: Option<RecordTime>,
}

/// Appends to the raw topic of the embedded store.
fn append(config: &Config, input: Submitted, stop: &Stop) -> Result<Done, Failure> {
    let is_new = !service::is_store(&config.store);
    let mut appender = Appender::open(&config.store, config.local)?;
    if is_new {
        // A worker elsewhere would wait for these records for ever.
        tell(&format!("note: made a new store in {}", config.store.display()));
    }
    let first = appender.next_offset();
    let (mut waited, mut told) = (Duration::ZERO, false);
    let mut waiting = |wait| {
        waited += wait;
        if waited > TELL_AFTER && !told {
            told = true;
            tell("note: the backlog is full, and waits for a worker (`faircopy run`); Ctrl-C stops cleanly");
        }
    };
    let done =
        each(input, stop, &mut |messages| Ok(appender.append_waiting(messages, &stop.flag(), &mut waiting)?.is_some()));
    let next = appender.next_offset();
    Ok((done, say(first, next, waited), Some(next - first)))
}

/// Submits to the raw topic of a cluster.
fn submit(settings: &kafka::Settings, input: Submitted, stop: &Stop) -> Result<Done, Failure> {
    let mut submitter = Submitter::open(settings).map_err(transport::Error::from)?;
    let submitted = each(input, stop, &mut |messages| Ok(submitter.submit(messages, &stop.flag())?));
    let finished = submitter.finish().map_err(|error| transport::Error::from(error).into());
    // What could not be read or sent is the reason; that something else was not acknowledged follows from it.
    let done = submitted.and_then(|is_all| finished.map(|()| is_all));
    let put = (submitter.in_doubt() == 0).then(|| submitter.acknowledged());
    Ok((done, say_submitted(&submitter, &settings.topics.raw), put))
}

/// Hands the records over but for the first, a chunk at a time, until `put` says that it was stopped; whether all were.
fn each(
    input: Submitted,
    stop: &Stop,
    put: &mut dyn FnMut(&[Message]) -> Result<bool, Failure>,
) -> Result<bool, Failure> {
    let Submitted { sources, mut skip, keyed_on } = input;
    let mut chunks = sources.chunks(CHUNK)?;
    while let Some(Chunk { records, .. }) = chunks.next(&stop.flag())? {
        let left_out = usize::try_from(skip).unwrap_or(usize::MAX).min(records.len());
        skip -= left_out as u64;
        // A file may take hours to put: the time of its beginning would make the last of its records look as old.
        let time = keyed_on.unwrap_or_else(now);
        let message = |record: RawRecord| Message { time, ..record.message };
        let messages: Vec<Message> = records.into_iter().skip(left_out).map(message).collect();
        if (!messages.is_empty() && !put(&messages)?) || stop.is_now() {
            return Ok(false);
        }
    }
    if skip > 0 && !stop.is_now() {
        tell(&format!("note: --skip leaves out {} more than there are", text::counted(skip, "record")));
    }
    Ok(!stop.is_now())
}

fn say_submitted(submitter: &Submitter, topic: &str) -> Result<(), Failure> {
    let is_all = submitter.in_doubt() == 0;
    if !is_all {
        let count = text::counted(submitter.in_doubt(), "record");
        tell(&format!("note: {count} more sent and not acknowledged: nobody knows whether on {topic} or not"));
    }
    let said = if is_all { "all acknowledged" } else { "these are acknowledged" };
    text::print(&format!("put {} on {topic}: {said}\n", text::counted(submitter.acknowledged(), "record")))
}

fn say(first: u64, next: u64, waited: Duration) -> Result<(), Failure> {
    let count = text::counted(next - first, "record");
    let places = if next > first { format!(" at raw/0/{first} to raw/0/{}", next - 1) } else { String::new() };
    if waited > Duration::from_secs(1) {
        tell(&format!("note: waited {} because the backlog was full", text::duration(waited)));
    }
    text::print(&format!("put {count}{places}\n"))
}

/// The time of submission: this command is the door of the raw topic, and `tables put` that of the tables.
#[expect(clippy::disallowed_methods, reason = "records get their time at the edge, and keep it from then on")]
pub(super) fn now() -> RecordTime {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    RecordTime(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tomorrow_may_have_begun_elsewhere_and_the_day_after_has_not() {
        let from_now = |hours: i64| Some(RecordTime(now().0 + hours * 60 * 60 * 1000));
        assert!(refuse_future(from_now(-9_999)).is_ok() && refuse_future(from_now(23)).is_ok());
        assert!(refuse_future(from_now(25)).is_err() && refuse_future(None).is_ok());
    }

    #[test]
    fn where_nobody_knows_how_much_is_there_the_command_is_run_again() {
        let failed = || Failure::temporary("brokers are away").hint("a restart goes on by itself");
        let told = advised(failed(), None).to_string();
        assert!(told.contains("run the same command again") && !told.contains("by itself"), "{told}");
        let denied = Failure::new(Exit::Foreign, "no right to write").hint("give the user the right");
        assert!(advised(denied, None).to_string().contains("hint: give the user the right"));
        assert!(advised(failed(), Some("--skip 3 puts the rest".to_owned())).to_string().contains("by itself"));
    }
}

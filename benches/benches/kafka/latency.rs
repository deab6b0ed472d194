//! How long a record takes from the raw topic to the clean one.

use super::topics::{self, Run, client};
use benches::load::{bound, messages};
use pipeline::{Stop, Told, WorkerSettings};
use rdkafka::{
    Message as _,
    consumer::{BaseConsumer, Consumer},
    producer::Producer,
};
use std::{
    error::Error,
    thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

/// Measured after a warm-up of as long as the group takes.
const LASTING: Duration = Duration::from_secs(15);
/// As shipped, and as fits a few workers: a commit writes to the claims of nearly every shard.
const SHARDS: [u32; 2] = [64, 16];

/// Prints percentiles at `rate` records per second.
pub(super) fn report(brokers: &str, rate: u64) -> Result<(), Box<dyn Error>> {
    SHARDS.into_iter().try_for_each(|shards| at(brokers, rate, shards))
}

fn at(brokers: &str, rate: u64, shards: u32) -> Result<(), Box<dyn Error>> {
    let name = format!("latency-{shards}");
    let run = Run::sharded(brokers, &format!("{name}.raw"), &name, shards)?;
    let stop = Stop::default();
    let mut commits = Vec::new();
    let mut waits = thread::scope(|scope| {
        let mut work = || {
            let mut note = |told: &Told<'_>| {
                if let Told::Chunk(report) = told {
                    commits.push(i64::try_from(report.commit.as_millis()).unwrap_or(i64::MAX));
                }
            };
            run.work(bound()?, 0, WorkerSettings::default(), &stop, &mut note)
        };
        let worker = scope.spawn(move || work().map_err(|error| error.to_string()));
        let reader = scope.spawn(|| read(&run, &stop).map_err(|error| error.to_string()));
        let sent = send(&run, rate);
        thread::sleep(Duration::from_secs(2));
        stop.now();
        sent?;
        worker.join().map_err(|_| "the worker panicked")??;
        Ok::<_, Box<dyn Error>>(reader.join().map_err(|_| "the reader panicked")??)
    })?;
    println!(
        "latency raw to clean at {rate} records/s, {shards} shards, commits every {} ms: p50 {} ms, p99 {} ms, p99.9 {} ms of {} \
         records; half of {} commits took {} ms or less",
        run.settings.commit_interval.as_millis(),
        per_mille(&mut waits, 500),
        per_mille(&mut waits, 990),
        per_mille(&mut waits, 999),
        waits.len(),
        commits.len(),
        per_mille(&mut commits, 500),
    );
    Ok(())
}

/// The value below which so many of a thousand lie; 0 of none.
fn per_mille(values: &mut [i64], share: usize) -> i64 {
    values.sort_unstable();
    values.get((values.len() * share / 1000).min(values.len().saturating_sub(1))).copied().unwrap_or(0)
}

/// Sends at a steady rate, each record stamped with the moment it is sent; the first seconds are for the group to form.
fn send(run: &Run, rate: u64) -> Result<(), Box<dyn Error>> {
    let producer = topics::producer(&run.settings.brokers)?;
    let warm = Duration::from_secs(5);
    let records = messages(rate * (warm + LASTING).as_secs());
    let began = Instant::now();
    for (nth, message) in (0_u64..).zip(&records) {
        let due = Duration::from_nanos(nth * 1_000_000_000 / rate.max(1));
        // Asleep, not in a poll: that spins through what is left below a millisecond, on a core that the others need.
        thread::sleep(due.saturating_sub(began.elapsed()));
        topics::send(&producer, &run.settings.topics.raw, topics::partition(nth)?, message, now()?)?;
    }
    producer.flush(Duration::from_secs(30))?;
    Ok(())
}

/// Milliseconds from when a clean record was sent raw to when a reader of committed records has it.
fn read(run: &Run, stop: &Stop) -> Result<Vec<i64>, Box<dyn Error>> {
    let consumer: BaseConsumer = client(&run.settings.brokers)
        .set("group.id", format!("{}.reader", run.settings.group))
        .set("isolation.level", "read_committed")
        .set("auto.offset.reset", "earliest")
        .set("fetch.wait.max.ms", "10")
        .create()?;
    consumer.subscribe(&[&run.settings.topics.clean])?;
    let mut waits = Vec::new();
    let mut first = None;
    while !stop.is_now() {
        if let Some(message) = consumer.poll(Duration::from_millis(50)).transpose()? {
            let (sent, now) = (message.timestamp().to_millis().unwrap_or(0), now()?);
            let begin: i64 = *first.get_or_insert(sent) + 5_000;
            if sent >= begin {
                waits.push(now - sent);
            }
        }
    }
    Ok(waits)
}

#[expect(clippy::disallowed_methods, reason = "latency is a matter of clocks; no output depends on it")]
fn now() -> Result<i64, Box<dyn Error>> {
    Ok(i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())?)
}

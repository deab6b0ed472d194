//! How long a record takes from the raw topic to the clean one.

use super::topics::{self, Run, client};
use benches::load::{bound, messages};
use pipeline::{Stop, WorkerSettings};
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

/// Prints percentiles at `rate` records per second.
pub(super) fn report(brokers: &str, rate: u64) -> Result<(), Box<dyn Error>> {
    let run = Run::new(brokers, "latency.raw", "latency")?;
    let stop = Stop::default();
    let mut waits = thread::scope(|scope| {
        let work = || run.work(bound()?, 0, WorkerSettings::default(), &stop, &mut |_| {});
        let worker = scope.spawn(move || work().map_err(|error| error.to_string()));
        let reader = scope.spawn(|| read(&run, &stop).map_err(|error| error.to_string()));
        let sent = send(&run, rate);
        thread::sleep(Duration::from_secs(2));
        stop.now();
        sent?;
        worker.join().map_err(|_| "the worker panicked")??;
        Ok::<_, Box<dyn Error>>(reader.join().map_err(|_| "the reader panicked")??)
    })?;
    waits.sort_unstable();
    let at = |per_mille: usize| waits.get((waits.len() * per_mille / 1000).min(waits.len().saturating_sub(1)));
    let millis = |per_mille| at(per_mille).copied().unwrap_or(0);
    println!(
        "latency raw to clean at {rate} records/s, commits every {} ms: p50 {} ms, p99 {} ms, p99.9 {} ms of {} records",
        run.settings.commit_interval.as_millis(),
        millis(500),
        millis(990),
        millis(999),
        waits.len()
    );
    Ok(())
}

/// Sends at a steady rate, each record stamped with the moment it is sent; the first seconds are for the group to form.
fn send(run: &Run, rate: u64) -> Result<(), Box<dyn Error>> {
    let producer = topics::producer(&run.settings.brokers)?;
    let warm = Duration::from_secs(5);
    let records = messages(rate * (warm + LASTING).as_secs());
    let began = Instant::now();
    for (nth, message) in (0_u64..).zip(&records) {
        let due = Duration::from_nanos(nth * 1_000_000_000 / rate.max(1));
        while began.elapsed() < due {
            producer.poll(Duration::from_millis(1));
        }
        topics::send(&producer, &run.settings.topics.raw, topics::partition(nth)?, message, now()?)?;
    }
    producer.flush(Duration::from_secs(30))?;
    Ok(())
}

/// Milliseconds from when a clean record was sent raw to when a reader of committed records has it.
fn read(run: &Run, stop: &Stop) -> Result<Vec<i64>, Box<dyn Error>> {
    let consumer: BaseConsumer = client(&run.settings.brokers)
        .set("group.id", "latency.reader")
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

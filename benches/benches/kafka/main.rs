//! Kafka to Kafka, exactly once, against a real broker that the project's script starts (Java 17 and Maven).
//!
//! * CPU of the client per record: the pipeline, and a bare loop that copies the same records in the same transactions and
//!   looks at none of them, in one run.
//! * Latency from raw to clean at 70 % of the rate just measured.
//! * Two workers against one, each a process with one judging thread; the broker shares the machine with them.
//!
//! `-- workers` behind the command runs that part alone; the others are `cpu` and `latency`, which wants `cpu` for its rate.

#![expect(clippy::print_stdout, reason = "a bench reports on standard output")]

mod bare;
mod latency;
mod topics;
mod workers;

use benches::{
    Clock,
    load::{bound, messages},
    median, ratio,
};
use pipeline::{Stop, WorkerSettings};
use std::{env, error::Error, time::Instant};
use testbed::{Broker, Settings};
use topics::Run;

/// The binary's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const RECORDS: u64 = 100_000;
const ROUNDS: usize = 3;
/// Rounds before those that count: a broker that has just started compiles its own code on the cores that it shares with the
/// workers, for a minute and more.
const WARMING: usize = 3;

fn main() -> Result<(), Box<dyn Error>> {
    if workers::is_child() {
        return workers::child();
    }
    let named: Vec<String> = env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    let wanted = |part: &str| named.is_empty() || named.iter().any(|name| name == part);
    let broker = Broker::own(&Settings { lasting: true, ..Settings::default() });
    let brokers = broker.bootstrap();
    if wanted("cpu") {
        let rate = cpu(brokers)?;
        if wanted("latency") {
            latency::report(brokers, rate * 7 / 10)?;
        }
    }
    if wanted("workers") { workers::report(brokers) } else { Ok(()) }
}

/// Prints CPU per record; returns the records per second of the pipeline.
fn cpu(brokers: &str) -> Result<u64, Box<dyn Error>> {
    println!(
        "kafka: {RECORDS} records of all forms, 8 % invalid, 3 % duplicates; medians of {ROUNDS} rounds on a warm broker"
    );
    let raw = "raw";
    Run::new(brokers, raw, "filled")?;
    topics::fill(brokers, raw, &messages(RECORDS))?;
    let (mut copied, mut judged, mut walls) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..WARMING + ROUNDS {
        let copy = bare::copy(&Run::new(brokers, raw, &format!("copy-{round}"))?, RECORDS)?;
        let (cpu, wall) = pipeline(&Run::new(brokers, raw, &format!("line-{round}"))?)?;
        if round >= WARMING {
            copied.push(copy);
            judged.push(cpu);
            walls.push(wall);
        }
    }
    let (copied, judged, wall) = (median(&mut copied), median(&mut judged), median(&mut walls));
    let rate = RECORDS * 1_000_000_000 / wall.max(1);
    println!("{:<28} {:>14} {:>11}", "", "CPU ns/record", "records/s");
    println!("{:<28} {:>14}", "bare transactional copy", copied / RECORDS);
    println!("{:<28} {:>14} {:>11}", "pipeline", judged / RECORDS, rate);
    println!("{:<28} {:>14}", "ratio", ratio(judged, copied));
    Ok(rate)
}

/// CPU and wall nanoseconds of a worker from joining the group to the last record committed.
fn pipeline(run: &Run) -> Result<(u64, u64), Box<dyn Error>> {
    let stop = Stop::default();
    stop.when_drained();
    let (began, clock) = (Instant::now(), Clock::process()?);
    let tally = run.work(bound()?, 0, WorkerSettings::default(), &stop, &mut |_| {})?;
    assert_eq!(tally.ledger.received, RECORDS, "the run did not take every record");
    Ok((clock.nanos()?, u64::try_from(began.elapsed().as_nanos())?))
}

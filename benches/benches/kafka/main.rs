//! Kafka to Kafka, exactly once, against a real broker that the project's script starts (Java 17 and Maven).
//!
//! * CPU of the client per record: the pipeline, and a bare loop that copies the same records in the same transactions and
//!   looks at none of them, in one run.
//! * Latency from raw to clean at 70 % of the rate just measured.
//! * Two workers against one, each a process with one judging thread; the broker shares the machine with them.

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
use pipeline::Stop;
use std::{error::Error, time::Instant};
use testbed::Shared;
use topics::Run;

/// The binary's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const RECORDS: u64 = 100_000;
const ROUNDS: usize = 3;

fn main() -> Result<(), Box<dyn Error>> {
    if workers::is_child() {
        return workers::child();
    }
    let brokers = Shared::get().bootstrap();
    println!("kafka: {RECORDS} records of all forms, 8 % invalid, 3 % duplicates; medians of {ROUNDS} rounds");
    let raw = "raw";
    Run::new(brokers, raw, "filled")?;
    topics::fill(brokers, raw, &messages(RECORDS))?;
    let (mut copied, mut judged, mut walls) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        copied.push(bare::copy(&Run::new(brokers, raw, &format!("copy-{round}"))?, RECORDS)?);
        let (cpu, wall) = pipeline(&Run::new(brokers, raw, &format!("line-{round}"))?)?;
        judged.push(cpu);
        walls.push(wall);
    }
    let (copied, judged, wall) = (median(&mut copied), median(&mut judged), median(&mut walls));
    let rate = RECORDS * 1_000_000_000 / wall.max(1);
    println!("{:<28} {:>14} {:>11}", "", "CPU ns/record", "records/s");
    println!("{:<28} {:>14}", "bare transactional copy", copied / RECORDS);
    println!("{:<28} {:>14} {:>11}", "pipeline", judged / RECORDS, rate);
    println!("{:<28} {:>14}", "ratio", ratio(judged, copied));
    latency::report(brokers, rate * 7 / 10)?;
    workers::report(brokers)
}

/// CPU and wall nanoseconds of a worker from joining the group to the last record committed.
fn pipeline(run: &Run) -> Result<(u64, u64), Box<dyn Error>> {
    let stop = Stop::default();
    stop.when_drained();
    let (began, clock) = (Instant::now(), Clock::process()?);
    let tally = run.work(bound()?, 0, &stop)?;
    assert_eq!(tally.ledger.received, RECORDS, "the run did not take every record");
    Ok((clock.nanos()?, u64::try_from(began.elapsed().as_nanos())?))
}

//! The pipeline over local topics, end to end: raw records on the topic, to outcomes committed with claims and positions.
//! CPU of the whole process per record, and how much of it is judging, measured alone in the same run.

#![expect(clippy::print_stdout, reason = "a bench reports on standard output")]

use benches::{
    Clock,
    load::{WINDOW, bound, messages},
    median, ratio,
};
use dedupe::Window;
use pipeline::{Keys, Line, LineSettings, Stop, WorkerSettings};
use record::{Message, envelope::Envelope};
use rules::Context;
use std::{error::Error, hint::black_box, time::Instant};
use store::{Store, Sync};
use transport::local::{Appender, Local, Settings};

/// The binary's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const RECORDS: u64 = 60_000;
const ROUNDS: usize = 3;
/// Records appended at once while the topic is filled, which is not measured.
const APPEND: usize = 4_096;

fn main() -> Result<(), Box<dyn Error>> {
    let messages = messages(RECORDS);
    println!("line: {RECORDS} records of all forms, 8 % invalid, 3 % duplicates; medians of {ROUNDS} rounds");
    println!(
        "{:<24} {:>10} {:>14} {:>14} {:>11}",
        "commits", "judge %", "CPU ns/record", "wall ns/record", "records/s"
    );
    for (name, sync) in [("not synced", Sync::Off), ("synced (production)", Sync::Full)] {
        let (mut judging, mut cpu, mut wall) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            judging.push(judge_alone(&messages)?);
            let (took, used) = run(&messages, sync)?;
            wall.push(took);
            cpu.push(used);
        }
        let (judge, cpu, wall) = (median(&mut judging), median(&mut cpu), median(&mut wall).max(1));
        let rate = RECORDS * 1_000_000_000 / wall;
        let share = ratio(judge * 100, cpu);
        println!("{name:<24} {share:>10} {:>14} {:>14} {rate:>11}", cpu / RECORDS, wall / RECORDS);
    }
    Ok(())
}

/// CPU nanoseconds of judging alone, on one thread.
fn judge_alone(messages: &[Message]) -> Result<u64, Box<dyn Error>> {
    let forms = bound()?;
    let clock = Clock::thread()?;
    for message in messages {
        if let Ok(bound) = forms.find(message) {
            let context =
                Context { client: Envelope::of(message).client, time: message.time.known(), ..Context::default() };
            black_box(bound.judge.judge(&message.value, context));
        }
    }
    clock.nanos()
}

/// Wall and CPU nanoseconds from the first record read to the last one committed.
fn run(messages: &[Message], sync: Sync) -> Result<(u64, u64), Box<dyn Error>> {
    let dir = tempfile::tempdir()?;
    let settings = Settings { sync, ..Settings::default() };
    let mut raw = Appender::open(dir.path(), settings)?;
    for block in messages.chunks(APPEND) {
        raw.append(block)?;
    }
    drop(raw);
    let line = Line::new(bound()?, LineSettings::default())?;
    let mut transport = Local::open(dir.path(), settings)?;
    let mut keys = Keys::All(Box::new(Window::open(&Store::open(dir.path(), sync)?, WINDOW, &mut |_| {})?));
    let stop = Stop::default();
    stop.when_drained();
    let (began, clock) = (Instant::now(), Clock::process()?);
    let tally = pipeline::run(&line, &mut transport, &mut keys, &WorkerSettings::default(), &stop, &mut |_| {})?;
    assert_eq!(tally.ledger.received, RECORDS, "the run did not take every record");
    Ok((u64::try_from(began.elapsed().as_nanos())?, clock.nanos()?))
}

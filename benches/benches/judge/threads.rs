//! Two threads that judge against one. Time on the wall: the best of the rounds, for whatever else the machine does can only
//! add to it. CPU of two against one tells the same without the clock: what threads take from each other is CPU time.

use crate::{RECORDS, ROUNDS, Subject};
use benches::{Clock, median, ratio};
use rayon::{ThreadPool, ThreadPoolBuilder, prelude::*};
use std::{error::Error, hint::black_box, time::Instant};

/// Records a thread takes at a time.
const PIECE: usize = 64;
/// Each round judges the records so often, to outlast starting and stopping.
const TIMES: u64 = 4;

pub(crate) fn heading() {
    println!();
    println!("threads: {} records a round, 8 % invalid, best of {ROUNDS} rounds", RECORDS * TIMES);
    println!(
        "{:<20} {:>14} {:>14} {:>10} {:>20}",
        "form", "1, records/s", "2, records/s", "faster", "CPU, two against one"
    );
}

pub(crate) fn report(subject: &Subject) -> Result<(), Box<dyn Error>> {
    let records = subject.records(80_000);
    let pools = [1, 2].map(|threads| ThreadPoolBuilder::new().num_threads(threads).build());
    let [one, two] = pools;
    let (one, two) = (one?, two?);
    let (mut walls, mut cpus) = ([Vec::new(), Vec::new()], [Vec::new(), Vec::new()]);
    for _ in 0..ROUNDS {
        for (at, pool) in [&one, &two].into_iter().enumerate() {
            let (wall, cpu) = judge(subject, &records, pool)?;
            walls[at].push(wall);
            cpus[at].push(cpu);
        }
    }
    let [one, two] = walls.map(|walls| walls.into_iter().min().unwrap_or(1).max(1));
    let [one_cpu, two_cpu] = cpus.map(|mut cpus| median(&mut cpus));
    let rate = |wall: u64| RECORDS * TIMES * 1_000_000_000 / wall;
    println!(
        "{:<20} {:>14} {:>14} {:>10} {:>20}",
        subject.kind.form(),
        rate(one),
        rate(two),
        ratio(one, two),
        ratio(two_cpu, one_cpu)
    );
    Ok(())
}

/// Wall and CPU nanoseconds of judging all records.
fn judge(subject: &Subject, records: &[Vec<u8>], pool: &ThreadPool) -> Result<(u64, u64), Box<dyn Error>> {
    let (began, clock) = (Instant::now(), Clock::process()?);
    pool.install(|| {
        for _ in 0..TIMES {
            records.par_chunks(PIECE).for_each(|piece| {
                for record in piece {
                    black_box(subject.judge(black_box(record)));
                }
            });
        }
    });
    Ok((u64::try_from(began.elapsed().as_nanos())?, clock.nanos()?))
}

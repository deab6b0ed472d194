//! The judge and the yardsticks, taking turns over the same records.

use crate::{MIXES, RECORDS, ROUNDS, Subject, naive::Outcome};
use benches::{Clock, median, ratio};
use record::Verdict;
use rules::Context;
use std::{error::Error, hint::black_box};

/// CPU nanoseconds for all records of one mix.
#[derive(Clone, Copy, Default)]
struct Times {
    judge: u64,
    same_job: u64,
    sonic: u64,
    serde: u64,
    naive: u64,
}

/// Records of one mix, and how many of them were rejected.
struct Mix {
    records: Vec<Vec<u8>>,
    by_judge: usize,
    by_naive: usize,
}

/// What was measured for one form.
pub(crate) struct Contest<'s> {
    subject: &'s Subject,
    mixes: Vec<Mix>,
    /// By round, then by mix.
    rounds: Vec<Vec<Times>>,
}

pub(crate) fn heading() {
    println!("judge: CPU of one thread, {RECORDS} records a round, {ROUNDS} rounds");
    println!("times in ns/record are medians of the rounds, ratios are medians of the ratios within each round");
    println!("`same job` is the judge with forms that ask for no more than the naive chain does");
    println!("`to valid` is the time against that of all valid; `judge -`, `naive -` are records rejected in 1,000");
    println!(
        "{:<20} {:<14} {:>6} {:>7} {:>7} {:>7} {:>7} {:>12} {:>12} {:>9} {:>8} {:>11} {:>10} {:>8} {:>8}",
        "form",
        "mix",
        "bytes",
        "judge",
        "sonic",
        "serde",
        "naive",
        "judge/sonic",
        "naive/judge",
        "to valid",
        "same job",
        "same/sonic",
        "naive/same",
        "judge -",
        "naive -"
    );
}

impl<'s> Contest<'s> {
    pub(crate) fn run(subject: &'s Subject) -> Result<Self, Box<dyn Error>> {
        let mixes: Vec<Mix> = MIXES.iter().map(|(_, invalid_ppm)| Mix::new(subject, *invalid_ppm)).collect();
        // A mix that is not what it says would make every ratio below wrong.
        if mixes[0].by_judge != 0 || mixes[2].by_judge != mixes[2].records.len() {
            return Err("records generated as valid were rejected, or such as invalid accepted".into());
        }
        let mut rounds = Vec::new();
        for _ in 0..ROUNDS {
            rounds.push(mixes.iter().map(|mix| measure(subject, &mix.records)).collect::<Result<Vec<_>, _>>()?);
        }
        Ok(Self { subject, mixes, rounds })
    }

    pub(crate) fn print(&self) {
        let per_record = |at: usize, of: fn(&Times) -> u64| self.median(|mixes| of(&mixes[at])) / RECORDS;
        for (at, (mix, (name, _))) in self.mixes.iter().zip(MIXES).enumerate() {
            let bytes = mix.records.iter().map(|record| record.len() as u64).sum::<u64>() / RECORDS;
            println!(
                "{:<20} {name:<14} {bytes:>6} {:>7} {:>7} {:>7} {:>7} {:>12} {:>12} {:>9} {:>8} {:>11} {:>10} {:>8} {:>8}",
                self.subject.kind.form(),
                per_record(at, |times| times.judge),
                per_record(at, |times| times.sonic),
                per_record(at, |times| times.serde),
                per_record(at, |times| times.naive),
                self.ratio(|mixes| (mixes[at].judge, mixes[at].sonic)),
                self.ratio(|mixes| (mixes[at].naive, mixes[at].judge)),
                self.ratio(|mixes| (mixes[at].judge, mixes[0].judge)),
                per_record(at, |times| times.same_job),
                self.ratio(|mixes| (mixes[at].same_job, mixes[at].sonic)),
                self.ratio(|mixes| (mixes[at].naive, mixes[at].same_job)),
                mix.by_judge * 1_000 / mix.records.len(),
                mix.by_naive * 1_000 / mix.records.len(),
            );
        }
    }

    fn median(&self, of: impl Fn(&[Times]) -> u64) -> u64 {
        median(&mut self.rounds.iter().map(|mixes| of(mixes)).collect::<Vec<_>>())
    }

    fn ratio(&self, of: impl Fn(&[Times]) -> (u64, u64)) -> String {
        const PARTS: u64 = 10_000;
        let parts = self.median(|mixes| {
            let (of, by) = of(mixes);
            of * PARTS / by.max(1)
        });
        ratio(parts, PARTS)
    }
}

impl Mix {
    fn new(subject: &Subject, invalid_ppm: u64) -> Self {
        let records = subject.records(invalid_ppm);
        let by_judge = records.iter().filter(|record| matches!(subject.judge(record), Verdict::Reject(_))).count();
        let by_naive =
            records.iter().filter(|record| matches!(subject.chain.judge(record), Outcome::Reject(_))).count();
        Self { records, by_judge, by_naive }
    }
}

fn measure(subject: &Subject, records: &[Vec<u8>]) -> Result<Times, Box<dyn Error>> {
    // An error of a parser is a result too: invalid records may be no JSON.
    Ok(Times {
        judge: timed(records, |record| subject.judge(record))?,
        same_job: timed(records, |record| subject.same_job.judge(record, Context::default()))?,
        sonic: timed(records, |record| sonic_rs::from_slice::<sonic_rs::Value>(record).is_ok())?,
        serde: timed(records, |record| serde_json::from_slice::<serde_json::Value>(record).is_ok())?,
        naive: timed(records, |record| subject.chain.judge(record))?,
    })
}

fn timed<T>(records: &[Vec<u8>], work: impl Fn(&[u8]) -> T) -> Result<u64, Box<dyn Error>> {
    let clock = Clock::thread()?;
    for record in records {
        black_box(work(black_box(record)));
    }
    clock.nanos()
}

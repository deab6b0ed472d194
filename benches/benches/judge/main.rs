//! What judging costs, per form and share of invalid records, beside three yardsticks that work on the same bytes in the
//! same run:
//!
//! * `sonic_rs::from_slice::<sonic_rs::Value>`: the fastest parser for Rust that checks all of the text (UTF-8, syntax) and
//!   builds the whole tree. It does nothing else;
//! * `serde_json::from_slice::<serde_json::Value>`: the usual one;
//! * the naive chain ([`naive`]): the job as somebody writes it who does not care what it costs. Beside it stands the judge
//!   with forms that ask for no more than the chain does ([`same_job`]).
//!
//! Times are CPU time of the one thread that works. Then two threads against one, by the clock on the wall.
//!
//! `cargo bench -p benches --bench judge -- claim` judges the forms alone whose names contain `claim`.

#![expect(clippy::print_stdout, reason = "a bench reports on standard output")]

mod contest;
mod naive;
mod normalize;
mod same_job;
mod threads;

use contest::Contest;
use faircopy::generate::{Generator, Kind};
use naive::Chain;
use record::Verdict;
use rules::{Context, Form, Judge, Profile};
use std::{env, error::Error, fs};

/// The binary's allocator: allocation is a good part of judging.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Records judged per round: many more than caches and branch predictors remember.
const RECORDS: u64 = 5_000;
/// Rounds; what is compared takes turns in each, so that a busy machine slows all of it.
const ROUNDS: usize = 9;
/// Parts of a million of the records that are to be rejected.
const MIXES: [(&str, u64); 3] = [("all valid", 0), ("8 % invalid", 80_000), ("100 % invalid", 1_000_000)];

/// A form, and what judges it.
struct Subject {
    kind: Kind,
    judge: Judge,
    /// Of the same form, but for what the chain leaves out.
    same_job: Judge,
    chain: Chain,
}

fn main() -> Result<(), Box<dyn Error>> {
    let only = env::args().skip(1).find(|argument| !argument.starts_with('-')).unwrap_or_default();
    let subjects = Kind::ALL
        .into_iter()
        .filter(|kind| kind.form().contains(&only))
        .map(Subject::new)
        .collect::<Result<Vec<_>, _>>()?;
    contest::heading();
    for subject in &subjects {
        Contest::run(subject)?.print();
    }
    threads::heading();
    for subject in &subjects {
        threads::report(subject)?;
    }
    Ok(())
}

impl Subject {
    fn new(kind: Kind) -> Result<Self, Box<dyn Error>> {
        let file = format!("{}/../schemas/{}/1.json", env!("CARGO_MANIFEST_DIR"), kind.form());
        let text = fs::read_to_string(&file)?;
        let judge = |text: &str| {
            let form = Form::parse(&file, text).map_err(|errors| format!("{errors:?}"))?;
            Ok::<_, String>(Judge::new(&form, &Profile::default()))
        };
        Ok(Self { kind, judge: judge(&text)?, same_job: judge(&same_job::of(&text)?)?, chain: Chain::new(&text)? })
    }

    fn judge(&self, record: &[u8]) -> Verdict {
        self.judge.judge(record, Context::default())
    }

    /// Records of the form, none twice; the same with every call.
    fn records(&self, invalid_ppm: u64) -> Vec<Vec<u8>> {
        let kind = Some(self.kind);
        let generator = Generator { seed: 1, invalid_ppm, duplicate_ppm: 0, kind, envelope: false, tables: false };
        (0..RECORDS).map(|index| generator.record(index).bytes).collect()
    }
}

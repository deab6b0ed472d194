//! What judging one record costs, per form and share of invalid records, against what `serde_json` takes merely to parse
//! the same bytes into a `Value`, in the same run. Times are CPU time of the one thread that works.

#![expect(clippy::print_stdout, reason = "a bench reports on standard output")]

use benches::{Clock, median, ratio};
use faircopy::generate::{Generator, Kind};
use rules::{Context, Form, Judge, Profile};
use std::{error::Error, fs, hint::black_box};

/// The binary's allocator: allocation is a good part of judging.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Records judged per round: many more than caches and branch predictors remember.
const RECORDS: u64 = 5_000;
/// Rounds; judging and parsing take turns in each, so that a busy machine slows both.
const ROUNDS: usize = 7;
/// Parts of a million of the records that are to be rejected.
const MIXES: [(&str, u64); 3] = [("all valid", 0), ("8 % invalid", 80_000), ("100 % invalid", 1_000_000)];

/// One line of the table, in nanoseconds for all records of a round.
struct Row {
    judge: u64,
    parse: u64,
    bytes: u64,
}

fn main() -> Result<(), Box<dyn Error>> {
    println!(
        "judge: CPU of one thread, {RECORDS} records a round, medians of {ROUNDS} rounds; vs = judge / serde_json parse"
    );
    println!(
        "{:<16} {:<14} {:>6} {:>10} {:>10} {:>11} {:>7} {:>8}",
        "form", "mix", "vs", "judge ns", "parse ns", "records/s", "MB/s", "bytes"
    );
    for kind in Kind::ALL {
        let file = format!("{}/../schemas/{}/1.json", env!("CARGO_MANIFEST_DIR"), kind.form());
        let form = Form::parse(&file, &fs::read_to_string(&file)?).map_err(|errors| format!("{errors:?}"))?;
        let judge = Judge::new(&form, &Profile::default());
        for (name, invalid_ppm) in MIXES {
            let row = measure(&judge, kind, invalid_ppm)?;
            print(kind.form(), name, &row);
        }
    }
    Ok(())
}

fn measure(judge: &Judge, kind: Kind, invalid_ppm: u64) -> Result<Row, Box<dyn Error>> {
    let generator =
        Generator { seed: 1, invalid_ppm, duplicate_ppm: 0, kind: Some(kind), envelope: false, tables: false };
    let records: Vec<Vec<u8>> = (0..RECORDS).map(|index| generator.record(index).bytes).collect();
    let bytes = records.iter().map(|record| record.len() as u64).sum();
    let (mut judging, mut parsing) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let clock = Clock::thread()?;
        for record in &records {
            black_box(judge.judge(black_box(record), Context::default()));
        }
        judging.push(clock.nanos()?);
        let clock = Clock::thread()?;
        for record in &records {
            // An error is a result too: invalid records may be no JSON.
            let _parsed = black_box(serde_json::from_slice::<serde_json::Value>(black_box(record)));
        }
        parsing.push(clock.nanos()?);
    }
    Ok(Row { judge: median(&mut judging), parse: median(&mut parsing), bytes })
}

fn print(form: &str, mix: &str, row: &Row) {
    let nanos = row.judge.max(1);
    println!(
        "{form:<16} {mix:<14} {:>6} {:>10} {:>10} {:>11} {:>7} {:>8}",
        ratio(row.judge, row.parse),
        row.judge / RECORDS,
        row.parse / RECORDS,
        RECORDS * 1_000_000_000 / nanos,
        row.bytes * 1_000 / nanos,
        row.bytes / RECORDS
    );
}

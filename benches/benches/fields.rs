//! What one value costs in every normalizer and check: as a person keys it, and as it is in a clean record. Times are
//! CPU time of the one thread that works; a ratio says how often the check of an IBAN could have been done meanwhile.

#![expect(clippy::print_stdout, reason = "a bench reports on standard output")]

use benches::{
    Clock, median, ratio,
    samples::{CHECKS, Field, NORMALIZERS},
};
use rules::{check, normalize};
use std::{error::Error, hint::black_box};

/// The binary's allocator: a value that changes is allocated.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Least CPU time of a round: the kernel counts that of a thread which runs in ticks of some milliseconds.
const ROUND_NANOS_MIN: u64 = 60_000_000;
const ROUNDS: usize = 5;

fn main() -> Result<(), Box<dyn Error>> {
    let field = Field::default();
    let settings = field.settings();
    let (_, iban) = check::check("iban").ok_or("no check iban")?;
    let unit = measure(|| black_box(iban(black_box("GB82WEST12345698765432"), &settings)).is_ok())?;
    println!(
        "fields: CPU of one thread, medians of {ROUNDS} rounds of at least {} ms; vs = one value / the check of an IBAN",
        ROUND_NANOS_MIN / 1_000_000
    );
    println!("{:<12} {:<16} {:>9} {:>7} {:>9} {:>7}", "", "name", "keyed ns", "vs", "clean ns", "vs");
    let nanos = |hundredths: u64| ratio(hundredths, 100);
    for (name, keyed, clean) in NORMALIZERS {
        let (_, normalizer) = normalize::normalizer(name).ok_or("no such normalizer")?;
        let [keyed, clean] =
            [keyed, clean].map(|text| measure(|| black_box(normalizer(black_box(text), &settings)).is_ok()));
        let (keyed, clean) = (keyed?, clean?);
        let vs = (ratio(keyed, unit), ratio(clean, unit));
        println!("{:<12} {name:<16} {:>9} {:>7} {:>9} {:>7}", "normalizer", nanos(keyed), vs.0, nanos(clean), vs.1);
    }
    for (name, text) in CHECKS {
        let (_, check) = check::check(name).ok_or("no such check")?;
        let clean = measure(|| black_box(check(black_box(text), &settings)).is_ok())?;
        println!("{:<12} {name:<16} {:>9} {:>7} {:>9} {:>7}", "check", "–", "–", nanos(clean), ratio(clean, unit));
    }
    Ok(())
}

/// Hundredths of a nanosecond for one value; an error when a value is refused, for then something else was measured.
fn measure(run: impl Fn() -> bool) -> Result<u64, Box<dyn Error>> {
    let round = |values: u64| -> Result<u64, Box<dyn Error>> {
        let clock = Clock::thread()?;
        for _ in 0..values {
            if !run() {
                return Err("a sample was refused".into());
            }
        }
        clock.nanos()
    };
    let mut values = 10_000;
    while round(values)? < ROUND_NANOS_MIN {
        values *= 2;
    }
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        rounds.push(round(values)? * 100 / values);
    }
    Ok(median(&mut rounds))
}

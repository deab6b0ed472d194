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

/// Values per round; one takes far less than the clock can tell.
const VALUES: u64 = 20_000;
const ROUNDS: usize = 9;

fn main() -> Result<(), Box<dyn Error>> {
    let field = Field::default();
    let settings = field.settings();
    let (_, iban) = check::check("iban").ok_or("no check iban")?;
    let unit = measure(|| black_box(iban(black_box("GB82WEST12345698765432"), &settings)).is_ok())?;
    println!(
        "fields: CPU of one thread, {VALUES} values a round, medians of {ROUNDS} rounds; vs = one value / the check of an IBAN"
    );
    println!("{:<12} {:<16} {:>9} {:>7} {:>9} {:>7}", "", "name", "keyed ns", "vs", "clean ns", "vs");
    let nanos = |total: u64| total / VALUES;
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

/// Nanoseconds for all values of a round; an error when a value is refused, for then something else was measured.
fn measure(run: impl Fn() -> bool) -> Result<u64, Box<dyn Error>> {
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        let clock = Clock::thread()?;
        for _ in 0..VALUES {
            if !run() {
                return Err("a sample was refused".into());
            }
        }
        rounds.push(clock.nanos()?);
    }
    Ok(median(&mut rounds))
}

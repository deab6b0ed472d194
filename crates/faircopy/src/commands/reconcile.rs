//! `faircopy reconcile`: the proof that every raw record has exactly one outcome.

use super::Place;
use crate::{
    failure::{Exit, Failure},
    text,
};
use pipeline::reconcile::{self, Named, Report};
use std::fmt::Write as _;

/// Arguments of `faircopy reconcile`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    place: Place,
}

/// Runs the command; a worker may be running meanwhile.
///
/// # Errors
/// When there is no store, or it cannot be read: then nothing is proven.
pub fn run(args: &Args) -> Result<Exit, Failure> {
    let config = args.place.open_existing()?;
    let report = reconcile::run(&config.store, &mut |_, _| {})?;
    text::print(&page(&report))?;
    Ok(if report.ok() { Exit::Clean } else { Exit::Findings })
}

/// The report for people; `faircopy demo` ends with it too.
#[must_use]
pub fn page(report: &Report) -> String {
    let mut page = String::new();
    let found = report.found;
    let rows = [
        ("judged", report.positions),
        ("clean", found.clean),
        ("reject", found.reject),
        ("duplicate", found.duplicate),
        ("gap", found.gap),
        ("waiting", report.waiting),
    ];
    for (word, count) in rows {
        // Writing to a String cannot fail.
        let _infallible = writeln!(page, "{word:<10}{:>14}", text::grouped(count));
    }
    if report.checked_from > 0 {
        let _infallible =
            writeln!(page, "retention dropped outcomes: only raw/0/{} and later are checked", report.checked_from);
    }
    name(&mut page, "unaccounted for", &report.unaccounted);
    name(&mut page, "with more than one outcome", &report.doubled);
    name(&mut page, "with an outcome, but never committed", &report.phantom);
    for mismatch in &report.mismatches {
        let _infallible = writeln!(page, "{mismatch}");
    }
    page.push_str(if report.ok() {
        "every judged record is accounted for exactly once\n"
    } else {
        "NOT every judged record is accounted for exactly once\n"
    });
    page
}

fn name(page: &mut String, what: &str, positions: &Named) {
    if positions.count == 0 {
        return;
    }
    let _infallible = writeln!(page, "{} {what}:", text::grouped(positions.count));
    for position in &positions.first {
        let _infallible = writeln!(page, "  raw/{position}");
    }
    let more = positions.count - positions.first.len() as u64;
    if more > 0 {
        let _infallible = writeln!(page, "  … and {} more", text::grouped(more));
    }
}

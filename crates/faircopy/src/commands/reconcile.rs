//! `faircopy reconcile`: the proof that every raw record has exactly one outcome.

use super::Place;
use crate::{
    failure::{Exit, Failure},
    service, text,
};
use pipeline::reconcile::{self, Named, Offence, Report};
use record::Position;
use serde_json::json;
use std::{fmt::Write as _, path::Path};
use transport::kafka::Settings;

/// Arguments of `faircopy reconcile`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    place: Place,
    /// Kafka: first raw record to check, once for each partition that is not to be checked from its beginning
    #[arg(long, value_name = "PARTITION/OFFSET")]
    from: Vec<Position>,
    /// Kafka: raw record to end before, once for each partition that is not to be checked to where it is committed
    #[arg(long, value_name = "PARTITION/OFFSET")]
    to: Vec<Position>,
    /// For machines: a line of JSON for each offender, and one for the result
    #[arg(long)]
    json: bool,
}

/// Runs the command; workers may be running meanwhile.
///
/// # Errors
/// When there is no store or cluster, or it cannot be read: then nothing is proven.
pub fn run(args: &Args) -> Result<Exit, Failure> {
    let config = args.place.open_one()?;
    let report = match &config.kafka {
        Some(settings) => on_topics(args, settings)?,
        None => in_store(args, &config.store)?,
    };
    text::print(&if args.json { line(&result(&report)) } else { page(&report) })?;
    Ok(if report.ok() { Exit::Clean } else { Exit::Findings })
}

fn in_store(args: &Args, dir: &Path) -> Result<Report, Failure> {
    if !args.from.is_empty() || !args.to.is_empty() {
        return Err(Failure::usage("--from and --to are for Kafka: a store is always checked from end to end"));
    }
    service::expect_store(dir)?;
    let bar = bar("accounting for");
    let report = reconcile::run(dir, &mut |done, total| {
        bar.set_length(total);
        bar.set_position(done);
    });
    bar.finish_and_clear();
    let report = report?;
    let kinds = [
        (Offence::Unaccounted, &report.unaccounted),
        (Offence::Doubled, &report.doubled),
        (Offence::Phantom, &report.phantom),
    ];
    for (offence, positions) in kinds.iter().filter(|_| args.json) {
        for position in &positions.first {
            text::print(&offender(true, *offence, *position))?;
        }
    }
    Ok(report)
}

/// Offenders are told as they are found: there may be more than memory holds.
fn on_topics(args: &Args, settings: &Settings) -> Result<Report, Failure> {
    let bar = bar("accounting for");
    let mut printed = Ok(());
    let report = reconcile::topics(
        settings,
        (&args.from, &args.to),
        &mut |offence, position| {
            if printed.is_ok() {
                printed = bar.suspend(|| text::print(&offender(args.json, offence, position)));
            }
        },
        &mut |done, total| {
            bar.set_length(total);
            bar.set_position(done);
        },
    );
    bar.finish_and_clear();
    printed?;
    let mut report = report?;
    // They stand above already.
    for named in [&mut report.unaccounted, &mut report.doubled, &mut report.phantom] {
        named.first.clear();
    }
    Ok(report)
}

/// A bar on standard error, where that is a terminal.
#[must_use]
pub fn bar(what: &'static str) -> indicatif::ProgressBar {
    let bar = indicatif::ProgressBar::with_draw_target(None, indicatif::ProgressDrawTarget::stderr());
    match indicatif::ProgressStyle::with_template("{bar:40} {prefix} {human_pos} of {human_len} outcomes") {
        Ok(style) => bar.with_style(style).with_prefix(what),
        Err(_) => bar,
    }
}

fn offender(json: bool, offence: Offence, position: Position) -> String {
    if json {
        return line(
            &json!({ "offence": offence.as_str(), "partition": position.partition, "offset": position.offset }),
        );
    }
    format!("{} raw/{position}\n", offence.as_str())
}

fn result(report: &Report) -> serde_json::Value {
    let found = report.found;
    json!({
        "ok": report.ok(),
        "judged": report.positions,
        "clean": found.clean,
        "reject": found.reject,
        "duplicate": found.duplicate,
        "gap": found.gap,
        "handed_over": found.handed,
        "waiting": report.waiting,
        "unaccounted": report.unaccounted.count,
        "doubled": report.doubled.count,
        "phantom": report.phantom.count,
        "mismatches": report.mismatches,
    })
}

fn line(value: &serde_json::Value) -> String {
    format!("{value}\n")
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
        ("handed on", found.handed),
        ("waiting", report.waiting),
    ];
    for (word, count) in rows.into_iter().filter(|(word, count)| *word != "handed on" || *count > 0) {
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
    let list = if positions.first.is_empty() { "" } else { ":" };
    let _infallible = writeln!(page, "{} {what}{list}", text::grouped(positions.count));
    for position in &positions.first {
        let _infallible = writeln!(page, "  raw/{position}");
    }
    let more = positions.count - positions.first.len() as u64;
    if more > 0 && !positions.first.is_empty() {
        let _infallible = writeln!(page, "  … and {} more", text::grouped(more));
    }
}

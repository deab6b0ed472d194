//! `faircopy replay`: how many rejects would pass now, and back to the raw topic with them.

mod corrections;

use super::{
    Place,
    selection::{self, Condition},
};
use crate::{
    failure::{Exit, Failure, tell},
    forms, service, text,
};
use pipeline::{
    Line,
    replay::{self, Report, Settings},
};
use std::{collections::BTreeMap, fmt::Write as _, path::PathBuf};

/// Arguments of `faircopy replay`.
#[derive(Debug, clap::Args)]
#[command(after_help = selection::HELP)]
pub struct Args {
    #[command(flatten)]
    place: Place,
    /// Which rejects; all of them when left out
    #[arg(long = "where", value_name = "CONDITIONS", value_parser = selection::parse)]
    conditions: Vec<Condition>,
    /// Corrected records, one a line: {"reject_id": "raw/0/17", "record": {…}}; only these are replayed
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// Put them back on the raw topic; without it they are only judged
    #[arg(long)]
    run: bool,
    /// Attempts a record may have in all, instead of the configured number
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100))]
    max_attempts: Option<u32>,
}

/// Runs the command.
///
/// # Errors
/// When there is no store, the file of corrections has a mistake, or the store fails.
pub fn run(args: &Args) -> Result<Exit, Failure> {
    let config = args.place.open_topics()?;
    let line = Line::new(forms::bind(&forms::load(config.schemas.as_ref())?, &config)?, config.line)?;
    let corrected = args.file.as_deref().map(corrections::load).transpose()?;
    let settings = Settings { run: args.run, attempts_max: args.max_attempts.unwrap_or(config.line.attempts_max) };
    let site = service::site(&config);
    let selection = selection::of(&args.conditions);
    let report = replay::run(&site, &line, &selection, corrected.as_ref(), &settings)?;
    text::print(&page(&report, args))?;
    if let Some(hint) = hint(&report, args) {
        tell(&format!("hint: {hint}"));
    }
    let Some(file) = args.file.as_deref().filter(|_| report.unknown_corrections > 0) else { return Ok(Exit::Clean) };
    let mut ids = report.unknown_ids.iter().map(|id| text::printable(id)).collect::<Vec<_>>().join(", ");
    if (report.unknown_ids.len() as u64) < report.unknown_corrections {
        ids.push_str(", …");
    }
    tell(&format!("error: {}: no selected reject has the id {ids}", file.display()));
    tell("hint: `faircopy read rejects` prints them; --where may leave them out");
    Ok(Exit::Findings)
}

/// What to do next.
fn hint(report: &Report, args: &Args) -> Option<&'static str> {
    let is_skipped = |reason: &str| report.skipped.contains_key(reason);
    match (report.selected, report.sent) {
        (0, _) if report.unknown_corrections > 0 => None,
        (0, _) if args.file.is_some() => Some("there is no correction in the file"),
        (0, _) => Some("no reject is selected; `faircopy read rejects` prints all of them"),
        _ if is_skipped("unknown") => Some(
            "of some, form or source are not known here: give the --config that the worker has, or their form back",
        ),
        (_, 0) if report.skipped.keys().all(|reason| *reason == "done") => {
            Some("all of them were put back before; `faircopy read rejects --open` prints what still waits for that")
        }
        (_, 0) if is_skipped("unchanged") && args.file.is_some() => {
            Some("nothing is to be put back: correct the records in the file, they are as they were")
        }
        (_, 0) if is_skipped("unchanged") => {
            Some("nothing is to be put back: what failed for the record itself must be corrected first (--file)")
        }
        (_, 0) if is_skipped("attempts") => {
            Some("nothing is to be put back: --max-attempts N allows more attempts than the configuration")
        }
        (_, 0) => Some("nothing is to be put back"),
        _ if args.run => Some("they are on the raw topic; `faircopy run` judges them"),
        _ => Some("nothing was put back yet; --run does it"),
    }
}

fn page(report: &Report, args: &Args) -> String {
    let mut page = String::new();
    let mut row = |word: &str, count: u64| {
        // Writing to a String cannot fail.
        let _infallible = writeln!(page, "{word:<26}{:>14}", text::grouped(count));
    };
    row("selected", report.selected);
    row("would pass now", report.would_pass);
    let remaining: BTreeMap<_, _> = report.would_fail.iter().map(|(code, count)| (code.as_str(), *count)).collect();
    for (code, count) in remaining {
        row(&format!("  {code}"), count);
    }
    row(if args.run { "put back" } else { "would be put back" }, report.sent);
    for (reason, count) in &report.skipped {
        row(reason_text(reason), *count);
    }
    if report.unknown_corrections > 0 {
        row("unknown reject ids", report.unknown_corrections);
    }
    for failing in &report.failing {
        for (code, path) in &failing.errors {
            let place = if path.is_empty() { "(record)" } else { path };
            let _infallible = writeln!(page, "still wrong: {}  {code}  {}", failing.reject_id, text::printable(place));
        }
    }
    // With a file, whatever does not pass is a correction.
    let wrong = report.selected.saturating_sub(report.would_pass);
    let more = wrong.saturating_sub(report.failing.len() as u64);
    if args.file.is_some() && more > 0 {
        let _infallible = writeln!(page, "still wrong: {} more", text::grouped(more));
    }
    page
}

/// Why a reject is not put back, in words.
fn reason_text(reason: &'static str) -> &'static str {
    match reason {
        "attempts" => "skip: attempts used up",
        "done" => "skip: put back before",
        "unchanged" => "skip: fails as before",
        "unknown" => "skip: unknown form, source",
        "too_large" => "skip: too large",
        "absent" => "skip: on raw only",
        other => other,
    }
}

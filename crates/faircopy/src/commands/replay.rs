//! `faircopy replay`: how many rejects would pass now, and back to the raw topic with them.

mod corrections;
mod selection;

use super::Place;
use crate::{
    failure::{Exit, Failure, tell},
    forms, text,
};
use pipeline::{
    Line,
    replay::{self, Report, Settings},
};
use selection::Condition;
use std::{collections::BTreeMap, fmt::Write as _, path::PathBuf};

const WHERE_HELP: &str = "Conditions, separated by blanks or given with --where again; all must hold:
  code=STR.REQUIRED     one of the errors has this code
  form=vendor_invoice   the form that judged it
  source=acme           the source profile it named
  id=raw/0/17           this reject
  since=2026-01-31      submitted then or later (also 2026-01-31T13:45:00Z)
  until=2026-02-28      submitted before
The same key again means either.";

/// Arguments of `faircopy replay`.
#[derive(Debug, clap::Args)]
#[command(after_help = WHERE_HELP)]
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
    let config = args.place.open_existing()?;
    let line = Line::new(forms::bind(&forms::load(config.schemas.as_deref())?, &config)?, config.line)?;
    let corrected = args.file.as_deref().map(corrections::load).transpose()?;
    let settings = Settings {
        run: args.run,
        attempts_max: args.max_attempts.unwrap_or(config.line.attempts_max),
        local: config.local,
    };
    let selection = selection::of(&args.conditions);
    let report = replay::run(&config.store, &line, &selection, corrected.as_ref(), &settings)?;
    text::print(&page(&report, args.run))?;
    if !args.run && report.selected > 0 {
        tell("hint: nothing was put back yet; --run does it");
    }
    Ok(Exit::Clean)
}

fn page(report: &Report, ran: bool) -> String {
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
    if ran {
        row("put back", report.sent);
    }
    for (reason, count) in &report.skipped {
        row(reason_text(reason), *count);
    }
    if report.unknown_corrections > 0 {
        row("unknown reject ids", report.unknown_corrections);
    }
    page
}

/// Why a reject is not put back, in words.
fn reason_text(reason: &'static str) -> &'static str {
    match reason {
        "attempts" => "skip: attempts used up",
        "done" => "skip: put back before",
        "unchanged" => "skip: fails as before",
        "too_large" => "skip: too large",
        other => other,
    }
}

//! `faircopy reconcile`: the proof that every raw record has exactly one outcome.

use super::Place;
use crate::{
    failure::{Exit, Failure},
    service, text,
};
use pipeline::reconcile::{self, JudgedBy, Named, Offence, Report, Rules};
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
        "judged_by": report.judged_by.rules.iter().map(rules).collect::<Vec<_>>(),
        "judged_by_others": report.judged_by.others,
        "judged_by_no_form": report.judged_by.no_form,
        "unaccounted": report.unaccounted.count,
        "doubled": report.doubled.count,
        "phantom": report.phantom.count,
        "mismatches": report.mismatches,
    })
}

/// As rejects name what judged them.
fn rules((rules, outcomes): &(Rules, u64)) -> serde_json::Value {
    json!({
        "form": rules.form,
        "schema_version": rules.version.to_string(),
        "ruleset_hash": rules.hash,
        "outcomes": outcomes,
    })
}

fn line(value: &serde_json::Value) -> String {
    format!("{value}\n")
}

/// The report for people.
fn page(report: &Report) -> String {
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
    page.push_str(&table(&report.judged_by));
    if report.checked_from > 0 {
        let _infallible =
            writeln!(page, "retention dropped outcomes: only raw/0/{} and later are checked", report.checked_from);
    }
    name(&mut page, "unaccounted for", &report.unaccounted);
    name(&mut page, "with more than one outcome", &report.doubled);
    name(&mut page, "with an outcome, but never committed", &report.phantom);
    begins(&mut page, &report.begins);
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

/// What judged the outcomes: form and version, hash of the rules, how many.
fn table(JudgedBy { rules, others, no_form }: &JudgedBy) -> String {
    let row = |name: &str, hash: &str, outcomes: u64| {
        vec![format!("  {name}"), hash.to_owned(), format!("{:>14}", text::grouped(outcomes))]
    };
    let named = rules.iter().map(|(rules, outcomes)| {
        let hash = rules.hash.as_deref().unwrap_or("rules not named");
        row(&format!("{}/{}", rules.form, rules.version), hash, *outcomes)
    });
    let first = format!("beyond the first {}", rules.len());
    let rest = [("others", first.as_str(), *others), ("no form", "", *no_form)];
    let rest = rest.into_iter().filter(|(_, _, outcomes)| *outcomes > 0);
    let rows: Vec<_> = named.chain(rest.map(|(name, hash, outcomes)| row(name, hash, outcomes))).collect();
    if rows.is_empty() { String::new() } else { format!("judged by\n{}", text::columns(&rows)) }
}

/// What to type when the group began where its first outcomes are.
fn begins(page: &mut String, begins: &[Position]) {
    if begins.is_empty() {
        return;
    }
    let from: Vec<_> = begins.iter().map(|begin| format!("--from {begin}")).collect();
    page.push_str(
        "all of them stand before the first record of their partition that has an outcome. If the group began there\n",
    );
    page.push_str("(kafka.start = \"latest\", or positions that somebody set), prove the rest: add to this command\n");
    let _infallible = writeln!(page, "  {}", from.join(" "));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_judged_the_outcomes_is_a_table() {
        let rules = |version, hash: Option<&str>| Rules { form: "slip".into(), version, hash: hash.map(str::to_owned) };
        let both = vec![(rules(1, None), 3), (rules(12, Some("0123456789abcdef")), 1_200)];
        let judged_by = JudgedBy { rules: both, others: 0, no_form: 0 };
        let expected = "judged by\n  \
               slip/1   rules not named                3\n  \
               slip/12  0123456789abcdef           1,200\n";
        assert_eq!(table(&judged_by), expected);
        let expected = "judged by\n  \
               slip/1   rules not named                  3\n  \
               slip/12  0123456789abcdef             1,200\n  \
               others   beyond the first 2               4\n  \
               no form                                   5\n";
        assert_eq!(table(&JudgedBy { others: 4, no_form: 5, ..judged_by }), expected);
        assert_eq!(table(&JudgedBy::default()), "");
    }
}

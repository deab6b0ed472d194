//! What a demo tells its user in the end.

use super::{Args, Ran, proof::Proof, site::Site};
use crate::{
    failure::{Exit, Failure, tell},
    summary::{Format, Summary},
    text,
};
use pipeline::reconcile::Report;

/// Prints what was done and proven, and says how the process ends.
pub(super) fn say(args: &Args, site: &dyn Site, ran: &Ran, account: &Report, proof: &Proof) -> Result<Exit, Failure> {
    let received = ran.tally.ledger.received;
    let counts = [account.positions, proof.compared, ran.fed];
    let accounted =
        account.ok() && account.waiting == 0 && proof.strange == 0 && counts.iter().all(|count| *count == received);
    let summary = Summary { wrong: Some(proof.wrong), ..Summary::new(&ran.tally, ran.elapsed) };
    for wrong in &proof.told {
        tell(&format!("wrong: {}: expected {}; got {}", wrong.place, wrong.expected, wrong.got));
    }
    if !accounted {
        tell(&format!("not accounted for: {}", unaccounted(account, proof, ran)));
    }
    match args.summary {
        Format::Json => text::print(&summary.json())?,
        Format::Text => text::print(&page(site, ran, &summary, accounted))?,
    }
    Ok(if accounted && proof.wrong == 0 { Exit::Clean } else { Exit::Findings })
}

/// What `reconcile` and the comparison say when something is missing.
fn unaccounted(account: &Report, proof: &Proof, ran: &Ran) -> String {
    let mut text = format!(
        "{} put in, {} received, {} compared, {} waiting, {} without an outcome, {} with more than one, {} of no record, {} on raw that were not put in once",
        ran.fed,
        ran.tally.ledger.received,
        proof.compared,
        account.waiting,
        account.unaccounted.count,
        account.doubled.count,
        account.phantom.count,
        proof.strange
    );
    for mismatch in &account.mismatches {
        text = format!("{text}; {mismatch}");
    }
    text
}

/// The summary for people.
fn page(site: &dyn Site, ran: &Ran, summary: &Summary, accounted: bool) -> String {
    let mut lines = vec![String::new()];
    lines.extend(summary.outcomes().into_iter().map(|(name, count)| format!("  {name:<10} {count}")));
    lines.push(String::new());
    let mut codes: Vec<_> = summary.by_code.iter().collect();
    codes.sort_by_key(|(code, count)| (std::cmp::Reverse(**count), **code));
    lines.extend(codes.iter().map(|(code, count)| format!("  {code:<26} {:>12}", text::grouped(**count))));
    lines.push(String::new());
    lines.push(format!(
        "{} in {}: {} records/s; {}",
        text::grouped(summary.received),
        text::duration(ran.elapsed),
        text::grouped(summary.records_per_s),
        ran.latency
    ));
    let wrong = summary.wrong.unwrap_or(0);
    lines.push(match (accounted, wrong) {
        (true, 0) => "proof: every record is accounted for once, and judged as the generator knows: 0 wrong".to_owned(),
        (true, wrong) => {
            format!("NOT PROVEN: different from what the generator knows: {}", text::counted(wrong, "outcome"))
        }
        (false, _) => "NOT PROVEN: some records are not accounted for".to_owned(),
    });
    lines.push(site.next_steps());
    lines.join("\n") + "\n"
}

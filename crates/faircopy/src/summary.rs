//! What a run did, in numbers: for people, or as one JSON object.

use crate::text;
use clap::ValueEnum;
use pipeline::Tally;
use record::Outcome;
use serde::Serialize;
use std::{collections::BTreeMap, time::Duration};

/// How the summary is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people, on standard error when records go to standard output.
    #[default]
    Text,
    /// One JSON object on standard output.
    Json,
}

/// Records by outcome, and errors by code.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Summary {
    /// Records read.
    pub received: u64,
    /// Clean ones.
    pub clean: u64,
    /// Rejected ones.
    pub reject: u64,
    /// Duplicates of the same content.
    pub duplicate: u64,
    /// Records gone before they were read.
    pub gap: u64,
    /// Wall time in seconds, to the millisecond.
    pub seconds: f64,
    /// Records read per second of wall time, rounded down.
    pub records_per_s: u64,
    /// Errors on rejects, by code.
    pub by_code: BTreeMap<&'static str, u64>,
    /// Versions of the reference tables that were looked into, by name; absent without tables.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub reference_versions: BTreeMap<String, String>,
    /// Outcomes that differ from the generator's truth; absent when nobody knows the truth.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wrong: Option<u64>,
}

impl Summary {
    /// The summary of a run that took `elapsed`.
    #[must_use]
    pub fn new(tally: &Tally, elapsed: Duration) -> Self {
        let ledger = tally.ledger;
        Self {
            received: ledger.received,
            clean: ledger.clean,
            reject: ledger.reject,
            duplicate: ledger.duplicate,
            gap: ledger.gap,
            seconds: Duration::from_millis(u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX)).as_secs_f64(),
            records_per_s: text::per_second(ledger.received, elapsed),
            by_code: tally.codes.iter().map(|(code, count)| (code.as_str(), *count)).collect(),
            reference_versions: BTreeMap::new(),
            wrong: None,
        }
    }

    /// One line of JSON.
    #[must_use]
    pub fn json(&self) -> String {
        // Only a map with keys that are no text could fail.
        serde_json::to_string(self).map(|text| text + "\n").unwrap_or_default()
    }

    /// A line per outcome, aligned, with its share of what was received.
    #[must_use]
    pub fn outcomes(&self) -> Vec<(&'static str, String)> {
        let rows = [(Outcome::Clean, self.clean), (Outcome::Reject, self.reject), (Outcome::Duplicate, self.duplicate)];
        let mut lines = vec![("received", format!("{:>14}", text::grouped(self.received)))];
        for (outcome, count) in rows {
            let share = text::percent(count, self.received);
            lines.push((outcome.as_str(), format!("{:>14}  {share:>7}", text::grouped(count))));
        }
        if self.gap > 0 {
            lines.push((Outcome::Gap.as_str(), format!("{:>14}", text::grouped(self.gap))));
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_that_are_gone_have_a_line_of_their_own() {
        let mut tally = Tally::default();
        (tally.ledger.received, tally.ledger.clean) = (4, 3);
        let lines = |tally: &Tally| Summary::new(tally, Duration::ZERO).outcomes();
        assert_eq!(
            lines(&tally).iter().map(|(word, _)| *word).collect::<Vec<_>>(),
            ["received", "clean", "reject", "duplicate"]
        );
        assert_eq!(lines(&tally)[1].1.split_whitespace().collect::<Vec<_>>(), ["3", "75.0", "%"]);
        tally.ledger.gap = 1;
        assert_eq!(lines(&tally)[4], ("gap", format!("{:>14}", 1)));
    }

    /// Scripts read these names: they stay.
    #[test]
    fn the_json_summary_has_exactly_these_members() {
        let mut tally = Tally::default();
        tally.ledger.received = 3;
        tally.codes.insert(record::Code::SumMismatch, 2);
        let summary = Summary::new(&tally, Duration::from_millis(1500));
        let expected = concat!(
            r#"{"received":3,"clean":0,"reject":0,"duplicate":0,"gap":0,"seconds":1.5,"records_per_s":2,"#,
            r#""by_code":{"SUM.MISMATCH":2}}"#
        );
        assert_eq!(summary.json().trim_end(), expected);
    }
}

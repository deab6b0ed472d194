//! Field validators of a widely used JavaScript library, against the normalizers, checks and functions that judge the same: `val_validatorjs`.
//!
//! A file beside this one maps some of the library's functions to ours, and decides where the two differ. What has an
//! option that no field of ours has, or no counterpart at all, is counted and left out.

use crate::report::{Decision, Outcome, Set};
use serde_json::Value;
use std::collections::BTreeMap;

/// Numbers of banks, companies, books, articles and taxes; postal codes; codes of ISO.
mod identifiers;
/// Telephone numbers that are no mobile ones.
mod numbers;
/// Telephone numbers, addresses, amounts, dates, true and false.
mod texts;

/// One line of the set that expects yes or no.
pub(crate) struct Line<'l> {
    pub(crate) function: &'l str,
    /// Options or locale; `Null` when there are none.
    pub(crate) argument: &'l Value,
    pub(crate) input: &'l str,
    pub(crate) valid: bool,
}

impl Line<'_> {
    /// The argument as a text: a locale, a country.
    pub(crate) fn locale(&self) -> &str {
        self.argument.as_str().unwrap_or_default()
    }
}

/// Ours for a line; `None`: no counterpart.
type Rule = fn(&Line<'_>) -> Option<Outcome>;

const RULES: &[Rule] = &[identifiers::outcome, texts::outcome];

fn decisions() -> &'static [Decision] {
    Vec::leak([identifiers::decisions(), texts::decisions()].into_iter().flatten().collect())
}

#[test]
fn the_validators_agree_where_ours_judge_the_same() {
    let Some(mut set) = Set::open("val_validatorjs", decisions()) else { return };
    let mut left_out: BTreeMap<String, usize> = BTreeMap::new();
    let text = set.text("cases.ndjson");
    // Half of a surrogate pair is no text: one line tries it, of a function without a counterpart.
    let lines: Vec<Value> = text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    set.measured("lines that are no text", text.lines().count() - lines.len());
    for line in &lines {
        let function = line["fn"].as_str().unwrap();
        let (Some(input), Some(valid)) = (line["input"].as_str(), line["expected"].as_bool()) else { continue };
        let argument = line["args"].get(0).unwrap_or(&Value::Null);
        let line = Line { function, argument, input, valid };
        match RULES.iter().find_map(|rule| rule(&line)) {
            Some(outcome) => set.case(function, &name(&line), outcome),
            None => *left_out.entry(function.to_owned()).or_default() += 1,
        }
    }
    set.measured(
        "functions without a counterpart, or lines with an option that no field has",
        left_out.values().sum::<usize>(),
    );
    set.finish();
}

/// What a line is called in decisions: its locale, when it has one, and its input.
fn name(line: &Line<'_>) -> String {
    let locale = line.locale();
    if locale.is_empty() { line.input.to_owned() } else { format!("{locale} {}", line.input) }
}

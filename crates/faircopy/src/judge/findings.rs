//! Errors by code and field, for the summary.

use crate::text;
use record::{Code, Finding, Locale, Severity};
use std::{collections::BTreeMap, fmt::Write as _};

/// Most fields kept apart; names of unknown fields come from the data, and memory must not grow with them.
const FIELDS_MAX: usize = 10_000;
/// Most rows of the summary.
const ROWS: usize = 25;

/// Errors counted by code and field, indices of lists left out.
#[derive(Debug, Default)]
pub struct Findings(BTreeMap<(Code, String), u64>);

impl Findings {
    /// Counts the errors of a reject.
    pub fn add(&mut self, errors: &[Finding]) {
        for error in errors.iter().filter(|error| error.severity == Severity::Hard) {
            let mut key = (error.code, without_indices(&error.path));
            if self.0.len() >= FIELDS_MAX && !self.0.contains_key(&key) {
                key.1 = "(other fields)".to_owned();
            }
            *self.0.entry(key).or_default() += 1;
        }
    }

    /// A table for people, most frequent first; empty without errors. `plain` turns a field name into safe text.
    #[must_use]
    pub fn table(&self, locale: Locale) -> String {
        let mut rows: Vec<_> = self.0.iter().collect();
        rows.sort_by_key(|(key, count)| (std::cmp::Reverse(**count), *key));
        let mut table = String::new();
        for ((code, path), count) in rows.iter().take(ROWS) {
            let path = if path.is_empty() { "(record)".to_owned() } else { text::printable(path) };
            // Writing to a String cannot fail.
            let says = locale.sentence(*code);
            let _infallible = writeln!(table, "{:>14}  {code:<26}{path:<26}  {says}", text::grouped(**count));
        }
        if rows.len() > ROWS {
            let more = locale.word("more_kinds").replace("{count}", &(rows.len() - ROWS).to_string());
            let _infallible = writeln!(table, "{:>14}  {more}", "");
        }
        table
    }
}

fn without_indices(path: &str) -> String {
    let index = |step: &str| !step.is_empty() && step.bytes().all(|byte| byte.is_ascii_digit());
    path.split('/').map(|step| if index(step) { "*" } else { step }).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(severity: Severity, path: &str) -> Finding {
        Finding {
            code: Code::FmtName,
            severity,
            stage: record::Stage::Check,
            path: path.to_owned(),
            related: Vec::new(),
            rule: "name".to_owned(),
            params: record::finding::Params::default(),
            value_class: record::Class::None,
            message: String::new(),
        }
    }

    #[test]
    fn the_most_frequent_kinds_are_shown_and_the_rest_is_counted() {
        let mut findings = Findings::default();
        for nth in 0..=ROWS {
            findings.add(&[finding(Severity::Hard, &format!("/f{nth}"))]);
        }
        findings.add(&[finding(Severity::Hard, "/z")]);
        findings.add(&[finding(Severity::Hard, "/z")]);
        let table = findings.table(Locale::En);
        let rows: Vec<_> = table.lines().collect();
        assert_eq!((rows.len(), ROWS), (26, 25), "{table}");
        assert!(rows[0].contains("/z ") && rows[25].contains("2 more"), "{table}");
    }

    #[test]
    fn errors_are_counted_and_warnings_are_not() {
        let finding = |severity| finding(severity, "/name");
        let mut findings = Findings::default();
        findings.add(&[finding(Severity::Hard), finding(Severity::Soft), finding(Severity::Hard)]);
        assert_eq!(findings.0.values().copied().collect::<Vec<_>>(), [2]);
    }

    #[test]
    fn items_of_a_list_are_counted_as_one_field() {
        assert_eq!(without_indices("/lines/12/amount"), "/lines/*/amount");
        assert_eq!(without_indices(""), "");
    }
}

//! What earlier records say of a record: findings for the traces that it came upon.

use crate::{Places, forms::Bound, output::json};
use dedupe::Met;
use record::{Finding, Message, Reject, Severity, Stage, finding::Params, header};
use rules::form::EarlierRule;

/// Bytes of the longest place that a finding names: a path of a file, and a line.
const PLACE_BYTES_MAX: usize = 4 << 10;

/// The finding of each trace, in the order met.
pub(crate) fn findings(bound: &Bound, met: &[Met], places: &dyn Places) -> Vec<Finding> {
    let rules = bound.judge.form().earlier();
    let finding = |met: &Met| {
        let rule = rules.get(usize::from(met.trace.rule))?;
        Some(finding(rule, met.trace.severity, places.name(met.first)))
    };
    met.iter().filter_map(finding).collect()
}

fn finding(rule: &EarlierRule, severity: Severity, first: String) -> Finding {
    Finding {
        code: rule.code,
        severity,
        stage: Stage::Dedupe,
        path: rule.path.clone(),
        related: rule.related.clone(),
        rule: rule.id.clone(),
        params: Params(vec![("first", first.into())]),
        value_class: rule.class,
        message: rule.message.clone(),
    }
}

/// More bytes than the findings of all rules take in the headers of a clean record.
pub(crate) fn room(rules: &[EarlierRule]) -> usize {
    let each = |rule: &EarlierRule| json(&[finding(rule, Severity::Soft, String::new())]).len() + PLACE_BYTES_MAX;
    rules.iter().map(each).sum()
}

/// The reject of a record that an earlier one refuses.
pub(crate) fn reject(findings: Vec<Finding>) -> Reject {
    Reject { error_count: findings.len(), errors: findings }
}

/// Adds warnings to those that stand in the headers of a clean record.
pub(crate) fn warn(message: &mut Message, warnings: &[Finding]) {
    let mut told = json(&warnings);
    for (name, value) in &mut message.headers {
        match name.as_str() {
            header::STATUS => *value = header::ACCEPTED_WITH_WARNING.as_bytes().to_vec(),
            header::WARNINGS if value.ends_with(b"]") => {
                // One list of both.
                value.pop();
                value.push(b',');
                value.extend(told.drain(1..));
                return;
            }
            _ => {}
        }
    }
    // Where they stand when judging finds some: behind what else is said of the record itself.
    let own = [header::STATUS, header::REFERENCE_VERSIONS, header::CHANGES, header::OVERRIDES];
    let last = message.headers.iter().rposition(|(name, _)| own.contains(&name.as_str()));
    message.headers.insert(last.map_or(0, |last| last + 1), (header::WARNINGS.to_owned(), told));
}

/// Whether traces of rules that this worker does not know are among those that were handed over to it.
pub(crate) fn knows(bound: &Bound, traces: &[record::Trace]) -> bool {
    traces.iter().all(|trace| usize::from(trace.rule) < bound.judge.form().earlier().len())
}

//! What was found so far, and its order.

use super::overrides::Overrides;
use crate::{
    json::{Node, Value},
    shape::Shape,
    suggest::nearest,
};
use record::{
    Class, Code, Finding, Overridden, Param, Severity, Stage, Verdict, code::Allowed, finding::Params,
    limits::FINDINGS_MAX, verdict::Reject,
};

/// Most characters of a found value that are shown.
const SHOWN_MAX: usize = 64;
/// Most keys of tables that are suggested for one record: each costs some 50 look-ups.
const KEYS_MAX: usize = 3;

/// Findings of one record.
#[derive(Default)]
pub(super) struct Findings {
    list: Vec<Found>,
    overrides: Overrides,
    suggested: usize,
    keys: usize,
    sought: Vec<Sought>,
    /// Of how many findings the values are refused already.
    refused: usize,
}

/// A look-up that an earlier record must answer, for the table does not.
#[derive(Clone, Copy)]
pub(super) struct Sought {
    /// Its place among those of the form that earlier records answer.
    pub(super) look_up: u16,
    /// Of the finding when none answers.
    pub(super) severity: Severity,
}

/// A finding and its place in the order: document order, then stage, then form order. The path and the order in
/// which it was found settle what is left, so that the order never depends on how the work was done.
struct Found {
    at: usize,
    slot: usize,
    finding: Finding,
    /// Who accepts it.
    accepted: Option<Overridden>,
}

/// A finding that is being made.
pub(super) struct Draft<'d> {
    pub(super) code: Code,
    pub(super) severity: Severity,
    pub(super) stage: Stage,
    /// Byte offset that decides the order.
    pub(super) at: usize,
    /// Place of the field within its object, in form order.
    pub(super) slot: usize,
    pub(super) path: String,
    pub(super) related: Vec<String>,
    pub(super) rule: &'d str,
    pub(super) params: Vec<(&'static str, Param)>,
    pub(super) class: Class,
    /// The value, when there is one to show.
    pub(super) found: Option<&'d str>,
    /// What to say; `None`: what the code says.
    pub(super) message: Option<&'d str>,
    /// Whether nobody can accept it, whatever its code allows.
    pub(super) binding: bool,
}

impl Draft<'_> {
    /// A hard finding on a value, to be completed with `..`.
    pub(super) fn new(code: Code, stage: Stage, at: usize, path: String) -> Self {
        Self {
            code,
            severity: Severity::Hard,
            stage,
            at,
            slot: usize::MAX,
            path,
            related: Vec::new(),
            rule: "",
            params: Vec::new(),
            class: Class::None,
            found: None,
            message: None,
            binding: false,
        }
    }
}

impl Findings {
    /// None yet, of a record with these overrides.
    pub(super) fn under(overrides: Overrides) -> Self {
        Self { overrides, ..Self::default() }
    }

    pub(super) fn add(&mut self, draft: Draft<'_>) {
        let accepted = self.overrides.accept(&draft);
        let severity = if accepted.is_some() { Severity::Soft } else { draft.severity };
        let Draft { at, slot, mut params, class, .. } = draft;
        if let Some(found) = draft.found.and_then(|text| masked(text, class)) {
            params.push(("found", Param::Text(found)));
        }
        let finding = Finding {
            code: draft.code,
            severity,
            stage: draft.stage,
            path: draft.path,
            related: draft.related,
            rule: draft.rule.to_owned(),
            params: Params(params),
            value_class: class,
            message: draft.message.unwrap_or(draft.code.sentence()).to_owned(),
        };
        self.list.push(Found { at, slot, finding, accepted });
    }

    /// The nearest of `names`, for as many findings as are shown: comparing names is the dearest thing a hostile record
    /// could ask for.
    pub(super) fn nearest<'n>(&mut self, name: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
        if self.suggested == FINDINGS_MAX {
            return None;
        }
        self.suggested += 1;
        nearest(name, names)
    }

    /// Whether one more key of a table may be looked for; counts it.
    pub(super) fn may_suggest_key(&mut self) -> bool {
        self.keys += 1;
        self.keys <= KEYS_MAX
    }

    /// Leaves it to earlier records what is to be said of a value; not when somebody accepts it as it is.
    pub(super) fn seek(&mut self, sought: Sought, code: Code, path: &str) -> bool {
        let seeks = !self.overrides.names(code, path);
        self.sought.extend(seeks.then_some(sought));
        seeks
    }

    /// What earlier records must answer, in document order.
    pub(super) fn sought(&self) -> &[Sought] {
        &self.sought
    }

    /// How many were found so far.
    pub(super) const fn count(&self) -> usize {
        self.list.len()
    }

    /// Whether any of those found after `count` rejects the record.
    pub(super) fn hard_since(&self, count: usize) -> bool {
        self.list.iter().skip(count).any(|found| found.finding.severity == Severity::Hard)
    }

    /// Whether any rejects the record.
    pub(super) fn reject(&self) -> bool {
        self.list.iter().any(|found| found.finding.severity == Severity::Hard)
    }

    /// Adds what is wrong with the overrides, once everything else was found.
    pub(super) fn hold_overrides(&mut self, root: &Node<'_>) {
        for draft in self.overrides.complaints(root) {
            self.add(draft);
        }
    }

    /// Makes every soft finding hard whose code leaves that open. Comes last, so that a record gets the same findings
    /// whether they are warnings or errors.
    pub(super) fn harden(&mut self) {
        for Found { finding, accepted, .. } in &mut self.list {
            if accepted.is_none() && finding.code.allowed() == Allowed::Either {
                finding.severity = Severity::Hard;
            }
        }
        // Their code leaves it open.
        self.sought.iter_mut().for_each(|sought| sought.severity = Severity::Hard);
    }

    /// Makes every value unknown that has a hard finding: what is wrong by itself is told once, and nothing is concluded
    /// from it. Warnings do not count: what is only suspect, or accepted, is still to be checked.
    pub(super) fn refuse(&mut self, root: &mut Node<'_>) {
        if self.refused == self.list.len() {
            return;
        }
        let new = self.list.iter().skip(std::mem::replace(&mut self.refused, self.list.len()));
        let hard = new.filter(|found| found.finding.severity == Severity::Hard);
        let mut places: Vec<usize> = hard.map(|found| found.at).collect();
        places.sort_unstable();
        if !places.is_empty() {
            refuse(root, &places);
        }
    }

    /// The findings in their order, at most as many as are shown, and how many there were.
    pub(super) fn into_sorted(mut self) -> (Vec<Finding>, usize) {
        let count = self.sort();
        self.list.truncate(FINDINGS_MAX);
        (self.list.into_iter().map(|found| found.finding).collect(), count)
    }

    /// Warnings in their order, at most as many as are shown, and all that somebody accepted.
    pub(super) fn into_warnings(mut self) -> (Vec<Finding>, Vec<Overridden>) {
        if self.list.is_empty() {
            return (Vec::new(), Vec::new());
        }
        self.sort();
        let overrides = self.list.iter_mut().filter_map(|found| found.accepted.take()).collect();
        (self.into_sorted().0, overrides)
    }

    /// Puts the findings in their order and says how many there are.
    fn sort(&mut self) -> usize {
        self.list.sort_by(|a, b| {
            let order = |found: &Found| (found.at, found.finding.stage, found.slot);
            order(a).cmp(&order(b)).then_with(|| a.finding.path.cmp(&b.finding.path))
        });
        // Two conditions may ask for the same field; one finding says it.
        self.list.dedup_by(|a, b| a.finding == b.finding);
        self.list.len()
    }

    pub(super) fn into_reject(self) -> Verdict {
        let (errors, error_count) = self.into_sorted();
        Verdict::Reject(Reject { errors, error_count })
    }
}

/// What a finding says of an object, or of how many items a list has, says nothing of the values in it: they stay. `bad`
/// are offsets, sorted.
// Recursion is as deep as the record, which the depth limit bounds.
fn refuse(node: &mut Node<'_>, bad: &[usize]) {
    let first = bad.partition_point(|place| *place < node.start);
    if bad.get(first).is_none_or(|place| *place >= node.end) {
        return;
    }
    match &mut node.value {
        Value::Object(members) => members.iter_mut().for_each(|member| refuse(&mut member.node, bad)),
        Value::Array(items) if !items.is_empty() => items.iter_mut().for_each(|item| refuse(item, bad)),
        value if bad.get(first) == Some(&node.start) => *value = Value::Refused,
        _ => {}
    }
}

/// The text as it may be shown: cut, by shape for personal data, not at all for secrets.
fn masked(text: &str, class: Class) -> Option<String> {
    let cut = text.chars().take(SHOWN_MAX);
    match class {
        Class::None => Some(cut.collect()),
        Class::Pii | Class::Phi | Class::Pci => Some(cut.map(shape).collect()),
        Class::Secret => None,
    }
}

fn shape(char: char) -> char {
    match char {
        _ if char.is_numeric() => '9',
        _ if char.is_uppercase() => 'A',
        _ if char.is_alphabetic() => 'a',
        // Marks and signs outside ASCII can spell words, too.
        _ if char.is_ascii() || char.is_whitespace() => char,
        _ => 'a',
    }
}

/// Where a missing member belongs: the closing brace of its object.
pub(super) fn closing(owner: &Node<'_>) -> usize {
    owner.end.saturating_sub(1)
}

/// Place of a field in the form order of its object.
pub(super) fn slot_of(owner: Option<&Shape>, name: &str) -> usize {
    owner.and_then(Shape::fields).and_then(|fields| fields.slot(name, usize::MAX)).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_masked_by_class() {
        assert_eq!(masked("Zoë 12-b", Class::None).as_deref(), Some("Zoë 12-b"));
        assert_eq!(masked("Zoë 12-b", Class::Pii).as_deref(), Some("Aaa 99-a"));
        assert_eq!(masked("\u{5d0}\u{301}\u{661}\u{1f600}", Class::Phi).as_deref(), Some("aa9a"));
        assert_eq!(masked("x", Class::Secret), None);
        assert_eq!(masked(&"x".repeat(100), Class::None).map(|text| text.len()), Some(SHOWN_MAX));
    }
}

//! Runs the record rules over the normalized record.

use super::findings::{Draft, Findings, closing, slot_of};
use crate::{
    form::{Parts, RecordRule},
    json::{Node, Value, pointer},
    rule::{Evaluation, Facts, Index, Truth, lanes},
    shape::{Kind, Shape},
};
use record::{Class, Code, Param, Severity, Stage};
use rust_decimal::Decimal;

/// The fields of a record that rules and keys name, and the rules that may find something there. `short`: those of which
/// the short way says that they find nothing are left out.
pub(super) fn open<'r>(parts: &'r Parts, facts: &Facts<'r>, short: bool) -> (Index<'r>, Vec<&'r RecordRule>) {
    let fields = parts.shape.fields().into_iter().flatten();
    let index = Index::new(facts.record, fields.map(|field| field.name.as_str()));
    let mut lanes = if short { lanes::Run::where_it_pays(&parts.lanes, &index, facts) } else { None };
    let mut nothing = |place| lanes.as_mut().is_some_and(|lanes| lanes.finds_nothing(place));
    let rules = parts.rules.iter().enumerate();
    let may_find = rules.filter(|(place, rule)| !rule.rule.is_idle(facts.tables()) && !nothing(*place));
    let mut open = Vec::with_capacity(parts.rules.len());
    open.extend(may_find.map(|(_, rule)| rule));
    let index = if open.iter().any(|rule| rule.rule.names_items()) { index.with_lists(facts.record) } else { index };
    (index, open)
}

/// Adds what these record rules say.
pub(super) fn run<'r>(
    parts: &'r Parts,
    rules: &[&'r RecordRule],
    index: &'r Index<'r>,
    facts: Facts<'r>,
    findings: &mut Findings,
) {
    let mut evaluation = Evaluation::new(index, facts);
    let mut list: Option<(&str, &[Node<'_>])> = None;
    for rule in rules {
        let Some(at) = &rule.each else {
            if let Some(failed) = failed(evaluation.evaluate(&rule.rule, &facts)) {
                Run { rule, facts, failed }.tell(&parts.shape, "", findings);
            }
            continue;
        };
        // Rules mostly speak of the same list as the one before.
        let known = list.filter(|(known, _)| known == at).map(|(_, items)| items);
        let items = known.unwrap_or_else(|| pointer::find(facts.record, at).and_then(Node::items).unwrap_or_default());
        list = Some((at, items));
        for (index, facts) in facts.of_each(items).enumerate() {
            if let Some(failed) = failed(evaluation.evaluate(&rule.rule, &facts))
                && let Some(Kind::List(shape)) = parts.shape.find(at).map(|shape| &shape.kind)
            {
                Run { rule, facts, failed }.tell(shape, &format!("{at}/{index}"), findings);
            }
        }
    }
}

/// Why a rule makes a finding, if it does.
fn failed(truth: Truth) -> Option<Failed> {
    match truth {
        Truth::Holds | Truth::Unknown => None,
        Truth::Fails => Some(Failed::Broken),
        Truth::Inexact(reason) => Some(Failed::Undecidable(reason)),
    }
}

#[derive(Clone, Copy)]
enum Failed {
    Broken,
    Undecidable(&'static str),
}

/// One rule over the record, or over one item of a list, that makes a finding.
struct Run<'r> {
    rule: &'r RecordRule,
    facts: Facts<'r>,
    failed: Failed,
}

impl Run<'_> {
    /// Adds the finding. `shape` is that of what the rule speaks of, `base` its pointer.
    fn tell(&self, shape: &Shape, base: &str, findings: &mut Findings) {
        let Self { rule, facts, failed } = *self;
        let place = locate(facts.item.unwrap_or(facts.record), shape, &rule.path);
        let (code, severity, params) = match failed {
            Failed::Broken => (rule.code, rule.severity, self.apart(&place)),
            Failed::Undecidable(reason) => (Code::RelRule, Severity::Hard, vec![("reason", reason.into())]),
        };
        let draft = Draft::new(code, Stage::RecordRule, place.at, format!("{base}{}", rule.path));
        findings.add(Draft {
            severity,
            slot: place.slot,
            related: rule.related.iter().map(|pointer| format!("{base}{pointer}")).collect(),
            rule: &rule.id,
            params,
            class: place.class,
            found: place.found,
            message: Some(&rule.message),
            // What cannot be computed shows nothing that anybody could accept.
            binding: matches!(failed, Failed::Undecidable(_)),
            ..draft
        });
    }

    /// Of an equation with the accused value on one side: what the other side comes to, and by how much they differ.
    fn apart(&self, accused: &Accused<'_>) -> Vec<(&'static str, Param)> {
        let found = accused.found.and_then(|text| Decimal::from_str_exact(text).ok());
        let sides = self.rule.rule.sides(self.facts);
        // What a private value should be is as private as the value.
        let (Some(found), Some((left, right)), Class::None) = (found, sides, accused.class) else { return Vec::new() };
        let expected = if right == found { left } else { right };
        let difference = found.checked_sub(expected).filter(|_| left == found || right == found);
        let param = |name, number: Decimal| (name, Param::Text(number.to_string()));
        difference.map_or_else(Vec::new, |difference| vec![param("expected", expected), param("diff", difference)])
    }
}

/// The value a rule accuses.
struct Accused<'a> {
    at: usize,
    slot: usize,
    class: Class,
    found: Option<&'a str>,
}

/// Finds it; a missing value stands where the innermost object that should hold it ends.
fn locate<'a>(node: &'a Node<'_>, shape: &Shape, path: &str) -> Accused<'a> {
    let mut here = Some(node);
    let mut shape = Some(shape);
    let mut accused = Accused { at: node.start, slot: 0, class: Class::None, found: None };
    for segment in pointer::segments(path).into_iter().flatten() {
        accused.slot = slot_of(shape, &segment);
        shape = shape.and_then(|shape| shape.step(&segment));
        let below = here.and_then(|node| pointer::step(node, &segment));
        accused.at = match (below, here) {
            (Some(below), _) => below.start,
            (None, Some(owner)) => closing(owner),
            (None, None) => accused.at,
        };
        here = below;
    }
    accused.class = shape.map_or(Class::None, |shape| shape.annotation.class);
    accused.found = match here.map(|node| &node.value) {
        Some(Value::Text(text) | Value::Number(text)) => Some(text),
        Some(Value::Bool(true)) => Some("true"),
        Some(Value::Bool(false)) => Some("false"),
        _ => None,
    };
    accused
}

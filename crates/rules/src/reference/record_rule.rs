//! Runs the record rules over the normalized record.

use super::findings::{Draft, Findings, closing, slot_of};
use crate::{
    form::{Parts, RecordRule, Shape},
    json::{Node, Value, pointer},
    rule::Truth,
};
use record::{Class, Code, RecordTime, Severity, Stage};

/// Adds what the record rules say.
pub(super) fn run(parts: &Parts, root: &Node<'_>, time: Option<RecordTime>, findings: &mut Findings) {
    for rule in &parts.rules {
        match &rule.each {
            None => tell(rule, rule.rule.evaluate(root, None, time), root, &parts.shape, "", findings),
            Some(list) => each(rule, list, parts, root, time, findings),
        }
    }
}

fn each(
    rule: &RecordRule,
    list: &str,
    parts: &Parts,
    root: &Node<'_>,
    time: Option<RecordTime>,
    findings: &mut Findings,
) {
    let items = pointer::find(root, list).and_then(Node::items).unwrap_or_default();
    for (index, item) in items.iter().enumerate() {
        let truth = rule.rule.evaluate(root, Some(item), time);
        if matches!(truth, Truth::Holds | Truth::Unknown) {
            continue;
        }
        let base = format!("{list}/{index}");
        if let Some(shape) = parts.shape.find(&base) {
            tell(rule, truth, item, shape, &base, findings);
        }
    }
}

/// Adds the finding of a rule that does not hold. `base` is the pointer of what the rule speaks of.
fn tell(rule: &RecordRule, truth: Truth, node: &Node<'_>, shape: &Shape, base: &str, findings: &mut Findings) {
    let (code, severity, params) = match truth {
        Truth::Holds | Truth::Unknown => return,
        Truth::Fails => (rule.code, rule.severity, Vec::new()),
        Truth::Inexact(reason) => (Code::RelRule, Severity::Hard, vec![("reason", reason.into())]),
    };
    let place = locate(node, shape, &rule.path);
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
        ..draft
    });
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
        shape = shape.and_then(|shape| shape.find(&format!("/{segment}")));
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

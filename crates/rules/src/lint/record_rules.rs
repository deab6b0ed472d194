//! Warnings about record rules.

use super::Linter;
use crate::{
    describe,
    form::rule_source_offset,
    json::Node,
    rule::analysis::{self, Analysis, Facts},
    site::{self, Site, texts},
};

pub(super) fn run(linter: &mut Linter, text: &str, root: &Node<'_>, sites: &[Site<'_>]) {
    let facts = site::facts(sites);
    let rules = root.member("x-faircopy").and_then(|annotation| annotation.member("rules")).and_then(Node::items);
    let mut written: Vec<(String, &str)> = Vec::new();
    for rule in rules.unwrap_or_default() {
        let member = |name: &str| rule.member(name).and_then(Node::text).unwrap_or_default();
        let Some(node) = rule.member("rule") else { continue };
        let each = member("each");
        let same = (format!("{each} {}", without_blanks(member("rule"))), member("id"));
        if let Some((_, earlier)) = written.iter().find(|(rule, _)| *rule == same.0) {
            let what = format!("the rule \"{earlier}\" says the same");
            linter.warn(node.start, "rule-duplicate", what, "drop one of the two");
        }
        written.push(same);
        let item = Some((member("as"), each)).filter(|(name, _)| !name.is_empty());
        let Some(found) = analysis::analyse(member("rule"), item, &facts) else { continue };
        constants(linter, text, node, &found);
        let fields: Vec<String> = found.fields.into_keys().collect();
        Accused { rule, each, facts: &facts }.run(linter, &fields);
    }
    let earlier = root.member("x-faircopy").and_then(|annotation| annotation.member("earlier")).and_then(Node::items);
    for rule in earlier.unwrap_or_default() {
        Accused { rule, each: "", facts: &facts }.run(linter, &describe::compared(rule, &facts));
    }
}

/// The text without blanks, but for those in quotes.
fn without_blanks(rule: &str) -> String {
    let mut quote = None;
    let keep = |c: &char| {
        match quote {
            Some(mark) if *c == mark => quote = None,
            None if matches!(c, '\'' | '"') => quote = Some(*c),
            _ => {}
        }
        quote.is_some() || !c.is_whitespace()
    };
    rule.chars().filter(keep).collect()
}

fn constants(linter: &mut Linter, text: &str, node: &Node<'_>, found: &Analysis) {
    for constant in &found.constants {
        let at = node.start + rule_source_offset(&text[node.start..], constant.at);
        let always = if constant.value { "true" } else { "false" };
        match (constant.whole, constant.value) {
            (true, true) => linter.warn(
                at,
                "rule-always-true",
                "every record that the schema allows fulfils this rule",
                "correct the rule, or drop it",
            ),
            (true, false) => {
                linter.warn(at, "rule-always-false", "no record can fulfil this rule", "correct the rule, or drop it");
            }
            (false, _) => linter.warn(
                at,
                "rule-part",
                format!("this part of the rule is always {always}"),
                "correct the part, or leave it out",
            ),
        }
    }
}

/// Whether the rule accuses what it speaks of.
struct Accused<'r> {
    rule: &'r Node<'r>,
    each: &'r str,
    facts: &'r Facts,
}

impl Accused<'_> {
    fn run(&self, linter: &mut Linter, fields: &[String]) {
        let base = if self.each.is_empty() { String::new() } else { format!("{}/*", self.each) };
        let Some(path) = self.rule.member("path") else { return };
        let accused = format!("{base}{}", starred(path.text().unwrap_or_default()));
        if !fields.is_empty() && !fields.iter().any(|field| overlaps(field, &accused)) {
            let near = fields.iter().find_map(|field| field.strip_prefix(&base));
            let hint = near.map_or_else(
                || "point \"path\" at a field of the rule".to_owned(),
                |near| format!("as in \"path\": \"{near}\""),
            );
            linter.warn(path.start, "rule-path", "the rule does not use the field that it accuses", hint);
        }
        let related = texts(self.rule.member("related")).map(|(pointer, _)| format!("{base}{}", starred(pointer)));
        let named: Vec<String> = related.chain([accused]).collect();
        for field in fields.iter().filter(|field| self.facts.contains_key(*field)) {
            let Some(relative) = field.strip_prefix(&base) else { continue };
            if !named.iter().any(|pointer| overlaps(field, pointer)) {
                let at = self.rule.member("related").unwrap_or(path).start;
                let what = format!("the rule uses \"{relative}\", which a finding does not name");
                let list = relative.split("/*").next().unwrap_or(relative);
                linter.warn(at, "rule-related", what, format!("add \"{list}\" to \"related\""));
            }
        }
    }
}

/// A pointer with `*` for indices.
fn starred(pointer: &str) -> String {
    let index = |step: &str| !step.is_empty() && step.bytes().all(|byte| byte.is_ascii_digit());
    pointer.split('/').map(|step| if index(step) { "*" } else { step }).collect::<Vec<_>>().join("/")
}

/// Whether one pointer is the other, or leads to it.
fn overlaps(a: &str, b: &str) -> bool {
    let leads =
        |short: &str, long: &str| long.strip_prefix(short).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    leads(a, b) || leads(b, a)
}

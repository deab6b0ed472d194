//! Rules that hold a record against earlier ones: what is compared, and what is said of a record that meets another.

use super::{
    loader::Loader,
    record_rule::{code_and_severity, wanted},
    root::{self, KeyPart},
};
use crate::{
    json::{Node, Value},
    shape::{Kind, Shape},
};
use record::{Class, Code, Severity};

const NAMES: &[&str] = &["id", "on", "days", "path", "related", "code", "severity", "message", "description"];
/// Most rules of a form that hold records against earlier ones: each costs a claim for every accepted record.
const RULES_MAX: usize = 8;

/// A rule that holds a record against earlier ones of the same form and client that were accepted.
#[derive(Debug)]
pub struct EarlierRule {
    /// Its name, unique among all rules of the form, as in `inv.near_number`.
    pub id: String,
    /// What two records must have in common, besides the home of the key. A record in which a part is missing is held
    /// against none.
    pub on: Vec<KeyPart>,
    /// Pointers of the first and last of the days of which two records must share one.
    pub days: Option<[String; 2]>,
    /// Pointer of the value that is accused.
    pub path: String,
    /// Pointers of other values that take part.
    pub related: Vec<String>,
    /// Code of its findings.
    pub code: Code,
    /// Whether it rejects.
    pub severity: Severity,
    /// Class of personal data of the accused value.
    pub class: Class,
    /// What must hold, in words.
    pub message: String,
}

/// Reads the home of the key: which of its parts choose the shard. `None`: all of it does. `answers`: whether earlier records
/// answer a look-up.
pub(super) fn home(
    loader: &mut Loader<'_>,
    annotation: Option<&Node<'_>>,
    shape: &Shape,
    key: &[KeyPart],
    answers: bool,
) -> Option<Vec<usize>> {
    let has_rules = annotation.is_some_and(|annotation| annotation.member("earlier").is_some());
    let node = match annotation.and_then(|annotation| annotation.member("home")) {
        Some(node) if has_rules || answers => node,
        Some(node) => {
            loader.error(node.start, "\"home\" has no effect without \"earlier\" or \"or_earlier\"", None);
            return None;
        }
        None if has_rules => {
            let at = annotation.and_then(|annotation| annotation.member("earlier")).map_or(0, |node| node.start);
            let hint = "\"home\": the parts of the key that two records must share to be held against each other";
            loader.error(at, "\"earlier\" needs the \"home\" of the key", Some(hint.to_owned()));
            return None;
        }
        None => return None,
    };
    let Value::Array(items) = &node.value else {
        loader.error(node.start, "\"home\" is a list of parts of the key", None);
        return None;
    };
    let mut home = Vec::new();
    for item in items {
        let Some(part) = root::part(loader, item, shape, true) else { continue };
        match key.iter().position(|known| known.to_string() == part.to_string()) {
            Some(place) if home.contains(&place) => loader.error(item.start, "this part is in the home twice", None),
            Some(place) => home.push(place),
            None => {
                let hint = "two records of one key must have one home; [] is the client alone";
                loader.error(item.start, "this is no part of the key", Some(hint.to_owned()));
            }
        }
    }
    Some(home)
}

/// Compiles the rules. `taken`: ids of the record rules.
pub(super) fn compile(
    loader: &mut Loader<'_>,
    annotation: Option<&Node<'_>>,
    shape: &Shape,
    taken: &[&str],
) -> Vec<EarlierRule> {
    let Some(list) = annotation.and_then(|annotation| annotation.member("earlier")) else { return Vec::new() };
    let Value::Array(items) = &list.value else {
        loader.error(list.start, "\"earlier\" is a list of rules", None);
        return Vec::new();
    };
    if items.len() > RULES_MAX || items.is_empty() {
        loader.error(list.start, format!("\"earlier\" has 1 to {RULES_MAX} rules"), None);
    }
    let mut rules: Vec<EarlierRule> = Vec::new();
    for node in items {
        let Some(rule) = compile_one(loader, node, shape) else { continue };
        if taken.contains(&rule.id.as_str()) || rules.iter().any(|earlier| earlier.id == rule.id) {
            loader.error(node.start, format!("the rule \"{}\" is there twice", rule.id), None);
        }
        rules.push(rule);
    }
    rules
}

fn compile_one(loader: &mut Loader<'_>, node: &Node<'_>, shape: &Shape) -> Option<EarlierRule> {
    for member in node.members().unwrap_or_default() {
        if !NAMES.contains(&&*member.name) {
            loader.unknown(member.name_start, "member of a rule", &member.name, NAMES);
        }
    }
    let id = wanted(loader, node, "id");
    let message = wanted(loader, node, "message");
    let path = wanted(loader, node, "path").map(str::to_owned);
    let related = node.member("related").map(|list| loader.want_texts(list, "\"related\"")).unwrap_or_default();
    let path_at = node.member("path").map(|path| (path.start, path.text().unwrap_or_default()));
    for &(at, pointer) in related.iter().chain(path_at.iter()) {
        if shape.find(pointer).is_none() {
            loader.error(at, format!("nothing stands at \"{pointer}\""), None);
        }
    }
    let (on, days) = compared(loader, node, shape);
    let (code, severity) = code_and_severity(loader, node);
    let path = path?;
    Some(EarlierRule {
        id: id?.to_owned(),
        on,
        days,
        related: related.into_iter().map(|(_, pointer)| pointer.to_owned()).collect(),
        code,
        severity,
        class: shape.find(&path).map_or(Class::None, |found| found.annotation.class),
        path,
        message: message?.to_owned(),
    })
}

/// What two records must have in common.
fn compared(loader: &mut Loader<'_>, node: &Node<'_>, shape: &Shape) -> (Vec<KeyPart>, Option<[String; 2]>) {
    let mut on: Vec<KeyPart> = Vec::new();
    if let Some(list) = node.member("on") {
        match &list.value {
            Value::Array(items) => on.extend(items.iter().filter_map(|item| root::part(loader, item, shape, false))),
            _ => loader.error(list.start, "\"on\" is a list of pointers and expressions", None),
        }
    }
    let days = node.member("days").and_then(|list| {
        let pointers = loader.want_texts(list, "\"days\"");
        for (at, pointer) in &pointers {
            if !shape.find(pointer).is_some_and(|found| matches!(found.kind, Kind::Text { date: true, .. })) {
                loader.error(*at, format!("no date stands at \"{pointer}\""), None);
            }
        }
        let hint = "as in [\"/period_start\", \"/period_end\"]".to_owned();
        let [first, last] = pointers.as_slice() else {
            loader.error(list.start, "\"days\" are a first and a last day", Some(hint));
            return None;
        };
        Some([first.1.to_owned(), last.1.to_owned()])
    });
    if on.is_empty() && node.member("days").is_none() {
        let hint = "\"on\": what two records must have in common, or \"days\": of which they must share one";
        loader.error(node.start, "this rule compares nothing", Some(hint.to_owned()));
    }
    (on, days)
}

//! Warnings about `if`: conditions that never or always hold, and those that a missing field fulfils.

use super::{
    Linter,
    value::{self, Fate},
};
use crate::{
    json::{Member, Node, Value},
    shape::{Field, Kind, Shape},
    site::{self, texts},
};

/// Whether a condition holds: `None` when that depends on the record.
type Holds = Option<bool>;

// Recursion is as deep as the form, which has no circles.
/// Looks at the conditions of an object and of those within it.
pub(super) fn run(linter: &mut Linter, root: &Node<'_>, shape: &Shape) {
    object(linter, root, root, shape);
}

fn object<'f>(linter: &mut Linter, root: &'f Node<'f>, node: &'f Node<'f>, shape: &Shape) {
    for schema in site::chain(root, node) {
        assertions(linter, schema, shape);
        match &shape.kind {
            Kind::Record(_) => {
                for member in schema.member("properties").and_then(Node::members).unwrap_or_default() {
                    if let Some(field) = shape.field(&member.name) {
                        object(linter, root, &member.node, &field.shape);
                    }
                }
            }
            Kind::List(item) => {
                if let Some(items) = schema.member("items") {
                    object(linter, root, items, item);
                }
            }
            _ => {}
        }
    }
}

/// The conditions of one schema, and of those that it combines.
fn assertions(linter: &mut Linter, schema: &Node<'_>, shape: &Shape) {
    for Member { name, name_start, node, .. } in schema.members().unwrap_or_default() {
        match &**name {
            "if" => condition(linter, *name_start, node, shape),
            "allOf" | "anyOf" | "oneOf" => {
                node.items().unwrap_or_default().iter().for_each(|item| assertions(linter, item, shape));
            }
            "then" | "else" => assertions(linter, node, shape),
            _ => {}
        }
    }
}

fn condition(linter: &mut Linter, at: usize, node: &Node<'_>, shape: &Shape) {
    match holds(node, shape) {
        Some(false) => {
            linter.warn(at, "if-never", "no record meets this condition", "correct the condition, or drop it");
        }
        Some(true) => {
            linter.warn(
                at,
                "if-always",
                "every record meets this condition",
                "correct it, or write what follows without it",
            );
        }
        None => optional(linter, node, shape),
    }
}

/// `properties` says nothing of a field that is missing, so that a condition on it holds then.
fn optional(linter: &mut Linter, node: &Node<'_>, shape: &Shape) {
    for member in node.member("properties").and_then(Node::members).unwrap_or_default() {
        let Some(field) = shape.field(&member.name) else { continue };
        if !field.required && !asked_for(node, &field.name) && of_value(&member.node, &field.shape) != Some(true) {
            let name = &field.name;
            linter.warn(
                member.name_start,
                "if-optional",
                format!("the condition also holds when \"{name}\" is missing"),
                format!("add \"required\": [\"{name}\"] to the condition"),
            );
        }
    }
}

fn asked_for(condition: &Node<'_>, name: &str) -> bool {
    texts(condition.member("required")).any(|(asked, _)| asked == name)
}

fn all(parts: impl Iterator<Item = Holds>) -> Holds {
    let mut sum = Some(true);
    for part in parts {
        match part {
            Some(false) => return part,
            Some(true) => {}
            None => sum = None,
        }
    }
    sum
}

fn any(parts: impl Iterator<Item = Holds>) -> Holds {
    all(parts.map(|part| part.map(|holds| !holds))).map(|none| !none)
}

fn holds(node: &Node<'_>, shape: &Shape) -> Holds {
    let Value::Object(members) = &node.value else {
        return if node.value == Value::Bool(false) { Some(false) } else { None };
    };
    all(members.iter().map(|member| keyword(node, member, shape)))
}

fn keyword(owner: &Node<'_>, member: &Member<'_>, shape: &Shape) -> Holds {
    let Member { name, node, .. } = member;
    let items = || node.items().unwrap_or_default().iter();
    match &**name {
        "required" => all(texts(Some(node)).map(|(name, _)| shape.field(name)?.required.then_some(true))),
        "properties" => all(node.members().unwrap_or_default().iter().map(|member| {
            let field = shape.field(&member.name)?;
            of_field(owner, &member.node, field)
        })),
        "not" => holds(node, shape).map(|holds| !holds),
        "allOf" => all(items().map(|item| holds(item, shape))),
        "anyOf" => any(items().map(|item| holds(item, shape))),
        "$comment" | "title" | "description" => Some(true),
        _ => None,
    }
}

/// A field that may be missing meets any condition then.
fn of_field(condition: &Node<'_>, node: &Node<'_>, field: &Field) -> Holds {
    match of_value(node, &field.shape) {
        Some(false) if field.required || asked_for(condition, &field.name) => Some(false),
        Some(false) => None,
        other => other,
    }
}

fn of_value(node: &Node<'_>, shape: &Shape) -> Holds {
    if matches!(shape.kind, Kind::Record(_)) {
        return holds(node, shape);
    }
    let wanted: Vec<&str> = match (node.member("const"), node.member("enum")) {
        (Some(constant), None) => constant.text().into_iter().collect(),
        (None, Some(list)) => texts(Some(list)).map(|(text, _)| text).collect(),
        _ => return None,
    };
    let Kind::Text { choices, .. } = &shape.kind else { return None };
    if wanted.is_empty() {
        return None;
    }
    // `0` of an amount, which clean records have as `0.00`.
    if !wanted.iter().any(|text| matches!(value::fate(shape, text, 0), Fate::Stays)) {
        return Some(false);
    }
    if choices.is_empty() {
        return None;
    }
    let meets = |choice: &&String| wanted.contains(&choice.as_str());
    match choices.iter().filter(meets).count() {
        0 => Some(false),
        count if count == choices.len() && node.members().is_some_and(|members| members.len() == 1) => Some(true),
        _ => None,
    }
}

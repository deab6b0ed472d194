//! Which keywords a form may use, and where. JSON Schema ignores what it does not know; a misspelt keyword would then
//! check nothing, so every name is checked here.

use super::{loader::Loader, pattern};
use crate::json::{Member, Node, Value};

/// Keywords of any schema within a form.
const SCHEMA: &[&str] = &[
    "$ref",
    "$comment",
    "title",
    "description",
    "type",
    "properties",
    "required",
    "additionalProperties",
    "items",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minLength",
    "maxLength",
    "pattern",
    "format",
    "enum",
    "const",
    "minimum",
    "maximum",
    "allOf",
    "anyOf",
    "oneOf",
    "not",
    "if",
    "then",
    "else",
    "dependentRequired",
    "x-faircopy",
];
/// Keywords of the root alone.
const ROOT: &[&str] = &["$schema", "$id", "$defs"];
/// Types a form may use.
const TYPES: &[&str] = &["string", "integer", "boolean", "object", "array"];

/// Where a schema stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Position {
    /// The root.
    Root,
    /// Describes a value of the record.
    Shape,
    /// Only asserts something of a value described elsewhere, as under `if` and `allOf`.
    Assertion,
}

/// Checks every keyword of the form.
pub(super) fn check(loader: &mut Loader<'_>, root: &Node<'_>) {
    schema(loader, root, Position::Root);
}

// Recursion is as deep as the file, which the depth limit of the reader bounds.
fn schema(loader: &mut Loader<'_>, node: &Node<'_>, position: Position) {
    match &node.value {
        Value::Object(members) => {
            for member in members {
                keyword(loader, node, member, position);
            }
            let keyword = loader.topic("bounds");
            bounds(loader, node);
            loader.topic(keyword);
        }
        Value::Bool(false) if position == Position::Assertion => {}
        Value::Bool(_) => loader.error(node.start, "a field is described by an object", None),
        _ => loader.error(node.start, "a schema is an object", None),
    }
}

fn keyword(loader: &mut Loader<'_>, owner: &Node<'_>, member: &Member<'_>, position: Position) {
    let Member { name, name_start, node, .. } = member;
    let below = if position == Position::Root { Position::Shape } else { position };
    match &**name {
        "$schema" | "$id" | "$defs" if position != Position::Root => {
            loader.error(*name_start, format!("\"{name}\" stands at the root only"), None);
        }
        "$schema" | "$id" | "$comment" | "title" | "description" => {
            loader.want_text(node, name);
        }
        "$defs" | "properties" => each_member(loader, node, below),
        "items" => schema(loader, node, below),
        "not" | "if" => schema(loader, node, Position::Assertion),
        "then" | "else" => {
            if owner.member("if").is_none() {
                loader.error(*name_start, format!("\"{name}\" without \"if\" has no effect"), None);
            }
            schema(loader, node, Position::Assertion);
        }
        "allOf" | "anyOf" | "oneOf" => match &node.value {
            Value::Array(items) if !items.is_empty() => {
                items.iter().for_each(|item| schema(loader, item, Position::Assertion));
            }
            _ => loader.error(node.start, format!("\"{name}\" is a list of schemas"), None),
        },
        "type" => known_type(loader, node),
        "additionalProperties" if node.value != Value::Bool(false) => {
            loader.error(node.start, "only false is allowed: a clean record has no unknown fields", None);
        }
        "format" if node.text() != Some("date") => {
            let hint = "use \"date\", or a check under \"x-faircopy\": validators differ in what other formats mean";
            loader.error(node.start, "this format is not supported", Some(hint.to_owned()));
        }
        "pattern" => pattern::check(loader, node),
        "x-faircopy" if position == Position::Assertion => {
            loader.error(*name_start, "annotations have no effect here", Some("annotate the field itself".to_owned()));
        }
        "enum" | "const" => values(loader, name, node),
        known if SCHEMA.contains(&known) => {}
        unknown => {
            let known: Vec<&str> = if position == Position::Root { [SCHEMA, ROOT].concat() } else { SCHEMA.to_vec() };
            loader.unknown(*name_start, "keyword", unknown, &known);
        }
    }
}

fn each_member(loader: &mut Loader<'_>, node: &Node<'_>, position: Position) {
    match &node.value {
        Value::Object(members) => members.iter().for_each(|member| schema(loader, &member.node, position)),
        _ => loader.error(node.start, "an object of schemas belongs here", None),
    }
}

fn known_type(loader: &mut Loader<'_>, node: &Node<'_>) {
    match node.text() {
        Some("number") => {
            let hint = "decimals are strings with a \"decimal\" annotation; whole numbers are \"integer\"";
            loader.error(node.start, "type \"number\" is a float to most readers", Some(hint.to_owned()));
        }
        Some("null") => loader.error(node.start, "a missing value is left out, not null", None),
        Some(known) if TYPES.contains(&known) => {}
        Some(unknown) => loader.unknown(node.start, "type", unknown, TYPES),
        None => loader.error(node.start, "\"type\" is one text", None),
    }
}

/// Allowed values are texts, whole numbers or booleans: what a scalar of a clean record can be.
fn values(loader: &mut Loader<'_>, keyword: &str, node: &Node<'_>) {
    let one = std::slice::from_ref(node);
    let items = if keyword == "const" { one } else { node.items().unwrap_or_default() };
    if items.is_empty() {
        loader.error(node.start, "\"enum\" is a list of values that is not empty", None);
    }
    for (index, item) in items.iter().enumerate() {
        if !matches!(item.value, Value::Text(_) | Value::Number(_) | Value::Bool(_)) {
            loader.error(item.start, "a value is a text, a whole number or a boolean", None);
        }
        if items[..index].iter().any(|earlier| earlier.value == item.value) {
            loader.error(item.start, "this value is there twice", None);
        }
    }
}

/// Bounds that no value can satisfy.
fn bounds(loader: &mut Loader<'_>, node: &Node<'_>) {
    for (low, high) in [("minLength", "maxLength"), ("minItems", "maxItems"), ("minimum", "maximum")] {
        let value = |name| match &node.member(name)?.value {
            Value::Number(number) => number.parse::<i64>().ok(),
            _ => None,
        };
        for name in [low, high] {
            if let Some(bound) = node.member(name)
                && value(name).is_none()
            {
                loader.error(bound.start, format!("\"{name}\" is a whole number"), None);
            }
        }
        if let (Some(least), Some(most)) = (value(low), value(high))
            && least > most
        {
            loader.error(node.start, format!("no value satisfies both \"{low}\" and \"{high}\""), None);
        }
    }
}

//! The normalized tree -> clean bytes: compact JSON, missing members left out.

use crate::{
    json::{Node, Value, plain, write_string},
    shape::{Kind, Shape},
};
use std::borrow::Cow;

/// The value as clean JSON.
pub(super) fn to_bytes(node: &Node<'_>) -> Vec<u8> {
    let mut out = room(node);
    value(&mut out, node);
    out
}

/// The same of a record of this shape, its members in form order: names are written as the form has them ready, and what
/// still is as it was read is not looked at again.
pub(super) fn quick(node: &Node<'_>, shape: &Shape) -> Vec<u8> {
    let mut out = room(node);
    shaped(&mut out, node, shape);
    out
}

fn room(node: &Node<'_>) -> Vec<u8> {
    // Normalizing makes few records longer, and those by little.
    Vec::with_capacity(node.end.saturating_sub(node.start) + 64)
}

// Recursion is as deep as the record, which the depth limit bounds.
fn value(out: &mut Vec<u8>, node: &Node<'_>) {
    match &node.value {
        Value::Null | Value::Refused => out.extend_from_slice(b"null"),
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        Value::Number(number) => out.extend_from_slice(number.as_bytes()),
        Value::Text(text) => write_string(out, text),
        Value::Array(items) => {
            out.push(b'[');
            for item in items {
                value(out, item);
                out.push(b',');
            }
            close(out, b']');
        }
        Value::Object(members) => {
            out.push(b'{');
            for member in members.iter().filter(|member| !member.node.is_missing()) {
                write_string(out, &member.name);
                out.push(b':');
                value(out, &member.node);
                out.push(b',');
            }
            close(out, b'}');
        }
    }
}

// Recursion is as deep as the form. A text that is borrowed has nothing to escape: so it was read, and whatever changes a
// text owns the new one.
fn shaped(out: &mut Vec<u8>, node: &Node<'_>, shape: &Shape) {
    match (&node.value, &shape.kind) {
        (Value::Text(Cow::Borrowed(text)), _) => {
            out.push(b'"');
            out.extend_from_slice(text.as_bytes());
            out.push(b'"');
        }
        (Value::Array(items), Kind::List(shape)) => {
            out.push(b'[');
            for item in items {
                shaped(out, item, shape);
                out.push(b',');
            }
            close(out, b']');
        }
        (Value::Object(members), Kind::Record(fields)) => {
            out.push(b'{');
            for member in members.iter().filter(|member| !member.node.is_missing()) {
                // A clean record has no others.
                let Some(field) = fields.at(member.slot as usize) else { continue };
                if let Value::Text(text) = &member.node.value
                    && (matches!(text, Cow::Borrowed(_)) || plain(text.as_bytes()) == text.len())
                {
                    out.extend_from_slice(field.text_key());
                    out.extend_from_slice(text.as_bytes());
                    out.extend_from_slice(b"\",");
                } else {
                    out.extend_from_slice(field.key());
                    shaped(out, &member.node, &field.shape);
                    out.push(b',');
                }
            }
            close(out, b'}');
        }
        _ => value(out, node),
    }
}

/// Ends a list, in place of the comma after its last item.
fn close(out: &mut Vec<u8>, end: u8) {
    match out.last_mut() {
        Some(last @ b',') => *last = end,
        _ => out.push(end),
    }
}

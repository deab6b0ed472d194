//! The normalized tree -> clean bytes: compact JSON, missing members left out, escapes only where RFC 8259 wants them.

use crate::json::{Node, Value, plain};

/// The value as clean JSON.
pub(super) fn to_bytes(node: &Node<'_>) -> Vec<u8> {
    // Normalizing makes few records longer, and those by little.
    let mut out = Vec::with_capacity(node.end.saturating_sub(node.start) + 64);
    value(&mut out, node);
    out
}

// Recursion is as deep as the record, which the depth limit bounds.
fn value(out: &mut Vec<u8>, node: &Node<'_>) {
    match &node.value {
        Value::Null | Value::Refused => out.extend_from_slice(b"null"),
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        Value::Number(number) => out.extend_from_slice(number.as_bytes()),
        Value::Text(text) => string(out, text),
        Value::Array(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                value(out, item);
            }
            out.push(b']');
        }
        Value::Object(members) => {
            out.push(b'{');
            let mut first = true;
            for member in members.iter().filter(|member| !member.node.is_missing()) {
                if !std::mem::take(&mut first) {
                    out.push(b',');
                }
                string(out, &member.name);
                out.push(b':');
                value(out, &member.node);
            }
            out.push(b'}');
        }
    }
}

fn string(out: &mut Vec<u8>, text: &str) {
    let bytes = text.as_bytes();
    out.reserve(bytes.len() + 2);
    out.push(b'"');
    if plain(bytes) == bytes.len() {
        out.extend_from_slice(bytes);
        out.push(b'"');
        return;
    }
    let mut copied = 0;
    for (at, &byte) in bytes.iter().enumerate() {
        let escape: &[u8] = match byte {
            b'"' => b"\\\"",
            b'\\' => b"\\\\",
            b'\n' => b"\\n",
            b'\r' => b"\\r",
            b'\t' => b"\\t",
            0x08 => b"\\b",
            0x0c => b"\\f",
            0..0x20 => b"\\u00",
            _ => continue,
        };
        out.extend_from_slice(&bytes[copied..at]);
        out.extend_from_slice(escape);
        if escape.len() == 4 {
            out.extend_from_slice(&[
                b"0123456789abcdef"[usize::from(byte >> 4)],
                b"0123456789abcdef"[usize::from(byte & 15)],
            ]);
        }
        copied = at + 1;
    }
    out.extend_from_slice(&bytes[copied..]);
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn strings_are_written_as_serde_json_writes_them(text in any::<String>()) {
            let mut out = Vec::new();
            string(&mut out, &text);
            prop_assert_eq!(String::from_utf8(out).unwrap(), serde_json::to_string(&text).unwrap());
        }
    }
}

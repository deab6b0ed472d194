//! Hashes: the business key, the content, and what judged them.

use super::findings::{Draft, Findings};
use crate::{
    DateOrder, DecimalSign, Profile, Soft,
    form::{KeyPart, Parts},
    json::{Node, Value, pointer},
    rule::{Facts, Formula},
};
use blake3::hazmat::{ContextKey, HasherExt, hash_derive_key_context};
use record::{Code, ContentHash, Key, Stage};
use std::{fmt::Write as _, sync::LazyLock};

/// Names the use of the hash, so that it never equals one made for another purpose.
const KEY: &str = "faircopy 2026 business key v1";
const RULES: &str = "faircopy 2026 rules v1";
/// The first step of deriving a key, which is the same for all.
static CONTEXT: LazyLock<ContextKey> = LazyLock::new(|| hash_derive_key_context(KEY));

/// The key of a clean record: form name, client, and the values of the form's key. Versions of a form share keys, so
/// that a document keyed under two versions is still found twice.
///
/// `None` when a part cannot be computed, as the least of an empty list. That is a finding: without a key nobody could
/// tell whether the record was there before.
pub(super) fn key(parts: &Parts, client: &str, root: &Node<'_>, findings: &mut Findings) -> Option<Key> {
    // What is hashed, in one piece: hashing it bit by bit costs several times as much.
    let mut text = Vec::with_capacity(256);
    put(&mut text, parts.name.as_bytes());
    put(&mut text, client.as_bytes());
    for part in &parts.key {
        let pointer = match part {
            KeyPart::Field(pointer) => pointer,
            KeyPart::Formula(formula) => {
                put(&mut text, computed(formula, root, findings)?.as_bytes());
                continue;
            }
        };
        match pointer::find(root, pointer).map(|node| &node.value) {
            Some(Value::Text(value)) => match parts.key_match.iter().find(|(of, _)| of == pointer) {
                Some((_, matching)) => put(&mut text, (matching.form)(value).as_bytes()),
                None => put(&mut text, value.as_bytes()),
            },
            Some(Value::Number(number)) => put(&mut text, number.as_bytes()),
            Some(Value::Bool(bool)) => put(&mut text, &[u8::from(*bool)]),
            // Keys are required scalars: the loader refuses other forms, the schema other records.
            _ => put(&mut text, b""),
        }
    }
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&blake3::Hasher::new_from_context_key(&CONTEXT).update(&text).finalize().as_bytes()[..16]);
    Some(Key(bytes))
}

fn computed(formula: &Formula, root: &Node<'_>, findings: &mut Findings) -> Option<String> {
    let reason = match formula.evaluate(Facts::new(root, None, None)) {
        Ok(Some(text)) => return Some(text),
        Ok(None) => "unknown",
        Err(reason) => reason,
    };
    let mut related: Vec<String> = formula.needs().iter().filter_map(|need| need.field.clone()).collect();
    related.retain(|pointer| pointer::find(root, pointer).is_some());
    related.dedup();
    findings.add(Draft {
        related,
        rule: "key",
        params: vec![("reason", reason.into()), ("expr", formula.text().into())],
        binding: true,
        message: Some("the business key cannot be computed from this record"),
        ..Draft::new(Code::RelRule, Stage::RecordRule, root.start, String::new())
    });
    None
}

/// The hash of clean bytes.
pub(super) fn content(bytes: &[u8]) -> ContentHash {
    let hash = blake3::hash(bytes);
    let [a, b, c, d, e, f, g, h, ..] = *hash.as_bytes();
    ContentHash(u64::from_be_bytes([a, b, c, d, e, f, g, h]))
}

/// Hash over form file and profile, 16 hexadecimal digits.
pub(super) fn rules_hash(form: &blake3::Hash, profile: &Profile) -> String {
    let mut text = Vec::new();
    put(&mut text, form.as_bytes());
    let order = profile.date_order.map_or("", |order| match order {
        DateOrder::Dmy => "dmy",
        DateOrder::Mdy => "mdy",
        DateOrder::Ymd => "ymd",
    });
    let sign = profile.decimal_sign.map_or("", |sign| match sign {
        DecimalSign::Point => "point",
        DecimalSign::Comma => "comma",
    });
    put(&mut text, order.as_bytes());
    put(&mut text, sign.as_bytes());
    put(&mut text, profile.region.as_deref().unwrap_or_default().as_bytes());
    // Added only where it is said: what does not change how records are judged keeps its hash.
    if let Some(soft) = profile.soft {
        put(
            &mut text,
            match soft {
                Soft::Warn => b"soft warn",
                Soft::Reject => b"soft reject",
            },
        );
    }
    blake3::derive_key(RULES, &text)[..8].iter().fold(String::with_capacity(16), |mut hash, byte| {
        // Writing to a string cannot fail.
        let _ok = write!(hash, "{byte:02x}");
        hash
    })
}

/// Adds a value with its length, so that no two lists of values run into the same bytes.
fn put(text: &mut Vec<u8>, bytes: &[u8]) {
    text.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
    text.extend_from_slice(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_derived_in_the_context_of_keys() {
        let derived = blake3::Hasher::new_from_context_key(&CONTEXT).update(b"text").finalize();
        assert_eq!(*derived.as_bytes(), blake3::derive_key(KEY, b"text"));
    }
}

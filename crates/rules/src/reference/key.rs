//! Hashes: the business key, the content, and what judged them.

use super::findings::{Draft, Findings};
use crate::{
    DateOrder, DecimalSign, Profile, Soft,
    form::{KeyPart, Parts},
    json::{Node, Value, pointer},
    rule::Facts,
};
use blake3::hazmat::{ContextKey, HasherExt, hash_derive_key_context};
use record::{Code, ContentHash, Key, Stage};
use std::{borrow::Cow, fmt::Write as _, sync::LazyLock};
use twox_hash::XxHash3_64;

/// Names the use of the hash, so that it never equals one made for another purpose.
const KEY: &str = "faircopy 2026 business key v1";
const HOME: &str = "faircopy 2026 home v1";
const RULES: &str = "faircopy 2026 rules v1";
/// The first step of deriving a key, which is the same for all.
static CONTEXT: LazyLock<ContextKey> = LazyLock::new(|| hash_derive_key_context(KEY));
static HOME_CONTEXT: LazyLock<ContextKey> = LazyLock::new(|| hash_derive_key_context(HOME));
/// Bytes of a key that choose its shard.
pub(super) const HOME_BYTES: usize = 4;
const NO_KEY: &str = "the business key cannot be computed from this record";

/// The key of a clean record: form name, client, and the values of the form's key. Versions of a form share keys, so
/// that a document keyed under two versions is still found twice. Where the form names a home, the first four bytes are
/// those of the home: they choose the shard.
///
/// `None` when a part cannot be computed, as the least of an empty list. That is a finding: without a key nobody could
/// tell whether the record was there before.
pub(super) fn key(parts: &Parts, client: &str, facts: Facts<'_>, findings: &mut Findings) -> Option<Key> {
    let mut text = opened(parts, client);
    for part in &parts.key {
        match value(part, parts, facts) {
            Ok(Some(value)) => put(&mut text, &value),
            // Keys are required scalars: the loader refuses other forms, the schema other records.
            Ok(None) if matches!(part, KeyPart::Field { .. }) => put(&mut text, b""),
            unknown => {
                let draft =
                    Draft { message: Some(NO_KEY), rule: "key", ..not_computed(part, facts.record, unknown.err()) };
                findings.add(draft);
                return None;
            }
        }
    }
    let mut key = hash(&CONTEXT, &text);
    if let Some(home) = &parts.home {
        let mut text = opened(parts, client);
        // They are parts of the key, so they are known.
        let values = home.iter().filter_map(|place| value(&parts.key[*place], parts, facts).ok()?);
        values.for_each(|value| put(&mut text, &value));
        key[..HOME_BYTES].copy_from_slice(&hash(&HOME_CONTEXT, &text)[..HOME_BYTES]);
    }
    Some(Key(key))
}

/// What every hash of a record begins with. It is hashed in one piece: bit by bit costs several times as much.
pub(super) fn opened(parts: &Parts, client: &str) -> Vec<u8> {
    let mut text = Vec::with_capacity(256);
    put(&mut text, parts.name.as_bytes());
    put(&mut text, client.as_bytes());
    text
}

/// The first half of a hash for one purpose.
pub(super) fn hash(purpose: &ContextKey, text: &[u8]) -> [u8; 16] {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&blake3::Hasher::new_from_context_key(purpose).update(text).finalize().as_bytes()[..16]);
    bytes
}

/// What a part of a key comes to, without a time; nothing when it is not there or unknown.
///
/// # Errors
/// Why it cannot be computed.
pub(super) fn value<'n>(
    part: &KeyPart,
    parts: &Parts,
    facts: Facts<'n>,
) -> Result<Option<Cow<'n, [u8]>>, &'static str> {
    let (pointer, node) = match part {
        KeyPart::Field { pointer, slot: Some(slot) } => (pointer, facts.field(*slot)),
        KeyPart::Field { pointer, slot: None } => (pointer, pointer::find(facts.record, pointer)),
        KeyPart::Formula(formula) => {
            let text = formula.evaluate(facts)?;
            return Ok(text.map(|text| Cow::Owned(text.into_bytes())));
        }
    };
    Ok(match node.map(|node| &node.value) {
        Some(Value::Text(value)) => Some(match parts.key_match.iter().find(|(of, _)| of == pointer) {
            Some((_, matching)) => Cow::Owned((matching.form)(value).into_bytes()),
            None => Cow::Borrowed(value.as_bytes()),
        }),
        Some(Value::Number(number)) => Some(Cow::Borrowed(number.as_bytes())),
        Some(Value::Bool(bool)) => Some(Cow::Borrowed(if *bool { &[1] } else { &[0] })),
        _ => None,
    })
}

/// What is told of a part that cannot be computed, to be completed with `..`.
pub(super) fn not_computed<'d>(part: &'d KeyPart, root: &Node<'_>, reason: Option<&'static str>) -> Draft<'d> {
    let KeyPart::Formula(formula) = part else {
        return Draft::new(Code::RelRule, Stage::RecordRule, root.start, String::new());
    };
    let mut related: Vec<String> = formula.needs().iter().filter_map(|need| need.field.clone()).collect();
    related.retain(|pointer| pointer::find(root, pointer).is_some());
    related.dedup();
    Draft {
        related,
        params: vec![("reason", reason.unwrap_or("unknown").into()), ("expr", formula.text().into())],
        binding: true,
        ..Draft::new(Code::RelRule, Stage::RecordRule, root.start, String::new())
    }
}

/// The hash of clean bytes: XXH3-64 without seed (final since xxHash 0.8.0).
///
/// It only tells a duplicate from a conflict once two keys are equal, by 64 bits; a cryptographic hash cut to so few costs
/// some twenty times as much and gives nothing: who would find two contents with one hash, under a key of his own, gets
/// the second one called a duplicate of the first. What should find equal contents of different keys (`DUP.CONTENT`) needs another one.
pub(super) fn content(bytes: &[u8]) -> ContentHash {
    ContentHash(XxHash3_64::oneshot(bytes))
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
pub(super) fn put(text: &mut Vec<u8>, bytes: &[u8]) {
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

    /// What claims hold must not depend on the machine or on the version of a crate: sums of the reference implementation (`xxhsum -H3`).
    #[test]
    fn contents_have_the_sums_of_xxh3() {
        let sums: [(&[u8], u64); 4] = [
            (b"", 0x2d06_8005_38d3_94c2),
            (b"{}", 0x1349_cde1_2770_5c16),
            (&[b'x'; 100], 0xc909_84ff_df50_ce42),
            (&[b'x'; 1_000], 0xc0a4_877b_962c_ba82),
        ];
        for (bytes, sum) in sums {
            assert_eq!(content(bytes), ContentHash(sum));
        }
    }
}

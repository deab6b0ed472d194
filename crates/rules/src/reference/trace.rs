//! The traces of a clean record: what it is held against earlier ones by, and what later ones are held against it by.

use super::{
    findings::{Draft, Findings, Sought},
    key::{self, HOME_BYTES},
};
use crate::{
    calendar::parse_date,
    form::{EarlierRule, OrEarlier, Parts},
    json::{Node, pointer},
    rule::Facts,
};
use blake3::hazmat::{ContextKey, hash_derive_key_context};
use record::{Asks, Code, Key, Severity, Stage, Trace, code::Allowed};
use std::{ops::Range, sync::LazyLock};

/// Most days of a period: those of the longest month.
pub(crate) const DAYS_MAX: i32 = 31;
/// Where in a trace's hash the bytes stand by which the index finds it: bytes 8 to 11 of the key.
const INDEXED: Range<usize> = 8 - HOME_BYTES..12 - HOME_BYTES;
static CONTEXT: LazyLock<ContextKey> = LazyLock::new(|| hash_derive_key_context("faircopy 2026 trace v1"));
static ANSWER: LazyLock<ContextKey> = LazyLock::new(|| hash_derive_key_context("faircopy 2026 answer v1"));

/// The traces of a record of this client and key. `harden`: soft findings reject, where their code leaves that open.
///
/// `None` when one cannot be computed, or would have more days than [`DAYS_MAX`]: that is a finding, since nobody could tell
/// what the record would meet.
pub(super) fn traces(
    parts: &Parts,
    of: (&str, Key),
    harden: bool,
    facts: Facts<'_>,
    findings: &mut Findings,
) -> Option<Vec<Trace>> {
    let (client, key) = of;
    let mut traces = Vec::with_capacity(parts.earlier.len());
    for (rule, place) in parts.earlier.iter().zip(0..) {
        let Some(compared) = compared(parts, rule, client, facts, findings)? else { continue };
        let hardens = harden && rule.code.allowed() == Allowed::Either;
        let severity = if hardens { Severity::Hard } else { rule.severity };
        let asks = Asks::Nobody { rule: place, severity };
        let trace = |hash: &[u8; 16]| Trace { key: homed(key, hash), asks };
        let Some(days) = &rule.days else {
            traces.push(trace(&compared));
            continue;
        };
        let [Some(first), Some(last)] = days.each_ref().map(|pointer| day(facts.record, pointer)) else { continue };
        if last - first >= DAYS_MAX {
            findings.add(Draft {
                related: days.to_vec(),
                rule: &rule.id,
                params: vec![("reason", "too_many_days".into()), ("max", i64::from(DAYS_MAX).into())],
                binding: true,
                message: Some(&rule.message),
                ..Draft::new(Code::RelRule, Stage::RecordRule, facts.record.start, rule.path.clone())
            });
            return None;
        }
        traces.extend((first..=last).map(|day| trace(&of_day(compared, day))));
    }
    answers(parts, of, facts.record, findings.sought(), &mut traces);
    Some(traces)
}

/// Adds what the record answers later look-ups with, whether or not there is a table now, and what it seeks itself.
fn answers(parts: &Parts, of: (&str, Key), record: &Node<'_>, sought: &[Sought], traces: &mut Vec<Trace>) {
    let (client, key) = of;
    let trace = |answer: &str, path: &str, asks| {
        let value = pointer::find(record, path)?.text()?;
        let mut text = key::opened(parts, client);
        key::put(&mut text, answer.as_bytes());
        key::put(&mut text, value.as_bytes());
        Some(Trace { key: homed(key, &key::hash(&ANSWER, &text)), asks })
    };
    let look_ups = parts.or_earlier.as_slice();
    for (nth, OrEarlier { answer, .. }) in look_ups.iter().enumerate() {
        // Several look-ups may have the same answer.
        if look_ups[..nth].iter().all(|before| before.answer != *answer) {
            traces.extend(trace(answer, answer, Asks::Nothing));
        }
    }
    for &Sought { look_up, severity } in sought {
        let OrEarlier { path, answer, .. } = &look_ups[usize::from(look_up)];
        traces.extend(trace(answer, path, Asks::Somebody { look_up, severity }));
    }
}

/// A hash as a key in the shard of another.
fn homed(of: Key, hash: &[u8; 16]) -> Key {
    let mut bytes = of.0;
    bytes[HOME_BYTES..].copy_from_slice(&hash[..16 - HOME_BYTES]);
    Key(bytes)
}

/// The trace of one day. For each day another, and of two hashes never the same on one day; to hash each day costs more than all that is
/// compared. The day goes into the bytes that the index spreads by.
fn of_day(mut compared: [u8; 16], day: i32) -> [u8; 16] {
    // Fibonacci hashing (Knuth, volume 3, section 6.4): days in a row lie far apart.
    let spread = day.cast_unsigned().wrapping_mul(0x9E37_79B9).to_be_bytes();
    compared[INDEXED].iter_mut().zip(spread).for_each(|(byte, day)| *byte ^= day);
    compared
}

/// The hash of what two records must have in common, the home among it: the home's share in a key is too short to stand
/// for it. `Some(None)` when a part is missing.
fn compared(
    parts: &Parts,
    rule: &EarlierRule,
    client: &str,
    facts: Facts<'_>,
    findings: &mut Findings,
) -> Option<Option<[u8; 16]>> {
    let mut text = key::opened(parts, client);
    key::put(&mut text, rule.id.as_bytes());
    let home = parts.home.iter().flatten().map(|place| &parts.key[*place]);
    for part in home.chain(&rule.on) {
        match key::value(part, parts, facts) {
            Ok(Some(value)) => key::put(&mut text, &value),
            Ok(None) => return Some(None),
            Err(reason) => {
                let message = Some(rule.message.as_str());
                findings.add(Draft { rule: &rule.id, message, ..key::not_computed(part, facts.record, Some(reason)) });
                return None;
            }
        }
    }
    Some(Some(key::hash(&CONTEXT, &text)))
}

/// Days since 1970-01-01.
fn day(root: &Node<'_>, pointer: &str) -> Option<i32> {
    parse_date(pointer::find(root, pointer)?.text()?)
}

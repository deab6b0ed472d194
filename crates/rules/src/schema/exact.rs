//! JSON values compared as JSON Schema wants it: by what they mean, not by how they are written. No binary fraction is
//! made, so numbers of any size are told apart.

use crate::json::{self, Value as Json};
use serde_json::Value;

/// A JSON number in the one form that equal numbers share: sign, digits without zeros at either end, power of ten.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Exact {
    negative: bool,
    digits: String,
    /// Power of ten of the last digit; as written when it is beyond any use.
    power: Result<i64, String>,
}

impl Exact {
    /// Of a number as RFC 8259 writes it.
    pub(super) fn of(number: &str) -> Self {
        let (mantissa, power) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
        let negative = mantissa.starts_with('-');
        let (whole, fraction) = mantissa.trim_start_matches('-').split_once('.').unwrap_or((mantissa, ""));
        let all = [whole.trim_start_matches('-'), fraction].concat();
        let digits = all.trim_matches('0');
        if digits.is_empty() {
            return Self { negative: false, digits: String::new(), power: Ok(0) };
        }
        let cut = all.len() - all.trim_end_matches('0').len();
        let shift = |power: i64| power.checked_sub(fraction.len() as i64)?.checked_add(cut as i64);
        let power = power.parse().ok().and_then(shift).ok_or_else(|| power.to_owned());
        Self { negative, digits: digits.to_owned(), power }
    }

    /// Whether it has no fraction: `1.0` and `1e2` have none.
    pub(super) fn is_whole(&self) -> bool {
        match &self.power {
            Ok(power) => *power >= 0,
            Err(written) => !written.starts_with('-'),
        }
    }
}

/// Whether a value of a record is that of a form. Members that are `missing` are not there.
pub(super) fn equal(ours: &json::Node<'_>, other: &Value, missing: bool) -> bool {
    match (&ours.value, other) {
        (Json::Null, Value::Null) => !missing,
        (Json::Bool(bool), Value::Bool(other)) => bool == other,
        (Json::Text(text), Value::String(other)) => text == other,
        (Json::Number(number), Value::Number(other)) => Exact::of(number) == Exact::of(&other.to_string()),
        (Json::Array(items), Value::Array(others)) => {
            items.len() == others.len() && items.iter().zip(others).all(|(item, other)| equal(item, other, missing))
        }
        (Json::Object(members), Value::Object(others)) => {
            let there = || members.iter().filter(|member| !(missing && member.node.is_missing()));
            there().count() == others.len()
                && there()
                    .all(|member| others.get(&*member.name).is_some_and(|other| equal(&member.node, other, missing)))
        }
        _ => false,
    }
}

/// Bytes that two values share when they are equal and not otherwise.
pub(super) fn bytes_of(out: &mut Vec<u8>, node: &json::Node<'_>, missing: bool) {
    let mut text = |kind: u8, text: &str| {
        out.push(kind);
        out.extend_from_slice(&(text.len() as u64).to_be_bytes());
        out.extend_from_slice(text.as_bytes());
    };
    match &node.value {
        Json::Null | Json::Refused => out.push(b'n'),
        Json::Bool(bool) => out.push(if *bool { b't' } else { b'f' }),
        Json::Text(value) => text(b's', value),
        Json::Number(number) => text(b'd', &format!("{:?}", Exact::of(number))),
        Json::Array(items) => {
            out.push(b'[');
            items.iter().for_each(|item| bytes_of(out, item, missing));
            out.push(b']');
        }
        Json::Object(members) => {
            let mut members: Vec<_> = members.iter().filter(|member| !(missing && member.node.is_missing())).collect();
            members.sort_unstable_by(|a, b| a.name.cmp(&b.name));
            out.push(b'{');
            for member in members {
                out.extend_from_slice(&(member.name.len() as u64).to_be_bytes());
                out.extend_from_slice(member.name.as_bytes());
                bytes_of(out, &member.node, missing);
            }
            out.push(b'}');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Exact;

    #[test]
    fn numbers_are_equal_by_value_alone() {
        for same in [
            &["1", "1.0", "10e-1", "0.1e1", "1E0"][..],
            &["0", "-0", "0.00", "0e99999999999999999999"],
            &["-1200", "-1.2e3", "-12e+2"],
        ] {
            assert!(same.iter().all(|number| Exact::of(number) == Exact::of(same[0])), "{same:?}");
        }
        let apart = [
            "9007199254740992",
            "9007199254740993",
            "1e400",
            "1e401",
            "1e-400",
            "-1",
            "1",
            "0.1",
            "1e99999999999999999999",
        ];
        for (index, number) in apart.iter().enumerate() {
            assert!(apart[index + 1..].iter().all(|other| Exact::of(number) != Exact::of(other)), "{number}");
        }
        assert!(
            ["1.0", "1e2", "-12300e-2", "1e99999999999999999999", "0.0"]
                .iter()
                .all(|whole| Exact::of(whole).is_whole())
        );
        assert!(["1.5", "1e-1", "1e-99999999999999999999"].iter().all(|part| !Exact::of(part).is_whole()));
    }
}

//! `upper` and `lower`: letter case.

use super::fold::nfc;
use crate::field::{Refusal, Settings};

/// Upper case by the full mapping of Unicode (`ß` becomes `SS`), composed to NFC again.
pub(super) fn upper(text: &str, _: &Settings<'_>) -> Result<Option<String>, Refusal> {
    Ok(uppered(text))
}

/// Lower case by the full mapping of Unicode, composed to NFC again.
pub(super) fn lower(text: &str, _: &Settings<'_>) -> Result<Option<String>, Refusal> {
    if text.is_ascii() {
        return Ok(text.bytes().any(|b| b.is_ascii_uppercase()).then(|| text.to_ascii_lowercase()));
    }
    Ok(settle(text, |text| nfc(&text.to_lowercase()).into_owned()))
}

pub(super) fn uppered(text: &str) -> Option<String> {
    if text.is_ascii() {
        return text.bytes().any(|b| b.is_ascii_lowercase()).then(|| text.to_ascii_uppercase());
    }
    settle(text, |text| nfc(&text.to_uppercase()).into_owned())
}

/// Applies a mapping until it changes nothing. Composing may give a letter that has a mapping of its own, so one round
/// is not always enough; the bound is there for the proof that it ends, no known text needs a third round.
pub(super) fn settle(text: &str, mapping: impl Fn(&str) -> String) -> Option<String> {
    const ROUNDS_MAX: usize = 4;
    let mut current = mapping(text);
    for _ in 1..ROUNDS_MAX {
        let next = mapping(&current);
        if next == current {
            break;
        }
        current = next;
    }
    (current != text).then_some(current)
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    #[test]
    fn letter_case() {
        check("upper", "ab-1", "AB-1");
        check("upper", "straße é", "STRASSE É");
        check("lower", "ÀB", "àb");
        check("lower", "ΑΣ", "ας");
        check("upper", "ΐ", "Ϊ\u{301}");
    }
}

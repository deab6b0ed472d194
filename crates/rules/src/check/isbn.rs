//! `isbn`: book numbers.

use super::digits::{digits, is_gs1};
use super::{check_digit, pattern, placeholder};
use crate::field::{Refusal, Settings};

/// An ISBN of ten or thirteen characters without hyphens (ISO 2108). Thirteen: a GTIN-13 that begins with 978 or 979.
/// Ten: weights 10 to 1, a multiple of 11, the last character `X` for 10; that sees every wrong digit and every swap.
pub(super) fn isbn(text: &str, _: &Settings<'_>) -> Result<(), Refusal> {
    let holds = match digits::<13>(text) {
        Some([9, 7, 8 | 9, ..]) => is_gs1(text.bytes()),
        Some(_) => return Err(pattern("an ISBN of 13 digits beginning with 978 or 979")),
        None => ten(text).ok_or_else(|| pattern("an ISBN of 10 or 13 characters"))?,
    };
    if text == "0000000000" {
        return Err(placeholder());
    }
    if holds { Ok(()) } else { Err(check_digit("isbn")) }
}

fn ten(text: &str) -> Option<bool> {
    let (front, last) = text.split_at_checked(9)?;
    let last = match last.as_bytes() {
        [b'X'] => 10,
        [b @ b'0'..=b'9'] => u32::from(b - b'0'),
        _ => return None,
    };
    let sum: u32 = digits::<9>(front)?.into_iter().zip((2..=10).rev()).map(|(digit, weight)| digit * weight).sum();
    Some((sum + last).is_multiple_of(11))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, check_errors_are_seen, check_refused, completed, run};
    use proptest::prelude::*;

    #[test]
    fn vectors() {
        for text in ["9780306406157", "0306406152", "080442957X", "9791090636071"] {
            check("isbn", text);
        }
        for text in ["9780306406158", "0306406153", "0804429570"] {
            check_refused("isbn", text, "VAL.CHECK_DIGIT");
        }
        // A GTIN-13 of another article, hyphens, X within, a Standard Book Number of nine digits.
        for text in ["4006381333931", "0-306-40615-2", "08044X9571", "306406152", "978030640615X", "é", ""] {
            check_refused("isbn", text, "FMT.PATTERN");
        }
        check_refused("isbn", "0000000000", "VAL.PLACEHOLDER");
    }

    proptest! {
        #[test]
        fn ten_characters_show_every_wrong_digit_and_every_swap(front in "[0-9]{8}[1-9]") {
            let text = ('0'..='9').chain(['X']).map(|c| format!("{front}{c}")).find(|text| run("isbn", text).is_ok());
            check_errors_are_seen("isbn", &text.unwrap(), |_, _| false);
        }

        #[test]
        fn thirteen_digits_miss_only_swaps_of_digits_5_apart(front in "97[89][0-9]{9}") {
            check_errors_are_seen("isbn", &completed("isbn", &front).unwrap(), |a, b| a.abs_diff(b) == 5);
        }
    }
}

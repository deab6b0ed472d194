//! `vin`: vehicle identification numbers.

use super::{check_digit, pattern};
use crate::field::{Refusal, Settings};

/// Weights of the 17 places; the ninth is the check character itself.
const WEIGHTS: [u32; 17] = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];

/// 17 digits and upper-case letters without I, O and Q (ISO 3779). The ninth is the sum of the transliterated others
/// with their weights, modulo 11, `X` for 10 (49 CFR 565.15).
///
/// The check character is the law in North America: world manufacturer identifiers that begin with 1 to 5, or with 7
/// but not 7A to 7E (ISO 3780). Makers elsewhere fill the ninth place as they like, so there a character that does not
/// match is a warning, unless the field says `"severity": "hard"`.
pub(super) fn vin(text: &str, _: &Settings<'_>) -> Result<(), Refusal> {
    let shape = || pattern("17 digits and letters without I, O and Q");
    let all: &[u8; 17] = text.as_bytes().try_into().map_err(|_| shape())?;
    let mut sum = 0;
    for (b, weight) in all.iter().zip(WEIGHTS) {
        sum += value(*b).ok_or_else(shape)? * weight;
    }
    let expected = match sum % 11 {
        10 => u32::from(b'X'),
        digit => digit + u32::from(b'0'),
    };
    if u32::from(all[8]) == expected {
        return Ok(());
    }
    let refusal = check_digit("vin");
    Err(if is_north_american(all) { refusal } else { refusal.advisory() })
}

/// Transliteration of 49 CFR 565.15, table IV.
const fn value(b: u8) -> Option<u32> {
    Some(match b {
        b'0'..=b'9' => b as u32 - b'0' as u32,
        b'A' | b'J' => 1,
        b'B' | b'K' | b'S' => 2,
        b'C' | b'L' | b'T' => 3,
        b'D' | b'M' | b'U' => 4,
        b'E' | b'N' | b'V' => 5,
        b'F' | b'W' => 6,
        b'G' | b'P' | b'X' => 7,
        b'H' | b'Y' => 8,
        b'R' | b'Z' => 9,
        _ => return None,
    })
}

const fn is_north_american(vin: &[u8; 17]) -> bool {
    matches!(vin, [b'1'..=b'5', ..]) || matches!(vin, [b'7', second, ..] if !matches!(second, b'A'..=b'E'))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, check_refused, check_swaps, run, substituted};
    use super::*;
    use proptest::prelude::*;

    /// Puts the right check character into the ninth place.
    fn completed(front: &str, back: &str) -> String {
        let all = "0123456789X".chars().map(|c| format!("{front}{c}{back}"));
        all.into_iter().find(|text| run("vin", text).is_ok()).unwrap()
    }

    #[test]
    fn vectors() {
        for text in ["1M8GDM9AXKP042788", "11111111111111111", "1HGCM82633A004352", "5GZCZ43D13S812715"] {
            check("vin", text);
        }
        check_refused("vin", "1M8GDM9A1KP042788", "VAL.CHECK_DIGIT");
        for text in ["1M8GDM9AXKP04278O", "1M8GDM9AXKP04278", "1m8gdm9axkp042788", "1M8GDM9AXKP0427888", "é", ""] {
            check_refused("vin", text, "FMT.PATTERN");
        }
    }

    #[test]
    fn elsewhere_a_wrong_check_character_is_advice() {
        // A German car, a New Zealand one, one of the United States under a prefix given out later.
        for (text, advisory) in [("WVWZZZ1JZXW000001", true), ("7A8DC05L7X0000001", true), ("7SAYGDEE5NF000001", false)]
        {
            assert_eq!(run("vin", text).map_err(|refusal| refusal.advisory), Err(advisory), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_wrong_digit_is_seen(front in "[1-5][0-9A-HJ-NPR-Z]{7}", back in "[0-9A-HJ-NPR-Z]{8}") {
            let text = completed(&front, &back);
            for at in 0..text.len() {
                for by in 0..10 {
                    if let Some(wrong) = substituted(&text, at, by) {
                        prop_assert!(run("vin", &wrong).is_err(), "{text} and {wrong}");
                    }
                }
            }
        }

        /// All but neighbours of equal value (A and J), two digits at the eighth and ninth place (ten times the one less
        /// ten times the other is what the check character changes by), and, since X is 10 as a check character and 7
        /// elsewhere, 4 and X at the ninth and tenth.
        #[test]
        fn a_swap_is_seen(front in "[1-5][0-9A-HJ-NPR-Z]{7}", back in "[0-9A-HJ-NPR-Z]{8}") {
            let text = completed(&front, &back);
            check_swaps("vin", &text, |at, a, b| match (at, a, b) {
                (7, b'0'..=b'9', b'0'..=b'9') | (8, b'4', b'X') | (8, b'X', b'4') => true,
                _ => value(a) == value(b),
            });
        }
    }
}

//! `isin`: securities.

use super::digits::is_luhn;
use super::{check_digit, pattern};
use crate::field::{Refusal, Settings};
use crate::normalize::find_country;
use record::Code;

/// Two letters, nine digits or upper-case letters, and the Luhn digit of the whole with letters written as 10 to 35
/// (ISO 6166). The prefix is a country of ISO 3166-1, or one of the codes that ISO reserves for users, of which
/// numbering agencies have XS (international), EU, EZ (derivatives) and others, or AN, the Netherlands Antilles of before; another is `VAL.COUNTRY_LENGTH`.
pub(super) fn isin(text: &str, _: &Settings<'_>) -> Result<(), Refusal> {
    let shape = || pattern("2 letters, 9 digits or letters, 1 digit");
    let bytes = text.as_bytes();
    let is_part = |b: &u8| b.is_ascii_uppercase() || b.is_ascii_digit();
    if bytes.len() != 12
        || !bytes[..2].iter().all(u8::is_ascii_uppercase)
        || !bytes[2..11].iter().all(is_part)
        || !bytes[11].is_ascii_digit()
    {
        return Err(shape());
    }
    if !text.get(..2).is_some_and(is_prefix) {
        return Err(Refusal::new(Code::ValCountryLength).with("reason", "country"));
    }
    if is_luhn(bytes.iter().flat_map(|b| expanded(*b))) { Ok(()) } else { Err(check_digit("isin")) }
}

fn is_prefix(prefix: &str) -> bool {
    find_country(prefix).is_some()
        || matches!(prefix.as_bytes(), b"AN" | b"EU" | b"EZ" | [b'X', b'A'..=b'W'] | [b'Q', b'M'..=b'Z'])
}

/// The digits a character stands for: one of a digit, two of a letter.
fn expanded(b: u8) -> impl DoubleEndedIterator<Item = u32> {
    let value = if b.is_ascii_digit() { u32::from(b - b'0') } else { u32::from(b.saturating_sub(b'A')) + 10 };
    let tens = (!b.is_ascii_digit()).then_some(value / 10);
    tens.into_iter().chain([value % 10])
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, check_errors_are_seen, check_refused, completed};
    use proptest::prelude::*;

    #[test]
    fn vectors() {
        for text in ["US0378331005", "GB0002634946", "AU0000XVGZA3", "XS0119242252", "AN8068571086"] {
            check("isin", text);
        }
        for text in ["US0373831005", "US0378331006"] {
            check_refused("isin", text, "VAL.CHECK_DIGIT");
        }
        check_refused("isin", "XX0378331005", "VAL.COUNTRY_LENGTH");
        for text in ["US037833100", "us0378331005", "US037833100X", "U10378331005", "é", ""] {
            check_refused("isin", text, "FMT.PATTERN");
        }
    }

    proptest! {
        #[test]
        fn digits_miss_only_swaps_of_0_and_9(front in "(US|DE|XS)[0-9A-Z]{2}[0-9]{7}") {
            // A letter counts as two digits, of which one is doubled: swaps with one are not all seen.
            let is_missed = |a: u8, b: u8| !(a.is_ascii_digit() && b.is_ascii_digit()) || a.abs_diff(b) == 9;
            check_errors_are_seen("isin", &completed("isin", &front).unwrap(), is_missed);
        }
    }
}

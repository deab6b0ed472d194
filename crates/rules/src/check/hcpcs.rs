//! `hcpcs`: procedure codes.

use super::{pattern, placeholder};
use crate::field::{Refusal, Settings};

/// The shape of a code of HCPCS level I, which is CPT (five digits, or four and a letter: F is category II, T category
/// III), or of level II (a letter A to V and four digits): CMS, "Healthcare Common Procedure Coding System". A modifier is no part of
/// it. Which codes exist is not checked: CPT is licensed.
pub(super) fn hcpcs(text: &str, _: &Settings<'_>) -> Result<(), Refusal> {
    let is_digits = |bytes: &[u8]| bytes.iter().all(u8::is_ascii_digit);
    match text.as_bytes() {
        b"00000" => Err(placeholder()),
        [front @ .., b'0'..=b'9' | b'A'..=b'Z'] if front.len() == 4 && is_digits(front) => Ok(()),
        [b'A'..=b'V', rest @ ..] if rest.len() == 4 && is_digits(rest) => Ok(()),
        _ => Err(pattern("99999, 9999A or A9999")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, check_refused};

    #[test]
    fn vectors() {
        for text in ["99213", "3008F", "0042T", "J1885", "A0428", "V2020"] {
            check("hcpcs", text);
        }
        for text in ["9921", "992133", "99213-25", "j1885", "W1234", "3008f", "9921é", ""] {
            check_refused("hcpcs", text, "FMT.PATTERN");
        }
        check_refused("hcpcs", "00000", "VAL.PLACEHOLDER");
    }
}

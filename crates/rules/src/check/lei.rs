//! `lei`: legal entity identifiers.

use super::digits::mod97;
use super::{check_digit, pattern};
use crate::field::{Refusal, Settings};

/// 18 digits and upper-case letters and two check digits, 02 to 98, for which the whole is 1 modulo 97 (ISO 17442-1;
/// ISO/IEC 7064, MOD 97-10). That sees every wrong character and every swap of neighbours but those that expand alike
/// (`B1` and `1B`).
pub(super) fn lei(text: &str, _: &Settings<'_>) -> Result<(), Refusal> {
    let shape = || pattern("18 digits and letters and 2 digits");
    let bytes = text.as_bytes();
    if bytes.len() != 20 || !bytes[18..].iter().all(u8::is_ascii_digit) {
        return Err(shape());
    }
    let rest = mod97(bytes.iter().copied()).ok_or_else(shape)?;
    if rest == 1 && !matches!(&bytes[18..], b"00" | b"01" | b"99") { Ok(()) } else { Err(check_digit("lei")) }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, check_errors_are_seen, check_refused, expand_alike, run};
    use proptest::prelude::*;

    #[test]
    fn vectors() {
        check("lei", "213800KUD8LAJWSQ9D15");
        check("lei", "5493001KJTIIGC8Y1R12");
        check_refused("lei", "213800KUD8LXJWSQ9D15", "VAL.CHECK_DIGIT");
        for text in
            ["213800KUD8LAJWSQ9D1", "213800kud8lajwsq9d15", "213800KUD8LAJWSQ9D1X", "213800-KUD8LAJWSQ9D1", "é", ""]
        {
            check_refused("lei", text, "FMT.PATTERN");
        }
    }

    proptest! {
        #[test]
        fn every_swap_is_seen_but_of_equal_expansions(front in "[0-9A-Z]{18}") {
            let text = (2..=98).map(|check| format!("{front}{check:02}")).find(|text| run("lei", text).is_ok());
            check_errors_are_seen("lei", &text.unwrap(), expand_alike);
        }
    }
}

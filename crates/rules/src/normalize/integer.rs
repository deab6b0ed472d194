//! `integer`: whole numbers.

use super::decimal::whole;
use super::number::refused;
use crate::field::{Refusal, Settings};

/// A whole number in the range of a signed 64-bit integer, without plus, grouping and needless zeros: `30`.
///
/// `1.0` is 1 and `030` is 30: the value is certain, and the change is recorded. A decimal that is not zero is
/// `FMT.SCALE`; `1,000` without a decimal sign in the profile is ambiguous, for it may be 1 with three decimals.
/// Exponents are refused.
pub(super) fn integer(text: &str, settings: &Settings<'_>) -> Result<Option<String>, Refusal> {
    if is_canonical(text.as_bytes()) {
        return Ok(None);
    }
    let result = whole(text, settings)?;
    if result.parse::<i64>().is_err() {
        return Err(refused("digits"));
    }
    Ok((result != text).then_some(result))
}

/// At most 18 digits, which always fit.
fn is_canonical(text: &[u8]) -> bool {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    matches!(digits, [b'1'..=b'9', rest @ ..] if rest.len() < 18 && rest.iter().all(u8::is_ascii_digit)) || text == b"0"
}

#[cfg(test)]
mod tests {
    use super::super::tests::{COMMA, NONE, check, check_refused};

    #[test]
    fn whole_numbers() {
        check("integer", "30", "30");
        check("integer", "1.0", "1");
        check("integer", "007", "7");
        check("integer", "+5", "5");
        check("integer", "-0", "0");
        check("integer", "1,000", "1000");
        check("integer", "9223372036854775807", "9223372036854775807");
        COMMA.with("integer").check("1.000", "1000");
        COMMA.with("integer").check("1,000", "1");
        NONE.with("integer").check_refused("1,000", "FMT.MONEY_AMBIGUOUS");
        check_refused("integer", "9223372036854775808", "FMT.NUMBER");
        check_refused("integer", "1.5", "FMT.SCALE");
        check_refused("integer", "1e3", "FMT.NUMBER");
        check_refused("integer", "", "FMT.NUMBER");
    }
}

//! `luhn`: card and account numbers.

use super::digits::is_luhn;
use super::{check_digit, pattern, placeholder};
use crate::field::{Refusal, Settings};

/// The Luhn digit of ISO/IEC 7812-1, Annex B, over 2 to 32 digits. It sees every single wrong digit and every swap of
/// neighbours but 09 and 90. All zeros would hold, and are nobody's number.
pub(super) fn luhn(text: &str, _: &Settings<'_>) -> Result<(), Refusal> {
    if !(2..=32).contains(&text.len()) || !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(pattern("digits"));
    }
    if text.bytes().all(|b| b == b'0') {
        return Err(placeholder());
    }
    if is_luhn(text.bytes().map(|b| u32::from(b - b'0'))) { Ok(()) } else { Err(check_digit("luhn")) }
}

//! `gtin`: article numbers.

use super::digits::is_gs1;
use super::{check_digit, pattern, placeholder};
use crate::field::{Refusal, Settings};

/// GTIN-8, -12, -13 or -14: weights 3 and 1 from the right to a multiple of 10 (GS1 General Specifications, 7.9.1).
pub(super) fn gtin(text: &str, _: &Settings<'_>) -> Result<(), Refusal> {
    if !matches!(text.len(), 8 | 12 | 13 | 14) || !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(pattern("8, 12, 13 or 14 digits"));
    }
    if text.bytes().all(|b| b == b'0') {
        return Err(placeholder());
    }
    if is_gs1(text.bytes()) { Ok(()) } else { Err(check_digit("gtin")) }
}

//! `npi`: US national provider identifiers.

use super::digits::{digits, is_luhn};
use super::{check_digit, pattern};
use crate::field::{Refusal, Settings};

/// Ten digits, the first 1 or 2, with a Luhn digit over `80840` and the number (45 CFR 162.406; CMS, "Requirements for
/// NPI and NPI check digit").
pub(super) fn npi(text: &str, _: &Settings<'_>) -> Result<(), Refusal> {
    let Some(number) = digits::<10>(text).filter(|number| matches!(number[0], 1 | 2)) else {
        return Err(pattern("10 digits beginning with 1 or 2"));
    };
    if is_luhn([8, 0, 8, 4, 0].into_iter().chain(number)) { Ok(()) } else { Err(check_digit("npi")) }
}

//! `bic`: business identifier codes.

use super::pattern;
use crate::field::{Refusal, Settings};
use crate::normalize::find_country;
use record::Code;

/// ISO 9362:2022: four letters or digits for the party, an ISO 3166-1 country (or XK), two for the suffix and, in the
/// long form, three for the branch. Upper case, 8 or 11 characters.
pub(super) fn bic(text: &str, _: &Settings<'_>) -> Result<(), Refusal> {
    let is_part = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit();
    if !matches!(text.len(), 8 | 11) || !text.bytes().all(is_part) {
        return Err(pattern("8 or 11 letters and digits"));
    }
    match text.get(4..6).and_then(find_country) {
        Some(_) => Ok(()),
        None => Err(Refusal::new(Code::ValCountryLength).with("reason", "country")),
    }
}

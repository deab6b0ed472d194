//! `iso3166` and `iso4217`: codes that are in use.

use crate::field::{Refusal, Settings};
use crate::normalize::{find_country, find_currency};
use record::Code;

/// An ISO 3166-1 alpha-2 code in upper case, or `XK`.
pub(super) fn iso3166(text: &str, _: &Settings<'_>) -> Result<(), Refusal> {
    find_country(text).map(|_| ()).ok_or_else(|| Refusal::new(Code::ValEnum).with("expected", "ISO 3166-1 alpha-2"))
}

/// An ISO 4217 alphabetic code in upper case; withdrawn currencies are refused.
pub(super) fn iso4217(text: &str, _: &Settings<'_>) -> Result<(), Refusal> {
    find_currency(text).map(|_| ()).ok_or_else(|| Refusal::new(Code::ValEnum).with("expected", "ISO 4217"))
}

/// Decimals the minor unit of an ISO 4217 currency has, as in 2 for USD; `None` for an unknown code, and for metals,
/// funds and test codes, which have no minor unit.
#[must_use]
pub fn minor_unit(currency: &str) -> Option<u32> {
    find_currency(currency).and_then(|(_, minor)| minor)
}

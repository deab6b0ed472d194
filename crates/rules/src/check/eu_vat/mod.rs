//! `eu_vat`: VAT identification numbers of the European Union and of Northern Ireland.

mod letters;
mod people;
mod sums;

use super::check_digit;
use crate::field::{Refusal, Settings};
use record::Code;

/// `None`: not of the country's shape. `Some(false)`: of the shape, but its check digits do not hold.
pub(super) type Answer = Option<bool>;

/// A VAT number with its two-letter prefix (Directive 2006/112/EC, Article 215; shapes as VIES publishes them, `EL` for
/// Greece, `XI` for Northern Ireland) whose check digits hold by the rules of its country. That it was ever issued only
/// VIES can tell.
///
/// An unknown prefix or a wrong shape is `VAL.COUNTRY_LENGTH`.
pub(super) fn eu_vat(text: &str, _: &Settings<'_>) -> Result<(), Refusal> {
    let refused = |reason: &str| Refusal::new(Code::ValCountryLength).with("reason", reason);
    let (country, number) = text.split_at_checked(2).ok_or_else(|| refused("country"))?;
    let rule = rule(country).ok_or_else(|| refused("country"))?;
    match rule(number) {
        Some(true) => Ok(()),
        Some(false) => Err(check_digit("eu_vat")),
        None => Err(refused("structure")),
    }
}

/// The rule of a country, by the prefix of its VAT numbers; it judges what follows the prefix.
pub(super) fn rule(country: &str) -> Option<fn(&str) -> Answer> {
    Some(match country {
        "AT" => sums::austria,
        "BE" => sums::belgium,
        "BG" => people::bulgaria,
        "CY" => letters::cyprus,
        "CZ" => people::czechia,
        "DE" => sums::germany,
        "DK" => sums::denmark,
        "EE" => sums::estonia,
        "EL" => sums::greece,
        "ES" => letters::spain,
        "FI" => sums::finland,
        "FR" => letters::france,
        "HR" => sums::croatia,
        "HU" => sums::hungary,
        "IE" => letters::ireland,
        "IT" => sums::italy,
        "LT" => sums::lithuania,
        "LU" => sums::luxembourg,
        "LV" => people::latvia,
        "MT" => sums::malta,
        "NL" => letters::netherlands,
        "PL" => sums::poland,
        "PT" => sums::portugal,
        "RO" => people::romania,
        "SE" => sums::sweden,
        "SI" => sums::slovenia,
        "SK" => sums::slovakia,
        "XI" => letters::northern_ireland,
        _ => return None,
    })
}

#[cfg(test)]
mod tests;

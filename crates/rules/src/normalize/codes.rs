//! `iban`, `bic`, `digits`, `ein`, `eu_vat`, `isbn`: numbers that are printed with blanks and hyphens and stored without.
//!
//! Shape and check digits are the checks' affair; a text that cannot be one of these numbers stays as it is for them.

use super::fold::{ascii_upper, changed, narrow, trimmed, without};
use crate::field::{Refusal, Settings};
use std::borrow::Cow;

const fn is_printed(c: char) -> bool {
    matches!(c, ' ' | '-' | '.')
}

/// An IBAN in its electronic form (ISO 13616-1): upper case, without the blanks (and hyphens) of the print form and
/// without the word `IBAN` before it.
pub(super) fn iban(text: &str, _: &Settings<'_>) -> Result<Option<String>, Refusal> {
    let Some(upper) = ascii(text) else { return Ok(None) };
    let bare = without(&upper, |c| matches!(c, ' ' | '-'));
    let mut number = bare.as_ref();
    while let Some(rest) = number.strip_prefix("IBAN") {
        number = rest.trim_start_matches([':', '.']);
    }
    Ok(changed(text, Cow::Borrowed(number)))
}

/// A BIC (ISO 9362): upper case, without blanks.
pub(super) fn bic(text: &str, _: &Settings<'_>) -> Result<Option<String>, Refusal> {
    let Some(upper) = ascii(text) else { return Ok(None) };
    Ok(changed(text, without(&upper, |c| c == ' ')))
}

/// A number of digits only: blanks and hyphens between digits are dropped. A text with anything else in it stays.
pub(super) fn digits(text: &str, _: &Settings<'_>) -> Result<Option<String>, Refusal> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(None);
    }
    let narrow = narrow(text);
    let trimmed = trimmed(&narrow);
    let bounded = trimmed.starts_with(is_digit) && trimmed.ends_with(is_digit);
    if bounded && trimmed.chars().all(|c| is_digit(c) || matches!(c, ' ' | '-')) {
        return Ok(changed(text, without(trimmed, |c| matches!(c, ' ' | '-'))));
    }
    Ok(None)
}

/// A US employer identification number as the IRS writes it (26 CFR 301.7701-12): `NN-NNNNNNN`.
pub(super) fn ein(text: &str, _: &Settings<'_>) -> Result<Option<String>, Refusal> {
    let narrow = narrow(text);
    // Nine digits grouped in another way, as a social security number is (3-2-4), are left for the check to refuse.
    let Some((prefix, rest)) = trimmed(&narrow).split_at_checked(2) else { return Ok(None) };
    let serial = rest.trim_start_matches([' ', '-']);
    let is_number = |text: &str, len: usize| text.len() == len && text.chars().all(is_digit);
    let fits = is_number(prefix, 2) && is_number(serial, 7);
    let is_written = text.len() == 10 && rest.starts_with('-');
    Ok(if fits && !is_written { changed(text, Cow::Owned(format!("{prefix}-{serial}"))) } else { None })
}

/// An EU VAT number with its country prefix (Directive 2006/112/EC, Article 215): upper case, without blanks, hyphens
/// and dots. Greece is `EL` in VAT numbers; `GR` before nine digits can mean nothing else. A text that does not begin with
/// two letters stays: it may be an `ein`.
pub(super) fn eu_vat(text: &str, _: &Settings<'_>) -> Result<Option<String>, Refusal> {
    let Some(upper) = ascii(text) else { return Ok(None) };
    let number = without(&upper, is_printed);
    if !number.bytes().take(2).all(|b| b.is_ascii_uppercase()) {
        return Ok(None);
    }
    Ok(match number.strip_prefix("GR") {
        Some(rest) if rest.len() == 9 && rest.bytes().all(|b| b.is_ascii_digit()) => Some(format!("EL{rest}")),
        _ => changed(text, number),
    })
}

/// An ISBN (ISO 2108): upper case, without blanks and hyphens and without the words `ISBN`, `ISBN-10` or `ISBN-13` before it. Ten
/// characters stay ten.
pub(super) fn isbn(text: &str, _: &Settings<'_>) -> Result<Option<String>, Refusal> {
    let Some(upper) = ascii(text) else { return Ok(None) };
    let bare = without(&upper, |c| matches!(c, ' ' | '-'));
    let mut number = bare.as_ref();
    while let Some(rest) = number.strip_prefix("ISBN") {
        // `10` and `13` belong to the word when a whole number comes after them.
        let rest = rest.trim_start_matches([':', '.']);
        let [ten, thirteen] = [("10", 10), ("13", 13)].map(|(word, len)| {
            let rest = rest.strip_prefix(word)?.trim_start_matches([':', '.']);
            (rest.len() == len).then_some(rest)
        });
        number = ten.or(thirteen).unwrap_or(rest);
    }
    Ok(changed(text, Cow::Borrowed(number)))
}

/// The text in ASCII upper case; `None` when it has characters that none of these numbers has.
fn ascii(text: &str) -> Option<Cow<'_, str>> {
    let narrow = narrow(text);
    narrow.is_ascii().then(|| ascii_upper(narrow))
}

const fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    #[test]
    fn print_forms() {
        check("iban", "GB82 WEST 1234 5698 7654 32", "GB82WEST12345698765432");
        check("iban", "IBAN: de89 3704-0044-0532-0130-00", "DE89370400440532013000");
        check("iban", "not an iban", "NOTANIBAN");
        check("bic", "deut de ff", "DEUTDEFF");
        check("digits", "536-90-4399", "536904399");
        check("digits", "１１１ ０００ ０２５", "111000025");
        check("digits", "-5", "-5");
        check("digits", "12 ab", "12 ab");
        check("ein", "911144442", "91-1144442");
        check("ein", "91 1144442", "91-1144442");
        check("ein", "911-14-4442", "911-14-4442");
        check("ein", "91 1144 442", "91 1144 442");
        check("ein", "DE136695976", "DE136695976");
        check("isbn", "0-306-40615-2", "0306406152");
        check("isbn", "978 0 306 40615 7", "9780306406157");
        check("isbn", "ISBN-13: 978-0-306-40615-7", "9780306406157");
        check("isbn", "ISBN-10 0-8044-2957-x", "080442957X");
        check("isbn", "isbn 1012345678", "1012345678");
        check("isbn", "é", "é");
        check("eu_vat", "de 136.695.976", "DE136695976");
        check("eu_vat", "GR 094259216", "EL094259216");
        check("eu_vat", "91-1144442", "91-1144442");
    }
}

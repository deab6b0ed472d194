//! `decimal`, `money`, `percent`: exact decimals as text.

use super::fold::{changed, narrow};
use super::number::{Plain, Rules, TEXT_MAX, canonical, read, refused};
use super::{currency, number};
use crate::Profile;
use crate::field::{PercentUnit, Refusal, Settings};
use record::Code;
use std::borrow::Cow;

/// What may stand beside the digits.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Beside {
    Sign,
    SignAndCurrency,
    SignAndPercent,
}

/// A decimal in canonical text by the annotation `decimal.scale`: `-1234.50`.
///
/// * Sign: `-5`, `5-`, `(5)`, `+5`, with the minus of Unicode too; two signs are refused.
/// * Grouping must be regular: `1,234,567.89`, `1.234.567,89`, `1 234,56`, `1'234.50`, `1,23,456.00`.
/// * `1,234` and `1.234` are `FMT.MONEY_AMBIGUOUS` unless the profile has a decimal sign; what contradicts the
///   profile (`12,50` where the sign is a point) is `FMT.NUMBER`, because so may a mistyped `12,500` look.
/// * A text that can only be a canonical decimal stays itself under every profile, `12.50` under a comma too. The one
///   text that could be both is a point before exactly three digits: see the table at `number::is_decimal_sign`. So the
///   result always normalizes to itself under the same settings, but for one shape: under a comma, or without a
///   decimal sign, a result with exactly three decimals is refused as ambiguous. It is never read as another value.
/// * Exponents, `_`, digits of other scripts, superscripts and fractions are refused, as is a separator without digits
///   after it (`5.`, `12,-`). At most 28 digits; nothing is rounded.
pub(super) fn decimal(text: &str, settings: &Settings<'_>) -> Result<Option<String>, Refusal> {
    normalized(text, settings, Beside::Sign)
}

/// As `decimal`, with an ISO 4217 code or a currency sign before or after, and `CR` or `DR` after the amount: a credit
/// is negative, as on an invoice or a statement of what is owed. The currency is not kept, since it has its own field;
/// the judge holds the two against each other by [`currencies_of`].
///
/// `CHF.50` is `FMT.MONEY_AMBIGUOUS` with the reason `point`: a code is no abbreviation, so that the point may be the decimal sign or
/// not. Those that are written with one, as in `Fr.50`, `Rs.50` and `kr.50`, leave no doubt.
pub(super) fn money(text: &str, settings: &Settings<'_>) -> Result<Option<String>, Refusal> {
    normalized(text, settings, Beside::SignAndCurrency)
}

/// As `decimal`, with a percent sign after the number. What a bare number means nobody can see, so the form says it by the
/// annotation `unit`: with `percent`, and without the annotation, `12.5%` and `12.5` are 12.5; with `fraction` `12.5%` is
/// 0.125 and `0.125` stays.
pub(super) fn percent(text: &str, settings: &Settings<'_>) -> Result<Option<String>, Refusal> {
    normalized(text, settings, Beside::SignAndPercent)
}

/// The ISO 4217 codes of the currencies that the mark beside an amount can mean; none when there is no mark.
#[must_use]
pub fn currencies_of(amount: &str, profile: &Profile) -> &'static [&'static str] {
    // Digits, signs and separators alone: the commonest amount by far.
    if amount.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b' ' | b'\'' | b'('..=b'.')) {
        return &[];
    }
    let narrow = narrow(amount);
    let unit = peel(&narrow, Beside::SignAndCurrency).ok().and_then(|peeled| peeled.unit);
    unit.map_or(&[], |mark| currency::of_mark(mark, profile))
}

fn normalized(text: &str, settings: &Settings<'_>, beside: Beside) -> Result<Option<String>, Refusal> {
    let rules = Rules::new(settings.profile, settings.annotation.decimal);
    let plain = number::plain(text, rules);
    if plain.is_some_and(|plain| plain.is_canonical(rules.range)) {
        return Ok(None);
    }
    if text.len() > TEXT_MAX {
        return Err(refused("length"));
    }
    if let Some(Plain { negative, whole, decimals }) = plain {
        return canonical(negative, whole, decimals, rules.range).map(|canonical| changed(text, Cow::Owned(canonical)));
    }
    let narrow = narrow(text);
    let peeled =
        if is_bare(&narrow) { Peeled { negative: false, unit: None, digits: &narrow } } else { peel(&narrow, beside)? };
    let Peeled { negative, unit, digits } = peeled;
    let (whole, decimals) = read(digits, rules)?;
    let is_hundredths = unit == Some("%") && settings.annotation.unit == Some(PercentUnit::Fraction);
    let canonical = if is_hundredths {
        // Two digits move behind the decimal sign: text, so nothing is rounded.
        let padded = format!("{:0>3}", whole);
        let (whole, moved) = padded.split_at(padded.len() - 2);
        canonical(negative, whole, &format!("{moved}{decimals}"), rules.range)?
    } else {
        canonical(negative, &whole, decimals, rules.range)?
    };
    Ok(changed(text, Cow::Owned(canonical)))
}

/// A whole number with sign and grouping, as `number::canonical` writes it without decimals.
pub(super) fn whole(text: &str, settings: &Settings<'_>) -> Result<String, Refusal> {
    let scale = crate::field::DecimalRange { scale_min: 0, scale_max: 0, min: None, max: None };
    if text.len() > TEXT_MAX {
        return Err(refused("length"));
    }
    let narrow = narrow(text);
    let Peeled { negative, digits, .. } = peel(&narrow, Beside::Sign)?;
    let (whole, decimals) = read(digits, number::Rules::new(settings.profile, Some(scale)))?;
    canonical(negative, &whole, decimals, scale)
}

/// An amount taken apart.
struct Peeled<'t> {
    negative: bool,
    /// Currency or percent sign.
    unit: Option<&'t str>,
    /// Digits and separators.
    digits: &'t str,
}

/// Digits and separators alone, a digit at either end: there is nothing to take off.
fn is_bare(text: &str) -> bool {
    let is_end = |end: Option<&u8>| end.is_some_and(u8::is_ascii_digit);
    is_end(text.as_bytes().first())
        && is_end(text.as_bytes().last())
        && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b' ' | b'\'' | b',' | b'.'))
}

/// Takes sign and currency or percent sign off, from the outside inwards, each at most once.
fn peel(text: &str, beside: Beside) -> Result<Peeled<'_>, Refusal> {
    let mut digits = text.trim_matches(' ');
    let (mut negative, mut unit) = (None, None);
    loop {
        if let Some((sign, inner)) = sign(digits, beside) {
            if negative.replace(sign).is_some() {
                return Err(refused("sign"));
            }
            digits = inner.trim_matches(' ');
        } else if let Some((mark, inner)) = split_unit(digits, beside) {
            if unit.replace(mark).is_some() {
                return Err(refused("unit"));
            }
            if currency::shares_point(mark, digits) {
                return Err(Refusal::new(Code::FmtMoneyAmbiguous).with("reason", "point"));
            }
            digits = inner.trim_matches(' ');
        } else {
            return Ok(Peeled { negative: negative.unwrap_or(false), unit, digits });
        }
    }
}

/// Whether the outermost sign is a minus, and what it encloses.
fn sign(text: &str, beside: Beside) -> Option<(bool, &str)> {
    if let Some(inner) = text.strip_prefix('(').and_then(|text| text.strip_suffix(')')) {
        return Some((true, inner));
    }
    if let Some(inner) = text.strip_prefix('-').or_else(|| text.strip_suffix('-')) {
        return Some((true, inner));
    }
    if let Some(inner) = text.strip_prefix('+') {
        return Some((false, inner));
    }
    let (inner, word) = text.split_at_checked(text.len().checked_sub(2)?)?;
    let follows_digit = inner.trim_end_matches(' ').ends_with(|c: char| c.is_ascii_digit());
    let is_credit = word.eq_ignore_ascii_case("CR");
    let named = beside == Beside::SignAndCurrency && follows_digit && (is_credit || word.eq_ignore_ascii_case("DR"));
    named.then_some((is_credit, inner))
}

fn split_unit(text: &str, beside: Beside) -> Option<(&str, &str)> {
    match beside {
        Beside::Sign => None,
        Beside::SignAndCurrency => currency::split_mark(text),
        Beside::SignAndPercent => text.strip_suffix('%').map(|rest| ("%", rest)),
    }
}

#[cfg(test)]
mod tests;

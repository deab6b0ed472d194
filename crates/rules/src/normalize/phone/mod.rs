//! `phone`: telephone numbers to E.164.

mod plan;

use super::fold::{changed, narrow};
use crate::field::{Refusal, Settings};
use plan::Plan;
use record::Code;
use std::borrow::Cow;

/// Longest text looked at, in bytes.
const TEXT_MAX: usize = 48;

/// Fewest digits of a number with its country code, and most (ITU-T E.164 section 6).
const DIGITS: std::ops::RangeInclusive<usize> = 7..=15;

/// Fewest digits of a national number that is keyed without its trunk prefix: fewer are more likely a number that
/// lacks its area code.
const BARE_MIN: usize = 7;

/// A telephone number in the international format of ITU-T E.164: `+14155552671`.
///
/// * With `+`, or the region's prefix of international calls, the number says its country itself. A trunk prefix that was
///   left in, as in `+49 (0)30 …`, goes when the number exists without it only. Such a number need not exist: numbering
///   plans change, so that is the affair of the check `phone`, which may be a warning.
/// * Without, the region is that of the annotation `region`, else that of the profile; with neither, the number is refused.
///   It must exist in exactly one reading: with the trunk prefix cut off, as it stands, or with the country code that
///   it may begin with. As in libphonenumber, a number that exists as it stands is taken to be complete.
/// * Blanks, hyphens, points, one pair of parentheses, one slash behind the area code, and `tel:` (RFC 3966) are
///   cut. An extension is refused, for E.164 has no place for it: a form that wants it has a field of its own. So are
///   letters (`1-800-FLOWERS`): which keyboard they were for nobody knows.
///
/// Refused as `FMT.PHONE` with `reason`. The plans are facts of libphonenumber's metadata.
pub(super) fn phone(text: &str, settings: &Settings<'_>) -> Result<Option<String>, Refusal> {
    if text.len() > TEXT_MAX {
        return Err(refused("length"));
    }
    let narrow = narrow(text);
    let keyed = Keyed::read(narrow.trim_matches(' '))?;
    let number = if keyed.plus { international(&keyed)? } else { national(&keyed, settings)? };
    Ok(changed(text, Cow::Owned(["+", &number].concat())))
}

/// Whether a text is a number in E.164 that exists; an error names what is wrong.
pub(crate) fn is_phone(text: &str) -> Result<(), &'static str> {
    let digits = text.strip_prefix('+').ok_or("layout")?;
    if !digits.bytes().all(|b| b.is_ascii_digit()) || digits.starts_with('0') {
        return Err("layout");
    }
    if !DIGITS.contains(&digits.len()) {
        return Err("length");
    }
    if plan::is_assigned(digits) { Ok(()) } else { Err("not assigned") }
}

fn refused(reason: &str) -> Refusal {
    Refusal::new(Code::FmtPhone).with("reason", reason)
}

/// A number taken apart.
struct Keyed {
    plus: bool,
    digits: String,
    /// Digits before a `(0)`, when there is one behind a `+`: it is not among `digits`.
    optional_zero: Option<usize>,
}

impl Keyed {
    fn read(text: &str) -> Result<Self, Refusal> {
        let text = match text.get(..4) {
            Some(scheme) if scheme.eq_ignore_ascii_case("tel:") => text[4..].trim_start_matches(' '),
            _ => text,
        };
        let plus = text.starts_with('+') || text.starts_with("(+");
        let mut keyed = Self { plus, digits: String::with_capacity(text.len()), optional_zero: None };
        let (mut open, mut opened, mut slash) = (false, 0, false);
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            if keyed.plus && !open && !keyed.digits.is_empty() && rest.starts_with("(0)") && opened == 0 {
                keyed.optional_zero = Some(keyed.digits.len());
                opened = 1;
                rest = &rest[3..];
                continue;
            }
            match c {
                '0'..='9' => keyed.digits.push(c),
                ' ' | '-' | '.' if !keyed.digits.is_empty() => {}
                '+' if keyed.digits.is_empty() && rest.len() + usize::from(open) == text.len() => {}
                '(' if !open && opened == 0 => (open, opened) = (true, 1),
                ')' if open && !keyed.digits.is_empty() => open = false,
                // Behind more digits than an area code has, a slash begins a second number or an extension.
                '/' if !slash && !keyed.plus && (2..=6).contains(&keyed.digits.len()) => slash = true,
                _ => return Err(strange(c, rest)),
            }
            rest = &rest[c.len_utf8()..];
        }
        let ends = text.ends_with(|c: char| c.is_ascii_digit());
        if open || !ends { Err(refused("layout")) } else { Ok(keyed) }
    }
}

/// Why a character cannot stand in a number.
fn strange(c: char, rest: &str) -> Refusal {
    let lower = rest.to_ascii_lowercase();
    let is_extension = ["x", "ext", ";ext", ",", "#", "poste", "durchwahl", "app", "int"]
        .iter()
        .any(|word| lower.strip_prefix(word).is_some_and(|rest| rest.contains(|c: char| c.is_ascii_digit())));
    match c {
        _ if is_extension => refused("extension"),
        _ if c.is_alphabetic() => refused("letters"),
        _ => refused("layout"),
    }
}

/// A number that begins with its country code.
fn international(keyed: &Keyed) -> Result<String, Refusal> {
    let digits = &keyed.digits;
    let (code, national) = plan::split(digits).ok_or_else(|| refused("country code"))?;
    let mut readings = vec![digits.clone()];
    if let Some(at) = keyed.optional_zero {
        let (before, after) = digits.split_at(at);
        readings.push([before, "0", after].concat());
    }
    for trunk in plan::trunks(code) {
        if let Some(rest) = national.strip_prefix(trunk) {
            readings.push([code, rest].concat());
        }
    }
    match only(readings) {
        Err(reason) if reason == "not assigned" && keyed.optional_zero.is_none() => {
            if DIGITS.contains(&digits.len()) {
                Ok(digits.clone())
            } else {
                Err(refused("length"))
            }
        }
        result => result.map_err(refused),
    }
}

/// A number as it is dialled within the region.
fn national(keyed: &Keyed, settings: &Settings<'_>) -> Result<String, Refusal> {
    let region = settings.annotation.region.as_deref().or(settings.profile.region.as_deref());
    let plan = region.and_then(Plan::of).ok_or_else(|| refused("region"))?;
    let digits = keyed.digits.as_str();
    let mut readings = Vec::new();
    if !plan.international.is_empty()
        && let Some(rest) = digits.strip_prefix(plan.international)
    {
        readings.push(rest.to_owned());
    }
    if !plan.trunk.is_empty()
        && let Some(rest) = digits.strip_prefix(plan.trunk)
    {
        readings.push([plan.code, rest].concat());
    }
    if digits.len() >= BARE_MIN {
        readings.push([plan.code, digits].concat());
    }
    if digits.starts_with(plan.code) {
        readings.push(digits.to_owned());
    }
    only(readings).map_err(refused)
}

/// The one reading that is a number.
fn only(mut readings: Vec<String>) -> Result<String, &'static str> {
    readings.retain(|reading| DIGITS.contains(&reading.len()) && plan::is_assigned(reading));
    readings.sort_unstable();
    readings.dedup();
    let first = readings.pop().ok_or("not assigned")?;
    if readings.is_empty() { Ok(first) } else { Err("ambiguous") }
}

#[cfg(test)]
mod tests;

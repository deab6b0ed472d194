//! `ssn`, `itin`, `atin` and `ssn_or_itin`: tax numbers of persons in the US.

use super::digits::{digits, number};
use super::{pattern, placeholder};
use crate::field::{Refusal, Settings};

/// Numbers that were printed in advertisements, filled in as samples, or are refused by states as invented.
const KNOWN_FAKES: &[&str] = &["078051120", "219099999", "123456789", "123454321"];

/// A US social security number, nine digits with or without hyphens (20 CFR 422.103; SSA, "Social Security number
/// randomization", 2011): area not 000, 666 or 900-999, group not 00, serial not 0000. There is no check digit and,
/// since 2011, no geography. Known fakes and nine equal digits are `VAL.PLACEHOLDER`.
pub(super) fn ssn(text: &str, _: &Settings<'_>) -> Result<(), Refusal> {
    let mut joined = [0; 9];
    let (all, [area, group, serial]) = parts(text, &mut joined)?;
    if KNOWN_FAKES.contains(&all) || all.bytes().all(|b| Some(&b) == all.as_bytes().first()) {
        return Err(placeholder());
    }
    let reason = match (area, group, serial) {
        (0 | 666 | 900.., ..) => "area",
        (_, 0, _) => "group",
        (.., 0) => "serial",
        _ => return Ok(()),
    };
    Err(pattern("AAA-GG-SSSS").with("reason", reason))
}

/// A US individual taxpayer identification number: area 9xx, group 50-65, 70-88, 90-92 or 94-99 (IRS, "General ITIN
/// information"; older lists have 70-88 only). Group 93 is that of adoption numbers.
pub(super) fn itin(text: &str, _: &Settings<'_>) -> Result<(), Refusal> {
    nine_hundred(text, |group| matches!(group, 50..=65 | 70..=88 | 90..=92 | 94..=99))
}

/// A US adoption taxpayer identification number: area 9xx, group 93 (IRS, Form W-7A).
pub(super) fn atin(text: &str, _: &Settings<'_>) -> Result<(), Refusal> {
    nine_hundred(text, |group| group == 93)
}

/// An `itin` when the number begins with 9, otherwise an `ssn`: the two ranges share no number.
pub(super) fn ssn_or_itin(text: &str, settings: &Settings<'_>) -> Result<(), Refusal> {
    if text.starts_with('9') { itin(text, settings) } else { ssn(text, settings) }
}

fn nine_hundred(text: &str, is_group: impl Fn(u32) -> bool) -> Result<(), Refusal> {
    let mut joined = [0; 9];
    let (all, [area, group, _]) = parts(text, &mut joined)?;
    if all == "999999999" {
        return Err(placeholder());
    }
    match area {
        900.. if is_group(group) => Ok(()),
        900.. => Err(pattern("9NN-GG-NNNN").with("reason", "group")),
        _ => Err(pattern("9NN-GG-NNNN").with("reason", "area")),
    }
}

/// The nine digits, and area, group and serial as numbers.
fn parts<'a>(text: &str, joined: &'a mut [u8; 9]) -> Result<(&'a str, [u32; 3]), Refusal> {
    let shape = || pattern("nine digits");
    let bytes = text.as_bytes();
    let is_hyphenated = bytes.len() == 11 && bytes[3] == b'-' && bytes[6] == b'-';
    if bytes.len() != 9 && !is_hyphenated {
        return Err(shape());
    }
    let kept = bytes.iter().enumerate().filter(|(at, _)| !is_hyphenated || !matches!(at, 3 | 6)).map(|(_, b)| *b);
    joined.iter_mut().zip(kept).for_each(|(to, b)| *to = b);
    let all = std::str::from_utf8(joined).map_err(|_| shape())?;
    let nine = digits::<9>(all).ok_or_else(shape)?;
    Ok((all, [number(&nine[..3]), number(&nine[3..5]), number(&nine[5..])]))
}

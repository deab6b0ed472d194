//! How a number is written: sign, grouping, decimal sign. Text in, text out: no binary fraction ever touches it.

use crate::field::{DecimalRange, Refusal};
use crate::{DecimalSign, Profile};
use record::Code;
use std::borrow::Cow;

/// Most significant digits of a number: all that fit the 96 bits of `rust_decimal` whatever their value.
const DIGITS_MAX: usize = 28;

/// Longest text looked at, in bytes; a number of [`DIGITS_MAX`] digits with grouping, sign and currency is shorter.
pub(super) const TEXT_MAX: usize = 96;

/// Scale of a decimal whose form says nothing.
const ANY_SCALE: DecimalRange = DecimalRange { scale_min: 0, scale_max: 28, min: None, max: None };

/// What decides how digits and separators are read.
#[derive(Clone, Copy)]
pub(super) struct Rules<'a> {
    pub(super) profile: &'a Profile,
    pub(super) range: DecimalRange,
}

impl<'a> Rules<'a> {
    pub(super) fn new(profile: &'a Profile, range: Option<DecimalRange>) -> Self {
        Self { profile, range: range.unwrap_or(ANY_SCALE) }
    }

    fn may_have_decimals(self, count: u32) -> bool {
        (self.range.scale_min..=self.range.scale_max).contains(&count)
    }
}

pub(super) fn refused(reason: &str) -> Refusal {
    Refusal::new(Code::FmtNumber).with("reason", reason)
}

/// A number as programs write it, taken apart.
#[derive(Clone, Copy)]
pub(super) struct Plain<'a> {
    pub(super) negative: bool,
    /// Digits, at least one.
    pub(super) whole: &'a str,
    /// Digits; none when there is no point.
    pub(super) decimals: &'a str,
}

impl Plain<'_> {
    /// Whether it is in canonical form: then there is nothing to do.
    pub(super) fn is_canonical(self, range: DecimalRange) -> bool {
        let Self { negative, whole, decimals } = self;
        let (least, most) = (range.scale_min as usize, range.scale_max as usize);
        let is_zero = || whole.bytes().chain(decimals.bytes()).all(|byte| byte == b'0');
        (whole == "0" || !whole.starts_with('0'))
            && whole.len() + decimals.len() <= DIGITS_MAX
            && (least..=most).contains(&decimals.len())
            && (decimals.len() == least || !decimals.ends_with('0'))
            && !(negative && is_zero())
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// Whether the separator between the two could be grouping thousands.
fn is_groupable(head: &str, tail: &str) -> bool {
    tail.len() == 3 && (1..=3).contains(&head.len()) && !head.starts_with('0')
}

/// A number as programs write it, where it can be read in no other way; what [`read`] makes of it, without its work.
pub(super) fn plain<'a>(text: &'a str, rules: Rules<'_>) -> Option<Plain<'a>> {
    let magnitude = text.strip_prefix('-').unwrap_or(text);
    let negative = magnitude.len() < text.len();
    let digits = magnitude.bytes().take_while(u8::is_ascii_digit).count();
    let (whole, rest) = magnitude.split_at_checked(digits).filter(|(whole, _)| !whole.is_empty())?;
    if rest.is_empty() {
        return Some(Plain { negative, whole, decimals: "" });
    }
    let decimals = rest.strip_prefix('.').filter(|decimals| is_digits(decimals))?;
    let certain = rules.profile.decimal_sign == Some(DecimalSign::Point) || !is_groupable(whole, decimals);
    certain.then_some(Plain { negative, whole, decimals })
}

/// Digits and separators, without sign or currency, to whole digits and decimals.
pub(super) fn read<'a>(text: &'a str, rules: Rules<'_>) -> Result<(Cow<'a, str>, &'a str), Refusal> {
    const FEW: usize = 4;
    let is_separator = |byte: &u8| matches!(byte, b'.' | b',' | b' ' | b'\'');
    // Few numbers have more parts: those need no memory.
    let (mut runs, mut signs) = ([""; FEW], ['.'; FEW]);
    let (mut count, mut rest) = (0, text);
    while let Some(at) = rest.as_bytes().iter().position(is_separator)
        && count + 1 < FEW
    {
        let (run, after) = rest.split_at(at);
        (runs[count], signs[count]) = (run, char::from(after.as_bytes()[0]));
        count += 1;
        rest = &after[1..];
    }
    runs[count] = rest;
    if !rest.as_bytes().iter().any(is_separator) {
        return parts(&runs[..=count], &signs[..count], rules);
    }
    let runs: Vec<&str> = text.split(['.', ',', ' ', '\'']).collect();
    let signs: Vec<char> = text.bytes().filter(is_separator).map(char::from).collect();
    parts(&runs, &signs, rules)
}

/// The same of digits and separators taken apart.
fn parts<'a>(runs: &[&'a str], separators: &[char], rules: Rules<'_>) -> Result<(Cow<'a, str>, &'a str), Refusal> {
    let leads_with_sign = runs.len() == 2 && runs[0].is_empty();
    if !runs[usize::from(leads_with_sign)..].iter().all(|run| is_digits(run)) {
        return Err(refused("layout"));
    }
    let whole = if has_decimals(runs, separators, rules)? { &runs[..runs.len() - 1] } else { runs };
    let decimals = if whole.len() < runs.len() { runs[runs.len() - 1] } else { "" };
    Ok((if let [only] = whole { Cow::Borrowed(only) } else { Cow::Owned(whole.concat()) }, decimals))
}

/// Whether the last separator is the decimal sign; all others are grouping, and must be the same and regular.
fn has_decimals(runs: &[&str], separators: &[char], rules: Rules<'_>) -> Result<bool, Refusal> {
    let Some((&last, earlier)) = separators.split_last() else { return Ok(false) };
    let can_be_decimal = matches!(last, '.' | ',');
    let sign = rules.profile.decimal_sign.map(|sign| if sign == DecimalSign::Point { '.' } else { ',' });
    match earlier.first() {
        Some(&grouping) if grouping != last => {
            let whole = &runs[..runs.len() - 1];
            if !can_be_decimal || earlier.iter().any(|c| *c != grouping) || !is_grouped(whole, grouping, rules.profile)
            {
                return Err(refused("grouping"));
            }
            if sign.is_some_and(|sign| sign != last) { Err(refused("decimal_sign")) } else { Ok(true) }
        }
        None if can_be_decimal => is_decimal_sign(last, runs, rules),
        _ if sign == Some(last) => Err(refused("decimal_sign")),
        _ if is_grouped(runs, last, rules.profile) => Ok(false),
        _ => Err(refused("grouping")),
    }
}

/// A single point or comma. Where it cannot be grouping it is the decimal sign; a point even when the profile has a
/// comma, because so the canonical form is written, but not the other way round.
///
/// Where it can be grouping the profile decides, and without one it is ambiguous. One case is ambiguous under a comma
/// too: `1.234` where the form allows three decimals, since it is both a keyed 1234 and the canonical form of a keyed
/// `1,234`. Where three decimals cannot come out (as with scale `[2, 2]`) no canonical form looks like grouping.
fn is_decimal_sign(separator: char, runs: &[&str], rules: Rules<'_>) -> Result<bool, Refusal> {
    let is_groupable = is_groupable(runs[0], runs[1]);
    let ambiguous = Refusal::new(Code::FmtMoneyAmbiguous);
    match (separator, rules.profile.decimal_sign) {
        ('.', _) if !is_groupable => Ok(true),
        (',', Some(DecimalSign::Point)) if !is_groupable => Err(refused("decimal_sign")),
        _ if !is_groupable => Ok(true),
        (_, None) => Err(ambiguous),
        ('.', Some(DecimalSign::Comma)) if rules.may_have_decimals(3) => Err(ambiguous),
        ('.', Some(sign)) => Ok(sign == DecimalSign::Point),
        (_, Some(sign)) => Ok(sign == DecimalSign::Comma),
    }
}

/// Groups of three, or as in South Asia of two before the last three. A region elsewhere excludes the latter.
fn is_grouped(runs: &[&str], separator: char, profile: &Profile) -> bool {
    let [first, rest @ ..] = runs else { return false };
    if first.starts_with('0') && !rest.is_empty() {
        return false;
    }
    let western = (1..=3).contains(&first.len()) && rest.iter().all(|run| run.len() == 3);
    let south_asia = profile.region.as_deref().is_none_or(|at| matches!(at, "IN" | "PK" | "BD" | "NP" | "LK" | "BT"));
    let Some((last, middle)) = rest.split_last() else { return western };
    let lakhs = first.len() <= 2 && middle.iter().all(|run| run.len() == 2) && last.len() == 3;
    western || separator == ',' && south_asia && !middle.is_empty() && lakhs
}

/// The canonical text: no needless zeros before, at least `scale_min` decimals, none needless after, no `-0`.
///
/// More significant decimals than `scale_max` are `FMT.SCALE`, more digits than [`DIGITS_MAX`] are `FMT.NUMBER`:
/// nothing is rounded.
pub(super) fn canonical(negative: bool, whole: &str, decimals: &str, range: DecimalRange) -> Result<String, Refusal> {
    let whole = &whole[whole.bytes().take_while(|byte| *byte == b'0').count()..];
    let zeros = decimals.bytes().rev().take_while(|byte| *byte == b'0').count();
    let significant = &decimals[..decimals.len() - zeros];
    let (least, most) = (range.scale_min as usize, range.scale_max as usize);
    if significant.len() > most {
        return Err(Refusal::new(Code::FmtScale).with("max", i64::from(range.scale_max)));
    }
    let scale = significant.len().max(least);
    if whole.len() + scale > DIGITS_MAX {
        return Err(refused("digits"));
    }
    let mut text = String::with_capacity(whole.len() + scale + 3);
    if negative && (!whole.is_empty() || significant.bytes().any(|b| b != b'0')) {
        text.push('-');
    }
    text.push_str(if whole.is_empty() { "0" } else { whole });
    if scale > 0 {
        text.push('.');
        text.push_str(significant);
        for _ in significant.len()..scale {
            text.push('0');
        }
    }
    Ok(text)
}

//! Which number is day, month and year.

use super::tokens::{Number, Tokens};
use super::unknown;
use crate::calendar::{CivilDate, epoch_day};
use crate::field::{Refusal, Settings, TwoDigitYear};
use crate::{DateOrder, Profile};
use record::Code;

/// Year, month and day as written, in that order.
type Reading = (Number, u32, u32);

/// Excel serials taken for dates: 1954-10-03 to 2119-01-11. Outside, five digits are more likely something else.
const SERIALS: std::ops::RangeInclusive<u32> = 20_000..=80_000;

/// Excel day 0 of the 1900 system for serials after the 29 February 1900 that Excel has and the calendar has not.
const SERIAL_ZERO: (u32, u32, u32) = (1899, 12, 30);

/// Days from the first day of the 1900 system to that of the 1904 system, which old spreadsheets of the Mac use.
const SYSTEMS_APART: i32 = 1_462;

/// Finds the one date that the tokens can mean.
pub(super) fn read(tokens: &Tokens, settings: &Settings<'_>) -> Result<CivilDate, Refusal> {
    let date = match (tokens.numbers(), tokens.month) {
        (&[number], None) => compact(number, settings)?,
        (&[a, b, c], None) => numeric(a, b, c, tokens.separator, settings)?,
        (&[a, b], Some((month, at))) => named(a, b, month, at, settings)?,
        _ => return Err(unknown("layout")),
    };
    match tokens.weekday {
        Some(weekday) if weekday != date.weekday() => Err(impossible("weekday")),
        _ => Ok(date),
    }
}

/// The date of digits alone, or of three numbers with the same sign between them: what most dates that are not in
/// canonical form are. `None` for any other text; for these it says what the tokens would say.
pub(super) fn plain(text: &[u8], settings: &Settings<'_>) -> Option<Result<CivilDate, Refusal>> {
    let (a, rest) = leading(text)?;
    let [separator, rest @ ..] = rest else { return Some(compact(a, settings)) };
    let (b, rest) = leading(rest)?;
    let (c, rest) = leading(rest.strip_prefix(&[*separator])?)?;
    let is_separator = matches!(separator, b'/' | b'.' | b'-' | b' ');
    (is_separator && rest.is_empty()).then(|| numeric(a, b, c, Some(char::from(*separator)), settings))
}

/// The number that a text begins with, of at most eight digits, and what follows it.
fn leading(text: &[u8]) -> Option<(Number, &[u8])> {
    let (mut value, mut rest) = (0, text);
    while let [digit @ b'0'..=b'9', after @ ..] = rest {
        if text.len() - rest.len() == 8 {
            return None;
        }
        value = value * 10 + u32::from(digit - b'0');
        rest = after;
    }
    let len = text.len() - rest.len();
    (len > 0).then_some((Number { value, len }, rest))
}

/// Eight digits or an Excel serial. Eight digits are ISO 8601 basic format, unless the profile's own order (without a
/// profile, any order) gives another date too.
fn compact(number: Number, settings: &Settings<'_>) -> Result<CivilDate, Refusal> {
    let Number { value, len } = number;
    if len == 5 && SERIALS.contains(&value) {
        let (year, month, day) = SERIAL_ZERO;
        let later = if settings.annotation.serials_1904 { SYSTEMS_APART } else { 0 };
        let date = CivilDate::from_epoch_day(i64::from(epoch_day(year, month, day) + later) + i64::from(value));
        return date.ok_or_else(|| impossible("serial"));
    }
    if len != 8 {
        return Err(unknown("layout"));
    }
    if matches!(value, 0 | 99_999_999) {
        return Err(Refusal::new(Code::ValPlaceholder));
    }
    let four = |value| Number { value, len: 4 };
    let ymd = (four(value / 10_000), value / 100 % 100, value % 100);
    let dmy = (four(value % 10_000), value / 10_000 % 100, value / 1_000_000);
    let mdy = (four(value % 10_000), value / 1_000_000, value / 10_000 % 100);
    match settings.profile.date_order {
        Some(DateOrder::Ymd) => only(&[ymd], settings),
        Some(DateOrder::Dmy) => only(&[ymd, dmy], settings),
        Some(DateOrder::Mdy) => only(&[ymd, mdy], settings),
        None => only(&[ymd, dmy, mdy], settings),
    }
}

/// Three numbers with the same separator twice.
fn numeric(a: Number, b: Number, c: Number, separator: Option<char>, of: &Settings<'_>) -> Result<CivilDate, Refusal> {
    if !matches!(separator, Some('/' | '.' | '-' | ' ')) {
        return Err(unknown("layout"));
    }
    let filled = |number: Number, with: u32| number.value == with || with == 9 && matches!(number.value, 99 | 9999);
    if [0, 9].iter().any(|&with| [a, b, c].iter().all(|&number| filled(number, with))) && a.len + b.len + c.len > 5 {
        return Err(Refusal::new(Code::ValPlaceholder));
    }
    let (ymd, dmy, mdy) = ((a, b.value, c.value), (c, b.value, a.value), (c, a.value, b.value));
    match (a.len, b.len, c.len) {
        (4, 1..=2, 1..=2) => only(&[ymd], of),
        (1..=2, 1..=2, 4) => match of.profile.date_order {
            Some(DateOrder::Dmy) => only(&[dmy], of),
            Some(DateOrder::Mdy) => only(&[mdy], of),
            Some(DateOrder::Ymd) | None => only(&[dmy, mdy], of),
        },
        (1..=2, 1..=2, 1..=2) => match of.profile.date_order {
            Some(DateOrder::Dmy) => only(&[dmy], of),
            Some(DateOrder::Mdy) => only(&[mdy], of),
            Some(DateOrder::Ymd) => only(&[ymd], of),
            None => only(&[dmy, mdy, ymd], of),
        },
        _ => Err(unknown("layout")),
    }
}

/// A month by name and two numbers, of which `at` stand before it.
fn named(a: Number, b: Number, month: u32, at: usize, settings: &Settings<'_>) -> Result<CivilDate, Refusal> {
    let (day_first, year_first) = ((b, month, a.value), (a, month, b.value));
    match (a.len, b.len, at) {
        (1..=2, 4, 0 | 1) => only(&[day_first], settings),
        (1..=2, 2, 0) => only(&[day_first], settings),
        (4, 1..=2, 1) => only(&[year_first], settings),
        (1..=2, 2, 1) => match settings.profile {
            Profile { date_order: Some(DateOrder::Ymd), .. } => only(&[year_first], settings),
            Profile { date_order: Some(_), .. } => only(&[day_first], settings),
            Profile { date_order: None, .. } => only(&[day_first, year_first], settings),
        },
        _ => Err(unknown("layout")),
    }
}

/// The date when exactly one is possible among the readings.
fn only(readings: &[Reading], settings: &Settings<'_>) -> Result<CivilDate, Refusal> {
    let mut found = None;
    for &(year, month, day) in readings {
        if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
            continue;
        }
        let year = if year.len == 2 { full_year(year.value, month, day, settings)? } else { year.value };
        let date = CivilDate::new(year, month, day);
        if found.is_some() && date.is_some() && found != date {
            return Err(Refusal::new(Code::FmtDateAmbiguous).with("reason", "order"));
        }
        found = found.or(date);
    }
    found.ok_or_else(|| impossible("calendar"))
}

/// Completes a two-digit year by the record time and the field's annotation.
fn full_year(two: u32, month: u32, day: u32, settings: &Settings<'_>) -> Result<u32, Refusal> {
    let ambiguous = || Refusal::new(Code::FmtDateAmbiguous).with("reason", "two_digit_year");
    let (Some(direction), Some(time)) = (settings.annotation.two_digit_year, settings.time) else {
        return Err(ambiguous());
    };
    let today = CivilDate::from_epoch_day(time.epoch_day()).ok_or_else(ambiguous)?;
    let century = today.year() / 100 * 100;
    let candidates = [century - 100, century, century + 100].map(|century| century + two);
    let distance = |year: u32| epoch_day(year, month, day) - today.epoch_day();
    let chosen = match direction {
        TwoDigitYear::Past => candidates.into_iter().rfind(|&year| distance(year) <= 0),
        TwoDigitYear::Future => candidates.into_iter().find(|&year| distance(year) >= 0),
        TwoDigitYear::Nearest => nearest(candidates, distance),
    };
    chosen.ok_or_else(ambiguous)
}

/// `None` when two years are equally near.
fn nearest(candidates: [u32; 3], distance: impl Fn(u32) -> i32) -> Option<u32> {
    let least = candidates.iter().map(|&year| distance(year).abs()).min()?;
    let mut at_least = candidates.into_iter().filter(|&year| distance(year).abs() == least);
    let first = at_least.next();
    if at_least.next().is_some() { None } else { first }
}

fn impossible(reason: &str) -> Refusal {
    Refusal::new(Code::FmtDateImpossible).with("reason", reason)
}

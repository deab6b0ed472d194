//! `date`: every layout in which people key a calendar date, to `YYYY-MM-DD`.

mod layout;
mod time;
mod tokens;
mod words;

use super::fold::word_key;
use crate::calendar::CivilDate;
use crate::field::{Refusal, Settings};
use record::Code;

/// Longest text looked at, in bytes: weekday, month, filler words and a time of day need less.
const TEXT_MAX: usize = 80;

/// A calendar date in the extended format of ISO 8601-1 (4.3.1): `2026-01-31`, years 1000 to 9999.
///
/// Read: `2026-01-31`, `20260131`; day, month and year in any usual order with `/`, `.`, `-` or blanks; months by name
/// or three letters in English, German, Spanish and French; ordinals; a weekday before the date; Excel serials of
/// five digits from 20000 to 80000, in the 1900 system (so the day 60 that never was is out of reach) or, where the field
/// says `"serials": "1904"`, in the system that begins there.
///
/// Never guessed:
/// * the order of day and month is the profile's; without one a day above 12 decides, or that both are the same.
///   Under a profile the other order is not tried: `13/02` read month first is `FMT.DATE_IMPOSSIBLE`, for a profile
///   that is wrong for one record is wrong for others too, and silently.
/// * a two-digit year needs `two_digit_year` and the record time, else it is `FMT.DATE_AMBIGUOUS`;
/// * six digits in a row could be year and month, or a date in three orders: `FMT.DATE`;
/// * a weekday that is not that day's contradicts the date: `FMT.DATE_IMPOSSIBLE`;
/// * a time of day is dropped when it is midnight in no zone or UTC, as exports of dates write it. Any other is
///   `FMT.DATE` with the reason `time_of_day`: it is data that would be lost, and with a zone the day itself may change.
///
/// `00/00/0000` and `99/99/9999` are `VAL.PLACEHOLDER`.
pub(super) fn date(text: &str, settings: &Settings<'_>) -> Result<Option<String>, Refusal> {
    if is_canonical(text.as_bytes()) {
        return Ok(None);
    }
    if let Some(date) = layout::plain(text.as_bytes(), settings) {
        return date.map(|date| Some(date.iso()));
    }
    general(text, settings).map(|date| Some(date.iso()))
}

/// The date of a text in any layout.
fn general(text: &str, settings: &Settings<'_>) -> Result<CivilDate, Refusal> {
    if text.len() > TEXT_MAX {
        return Err(unknown("length"));
    }
    let folded = word_key(text);
    let date_text = time::cut_midnight(folded.trim_matches(' '))?;
    let tokens = tokens::tokens(date_text)?;
    layout::read(&tokens, settings)
}

/// `YYYY-MM-DD` of a date that exists.
fn is_canonical(text: &[u8]) -> bool {
    let &[y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1] = text else { return false };
    let two = |high: u8, low: u8| u32::from(high.wrapping_sub(b'0')) * 10 + u32::from(low.wrapping_sub(b'0'));
    [y0, y1, y2, y3, m0, m1, d0, d1].iter().all(u8::is_ascii_digit)
        && CivilDate::new(two(y0, y1) * 100 + two(y2, y3), two(m0, m1), two(d0, d1)).is_some()
}

fn unknown(reason: &str) -> Refusal {
    Refusal::new(Code::FmtDate).with("reason", reason)
}

#[cfg(test)]
mod tests;

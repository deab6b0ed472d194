//! The time of day that exports write behind a date.

use super::unknown;
use crate::field::Refusal;

/// The text before a time of day that is midnight, or the whole text when it has none.
pub(super) fn cut_midnight(text: &str) -> Result<&str, Refusal> {
    let Some(colon) = text.bytes().position(|byte| byte == b':') else { return Ok(text) };
    let hours_at = text[..colon].trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let (before, time) = text.split_at(hours_at);
    let date = match before.strip_suffix('t') {
        Some(date) if date.ends_with(|c: char| c.is_ascii_digit()) => date,
        _ => before.strip_suffix(' ').ok_or_else(|| unknown("layout"))?.trim_end_matches([' ', ',']),
    };
    if is_midnight(time) { Ok(date) } else { Err(unknown("time_of_day")) }
}

fn is_midnight(time: &str) -> bool {
    let zoned = ["z", "+00:00", "+0000", " utc", " gmt"].iter().find_map(|zone| time.strip_suffix(zone));
    let local = zoned.unwrap_or(time).trim_end_matches(' ');
    let (clock, midnight_hours): (&str, &[&str]) = match local.strip_suffix("am") {
        Some(clock) => (clock.trim_end_matches(' '), &["12"]),
        None => (local, &["0", "00"]),
    };
    let mut parts = clock.split(':');
    let is_hour = parts.next().is_some_and(|hour| midnight_hours.contains(&hour));
    let is_minute = parts.next() == Some("00");
    let is_second = parts.next().is_none_or(|second| {
        let (whole, fraction) = second.split_once('.').unwrap_or((second, "0"));
        whole == "00" && !fraction.is_empty() && fraction.bytes().all(|b| b == b'0')
    });
    is_hour && is_minute && is_second && parts.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn midnight_only() {
        for ok in ["0:00", "00:00", "00:00:00", "00:00:00.000", "00:00:00z", "00:00:00+00:00", "12:00:00 am", "12:00am"]
        {
            assert!(is_midnight(ok), "{ok}");
        }
        for bad in ["24:00", "12:00", "12:00 pm", "00:01", "00:00:01", "00:00:00.1", "00:00+02:00", "0:00:00:00", "00:"]
        {
            assert!(!is_midnight(bad), "{bad}");
        }
    }
}

//! Dates on the command line.

use record::{RecordTime, time::DAY_MS};

/// Reads `2026-01-31`, or `2026-01-31T13:45:00Z`; a date alone means its first moment in UTC.
///
/// # Errors
/// What is wanted, when it is neither.
pub fn parse(text: &str) -> Result<RecordTime, String> {
    let wanted = || format!("{text} is not a date as in 2026-01-31 or 2026-01-31T13:45:00Z");
    let (date, time) = text.split_once('T').unwrap_or((text, "00:00:00Z"));
    let day = epoch_day(date).ok_or_else(wanted)?;
    let millis = millis(time).ok_or_else(wanted)?;
    Ok(RecordTime(day * DAY_MS + millis))
}

/// Digits of a fixed count.
fn digits(text: &str, count: usize) -> Option<i64> {
    let good = text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    good.then(|| text.parse().ok())?
}

fn epoch_day(date: &str) -> Option<i64> {
    let mut parts = date.splitn(3, '-');
    let (year, month, day) = (digits(parts.next()?, 4)?, digits(parts.next()?, 2)?, digits(parts.next()?, 2)?);
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let length = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + i64::from(leap),
        _ => return None,
    };
    if !(1..=length).contains(&day) {
        return None;
    }
    // Howard Hinnant's days_from_civil: years begin in March, so that the leap day is their last.
    let shifted = if month <= 2 { year - 1 } else { year };
    let era = shifted.div_euclid(400);
    let year_of_era = shifted.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Some(era * 146_097 + day_of_era - 719_468)
}

fn millis(time: &str) -> Option<i64> {
    let mut parts = time.strip_suffix('Z')?.splitn(3, ':');
    let (hour, minute, second) = (digits(parts.next()?, 2)?, digits(parts.next()?, 2)?, digits(parts.next()?, 2)?);
    (hour < 24 && minute < 60 && second < 60).then_some(((hour * 60 + minute) * 60 + second) * 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_counted_from_1970() {
        for (text, millis) in [
            ("1970-01-01", 0),
            ("1969-12-31", -DAY_MS),
            ("2000-02-29", 11_016 * DAY_MS),
            ("2026-11-22T00:00:01Z", 20_779 * DAY_MS + 1000),
        ] {
            assert_eq!(parse(text), Ok(RecordTime(millis)), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in
            ["", "2026-2-1", "2026-02-29", "2026-13-01", "2026-01-01T24:00:00Z", "2026-01-01T10:00:00", "01/02/2026"]
        {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}

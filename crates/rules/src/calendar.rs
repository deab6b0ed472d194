//! The proleptic Gregorian calendar of ISO 8601: dates without time of day or zone.
//!
//! Normalizers write [`CivilDate`]s, of years with four digits. Whoever compares or counts has a day: the number of days since
//! 1970-01-01, negative before, in the years 0001 to 9999.

/// The days 0001-01-01 to 9999-12-31.
const DAYS: std::ops::RangeInclusive<i32> = -719_162..=2_932_896;
/// From 0000-03-01 to 1970-01-01: years that begin in March have the leap day as their last.
const MARCH_YEAR_ZERO: i32 = 719_468;

/// A date that exists, in the years 1000 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct CivilDate {
    year: u32,
    month: u32,
    day: u32,
}

impl CivilDate {
    /// `None` when the calendar has no such day, or the year does not have four digits.
    pub(crate) const fn new(year: u32, month: u32, day: u32) -> Option<Self> {
        let exists = year >= 1000 && year <= 9999 && day >= 1 && day <= days_in_month(year, month);
        if exists { Some(Self { year, month, day }) } else { None }
    }

    /// The date so many days after 1970-01-01.
    pub(crate) fn from_epoch_day(day: i64) -> Option<Self> {
        let day = i32::try_from(day).ok().filter(|day| DAYS.contains(day))?;
        let (year, month, day) = civil(day);
        Self::new(year, month, day)
    }

    /// Its day.
    pub(crate) const fn epoch_day(self) -> i32 {
        epoch_day(self.year, self.month, self.day)
    }

    /// Day of the week, 0 for Monday to 6 for Sunday (ISO 8601 order).
    pub(crate) const fn weekday(self) -> i32 {
        (self.epoch_day() + 3).rem_euclid(7)
    }

    pub(crate) const fn year(self) -> u32 {
        self.year
    }

    /// `YYYY-MM-DD`.
    pub(crate) fn iso(self) -> String {
        written(self.year, self.month, self.day)
    }
}

/// The day of a date of the years 0001 to 9999 that need not exist: 29 February of a common year counts as 1 March.
pub(crate) const fn epoch_day(year: u32, month: u32, day: u32) -> i32 {
    // From March on, five months have 153 days in a pattern that repeats (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms").
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = year * 365 + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1;
    days.cast_signed() - MARCH_YEAR_ZERO
}

/// Year, month and day: [`epoch_day`] the other way round, of a day of the years 0001 to 9999.
pub(crate) const fn civil(day: i32) -> (u32, u32, u32) {
    // Of 365.2425 days each; 400 years have 146,097.
    let shifted = (day + MARCH_YEAR_ZERO).cast_unsigned();
    let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let (month, next) = if from_march < 10 { (from_march + 3, 0) } else { (from_march - 9, 1) };
    (era * 400 + year_of_era + next, month, day_of_year - (153 * from_march + 2) / 5 + 1)
}

/// Whether a number is a day of the years 0001 to 9999.
pub(crate) fn is_day(day: i64) -> bool {
    i32::try_from(day).is_ok_and(|day| DAYS.contains(&day))
}

/// The day of a date written `YYYY-MM-DD` (RFC 3339 full-date), years 0001 to 9999.
pub(crate) fn parse_date(text: &str) -> Option<i32> {
    read(text).map(|(year, month, day)| epoch_day(year, month, day))
}

/// Whether a text is a date as [`parse_date`] reads it.
pub(crate) fn is_date(text: &str) -> bool {
    read(text).is_some()
}

/// A day as a date, `YYYY-MM-DD`.
pub(crate) fn write_date(day: i32) -> String {
    let (year, month, day) = civil(day);
    written(year, month, day)
}

/// Reads dates, most of which have the month of the one before.
#[derive(Debug)]
pub(crate) struct Dates {
    /// The first eight bytes of a date, and the day that it would be if its last two were `00`.
    month: (u64, i32),
}

impl Default for Dates {
    fn default() -> Self {
        // No text has such bytes.
        Self { month: (u64::MAX, 0) }
    }
}

impl Dates {
    /// The same as [`parse_date`].
    #[inline]
    pub(crate) fn read(&mut self, text: &str) -> Option<i32> {
        let bytes: &[u8; 10] = text.as_bytes().try_into().ok()?;
        let [a, b, c, d, e, f, g, h, tens, ones] = *bytes;
        let month = u64::from_le_bytes([a, b, c, d, e, f, g, h]);
        // Every month has 28 days.
        if let (true, b'0'..=b'2', b'1'..=b'8') | (true, b'1'..=b'2', b'0') = (month == self.month.0, tens, ones) {
            return Some(self.month.1 + i32::from(tens - b'0') * 10 + i32::from(ones - b'0'));
        }
        let day = parse_date(text)?;
        self.month = (month, day - i32::from(tens - b'0') * 10 - i32::from(ones - b'0'));
        Some(day)
    }
}

fn read(text: &str) -> Option<(u32, u32, u32)> {
    let bytes: &[u8; 10] = text.as_bytes().try_into().ok()?;
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *bytes else { return None };
    // All eight digits at once. A byte is a digit when it is at most 9 after taking 0 off: adding 118 then leaves its
    // highest bit alone.
    let digits = u64::from_le_bytes([y1, y2, y3, y4, m1, m2, d1, d2]) ^ 0x3030_3030_3030_3030;
    if (digits | digits.wrapping_add(0x7676_7676_7676_7676)) & 0x8080_8080_8080_8080 != 0 {
        return None;
    }
    // Each tens digit times ten, and its ones digit from the byte above it.
    let [century, _, year, _, month, _, day, _] = (digits * 10 + (digits >> 8)).to_le_bytes();
    let (year, month, day) = (u32::from(century) * 100 + u32::from(year), u32::from(month), u32::from(day));
    // Every month has 28 days.
    let ok = year >= 1 && day >= 1 && ((1..=12).contains(&month) && day <= 28 || day <= days_in_month(year, month));
    ok.then_some((year, month, day))
}

/// `YYYY-MM-DD`, of a year of at most four digits.
fn written(year: u32, month: u32, day: u32) -> String {
    let digit = |number: u32| char::from_digit(number % 10, 10).unwrap_or('0');
    let mut text = String::with_capacity(10);
    for power in [1000, 100, 10, 1] {
        text.push(digit(year / power));
    }
    for number in [month, day] {
        text.push('-');
        text.push(digit(number / 10));
        text.push(digit(number));
    }
    text
}

/// 0 for a month that does not exist.
const fn days_in_month(year: u32, month: u32) -> u32 {
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_ten_thousand_years_follows_its_eve() {
        let mut expected = *DAYS.start();
        let mut dates = Dates::default();
        for year in 1..=9999 {
            for month in 1..=12 {
                for day in 1..=days_in_month(year, month) {
                    let text = format!("{year:04}-{month:02}-{day:02}");
                    assert_eq!((parse_date(&text), civil(expected)), (Some(expected), (year, month, day)));
                    assert_eq!(dates.read(&text), Some(expected));
                    assert_eq!(write_date(expected), text);
                    let date = CivilDate::new(year, month, day);
                    assert_eq!(date, CivilDate::from_epoch_day(expected.into()), "{text}");
                    assert_eq!(date.map(CivilDate::epoch_day), (year >= 1000).then_some(expected));
                    assert_eq!(date.map(CivilDate::iso), (year >= 1000).then_some(text));
                    expected += 1;
                }
            }
        }
        assert_eq!(expected, DAYS.end() + 1);
    }

    #[test]
    fn days_are_those_of_others() {
        for (text, day) in [("1970-01-01", 0), ("1969-12-31", -1), ("2024-02-29", 19_782), ("0001-01-01", -719_162)] {
            assert_eq!(parse_date(text), Some(day), "{text}");
        }
        // The first day of the Gregorian calendar was a Friday.
        for ((year, month, day), weekday) in [((1582, 10, 15), 4), ((2026, 11, 22), 6), ((1970, 1, 1), 3)] {
            assert_eq!(CivilDate::new(year, month, day).unwrap().weekday(), weekday);
        }
        assert_eq!(epoch_day(2023, 2, 29), epoch_day(2023, 3, 1));
    }

    #[test]
    fn what_the_calendar_lacks() {
        for text in ["2023-02-29", "1900-02-29", "2024-13-01", "2024-00-10", "2024-1-01", "0000-01-01", "+024-01-01"] {
            assert_eq!((parse_date(text), is_date(text), Dates::default().read(text)), (None, false, None), "{text}");
        }
        for (year, month, day) in
            [(2026, 2, 29), (2100, 2, 29), (2024, 2, 30), (2024, 13, 1), (2024, 0, 1), (2024, 4, 31), (999, 1, 1)]
        {
            assert_eq!(CivilDate::new(year, month, day), None);
        }
        for day in [i64::MAX, i64::MIN, i64::from(*DAYS.end()) + 1, i64::from(*DAYS.start()) - 1] {
            assert_eq!((CivilDate::from_epoch_day(day), is_day(day)), (None, false), "{day}");
        }
    }
}

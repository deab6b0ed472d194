//! The proleptic Gregorian calendar of ISO 8601: dates without time of day or zone.

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
        // Years of 365.2425 days that begin in March, so that the leap day is the last of its year (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms").
        let shifted = day.checked_add(719_468)?;
        let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
        let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let from_march = (5 * day_of_year + 2) / 153;
        let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        let day_of_month = day_of_year - (153 * from_march + 2) / 5 + 1;
        Self::new(u32::try_from(year).ok()?, u32::try_from(month).ok()?, u32::try_from(day_of_month).ok()?)
    }

    /// Days since 1970-01-01; negative before.
    pub(crate) fn epoch_day(self) -> i64 {
        epoch_day(self.year, self.month, self.day)
    }

    /// Day of the week, 0 for Monday to 6 for Sunday (ISO 8601 order).
    pub(crate) fn weekday(self) -> i64 {
        (self.epoch_day() + 3).rem_euclid(7)
    }

    pub(crate) const fn year(self) -> u32 {
        self.year
    }

    /// `YYYY-MM-DD`.
    pub(crate) fn iso(self) -> String {
        let Self { year, month, day } = self;
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
}

/// Days since 1970-01-01 of a day that need not exist: 29 February of a common year counts as 1 March.
pub(crate) fn epoch_day(year: u32, month: u32, day: u32) -> i64 {
    let (year, month) = if month <= 2 { (i64::from(year) - 1, month + 9) } else { (i64::from(year), month - 3) };
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = i64::from((153 * month + 2) / 5 + day) - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
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
    fn days_count_up_without_gaps() {
        let mut date = CivilDate::new(1582, 10, 15).unwrap();
        assert_eq!(date.weekday(), 4);
        for day in date.epoch_day() + 1..epoch_day(2405, 1, 1) {
            let next = CivilDate::from_epoch_day(day).unwrap();
            assert!(next > date, "{next:?}");
            assert_eq!(next.epoch_day(), day);
            date = next;
        }
        assert_eq!(date.iso(), "2404-12-31");
    }

    #[test]
    fn what_the_calendar_lacks() {
        assert_eq!(epoch_day(1970, 1, 1), 0);
        assert_eq!(CivilDate::new(2026, 11, 22).unwrap().weekday(), 6);
        for (year, month, day) in
            [(2026, 2, 29), (2100, 2, 29), (2024, 2, 30), (2024, 13, 1), (2024, 4, 31), (999, 1, 1)]
        {
            assert_eq!(CivilDate::new(year, month, day), None);
        }
        assert!(CivilDate::new(2000, 2, 29).is_some());
        assert_eq!(CivilDate::from_epoch_day(i64::MAX), None);
    }
}

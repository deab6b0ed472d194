//! `age(birth, on)`: whole years from a date of birth to another date.

use super::{Answer, Argument, Function, Sort, Written};
use crate::calendar::civil;
use rust_decimal::Decimal;

/// A year is completed on the day of the same month and number; who was born on a 29 February completes one on
/// 1 March of a year that has no such day. Before the birth the age is negative, so that a rule about it fails instead
/// of being skipped.
pub(super) const FUNCTION: Function = Function {
    name: "age",
    written: Written::Before,
    takes: &[Sort::Date, Sort::Date],
    gives: Sort::Decimal,
    steps: 1,
    answer: |arguments| match *arguments {
        [Argument::Date(birth), Argument::Date(on)] => Answer::Decimal(Decimal::from(years(birth, on))),
        _ => Answer::Unknown,
    },
};

fn years(birth: i32, on: i32) -> i32 {
    let ((from, from_month, from_day), (to, to_month, to_day)) = (civil(birth), civil(on));
    to.cast_signed() - from.cast_signed() - i32::from((to_month, to_day) < (from_month, from_day))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::parse_date;

    #[test]
    fn years_are_completed_on_the_birthday() {
        let rows = [
            ("2000-06-15", "2018-06-14", 17),
            ("2000-06-15", "2018-06-15", 18),
            ("2000-06-15", "2000-06-15", 0),
            ("2000-06-15", "2000-06-14", -1),
            ("2000-06-15", "1999-06-15", -1),
            ("2000-12-31", "2001-01-01", 0),
            ("2004-02-29", "2022-02-28", 17),
            ("2004-02-29", "2022-03-01", 18),
            ("2004-02-29", "2024-02-29", 20),
            ("0001-01-01", "9999-12-31", 9998),
        ];
        for (birth, on, expected) in rows {
            assert_eq!(years(parse_date(birth).unwrap(), parse_date(on).unwrap()), expected, "{birth} {on}");
        }
    }
}

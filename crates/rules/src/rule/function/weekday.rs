//! `weekday(date)`: day of the week as ISO 8601 numbers it, 1 for Monday to 7 for Sunday.

use super::{Answer, Argument, Function, Sort, Written};
use rust_decimal::Decimal;

pub(super) const FUNCTION: Function = Function {
    name: "weekday",
    written: Written::Before,
    takes: &[Sort::Date],
    gives: Sort::Decimal,
    steps: 1,
    answer: |arguments| match *arguments {
        // 1970-01-01 was a Thursday.
        [Argument::Date(date)] => Answer::Decimal(Decimal::from((date + 3).rem_euclid(7) + 1)),
        _ => Answer::Unknown,
    },
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::parse_date;

    #[test]
    fn weeks_begin_on_mondays() {
        let rows =
            [("1970-01-01", 4), ("2026-11-16", 1), ("2026-11-22", 7), ("2024-02-29", 4), ("0001-01-01", 1), ("1969-12-28", 7)];
        for (date, expected) in rows {
            let argument = Argument::Date(parse_date(date).unwrap());
            assert_eq!((FUNCTION.answer)(&[argument]), Answer::Decimal(Decimal::from(expected)), "{date}");
        }
    }
}

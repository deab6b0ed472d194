//! Dates, and what a lenient parser makes of them: `val_dates`.

use crate::{
    field::Field,
    report::{
        Decision,
        Outcome::{self, Refused},
        Set,
    },
};
use rules::DateOrder;

const fn refused(row: &'static str, cases: &'static [&'static str], why: &'static str) -> Decision {
    Decision { row, outcome: Refused, cases, why }
}

const TIME: &str =
    "a time of day is data that a date would lose: `FMT.DATE`, with the reason `time_of_day` where it is well written";
const PART: &str = "a date lacks its day, month or year; nothing is filled in";
const CENTURY: &str = "a year of two digits needs the field's `two_digit_year`";
const OLD: &str = "a year before 1000 is a slip, or a year of two digits with zeros before it";

const DECISIONS: &[Decision] = &[
    refused("a date with a time of day, no order", &["*"], TIME),
    refused("a date with a time of day, month first", &["*"], TIME),
    refused("a part of a date, the rest filled in, no order", &["31-Dec-00"], CENTURY),
    refused("a part of a date, the rest filled in, month first", &["31-Dec-00"], CENTURY),
    refused("a part of a date, the rest filled in, no order", &["*"], PART),
    refused("a part of a date, the rest filled in, month first", &["*"], PART),
    refused("a date, no order", &["0099*", "0031*", "0003*", "December.0031.30"], OLD),
    refused("a date, month first", &["0099*", "0031*", "0003*", "December.0031.30"], OLD),
    refused(
        "a date, no order",
        &["10/09/2003", "10.09.2003", "10-09-2003", "10 09 2003", "7 4 1976"],
        "both numbers can be the month: `FMT.DATE_AMBIGUOUS`",
    ),
    refused("a date, no order", &["*"], CENTURY),
    refused(
        "a date, month first",
        &["25/09/2003", "25.09.2003", "25-09-2003", "25 09 2003"],
        "there is no month 25, and the declared order is not overruled: `FMT.DATE_IMPOSSIBLE`",
    ),
    refused("a date, month first", &["*"], CENTURY),
];

#[test]
fn only_certain_dates_are_read() {
    let Some(mut set) = Set::open("val_dates", DECISIONS) else { return };
    let mut field = Field::new(&["date"], &[]);
    for line in set.lines("dateutil_cases.ndjson") {
        let [list, input, expected] = ["list", "input", "expected"].map(|name| line[name].as_str().unwrap());
        let (date, time) = expected.split_once('T').unwrap();
        let row = match (list, time) {
            ("PARSER_TEST_CASES", "00:00:00") => "a date",
            ("PARSER_TEST_CASES", _) => "a date with a time of day",
            _ => "a part of a date, the rest filled in",
        };
        for (order, name) in [(None, "no order"), (Some(DateOrder::Mdy), "month first")] {
            field.profile.date_order = order;
            let ours = field.run(input).ok();
            set.case(&format!("{row}, {name}"), input, Outcome::of_value(Some(date), ours.as_deref()));
        }
    }
    set.finish();
}

//! Telephone numbers, addresses, amounts, dates, true and false.

use super::{Line, numbers::OTHER_NUMBERS};
use crate::{
    field::Field,
    report::{
        Decision, Outcome,
        Outcome::{Accepted, Refused},
    },
};
use rules::{
    DateOrder, DecimalSign, Profile,
    field::{Annotation, DecimalRange},
};
use serde_json::Value;

/// Ours for a line; `None`: no counterpart.
pub(super) fn outcome(line: &Line<'_>) -> Option<Outcome> {
    let bare = line.argument.is_null();
    let field = match line.function {
        "isMobilePhone" => phone(line)?,
        "isEmail" if bare => Field::new(&["email"], &["email"]),
        "isCurrency" if bare => amount("money", 2),
        "isDecimal" if bare => amount("decimal", 28),
        "isDate" if bare => date(Some(DateOrder::Ymd)),
        "isDate" if line.locale() == "DD/MM/YYYY" => date(Some(DateOrder::Dmy)),
        "isISO8601" | "isRFC3339" if bare => date(None),
        "isBoolean" => Field::new(&["boolean"], &[]),
        _ => return None,
    };
    Some(Outcome::of(line.valid, field.run(line.input).is_ok_and(|clean| !clean.is_empty())))
}

/// The region is that of the locale; `any` has none.
fn phone(line: &Line<'_>) -> Option<Field> {
    let mut field = Field::new(&["phone"], &["phone"]);
    field.profile.region = line.locale().split_once('-').map(|(_, region)| region.to_owned());
    matches!(line.argument, Value::Null | Value::String(_)).then_some(field)
}

fn amount(name: &'static str, scale: u32) -> Field {
    let mut field = Field::new(&[name], &[]);
    field.profile = Profile { decimal_sign: Some(DecimalSign::Point), ..Profile::default() };
    let least = if scale == 2 { 2 } else { 0 };
    let decimal = Some(DecimalRange { scale_min: least, scale_max: scale, min: None, max: None });
    field.annotation = Annotation { decimal, ..Annotation::default() };
    field
}

fn date(order: Option<DateOrder>) -> Field {
    let mut field = Field::new(&["date"], &[]);
    field.profile.date_order = order;
    field
}

/// Where ours differs, and why.
pub(super) fn decisions() -> Vec<Decision> {
    DECISIONS.iter().map(|&(row, outcome, cases, why)| Decision { row, outcome, cases, why }).collect()
}

type Row = (&'static str, Outcome, &'static [&'static str], &'static str);

const DECISIONS: &[Row] = &[
    (
        "isMobilePhone",
        Refused,
        &["any *"],
        "a number without `+` needs a region, and the locale is any; or no plan has it",
    ),
    (
        "isMobilePhone",
        Refused,
        &["*"],
        "no locale and no `+`, or the plan of the country has no such number: the library looks at lengths and first digits",
    ),
    (
        "isMobilePhone",
        Accepted,
        OTHER_NUMBERS,
        "a number that its plan has, of another kind than mobile, of another country, or one that the library lacks: ours is \
         about telephone numbers of every kind",
    ),
    (
        "isEmail",
        Refused,
        &["\"*", "hans.m端ller@test.com", "hans@m端ller.com", "test|123@m端ller.com"],
        "quoted parts and letters outside ASCII are not what keyed forms mean, and few servers take them",
    ),
    (
        "isEmail",
        Accepted,
        &["somename@ｇｍａｉｌ.com", "ｇｍａｉｌｇｍａｉｌｇｍａｉｌｇｍａｉｌｇｍａｉｌ@gmail.com", "z@co.c"],
        "full-width letters become ASCII, which is recorded as a change; a top-level domain of one letter has the shape of RFC 1034",
    ),
    (
        "isCurrency",
        Accepted,
        &["$ 32.50", "500$", "$1.1", "00"],
        "a blank behind the sign, the sign behind the amount, one decimal and a zero too many are certain: the value is the same",
    ),
    (
        "isDate",
        Accepted,
        &["DD/MM/YYYY 15/7/2002", "DD/MM/YYYY 15-7-2002"],
        "a month of one digit is the same month, and the order is declared",
    ),
    (
        "isISO8601",
        Refused,
        &["*"],
        "a time of day, a week, a day of the year or a date without day or month is no calendar date; none is cut or filled in",
    ),
    ("isRFC3339", Refused, &["*"], "a time of day is data that a date would lose, and with a zone the day may change"),
    (
        "isBoolean",
        Accepted,
        &[" false", "False", "True", "true ", "yes"],
        "blanks around and the case of letters do not count, and `yes` is one of the words of the normalizer",
    ),
];

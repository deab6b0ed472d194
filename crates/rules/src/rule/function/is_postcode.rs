//! `is_postcode(text, country)`: whether a text has the shape of a postal code of a country.

use super::{Answer, Argument, Function, Sort, Written};
use crate::check::postal;

pub(super) const FUNCTION: Function = Function {
    name: "is_postcode",
    written: Written::Before,
    takes: &[Sort::Text, Sort::Text],
    gives: Sort::Condition,
    steps: 1,
    answer: |arguments| match *arguments {
        [Argument::Text(text), Argument::Text(country)] => {
            postal::fits(country, text).map_or(Answer::Unknown, Answer::Condition)
        }
        _ => Answer::Unknown,
    },
};

//! `is_tin(text, country)`: whether a text can be a tax number of a country.

use super::{Answer, Argument, Function, Sort, Written};
use crate::check::tin_fits;

pub(super) const FUNCTION: Function = Function {
    name: "is_tin",
    written: Written::Before,
    takes: &[Sort::Text, Sort::Text],
    gives: Sort::Condition,
    steps: 5,
    answer: |arguments| match *arguments {
        [Argument::Text(text), Argument::Text(country)] => {
            tin_fits(country, text).map_or(Answer::Unknown, Answer::Condition)
        }
        _ => Answer::Unknown,
    },
};

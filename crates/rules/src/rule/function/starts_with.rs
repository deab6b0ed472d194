//! `text.startsWith(prefix)`: whether a text begins with another, code point by code point.

use super::{Answer, Argument, Function, Sort, Written};

pub(super) const FUNCTION: Function = Function {
    name: "startsWith",
    written: Written::After,
    takes: &[Sort::Text, Sort::Text],
    gives: Sort::Condition,
    steps: 1,
    answer: |arguments| match *arguments {
        [Argument::Text(text), Argument::Text(prefix)] => Answer::Condition(text.starts_with(prefix)),
        _ => Answer::Unknown,
    },
};

//! `zip_in_state(zip, state)`: whether a US ZIP code may belong to a state, by its first three digits.

use super::{Answer, Argument, Function, Sort, Written};
use crate::check::zip_state;

pub(super) const FUNCTION: Function = Function {
    name: "zip_in_state",
    written: Written::Before,
    takes: &[Sort::Text, Sort::Text],
    gives: Sort::Condition,
    steps: 1,
    answer: |arguments| match *arguments {
        [Argument::Text(zip), Argument::Text(state)] => zip_state(zip, state).map_or(Answer::Unknown, Answer::Condition),
        _ => Answer::Unknown,
    },
};

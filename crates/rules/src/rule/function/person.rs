//! `person(text)`: the match form of a person's name, whichever way round.

use super::{Answer, Argument, Function, Sort, Written};
use crate::matching;

pub(super) const FUNCTION: Function = Function {
    name: "person",
    written: Written::Before,
    takes: &[Sort::Text],
    gives: Sort::Text,
    steps: 20,
    answer: |arguments| match *arguments {
        [Argument::Text(text)] => Answer::Made(matching::person(text)),
        _ => Answer::Unknown,
    },
};

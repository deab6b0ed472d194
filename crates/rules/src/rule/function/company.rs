//! `company(text)`: the match form of a company's name without its legal form.

use super::{Answer, Argument, Function, Sort, Written};
use crate::matching;

pub(super) const FUNCTION: Function = Function {
    name: "company",
    written: Written::Before,
    takes: &[Sort::Text],
    gives: Sort::Text,
    steps: 20,
    answer: |arguments| match *arguments {
        [Argument::Text(text)] => Answer::Made(matching::company(text)),
        _ => Answer::Unknown,
    },
};

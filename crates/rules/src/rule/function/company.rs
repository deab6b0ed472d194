//! `company(text)`: the match form of a company's name, for comparing two spellings of it; never stored.

use super::{Answer, Argument, Function, Sort, Written};
use crate::matching::match_form;

pub(super) const FUNCTION: Function = Function {
    name: "company",
    written: Written::Before,
    takes: &[Sort::Text],
    gives: Sort::Text,
    steps: 20,
    answer: |arguments| match *arguments {
        [Argument::Text(text)] => match_form("company").map_or(Answer::Unknown, |company| Answer::Made((company.form)(text))),
        _ => Answer::Unknown,
    },
};

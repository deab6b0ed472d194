//! `address(text)`: the match form of an address line in the abbreviations of the post.

use super::{Answer, Argument, Function, Sort, Written};
use crate::matching;

pub(super) const FUNCTION: Function = Function {
    name: "address",
    written: Written::Before,
    takes: &[Sort::Text],
    gives: Sort::Text,
    steps: 20,
    answer: |arguments| match *arguments {
        [Argument::Text(text)] => Answer::Made(matching::address(text)),
        _ => Answer::Unknown,
    },
};

//! `document_no(text)`: the match form of the number of an invoice or an identity paper.

use super::{Answer, Argument, Function, Sort, Written};
use crate::matching;

pub(super) const FUNCTION: Function = Function {
    name: "document_no",
    written: Written::Before,
    takes: &[Sort::Text],
    gives: Sort::Text,
    steps: 5,
    answer: |arguments| match *arguments {
        [Argument::Text(text)] => Answer::Made(matching::document_no(text)),
        _ => Answer::Unknown,
    },
};

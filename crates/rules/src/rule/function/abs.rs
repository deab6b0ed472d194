//! `abs(d)`: a decimal without its sign.

use super::{Answer, Argument, Function, Sort, Written};

pub(super) const FUNCTION: Function = Function {
    name: "abs",
    written: Written::Before,
    takes: &[Sort::Decimal],
    gives: Sort::Decimal,
    steps: 1,
    answer: |arguments| match arguments {
        [Argument::Decimal(number)] => Answer::Decimal(number.abs()),
        _ => Answer::Unknown,
    },
};

//! `minor_unit(currency)`: one minor unit of an ISO 4217 currency: 0.01 for USD, 1 for JPY, 0.001 for BHD. Unknown for a
//! text that is no currency.

use super::{Answer, Argument, Function, Sort, Written};
use crate::check;
use rust_decimal::Decimal;

pub(super) const FUNCTION: Function = Function {
    name: "minor_unit",
    written: Written::Before,
    takes: &[Sort::Text],
    gives: Sort::Decimal,
    steps: 1,
    answer: |arguments| match arguments {
        [Argument::Text(currency)] => match check::minor_unit(currency) {
            Some(scale) => Answer::Decimal(Decimal::new(1, scale)),
            None => Answer::Unknown,
        },
        _ => Answer::Unknown,
    },
};

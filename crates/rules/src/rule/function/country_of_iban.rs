//! `country_of_iban(iban)`: the first two characters (ISO 13616). Whether they are a country is the check's affair.

use super::{Answer, Argument, Function, Sort, Written};

pub(super) const FUNCTION: Function = Function {
    name: "country_of_iban",
    written: Written::Before,
    takes: &[Sort::Text],
    gives: Sort::Text,
    steps: 1,
    answer: |arguments| match *arguments {
        [Argument::Text(iban)] => iban.get(..2).map_or(Answer::Unknown, Answer::Text),
        _ => Answer::Unknown,
    },
};

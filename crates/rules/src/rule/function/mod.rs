//! Functions of record rules over single values: one file each, one line in the registry.
//!
//! A function is pure and total: the same arguments give the same answer on every machine, and what it cannot tell is
//! unknown. Its arguments are evaluated before it, and none of them is unknown: a function of an unknown value is unknown
//! without being asked. Functions over fields and lists (`has`, `size`, `sum`, `min`, `max`, `all`, `map`, …), and what is as small as an operator (`abs`), are no
//! functions of values and belong to the language itself.

use rust_decimal::Decimal;

/// A function that rules may call.
#[derive(Debug)]
pub struct Function {
    /// Its name in rules.
    pub name: &'static str,
    /// How it is written.
    pub written: Written,
    /// Types of its arguments, at most [`ARGUMENTS_MAX`]; of a method, the value before the dot is the first.
    pub takes: &'static [Sort],
    /// Type of its answer.
    pub gives: Sort,
    /// Steps one call counts for, besides its arguments': 1 for what takes as long as an operator does.
    pub steps: u32,
    /// Answers for arguments of the types it takes; [`Answer::Unknown`] for any others.
    pub answer: for<'a> fn(&[Argument<'a>]) -> Answer<'a>,
}

/// How a call is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// `age(x, y)`
    Before,
    /// `x.startsWith(y)`
    After,
}

/// Type of an argument or an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// A decimal.
    Decimal,
    /// A date.
    Date,
    /// A text.
    Text,
    /// True or false.
    Condition,
}

/// A value that a function is given.
#[derive(Clone, Copy, Debug)]
pub enum Argument<'a> {
    /// A decimal.
    Decimal(Decimal),
    /// Days since 1970-01-01.
    Date(i32),
    /// A text.
    Text(&'a str),
    /// True or false.
    Condition(bool),
}

/// What a function says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer<'a> {
    /// It cannot tell.
    Unknown,
    /// A decimal.
    Decimal(Decimal),
    /// Days since 1970-01-01.
    Date(i32),
    /// A part of an argument, or a constant.
    Text(&'a str),
    /// A text that it made.
    Made(String),
    /// True or false.
    Condition(bool),
}

/// Most arguments of a function.
pub const ARGUMENTS_MAX: usize = 4;

macro_rules! registry {
    ($($name:ident)*) => {
        $(mod $name;)*

        /// All functions over single values, by the name of their files.
        pub const ALL: &[&Function] = &[$(&$name::FUNCTION),*];
    };
}

registry! {
    address
    age
    company
    country_of_iban
    document_no
    is_postcode
    is_tin
    minor_unit
    person
    similarity
    starts_with
    weekday
    zip_in_state
}

/// Finds a function by its name and by how it is written.
pub(super) fn find(name: &str, written: Written) -> Option<&'static Function> {
    ALL.iter().copied().find(|function| function.name == name && function.written == written)
}

/// Names of the functions written in this way.
pub(super) fn names(written: Written) -> impl Iterator<Item = &'static str> {
    ALL.iter().filter(move |function| function.written == written).map(|function| function.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_arguments_few() {
        for (index, function) in ALL.iter().enumerate() {
            assert!((1..=ARGUMENTS_MAX).contains(&function.takes.len()), "{}", function.name);
            assert!(function.steps > 0, "{}", function.name);
            assert!(ALL[..index].iter().all(|other| other.name != function.name), "{} is there twice", function.name);
        }
    }

    #[test]
    fn every_function_is_described() {
        let docs = include_str!("../../../../../docs/record-rules.md");
        for function in ALL {
            let start = match function.written {
                Written::Before => format!("| `{}(", function.name),
                Written::After => format!("| `{}.{}(", "text", function.name),
            };
            assert!(docs.contains(&start), "docs/record-rules.md has no row `{start}…`");
        }
    }

    /// Whatever a function is given, it answers in its own type or not at all.
    #[test]
    fn answers_have_the_type_promised() {
        let samples = |sort: Sort| match sort {
            Sort::Decimal => {
                vec![Argument::Decimal(Decimal::ZERO), Argument::Decimal(Decimal::MAX), Argument::Decimal(Decimal::MIN)]
            }
            Sort::Date => vec![Argument::Date(-719_162), Argument::Date(0), Argument::Date(2_932_896)],
            Sort::Text => ["", "USD", "Ümläut", "DE89370400440532013000"].map(Argument::Text).to_vec(),
            Sort::Condition => vec![Argument::Condition(true), Argument::Condition(false)],
        };
        for function in ALL {
            let mut rows: Vec<Vec<Argument<'_>>> = vec![Vec::new()];
            for &sort in function.takes {
                rows = rows
                    .iter()
                    .flat_map(|row| samples(sort).into_iter().map(|last| [row.clone(), vec![last]].concat()))
                    .collect();
            }
            for row in rows {
                let answer = (function.answer)(&row);
                let fits = match answer {
                    Answer::Unknown => true,
                    Answer::Decimal(_) => function.gives == Sort::Decimal,
                    Answer::Date(_) => function.gives == Sort::Date,
                    Answer::Text(_) | Answer::Made(_) => function.gives == Sort::Text,
                    Answer::Condition(_) => function.gives == Sort::Condition,
                };
                assert!(fits, "{}({row:?}) = {answer:?}", function.name);
            }
        }
    }
}

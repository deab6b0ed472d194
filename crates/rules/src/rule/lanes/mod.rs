//! The short way of record rules: tells of a rule that it makes no finding, for all items of a list at once.
//!
//! ```text
//! Expr ──compile (form)──► Condition        record ──read──► Cells
//!                              └──────────run──────────────────┘──► no finding, or not known
//! ```
//!
//! Most rules hold of most records. Here each field is read once for all rules, into a column that has a lane for each
//! item of its list; an operator then works on a whole column, and a condition comes to two bits of each lane: one that
//! says it holds, one that says it fails, and neither when it is unknown. A rule of which no lane fails makes no finding.
//!
//! Whatever is out of the ordinary is *not known* here and left to [`super::evaluate`], which stays the meaning of rules: a
//! number of more than [`number::BITS_MAX`] bits, a list of more than [`LANES_MAX`] items, a division, a rule that fails. So
//! the answer is right as long as what is said to hold does, and nothing here makes a finding. As every part is
//! evaluated where the evaluator would leave some out, more may be not known here, never less.

mod cells;
mod compile;
mod fold;
mod number;
mod run;

use super::{ast::Relation, function::Function, program::Kind};
use cells::Sheet;
pub(crate) use compile::Speaks;
#[cfg(test)]
pub(super) use number::Truths;
pub(crate) use run::Run;

/// Most items of a list.
const LANES_MAX: usize = 64;
/// Lanes that are computed for short lists, and for those of a middle length.
const FEW: usize = 4;
const SOME: usize = 16;

/// How many lanes are computed.
#[derive(Clone, Copy)]
enum Width {
    Few,
    Some,
    Max,
}

impl Width {
    const fn of(count: usize) -> Self {
        if count <= FEW {
            Self::Few
        } else if count <= SOME {
            Self::Some
        } else {
            Self::Max
        }
    }
}

/// The short ways of the rules of a form.
#[derive(Debug, Default)]
pub(crate) struct Lanes {
    sheet: Sheet,
    /// By rule; `None`: it has no short way.
    rules: Vec<Option<Program>>,
    /// What names no variable and is used where others do, or takes long: computed once for a record.
    numbers: Vec<Number>,
    conditions: Vec<Condition>,
}

#[derive(Debug)]
struct Program {
    /// The list that it is a rule for each item of.
    each: Option<usize>,
    holds: Condition,
}

/// A field: of the record in scope 0, by its place in form order; of what a variable holds in the scope above its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    scope: usize,
    column: usize,
    kind: Kind,
}

#[derive(Clone, Debug, PartialEq)]
enum Number {
    /// Mantissa and scale.
    Constant(i64, u32),
    KeyedOn,
    Field(Place),
    /// A field, or a constant where it is missing.
    Or(Place, i64, u32),
    Add(Box<[Number; 2]>),
    Subtract(Box<[Number; 2]>),
    Multiply(Box<[Number; 2]>),
    /// A date and a number of days.
    Shift(Box<[Number; 2]>),
    Absolute(Box<Number>),
    Choice(Box<(Condition, Number, Number)>),
    Call(Call),
    Fold(Box<Fold>),
    SumOfDate(Box<SumOfDate>),
    /// By its place among [`Lanes::numbers`].
    Shared(usize),
    /// A column of a table.
    Row(usize),
}

#[derive(Clone, Debug, PartialEq)]
enum Condition {
    Constant(bool),
    Has(Place),
    Field(Place),
    Not(Box<Condition>),
    And(Vec<Condition>),
    Or(Vec<Condition>),
    Compare(Relation, Box<[Number; 2]>),
    /// Of two texts.
    Same(Box<[Text; 2]>),
    /// Of two conditions.
    Alike(Box<[Condition; 2]>),
    /// Whether a text is one of these, which are sorted.
    Among(Text, Vec<String>),
    Choice(Box<[Condition; 3]>),
    Call(Call),
    /// Whether any item comes to this.
    Any(bool, Box<Any>),
    /// By its place among [`Lanes::conditions`].
    Shared(usize),
    /// A column of a table, or whether there is a row.
    Row(usize),
    /// What has no short way. Mostly a side before it decides.
    NotHere,
}

#[derive(Clone, Debug, PartialEq)]
enum Text {
    Constant(String),
    Field(Place),
    Call(Call),
    /// A column of a table.
    Row(usize),
}

/// A call of a function of single values.
#[derive(Clone, Debug)]
struct Call {
    function: &'static Function,
    arguments: Vec<Given>,
}

impl PartialEq for Call {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.function, other.function) && self.arguments == other.arguments
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Given {
    Date(Number),
    Text(Text),
}

/// The items of a list of the record that fulfil a condition.
#[derive(Clone, Debug, PartialEq)]
struct Items {
    list: usize,
    variable: usize,
    filter: Option<Condition>,
    /// The variables besides its own that are named here and in what is made of the items: a bit for each.
    names: u16,
}

#[derive(Clone, Debug, PartialEq)]
struct Fold {
    fold: super::program::Fold,
    items: Items,
    /// What is made of each item.
    part: Number,
}

#[derive(Clone, Debug, PartialEq)]
struct Any {
    items: Items,
    body: Condition,
}

/// The sum over the items whose date is the wanted one, where only that names other variables.
#[derive(Clone, Debug, PartialEq)]
struct SumOfDate {
    items: Items,
    date: Number,
    part: Number,
    wanted: Number,
}

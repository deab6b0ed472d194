//! Record rules: what must hold between the fields of one record, written in a subset of CEL
//! (<https://github.com/google/cel-spec>). `docs/record-rules.md` describes the language.
//!
//! ```text
//! text ──parse──► Ast ──lower (types of the form)──► Expr ──evaluate (a record)──► Truth
//! ```
//!
//! Own parser, own evaluator: the `cel` crate turns the literal `0.01` into a binary float while parsing, so that a rule
//! about money would already be wrong before it is evaluated; and it knows neither decimals, civil dates nor sums. It
//! serves as an oracle in the tests, for the part of the language where both mean the same.
//!
//! No rule text and no record can make this code overflow the stack, loop or round: text length, nesting and steps are
//! bounded, and arithmetic that is not exact says so.

pub(crate) mod analysis;
mod ast;
mod evaluate;
mod exact;
mod formula;
pub mod function;
mod idle;
mod index;
pub(crate) mod lanes;
mod list;
mod load;
mod lower;
mod name;
mod number;
mod once;
mod operate;
mod parse;
mod presence;
mod program;
#[cfg(test)]
mod tests;
mod texts;
mod token;
mod ty;

pub use formula::Formula;
pub use index::Index;
pub(crate) use number::Number;
pub use presence::Need;

use crate::{
    json::Node,
    table::{BoundTable, ColumnKind, Declaration},
};
use program::Expr;
use record::RecordTime;
use rust_decimal::Decimal;

/// Most bytes of one rule.
pub const TEXT_BYTES_MAX: usize = 4096;
/// Deepest nesting of one rule, parentheses and operators alike.
pub const DEPTH_MAX: usize = 64;
/// Most variables in scope at once: the item of an `each` rule and those of nested `all`, `map` and the like.
pub const VARIABLES_MAX: usize = 8;
/// Most steps of one evaluation. The longest useful one (500 lines of an invoice, some 20 operators each) takes 10,000;
/// what goes beyond compares every line with every other.
pub const STEPS_MAX: u32 = 100_000;

/// Type of a value a rule may name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// Decimal text of the clean record, or a JSON integer.
    Decimal,
    /// `2026-01-31`.
    Date,
    /// Any other text.
    Text,
    /// A text that is one of these: comparing it with another literal is refused.
    Choice(Vec<String>),
    /// A JSON boolean.
    Bool,
    /// A list of items of one type.
    List(Box<Type>),
    /// An object: its members by name, in form order.
    Record(Vec<(String, Type)>),
}

/// A rule whose every name and type has been checked against the form.
#[derive(Debug)]
pub struct Rule {
    program: Expr,
    tables: Vec<usize>,
    /// Those of the tables without which it makes no finding.
    idle_without: Vec<usize>,
    /// Whether it names the items of lists.
    names_items: bool,
    /// Whether it names the record's time.
    names_time: bool,
}

/// Why the text is not a rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct RuleError {
    /// Byte offset in the rule's text.
    pub at: usize,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub hint: Option<String>,
}

/// What a rule may name.
#[derive(Clone, Copy, Debug)]
pub struct Names<'t> {
    /// The record: a [`Type::Record`].
    pub record: &'t Type,
    /// Name and type of the item of an `each` rule.
    pub item: Option<(&'t str, &'t Type)>,
    /// The reference tables that `lookup()` knows, in the order the form declares them.
    pub tables: &'t [TableType],
}

/// A reference table as rules see it.
#[derive(Clone, Debug)]
pub struct TableType {
    /// Its name.
    pub name: String,
    /// Its columns and their types.
    pub columns: Vec<(String, Type)>,
}

impl TableType {
    /// As a form declares it.
    #[must_use]
    pub fn of(declaration: &Declaration) -> Self {
        let ty = |kind| match kind {
            ColumnKind::Text => Type::Text,
            ColumnKind::Decimal => Type::Decimal,
            ColumnKind::Date => Type::Date,
            ColumnKind::Condition => Type::Bool,
        };
        let columns = declaration.columns.iter().map(|column| (column.name.clone(), ty(column.kind))).collect();
        Self { name: declaration.name.clone(), columns }
    }
}

/// What a rule is evaluated over.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The normalized record. Members that are [`crate::json::Value::Null`] are missing, those that are
    /// [`crate::json::Value::Refused`] are there but unusable.
    pub record: &'a Node<'a>,
    /// The item of an `each` rule.
    pub item: Option<&'a Node<'a>>,
    /// Record time; `keyed_on` is its UTC date.
    pub time: Option<RecordTime>,
    /// By the form's declarations; `None`: not configured, what is looked up there is unknown.
    tables: &'a [Option<BoundTable>],
    /// The fields of the record, found once for all rules; `None`: each rule looks for itself.
    index: Option<&'a Index<'a>>,
    /// The fields of the item, when these were found too.
    fields: Option<&'a [index::Slot<'a>]>,
}

impl<'a> Facts<'a> {
    /// Facts without reference tables: what is looked up is unknown.
    #[must_use]
    pub const fn new(record: &'a Node<'a>, item: Option<&'a Node<'a>>, time: Option<RecordTime>) -> Self {
        Self { record, item, time, tables: &[], index: None, fields: None }
    }

    /// The same with these reference tables.
    #[must_use]
    pub(crate) const fn with_tables(self, tables: &'a [Option<BoundTable>]) -> Self {
        Self { tables, ..self }
    }

    /// The reference tables, by the form's declarations.
    pub(crate) const fn tables(&self) -> &'a [Option<BoundTable>] {
        self.tables
    }

    /// The field at this place in form order, right below the record; none where the fields were not found.
    pub(crate) fn field(&self, place: usize) -> Option<&'a Node<'a>> {
        self.index?.top().get(place)?.node()
    }

    /// The same for each item of a list.
    pub fn of_each(self, items: &'a [Node<'a>]) -> impl Iterator<Item = Self> {
        let fields = Index::fields(self.index, items);
        items.iter().zip(fields).map(move |(item, fields)| Self { item: Some(item), fields, ..self })
    }

    /// The same with the fields of the record found already.
    #[must_use]
    pub const fn indexed(self, index: &'a Index<'a>) -> Self {
        Self { index: Some(index), ..self }
    }
}

/// What a rule says of a record, or of one item of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Truth {
    /// It holds.
    Holds,
    /// It does not.
    Fails,
    /// A value it needs is missing, or was refused: the rule is skipped.
    Unknown,
    /// It cannot be computed exactly within the bounds, so the record must not pass as clean. The word says why:
    /// `inexact`, `division_by_zero`, `date_range` or `too_many_steps`.
    Inexact(&'static str),
}

impl RuleError {
    fn new(at: usize, what: impl Into<String>) -> Self {
        Self { at, what: what.into(), hint: None }
    }

    fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// Evaluates rules over one record, one after the other.
#[derive(Debug)]
pub struct Evaluation<'a>(evaluate::Run<'a>);

impl<'a> Evaluation<'a> {
    /// Over a record whose fields were found.
    #[must_use]
    pub fn new(index: &'a Index<'a>, facts: Facts<'a>) -> Self {
        Self(evaluate::Run::new(facts.indexed(index), &index.texts))
    }

    /// The same as [`Rule::evaluate`]. Of these facts only the item counts.
    pub fn evaluate(&mut self, rule: &'a Rule, facts: &Facts<'a>) -> Truth {
        self.0.of_item(&rule.program, facts)
    }
}

impl Rule {
    /// Parses a rule.
    ///
    /// # Errors
    /// The first place where the text leaves the documented subset, or does not fit the form's types.
    pub fn parse(text: &str, names: Names<'_>) -> Result<Self, RuleError> {
        let ast = parse::parse(text)?;
        let (program, tables, needs) = lower::lower(&ast, names)?;
        let idle = |table: &usize| idle::is_idle_without(&program, *table);
        let names_items = program.names_below(usize::MAX);
        let names_time = needs.iter().any(|need| need.field.is_none());
        let idle_without = tables.iter().copied().filter(idle).collect();
        Ok(Self { idle_without, names_items, names_time, program, tables })
    }

    /// Whether it names the items of lists, as a rule for each of them or by going through them itself: it is then worth finding
    /// where their fields are once, for all rules.
    pub(crate) const fn names_items(&self) -> bool {
        self.names_items
    }

    /// Whether it names the record's time, without which it is skipped.
    #[must_use]
    pub const fn names_time(&self) -> bool {
        self.names_time
    }

    /// Whether it can make no finding with these tables, because one that it looks into is not configured: it then comes
    /// to unknown or holds, whatever the record is.
    #[must_use]
    pub(crate) fn is_idle(&self, tables: &[Option<BoundTable>]) -> bool {
        self.idle_without.iter().any(|table| tables.get(*table).is_none_or(Option::is_none))
    }

    /// The reference tables it looks into, by their place among those the form declares. Without one of them it is
    /// skipped wherever it needs it.
    #[must_use]
    pub fn tables(&self) -> &[usize] {
        &self.tables
    }

    /// Evaluates the rule.
    #[must_use]
    pub fn evaluate(&self, facts: Facts<'_>) -> Truth {
        evaluate::evaluate(&self.program, facts)
    }

    /// Both sides of a rule that is an equation of decimals, as in `a + b == total`, or of the last equation of one that
    /// lists alternatives; `None` for any other rule, and when a side is not known exactly. For telling how far apart
    /// they are once the rule has failed.
    #[must_use]
    pub fn sides(&self, facts: Facts<'_>) -> Option<(Decimal, Decimal)> {
        evaluate::equation(&self.program, facts)
    }
}

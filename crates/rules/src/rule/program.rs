//! A rule as evaluated: every name resolved, every operator bound to its types.

use super::{ast::Relation, function::Function, number::Number};
use crate::json::pointer;

#[derive(Debug)]
pub(super) enum Expr {
    Decimal(Number),
    Date(i32),
    Text(String),
    Bool(bool),
    /// Date of the record's time.
    KeyedOn,
    Load(Path, Kind),
    Has(Path),
    /// A decimal, or this one where it is missing: `has(field) ? field : 0`.
    LoadOr(Path, Number),
    Not(Box<Expr>),
    /// Two sides or more.
    And(Vec<Expr>),
    /// Two sides or more.
    Or(Vec<Expr>),
    If(Box<[Expr; 3]>),
    /// Of two values of this kind.
    Compare(Relation, Kind, Box<[Expr; 2]>),
    /// Value, list.
    In(Box<[Expr; 2]>),
    Arithmetic(Arithmetic, Box<[Expr; 2]>),
    /// A decimal without its sign.
    Absolute(Box<Expr>),
    /// Date and a decimal number of days, added.
    DaysAfter(Box<[Expr; 2]>),
    /// Date and a decimal number of days, subtracted.
    DaysBefore(Box<[Expr; 2]>),
    /// Days from the second date to the first.
    DaysBetween(Box<[Expr; 2]>),
    TextSize(Box<Expr>),
    /// A function over single values.
    Call(&'static Function, Vec<Expr>),
    /// The row of a reference table that is in force.
    Lookup(Box<Lookup>),
    /// Whether there is one.
    InForce(Box<Lookup>),
    /// A list is never built: these run through it.
    Fold(Fold, Box<Expr>),
    Quantify(Quantifier, Box<Each>),
    Filter(Box<Each>),
    Map(Box<Each>),
    List(Vec<Expr>),
    /// A run through a list of the record that names no variable: it comes to the same for every item.
    Same(Box<Expr>),
    /// The sum over the items that have the date of another one: every date is summed up once.
    SumOfDate(Box<Expr>),
}

impl Expr {
    /// Whether it names a variable of a lower number.
    pub(super) fn names_below(&self, number: usize) -> bool {
        match self {
            Self::Decimal(_) | Self::Date(_) | Self::Text(_) | Self::Bool(_) | Self::KeyedOn => false,
            Self::Load(path, _) | Self::Has(path) | Self::LoadOr(path, _) => match &path.root {
                Root::Record => false,
                Root::Variable(variable) => *variable < number,
                Root::Computed(object) => object.names_below(number),
            },
            Self::Not(inner) | Self::TextSize(inner) | Self::Fold(_, inner) => inner.names_below(number),
            Self::Absolute(inner) | Self::Same(inner) | Self::SumOfDate(inner) => inner.names_below(number),
            Self::Compare(_, _, sides) | Self::In(sides) | Self::Arithmetic(_, sides) => {
                sides.iter().any(|side| side.names_below(number))
            }
            Self::DaysAfter(sides) | Self::DaysBefore(sides) | Self::DaysBetween(sides) => {
                sides.iter().any(|side| side.names_below(number))
            }
            Self::If(parts) => parts.iter().any(|part| part.names_below(number)),
            Self::And(items) | Self::Or(items) | Self::Call(_, items) | Self::List(items) => {
                items.iter().any(|item| item.names_below(number))
            }
            Self::Lookup(lookup) | Self::InForce(lookup) => {
                lookup.key.names_below(number) || lookup.as_of.names_below(number)
            }
            Self::Quantify(_, each) | Self::Filter(each) | Self::Map(each) => {
                each.list.names_below(number) || each.body.names_below(number)
            }
        }
    }

    /// Whether this is a constant or a field: it comes to something in one step, and never to an error.
    pub(super) fn is_plain(&self) -> bool {
        match self {
            Self::Decimal(_) | Self::Date(_) | Self::Text(_) | Self::Bool(_) | Self::KeyedOn => true,
            Self::Load(path, _) => !matches!(path.root, Root::Computed(_)),
            _ => false,
        }
    }

    /// A choice between two values: of a field that may be missing and a constant, it is a value of its own.
    pub(super) fn choice(condition: Self, then: Self, otherwise: Self) -> Self {
        match (condition, then, otherwise) {
            (Self::Has(asked), Self::Load(path, Kind::Decimal), Self::Decimal(number)) if asked.leads_as(&path) => {
                Self::LoadOr(path, number)
            }
            (condition, then, otherwise) => Self::If(Box::new([condition, then, otherwise])),
        }
    }

    /// Whether this is a list of the record, or what is left or made of one.
    pub(super) fn of_a_field(&self) -> bool {
        match self {
            Self::Load(..) => true,
            Self::Filter(each) | Self::Map(each) => each.list.of_a_field(),
            _ => false,
        }
    }
}

/// A field: of the record, of a variable, or of an object that is computed.
#[derive(Debug)]
pub(super) struct Path {
    pub(super) root: Root,
    /// Name of each member on the way, and its place in form order.
    pub(super) steps: Vec<(String, usize)>,
}

/// A row is looked up by its key on a day.
#[derive(Debug)]
pub(super) struct Lookup {
    /// Place of the table among those the form declares.
    pub(super) table: usize,
    pub(super) key: Expr,
    pub(super) as_of: Expr,
}

impl Path {
    /// Whether both lead to the same field; it cannot be told of what is computed.
    fn leads_as(&self, other: &Self) -> bool {
        self.name(self.steps.len()).is_some_and(|name| other.name(other.steps.len()) == Some(name))
    }

    /// The first steps of the path, as a text that no other path of the same scope has; `None` below a computed object.
    pub(super) fn name(&self, steps: usize) -> Option<String> {
        let mut name = match self.root {
            Root::Record => String::new(),
            Root::Variable(number) => number.to_string(),
            Root::Computed(_) => return None,
        };
        self.steps.iter().take(steps).for_each(|(step, _)| pointer::push(&mut name, step));
        Some(name)
    }
}

/// Where a path begins.
#[derive(Debug)]
pub(super) enum Root {
    Record,
    /// The variable of this number.
    Variable(usize),
    /// The object that this comes to.
    Computed(Box<Expr>),
}

/// How a loaded value is read; for a list, how each of its items is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Decimal,
    Date,
    Text,
    Bool,
    /// An object, as it is.
    Whole,
}

/// An expression evaluated for each item of a list.
#[derive(Debug)]
pub(super) struct Each {
    pub(super) list: Expr,
    pub(super) variable: usize,
    pub(super) body: Expr,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fold {
    Sum,
    Least,
    Greatest,
    Size,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quantifier {
    All,
    Exists,
    ExistsOne,
}

//! Types of expressions, as lowering sees them.

use super::{Type, function::Sort, program::Kind};

/// Type of an expression.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Ty<'t> {
    Decimal,
    Date,
    /// What `days()` gives: only to be added to a date.
    Days,
    /// The values allowed; none means any.
    Text(&'t [String]),
    Bool,
    List(Box<Ty<'t>>),
    Record(&'t [(String, Type)]),
}

impl<'t> Ty<'t> {
    pub(super) fn of(ty: &'t Type) -> Self {
        match ty {
            Type::Decimal => Self::Decimal,
            Type::Date => Self::Date,
            Type::Text => Self::Text(&[]),
            Type::Choice(values) => Self::Text(values),
            Type::Bool => Self::Bool,
            Type::List(item) => Self::List(Box::new(Self::of(item))),
            Type::Record(fields) => Self::Record(fields),
        }
    }

    pub(super) const fn sort(sort: Sort) -> Self {
        match sort {
            Sort::Decimal => Self::Decimal,
            Sort::Date => Self::Date,
            Sort::Text => Self::Text(&[]),
            Sort::Condition => Self::Bool,
        }
    }

    pub(super) fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Text(_), Self::Text(_)) => true,
            (Self::List(a), Self::List(b)) => a.same(b),
            (a, b) => a == b,
        }
    }

    pub(super) fn kind(&self) -> Kind {
        match self {
            Self::Decimal | Self::Days => Kind::Decimal,
            Self::Date => Kind::Date,
            Self::Text(_) => Kind::Text,
            Self::Bool => Kind::Bool,
            Self::List(item) => item.kind(),
            Self::Record(_) => Kind::Whole,
        }
    }

    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Decimal => "a decimal",
            Self::Date => "a date",
            Self::Days => "a number of days to add",
            Self::Text(_) => "a text",
            Self::Bool => "a condition",
            Self::List(item) => match **item {
                Self::Decimal => "a list of decimals",
                Self::Date => "a list of dates",
                Self::Text(_) => "a list of texts",
                Self::Bool => "a list of conditions",
                _ => "a list of objects",
            },
            Self::Record(_) => "an object",
        }
    }
}

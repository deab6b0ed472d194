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
    /// What must hold where a text is this one: `x != 'A' || a`, and more of the same text: `(…) && (x != 'B' || b)`.
    Cases(Path, Vec<(String, Expr)>),
    If(Box<[Expr; 3]>),
    /// Of two values of this kind.
    Compare(Relation, Kind, Box<[Expr; 2]>),
    /// Value, list.
    In(Box<[Expr; 2]>),
    /// A text that is one of these, which are sorted; each with its place in the list as written.
    Among(Box<Expr>, Vec<(String, usize)>),
    Arithmetic(Arithmetic, Box<[Expr; 2]>),
    /// What is added to a decimal or taken from it, one after the other: `a + b - c`.
    Total(Box<Expr>, Vec<(Arithmetic, Expr)>),
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
            Self::Load(path, _) | Self::Has(path) | Self::LoadOr(path, _) => path.names_below(number),
            Self::Not(inner) | Self::TextSize(inner) | Self::Fold(_, inner) | Self::Among(inner, _) => {
                inner.names_below(number)
            }
            Self::Absolute(inner) | Self::Same(inner) | Self::SumOfDate(inner) => inner.names_below(number),
            Self::Compare(_, _, sides) | Self::In(sides) | Self::Arithmetic(_, sides) => {
                sides.iter().any(|side| side.names_below(number))
            }
            Self::DaysAfter(sides) | Self::DaysBefore(sides) | Self::DaysBetween(sides) => {
                sides.iter().any(|side| side.names_below(number))
            }
            Self::Total(first, others) => {
                first.names_below(number) || others.iter().any(|(_, other)| other.names_below(number))
            }
            Self::If(parts) => parts.iter().any(|part| part.names_below(number)),
            Self::And(items) | Self::Or(items) | Self::Call(_, items) | Self::List(items) => {
                items.iter().any(|item| item.names_below(number))
            }
            Self::Cases(text, cases) => {
                text.names_below(number) || cases.iter().any(|(_, wanted)| wanted.names_below(number))
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

    /// `value in list`.
    pub(super) fn member(value: Self, list: Self) -> Self {
        let Self::List(items) = list else { return Self::In(Box::new([value, list])) };
        let text = |(item, place): (&Self, usize)| {
            if let Self::Text(text) = item { Some((text.clone(), place)) } else { None }
        };
        match items.iter().zip(0..).map(text).collect::<Option<Vec<_>>>() {
            Some(mut texts) => {
                texts.sort_unstable();
                Self::Among(Box::new(value), texts)
            }
            None => Self::In(Box::new([value, Self::List(items)])),
        }
    }

    /// `left && right`, with the sides of a left one of the same operator: `a && b && c` has three.
    pub(super) fn both(left: Self, right: Self) -> Self {
        match (left, right) {
            (Self::Cases(text, mut cases), Self::Cases(same, case)) if text.leads_as(&same) => {
                cases.extend(case);
                Self::Cases(text, cases)
            }
            (Self::And(mut sides), right) => {
                sides.push(right);
                Self::And(sides)
            }
            (left, right) => Self::And(vec![left, right]),
        }
    }

    /// `left || right`, likewise.
    pub(super) fn either(left: Self, right: Self) -> Self {
        match left {
            Self::Compare(Relation::NotEqual, Kind::Text, sides) => match *sides {
                [Self::Load(text, _), Self::Text(named)] => Self::Cases(text, vec![(named, right)]),
                sides => Self::Or(vec![Self::Compare(Relation::NotEqual, Kind::Text, Box::new(sides)), right]),
            },
            Self::Or(mut sides) => {
                sides.push(right);
                Self::Or(sides)
            }
            left => Self::Or(vec![left, right]),
        }
    }

    /// `left operator right`, of decimals. A sum or difference that a third decimal is added to or taken from becomes one
    /// total.
    pub(super) fn arithmetic(operator: Arithmetic, left: Self, right: Self) -> Self {
        let is_sum = |operator| matches!(operator, Arithmetic::Add | Arithmetic::Subtract);
        match left {
            Self::Total(first, mut others) if is_sum(operator) => {
                others.push((operator, right));
                Self::Total(first, others)
            }
            Self::Arithmetic(earlier, sides) if is_sum(operator) && is_sum(earlier) => {
                let [first, second] = *sides;
                Self::Total(Box::new(first), vec![(earlier, second), (operator, right)])
            }
            left => Self::Arithmetic(operator, Box::new([left, right])),
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
    pub(super) near: Near,
}

/// Where a path leads that is one step long: nearly all are. Of any other there is no such scope.
#[derive(Clone, Copy, Debug)]
pub(super) struct Near {
    /// 0 for the record, and one more than the number of a variable.
    pub(super) scope: usize,
    /// Of the field there, in form order.
    pub(super) place: usize,
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
    pub(super) const fn new(root: Root) -> Self {
        Self { root, steps: Vec::new(), near: Near { scope: usize::MAX, place: 0 } }
    }

    /// One step further down: the member of this name, at this place in form order.
    pub(super) fn below(mut self, name: &str, place: usize) -> Self {
        let scope = match self.root {
            Root::Record if self.steps.is_empty() => 0,
            Root::Variable(number) if self.steps.is_empty() => number + 1,
            _ => usize::MAX,
        };
        self.near = Near { scope, place };
        self.steps.push((name.to_owned(), place));
        self
    }

    /// Whether it begins at a variable of a lower number.
    fn names_below(&self, number: usize) -> bool {
        match &self.root {
            Root::Record => false,
            Root::Variable(variable) => *variable < number,
            Root::Computed(object) => object.names_below(number),
        }
    }

    /// Whether both lead to the same field; it cannot be told of what is computed.
    pub(super) fn leads_as(&self, other: &Self) -> bool {
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

impl Each {
    /// Whether its body, of all items of a list of texts, asks that no other is the same: `list.exists_one(y, y == x)`.
    pub(super) fn none_twice(&self) -> bool {
        let Expr::Quantify(Quantifier::ExistsOne, other) = &self.body else { return false };
        let (Expr::Load(list, _), Expr::Load(same, _)) = (&self.list, &other.list) else { return false };
        let Expr::Compare(Relation::Equal, Kind::Text, sides) = &other.body else { return false };
        let [Expr::Load(a, _), Expr::Load(b, _)] = &**sides else { return false };
        let holds = |path: &Path, each: &Self| matches!(path.root, Root::Variable(number) if number == each.variable);
        list.leads_as(same)
            && a.steps.is_empty()
            && b.steps.is_empty()
            && ((holds(a, self) && holds(b, other)) || (holds(a, other) && holds(b, self)))
    }
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
    /// Of decimals or dates.
    Least(Kind),
    Greatest(Kind),
    Size,
}

impl Fold {
    /// What it comes to.
    pub(super) const fn gives(self) -> Kind {
        match self {
            Self::Sum | Self::Size => Kind::Decimal,
            Self::Least(kind) | Self::Greatest(kind) => kind,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quantifier {
    All,
    /// Every text of a list is there but once: `list.all(x, list.exists_one(y, y == x))`.
    AllDiffer,
    Exists,
    ExistsOne,
}

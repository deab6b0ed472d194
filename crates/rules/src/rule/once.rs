//! What comes to the same for every item of a list: computed for the first of them, and kept for the record.
//!
//! Without this a rule for each item that runs through the list itself takes time in the square of the list's length.

use super::{
    ast::Relation,
    evaluate::{Run, Value},
    exact::Reason,
    function::{Function, Sort},
    list::{Seen, Then},
    number::Number,
    program::{Arithmetic, Each, Expr, Fold, Kind, Path, Root},
};
use std::{cell::RefCell, collections::BTreeMap, ptr};

/// What was computed for one record, by the place of the expression in memory: rules stay where they are while records
/// are judged.
#[derive(Debug, Default)]
pub(super) struct Memory(RefCell<Vec<(*const Expr, Kept)>>);

#[derive(Debug)]
enum Kept {
    Value(Value<'static>),
    Sums(Sums),
}

/// Sums of the items of each date.
#[derive(Debug)]
struct Sums {
    /// `None`: an item of that date is unknown.
    by_date: BTreeMap<i32, Result<Option<Number>, Reason>>,
    /// Whether the date of every item is known.
    complete: bool,
}

impl Sums {
    /// What was found before something unknown is an error all the same.
    fn of(&self, date: i32) -> Result<Value<'static>, Reason> {
        let sum = self.by_date.get(&date).copied().unwrap_or(Ok(Some(Number::ZERO)))?;
        Ok(sum.filter(|_| self.complete).map_or(Value::Unknown, Value::Decimal))
    }
}

impl Memory {
    fn find<T>(&self, expr: &Expr, read: impl FnOnce(&Kept) -> T) -> Option<T> {
        self.0.borrow().iter().find(|(at, _)| ptr::eq(*at, expr)).map(|(_, kept)| read(kept))
    }

    fn keep(&self, expr: &Expr, kept: Kept) {
        self.0.borrow_mut().push((ptr::from_ref(expr), kept));
    }
}

/// The parts of `sum(list.filter(item, item.date == date).map(item, part))`.
pub(super) struct SumOfDate<'e> {
    pub(super) list: &'e Expr,
    pub(super) variable: usize,
    pub(super) key: &'e Expr,
    pub(super) date: &'e Expr,
    pub(super) part: &'e Expr,
}

impl<'e> SumOfDate<'e> {
    pub(super) fn of(sum: &'e Expr) -> Option<Self> {
        let Expr::Fold(Fold::Sum, list) = sum else { return None };
        let Expr::Map(map) = &**list else { return None };
        let Expr::Filter(filter) = &map.list else { return None };
        let Each { list, variable, body: Expr::Compare(Relation::Equal, Kind::Date, sides) } = &**filter else {
            return None;
        };
        let variable = *variable;
        let (key, date) = match (variable_of_date(&sides[0])?, variable_of_date(&sides[1])?) {
            (a, b) if a == variable && b < variable => (&sides[0], &sides[1]),
            (a, b) if b == variable && a < variable => (&sides[1], &sides[0]),
            _ => return None,
        };
        (map.variable == variable).then_some(Self { list, variable, key, date, part: &map.body })
    }

    /// Whether list and part depend on the item alone, so that the sums serve every date.
    fn serves_all(&self) -> bool {
        !self.list.names_below(self.variable) && !self.part.names_below(self.variable)
    }
}

/// The number of the variable whose date this is.
fn variable_of_date(expr: &Expr) -> Option<usize> {
    match expr {
        Expr::Load(Path { root: Root::Variable(number), .. }, Kind::Date) => Some(*number),
        _ => None,
    }
}

/// Marks what need not be computed for each item: `scope` variables are named where the expression stands.
pub(super) fn mark(expr: Expr, scope: usize) -> Expr {
    let list = match &expr {
        Expr::Fold(_, list) => list,
        Expr::Quantify(_, each) => &each.list,
        Expr::Call(Function { gives: Sort::Decimal | Sort::Date | Sort::Condition, .. }, _)
        | Expr::In(_)
        | Expr::Among(..)
            if scope > 0 && !expr.names_below(scope) =>
        {
            return Expr::Same(Box::new(expr));
        }
        _ => return expr,
    };
    if scope > 0 && list.of_a_field() && !expr.names_below(scope) {
        Expr::Same(Box::new(expr))
    } else if SumOfDate::of(&expr).is_some_and(|sum| sum.serves_all()) {
        Expr::SumOfDate(Box::new(expr))
    } else {
        expr
    }
}

impl<'a> Run<'a> {
    /// The value of an expression that names no variable. An error is not kept: it may be of the steps taken so far.
    #[inline(never)]
    pub(super) fn same(&mut self, expr: &'a Expr) -> Result<Value<'a>, Reason> {
        let Some(memory) = self.index.map(|index| &index.memory) else { return self.value(expr) };
        let known = memory.find(expr, |kept| if let Kept::Value(value) = kept { Some(*value) } else { None });
        if let Some(value) = known.flatten() {
            return Ok(value);
        }
        let value = self.value(expr)?;
        let kept = match value {
            Value::Unknown => Value::Unknown,
            Value::Decimal(number) => Value::Decimal(number),
            Value::Date(date) => Value::Date(date),
            Value::Bool(value) => Value::Bool(value),
            Value::Text(_) | Value::Node(_) | Value::Item(_) | Value::Row(..) => return Ok(value),
        };
        memory.keep(expr, Kept::Value(kept));
        Ok(value)
    }

    #[inline(never)]
    pub(super) fn sum_of_date(&mut self, sum: &'a Expr) -> Result<Value<'a>, Reason> {
        let memory = self.index.map(|index| &index.memory);
        let (Some(memory), Some(shape)) = (memory, SumOfDate::of(sum)) else { return self.value(sum) };
        let Some(date) = self.date(shape.date)? else { return self.value(sum) };
        let of_date = |kept: &Kept| if let Kept::Sums(sums) = kept { sums.of(date) } else { Ok(Value::Unknown) };
        if let Some(sum) = memory.find(sum, of_date) {
            return sum;
        }
        // What the sums of other dates take must not use up the steps of this one.
        let steps = self.steps;
        let sums = self.sums(&shape);
        self.steps = steps;
        let Ok(sums) = sums else { return self.value(sum) };
        let found = sums.of(date);
        memory.keep(sum, Kept::Sums(sums));
        found
    }

    /// Fails only when it takes too many steps.
    fn sums(&mut self, shape: &SumOfDate<'a>) -> Result<Sums, Reason> {
        let SumOfDate { list, variable, key, part, .. } = *shape;
        let (mut by_date, mut complete) = (BTreeMap::new(), true);
        let seen = self.hold(list, variable, |run| {
            let Some(date) = run.date(key)? else {
                complete = false;
                return Ok(Then::Next);
            };
            let sum = by_date.entry(date).or_insert(Ok(Some(Number::ZERO)));
            if let Ok(Some(total)) = *sum {
                *sum = match run.number(part).known() {
                    Ok(Some(number)) => total.compute(Arithmetic::Add, number).map(Some),
                    Ok(None) => Ok(None),
                    Err(Reason::Steps) => return Err(Reason::Steps),
                    Err(reason) => Err(reason),
                };
            }
            Ok(Then::Next)
        })?;
        Ok(Sums { by_date, complete: complete && seen == Seen::All })
    }
}

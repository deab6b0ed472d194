//! Operators on values.

use super::{
    ast::Relation,
    evaluate::Value::{self, Bool, Unknown},
    exact::{self, Reason},
    number::Number,
    program::{Arithmetic, Expr},
};
use std::cmp::Ordering;

pub(super) fn add<'a>(a: Number, b: Number) -> Result<Value<'a>, Reason> {
    a.compute(Arithmetic::Add, b).map(Value::Decimal)
}

pub(super) fn order(a: &Value<'_>, b: &Value<'_>) -> Option<Ordering> {
    match (a, b) {
        (Value::Decimal(a), Value::Decimal(b)) => Some(a.order(*b)),
        (Value::Date(a), Value::Date(b)) => Some(a.cmp(b)),
        (Value::Text(a), Value::Text(b)) => Some(a.cmp(b)),
        (Bool(a), Bool(b)) => Some(a.cmp(b)),
        _ => None,
    }
}

/// The one of two values that is in the wanted order to the other.
pub(super) fn extreme<'a>(a: Value<'a>, b: Value<'a>, wanted: Ordering) -> Value<'a> {
    match order(&b, &a) {
        Some(ordering) if ordering == wanted => b,
        Some(_) => a,
        None => Unknown,
    }
}

fn compare<'a>(relation: Relation, a: &Value<'_>, b: &Value<'_>) -> Value<'a> {
    // Whether texts are the same is told by their lengths first.
    if let (Value::Text(a), Value::Text(b), Relation::Equal | Relation::NotEqual) = (a, b, relation) {
        return Bool((a == b) == (relation == Relation::Equal));
    }
    order(a, b).map_or(Unknown, |ordering| {
        Bool(match relation {
            Relation::Equal => ordering.is_eq(),
            Relation::NotEqual => ordering.is_ne(),
            Relation::Less => ordering.is_lt(),
            Relation::LessOrEqual => ordering.is_le(),
            Relation::Greater => ordering.is_gt(),
            Relation::GreaterOrEqual => ordering.is_ge(),
        })
    })
}

#[inline]
pub(super) fn binary<'a>(expr: &Expr, a: &Value<'a>, b: &Value<'a>) -> Result<Value<'a>, Reason> {
    match (expr, a, b) {
        (Expr::Compare(relation, _), a, b) => Ok(compare(*relation, a, b)),
        (Expr::Arithmetic(operator, _), Value::Decimal(a), Value::Decimal(b)) => {
            a.compute(*operator, *b).map(Value::Decimal)
        }
        (Expr::DaysAfter(_), Value::Date(date), Value::Decimal(days)) => {
            exact::shift(*date, days.decimal()).map(Value::Date)
        }
        (Expr::DaysBefore(_), Value::Date(date), Value::Decimal(days)) => {
            exact::shift(*date, -days.decimal()).map(Value::Date)
        }
        (Expr::DaysBetween(_), Value::Date(a), Value::Date(b)) => Ok(Value::Decimal(Number::whole((a - b).into()))),
        _ => Ok(Unknown),
    }
}

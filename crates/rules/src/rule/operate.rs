//! Operators on values.

use super::{ast::Relation, evaluate::Value};
use std::cmp::Ordering;

fn order(a: &Value<'_>, b: &Value<'_>) -> Option<Ordering> {
    match (a, b) {
        (Value::Decimal(a), Value::Decimal(b)) => Some(a.order(*b)),
        (Value::Date(a), Value::Date(b)) => Some(a.cmp(b)),
        _ => None,
    }
}

/// Whether both are the same; `None` when one is unknown.
pub(super) fn equal(a: &Value<'_>, b: &Value<'_>) -> Option<bool> {
    match (a, b) {
        (Value::Text(a), Value::Text(b)) => Some(a == b),
        (Value::Bool(a), Value::Bool(b)) => Some(a == b),
        (a, b) => order(a, b).map(Ordering::is_eq),
    }
}

/// The one of two values that is in the wanted order to the other.
pub(super) fn extreme<'a>(a: Value<'a>, b: Value<'a>, wanted: Ordering) -> Value<'a> {
    match order(&b, &a) {
        Some(ordering) if ordering == wanted => b,
        Some(_) => a,
        None => Value::Unknown,
    }
}

impl Relation {
    /// Whether it holds between two values in this order.
    #[inline]
    pub(super) fn holds(self, ordering: Ordering) -> bool {
        match self {
            Self::Equal => ordering.is_eq(),
            Self::NotEqual => ordering.is_ne(),
            Self::Less => ordering.is_lt(),
            Self::LessOrEqual => ordering.is_le(),
            Self::Greater => ordering.is_gt(),
            Self::GreaterOrEqual => ordering.is_ge(),
        }
    }
}

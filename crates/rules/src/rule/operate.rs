//! Operators on values.

use super::{
    STEPS_MAX,
    ast::Relation,
    evaluate::{Known, Run, Value},
    exact,
    index::Slot,
    number::{Found, Number},
    program::{Arithmetic, Expr, Kind, Path, Root},
};
use rust_decimal::Decimal;
use std::cmp::Ordering;

type Sides = [Expr; 2];

// Each operator has a function of its own, see [`Run::truth`]. Both sides are evaluated, even when one is unknown: the
// other may be an error.
impl<'a> Run<'a> {
    #[inline(always)]
    pub(super) fn load_number(&mut self, path: &'a Path) -> Found {
        match self.slot(path).and_then(Slot::decimal) {
            Some(number) => number.into(),
            None => self.read_number(path),
        }
    }

    #[inline(never)]
    fn read_number(&mut self, path: &'a Path) -> Found {
        match self.load(path, Kind::Decimal) {
            Ok(Value::Decimal(number)) => number.into(),
            Ok(_) => Found::UNKNOWN,
            Err(reason) => reason.into(),
        }
    }

    /// As the choice that it stands for, which takes a step for the condition and one for the value besides its own.
    #[inline(never)]
    pub(super) fn load_or(&mut self, path: &'a Path, number: Number) -> Found {
        if let Err(reason) = self.take(2) {
            return reason.into();
        }
        let has = match self.slot(path) {
            Some(slot) => Ok(Some(slot.has())),
            None => self.has(path),
        };
        match has {
            Ok(Some(true)) => self.load_number(path),
            Ok(Some(false)) => number.into(),
            Ok(None) => Found::UNKNOWN,
            Err(reason) => reason.into(),
        }
    }

    #[inline(always)]
    pub(super) fn load_date(&mut self, path: &'a Path) -> Known<i32> {
        match self.slot(path).and_then(Slot::date) {
            None => self.read_date(path),
            date => Ok(date),
        }
    }

    #[inline(never)]
    fn read_date(&mut self, path: &'a Path) -> Known<i32> {
        Ok(if let Value::Date(date) = self.load(path, Kind::Date)? { Some(date) } else { None })
    }

    #[inline(always)]
    pub(super) fn load_text(&mut self, path: &'a Path) -> Known<&'a str> {
        match (&path.root, path.steps.as_slice()) {
            (Root::Variable(number), []) => {
                Ok(if let Value::Text(text) = self.variables[*number] { Some(text) } else { None })
            }
            _ => self.read_text(path),
        }
    }

    #[inline(never)]
    fn read_text(&mut self, path: &'a Path) -> Known<&'a str> {
        Ok(if let Value::Text(text) = self.load(path, Kind::Text)? { Some(text) } else { None })
    }

    #[inline(never)]
    pub(super) fn not(&mut self, inner: &'a Expr) -> Known<bool> {
        Ok(self.truth(inner)?.map(|value| !value))
    }

    /// `&&` and `||`: a side that comes to `decisive` settles it, whatever those before it are.
    #[inline(never)]
    pub(super) fn any_side(&mut self, sides: &'a [Expr], decisive: bool) -> Known<bool> {
        // There is an operator between any two of them; the first of these steps is counted already.
        self.take(u32::try_from(sides.len().saturating_sub(2)).unwrap_or(STEPS_MAX))?;
        let mut unknown = false;
        for side in sides {
            match self.truth(side)? {
                Some(value) if value == decisive => return Ok(Some(decisive)),
                Some(_) => {}
                None => unknown = true,
            }
        }
        Ok(if unknown { None } else { Some(!decisive) })
    }

    /// One of two values; neither when the condition is unknown.
    #[inline(never)]
    pub(super) fn choose<T>(
        &mut self,
        parts: &'a [Expr; 3],
        read: impl FnOnce(&mut Self, &'a Expr) -> Known<T>,
    ) -> Known<T> {
        match self.truth(&parts[0])? {
            Some(true) => read(self, &parts[1]),
            Some(false) => read(self, &parts[2]),
            None => Ok(None),
        }
    }

    #[inline(never)]
    pub(super) fn compare_numbers(&mut self, relation: Relation, [a, b]: &'a Sides) -> Known<bool> {
        let (a, b) = (self.number(a).known()?, self.number(b).known()?);
        let (Some(a), Some(b)) = (a, b) else { return Ok(None) };
        Ok(Some(relation.holds(a.order(b))))
    }

    #[inline(never)]
    pub(super) fn compare_dates(&mut self, relation: Relation, [a, b]: &'a Sides) -> Known<bool> {
        let (a, b) = (self.date(a)?, self.date(b)?);
        Ok(a.zip(b).map(|(a, b)| relation.holds(a.cmp(&b))))
    }

    /// Texts have no order: they are the same or not.
    #[inline(never)]
    pub(super) fn compare_texts(&mut self, relation: Relation, [a, b]: &'a Sides) -> Known<bool> {
        let (a, b) = (self.text(a)?, self.text(b)?);
        Ok(a.zip(b).map(|(a, b)| same(a, b) == (relation == Relation::Equal)))
    }

    /// Nor have conditions.
    #[inline(never)]
    pub(super) fn compare_conditions(&mut self, relation: Relation, [a, b]: &'a Sides) -> Known<bool> {
        let (a, b) = (self.truth(a)?, self.truth(b)?);
        Ok(a.zip(b).map(|(a, b)| (a == b) == (relation == Relation::Equal)))
    }

    #[inline(never)]
    pub(super) fn compute(&mut self, operator: Arithmetic, [a, b]: &'a Sides) -> Found {
        let a = match self.number(a).known() {
            Ok(a) => a,
            Err(reason) => return reason.into(),
        };
        match (a, self.number(b).known()) {
            (Some(a), Ok(Some(b))) => a.compute(operator, b).into(),
            (_, Err(reason)) => reason.into(),
            _ => Found::UNKNOWN,
        }
    }

    /// A call of `abs`, which counts for two steps as any other does; one is counted already.
    #[inline(never)]
    pub(super) fn absolute(&mut self, inner: &'a Expr) -> Found {
        match self.number(inner).known() {
            Ok(Some(number)) => self.step().map(|()| number.magnitude()).into(),
            other => other.into(),
        }
    }

    #[inline(never)]
    pub(super) fn text_size(&mut self, text: &'a Expr) -> Found {
        self.text(text).map(|text| text.map(|text| Decimal::from(text.chars().count()).into())).into()
    }

    #[inline(never)]
    pub(super) fn days_between(&mut self, [a, b]: &'a Sides) -> Found {
        let dates = self.date(a).and_then(|a| Ok(a.zip(self.date(b)?)));
        dates.map(|dates| dates.map(|(a, b)| Number::whole((a - b).into()))).into()
    }

    /// A date moved by days.
    #[inline(never)]
    pub(super) fn shift(&mut self, [date, days]: &'a Sides, sign: fn(i64) -> i64) -> Known<i32> {
        let (date, days) = (self.date(date)?, self.number(days).known()?);
        let (Some(date), Some(days)) = (date, days) else { return Ok(None) };
        exact::shift(date, days.to_whole().map(sign)).map(Some)
    }
}

/// Whether two texts are the same. Most that are not differ in length or in their first byte, which is found out sooner
/// than the rest can be compared.
#[inline]
fn same(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.as_bytes().first() == b.as_bytes().first() && a == b
}

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
        (Value::Text(a), Value::Text(b)) => Some(same(a, b)),
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

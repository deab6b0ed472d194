//! Operators on values.

use super::{
    STEPS_MAX,
    ast::Relation,
    evaluate::{Known, Run, Value},
    exact,
    number::{Found, Number},
    program::{Arithmetic, Expr, Kind, Path},
};
use rust_decimal::Decimal;
use std::cmp::Ordering;

type Sides = [Expr; 2];

// Each operator has a function of its own, see [`Run::truth`]. Both sides are evaluated, even when one is unknown: the
// other may be an error.
impl<'a> Run<'a> {
    /// As the choice that it stands for, which takes a step for the condition and one for the value besides its own.
    #[inline(always)]
    pub(super) fn load_or(&mut self, path: &'a Path, number: Number) -> Found {
        if let Err(reason) = self.take(2) {
            return reason.into();
        }
        match self.has(path) {
            Ok(Some(true)) => self.load_number(path, Kind::Decimal),
            Ok(Some(false)) => number.into(),
            Ok(None) => Found::UNKNOWN,
            Err(reason) => reason.into(),
        }
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

    /// Each case is an alternative, of two steps and one for either text; between any two there is an operator.
    #[inline(never)]
    pub(super) fn cases(&mut self, text: &'a Path, cases: &'a [(String, Expr)]) -> Known<bool> {
        self.take(u32::try_from(cases.len().saturating_sub(1)).unwrap_or(STEPS_MAX))?;
        let (near, mut unknown) = (self.near_text(text), false);
        if let Some(Some(text)) = near {
            return self.cases_of(text, cases);
        }
        // The first step of the first is counted already.
        let mut steps = 3;
        for (named, wanted) in cases {
            let text = match near {
                Some(text) => self.take(steps).map(|()| text)?,
                None => {
                    self.take(steps - 1)?;
                    let text = self.load_text(text)?;
                    self.step()?;
                    text
                }
            };
            steps = 4;
            if text.is_some_and(|text| !same(text, named)) {
                continue;
            }
            match (self.truth(wanted)?, text) {
                (Some(true), _) => {}
                (Some(false), Some(_)) => return Ok(Some(false)),
                _ => unknown = true,
            }
        }
        Ok(if unknown { None } else { Some(true) })
    }

    /// The same where the text is known: only what is wanted of it counts, but every alternative takes its steps.
    fn cases_of(&mut self, text: &str, cases: &'a [(String, Expr)]) -> Known<bool> {
        let steps = |cases: usize| u32::try_from(cases * 4).unwrap_or(STEPS_MAX).saturating_sub(1);
        let (mut taken, mut unknown) = (0, false);
        for (place, (_, wanted)) in cases.iter().enumerate().filter(|(_, (named, _))| same(text, named)) {
            self.take(steps(place + 1) - taken)?;
            taken = steps(place + 1);
            match self.truth(wanted)? {
                Some(true) => {}
                Some(false) => return Ok(Some(false)),
                None => unknown = true,
            }
        }
        self.take(steps(cases.len()) - taken)?;
        Ok(if unknown { None } else { Some(true) })
    }

    /// As if one text after the other were looked at, a step for each, until it is found.
    #[inline(never)]
    pub(super) fn among(&mut self, text: &'a Expr, texts: &[(String, usize)]) -> Known<bool> {
        let text = self.text(text)?;
        let find = |text| {
            texts.get(texts.partition_point(|(other, _)| other.as_str() < text)).filter(|(other, _)| other == text)
        };
        let found = text.and_then(find);
        let last = found.map_or(texts.len().saturating_sub(1), |(_, place)| *place);
        self.take(2 + u32::try_from(last).unwrap_or(STEPS_MAX))?;
        Ok(text.map(|_| found.is_some()))
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

    /// Decimals or dates.
    #[inline(never)]
    pub(super) fn compare_numbers(&mut self, relation: Relation, [a, b]: &'a Sides) -> Known<bool> {
        let a = self.number(a);
        if let Some(reason) = a.error() {
            return Err(reason);
        }
        let b = self.number(b);
        match a.both(b) {
            Some((a, b)) => Ok(Some(relation.holds(a.order(b)))),
            None => b.known().map(|_| None),
        }
    }

    /// Texts have no order: they are the same or not.
    #[inline(never)]
    pub(super) fn compare_texts(&mut self, relation: Relation, [a, b]: &'a Sides) -> Known<bool> {
        let (a, b) = match (self.plain_text(a), self.plain_text(b)) {
            (Some(a), Some(b)) => {
                self.take(2)?;
                (a, b)
            }
            _ => (self.text(a)?, self.text(b)?),
        };
        Ok(a.zip(b).map(|(a, b)| same(a, b) == (relation == Relation::Equal)))
    }

    /// A text that takes one step and is no error.
    #[inline(always)]
    fn plain_text(&self, expr: &'a Expr) -> Option<Option<&'a str>> {
        match expr {
            Expr::Text(text) => Some(Some(text)),
            Expr::Load(path, _) => self.near_text(path),
            _ => None,
        }
    }

    /// Nor have conditions.
    #[inline(never)]
    pub(super) fn compare_conditions(&mut self, relation: Relation, [a, b]: &'a Sides) -> Known<bool> {
        let (a, b) = (self.truth(a)?, self.truth(b)?);
        Ok(a.zip(b).map(|(a, b)| (a == b) == (relation == Relation::Equal)))
    }

    #[inline(never)]
    pub(super) fn compute(&mut self, operator: Arithmetic, [a, b]: &'a Sides) -> Found {
        let a = self.number(a);
        if let Some(reason) = a.error() {
            return reason.into();
        }
        a.compute(operator, self.number(b))
    }

    /// One after the other. There is an operator before each but the first; the first of these steps is counted already.
    #[inline(never)]
    pub(super) fn total(&mut self, first: &'a Expr, others: &'a [(Arithmetic, Expr)]) -> Found {
        if let Err(reason) = self.take(u32::try_from(others.len().saturating_sub(1)).unwrap_or(STEPS_MAX)) {
            return reason.into();
        }
        let mut total = self.number(first);
        if total.error().is_some() {
            return total;
        }
        for (operator, other) in others {
            let other = if let Expr::LoadOr(path, number) = other {
                self.step().map(|()| self.load_or(path, *number)).into()
            } else {
                self.number(other)
            };
            total = match total.both(other).map(|(a, b)| a.compute(*operator, b)) {
                Some(Ok(total)) => total.into(),
                Some(Err(reason)) => return reason.into(),
                None if other.error().is_some() => return other,
                None => Found::UNKNOWN,
            };
        }
        total
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
        let a = self.number(a);
        if let Some(reason) = a.error() {
            return reason.into();
        }
        a.compute(Arithmetic::Subtract, self.number(b))
    }

    /// A date moved by days.
    #[inline(never)]
    pub(super) fn shift(&mut self, [date, days]: &'a Sides, sign: fn(i64) -> i64) -> Found {
        let date = self.number(date);
        if let Some(reason) = date.error() {
            return reason.into();
        }
        let days = self.number(days);
        match date.both(days).map(|(date, days)| (date.day(), days)) {
            Some((Some(date), days)) => {
                exact::shift(date, days.to_whole().map(sign)).map(|day| Number::whole(day.into())).into()
            }
            _ => days.error().map_or(Found::UNKNOWN, Found::from),
        }
    }
}

/// Whether two texts are the same. Most that are not differ in length or in their first byte, which is found out sooner
/// than the rest can be compared.
#[inline]
pub(super) fn same(a: &str, b: &str) -> bool {
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

//! Runs through lists: what is asked of all their items, and what is left or made of them.

use super::{
    evaluate::{Known, Run, Value},
    exact::Reason,
    load::read,
    number::Number,
    operate::{equal, extreme},
    program::{Arithmetic, Each, Expr, Fold, Kind, Path},
};
use crate::json::{Node, Value as Json};
use std::cmp::Ordering;

/// What to do after an item.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Then {
    Next,
    Stop,
}

/// Whether a run through a list saw all of it. When it did not, because the list or a filter's condition is unknown,
/// only an answer that no further item could change may be given.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Seen {
    All,
    Part,
}

pub(super) type Visit<'v, 'a> = &'v mut dyn FnMut(&mut Run<'a>, Value<'a>) -> Result<Then, Reason>;

impl<'a> Run<'a> {
    /// Runs through a list without building it.
    pub(super) fn visit(&mut self, list: &'a Expr, visit: Visit<'_, 'a>) -> Result<Seen, Reason> {
        self.step()?;
        match list {
            Expr::Load(path, kind) => self.visit_field(path, *kind, visit),
            Expr::List(items) => {
                for item in items {
                    let value = self.value(item)?;
                    if visit(self, value)? == Then::Stop {
                        break;
                    }
                }
                Ok(Seen::All)
            }
            Expr::Map(each) => self.visit(&each.list, &mut |run, item| {
                run.variables[each.variable] = item;
                let value = run.value(&each.body)?;
                visit(run, value)
            }),
            Expr::Filter(each) => self.visit_filtered(each, visit),
            Expr::If(parts) => match self.truth(&parts[0])? {
                Some(true) => self.visit(&parts[1], visit),
                Some(false) => self.visit(&parts[2], visit),
                None => Ok(Seen::Part),
            },
            _ => Ok(Seen::Part),
        }
    }

    fn visit_field(&mut self, path: &'a Path, kind: Kind, visit: Visit<'_, 'a>) -> Result<Seen, Reason> {
        let Some(Node { value: Json::Array(items), .. }) = self.find(path)? else { return Ok(Seen::Part) };
        for item in items {
            self.step()?;
            if visit(self, read(item, kind))? == Then::Stop {
                break;
            }
        }
        Ok(Seen::All)
    }

    fn visit_filtered(&mut self, each: &'a Each, visit: Visit<'_, 'a>) -> Result<Seen, Reason> {
        let mut seen = Seen::All;
        let under = self.visit(&each.list, &mut |run, item| {
            run.variables[each.variable] = item;
            match run.truth(&each.body)? {
                Some(true) => visit(run, item),
                Some(false) => Ok(Then::Next),
                None => {
                    seen = Seen::Part;
                    Ok(Then::Next)
                }
            }
        })?;
        Ok(if under == Seen::All { seen } else { Seen::Part })
    }

    /// `exists` looks for an item that comes to true, `all` for one that comes to false.
    #[inline(never)]
    pub(super) fn any(&mut self, each: &'a Each, decisive: bool) -> Known<bool> {
        let (mut found, mut unknown) = (false, false);
        let seen = self.visit(&each.list, &mut |run, item| {
            run.variables[each.variable] = item;
            match run.truth(&each.body)? {
                Some(value) => found = value == decisive,
                None => unknown = true,
            }
            Ok(if found { Then::Stop } else { Then::Next })
        })?;
        Ok(match (found, unknown || seen == Seen::Part) {
            (true, _) => Some(decisive),
            (false, true) => None,
            (false, false) => Some(!decisive),
        })
    }

    #[inline(never)]
    pub(super) fn exactly_one(&mut self, each: &'a Each) -> Known<bool> {
        let (mut found, mut unknown) = (0, false);
        let seen = self.visit(&each.list, &mut |run, item| {
            run.variables[each.variable] = item;
            match run.truth(&each.body)? {
                Some(value) => found += u32::from(value),
                None => unknown = true,
            }
            Ok(if found > 1 { Then::Stop } else { Then::Next })
        })?;
        Ok(match (found > 1, unknown || seen == Seen::Part) {
            (true, _) => Some(false),
            (false, true) => None,
            (false, false) => Some(found == 1),
        })
    }

    /// The least and greatest of an empty list are unknown; its sum and size are 0.
    #[inline(never)]
    pub(super) fn fold(&mut self, fold: Fold, list: &'a Expr) -> Result<Value<'a>, Reason> {
        match fold {
            Fold::Sum => Ok(self.sum(list)?.map_or(Value::Unknown, Value::Decimal)),
            Fold::Size => Ok(self.size(list)?.map_or(Value::Unknown, |size| Value::Decimal(Number::whole(size)))),
            Fold::Least => self.extreme(list, Ordering::Less),
            Fold::Greatest => self.extreme(list, Ordering::Greater),
        }
    }

    fn sum(&mut self, list: &'a Expr) -> Known<Number> {
        let mut sum = Some(Number::ZERO);
        let seen = self.visit(list, &mut |_, item| {
            sum = match (sum, item) {
                (Some(sum), Value::Decimal(number)) => Some(sum.compute(Arithmetic::Add, number)?),
                _ => None,
            };
            Ok(if sum.is_none() { Then::Stop } else { Then::Next })
        })?;
        Ok(sum.filter(|_| seen == Seen::All))
    }

    fn size(&mut self, list: &'a Expr) -> Known<i64> {
        let mut size = 0;
        let seen = self.visit(list, &mut |_, _| {
            size += 1;
            Ok(Then::Next)
        })?;
        Ok(Some(size).filter(|_| seen == Seen::All))
    }

    fn extreme(&mut self, list: &'a Expr, wanted: Ordering) -> Result<Value<'a>, Reason> {
        let mut best: Option<Value<'a>> = None;
        let seen = self.visit(list, &mut |_, item| {
            let next = best.map_or(item, |best| extreme(best, item, wanted));
            best = Some(next);
            Ok(if matches!(next, Value::Unknown) { Then::Stop } else { Then::Next })
        })?;
        Ok(best.filter(|_| seen == Seen::All).unwrap_or(Value::Unknown))
    }

    #[inline(never)]
    pub(super) fn member_of(&mut self, value: &'a Expr, list: &'a Expr) -> Known<bool> {
        let value = self.value(value)?;
        let (mut found, mut unknown) = (false, matches!(value, Value::Unknown));
        let seen = self.visit(list, &mut |_, item| {
            match equal(&value, &item) {
                Some(equal) => found = equal,
                None => unknown = true,
            }
            Ok(if found { Then::Stop } else { Then::Next })
        })?;
        Ok(match (found, unknown || seen == Seen::Part) {
            (true, _) => Some(true),
            (false, true) => None,
            (false, false) => Some(false),
        })
    }
}

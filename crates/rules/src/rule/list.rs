//! Runs through lists: what is asked of all their items, and what is left or made of them.

use super::{
    Index,
    evaluate::{Known, Run, Value},
    exact::Reason,
    load::read,
    number::Number,
    operate::{equal, extreme},
    program::{Arithmetic, Each, Expr, Fold, Path},
};
use crate::json::Node;
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

/// What to do with an item that a variable holds.
pub(super) type Look<'v, 'a> = &'v mut dyn FnMut(&mut Run<'a>) -> Result<Then, Reason>;

impl<'a> Run<'a> {
    /// Runs through a list without building it.
    pub(super) fn visit(&mut self, list: &'a Expr, visit: Visit<'_, 'a>) -> Result<Seen, Reason> {
        match list {
            Expr::Load(path, kind) => {
                self.step()?;
                let Some(items) = self.items(path)? else { return Ok(Seen::Part) };
                for (item, fields) in items.iter().zip(Index::fields(self.index, items)) {
                    self.step()?;
                    if visit(self, fields.map_or_else(|| read(item, *kind), Value::Item))? == Then::Stop {
                        break;
                    }
                }
                Ok(Seen::All)
            }
            Expr::List(items) => {
                self.step()?;
                for item in items {
                    let value = self.value(item)?;
                    if visit(self, value)? == Then::Stop {
                        break;
                    }
                }
                Ok(Seen::All)
            }
            Expr::Map(each) => {
                self.step()?;
                self.hold(&each.list, each.variable, &mut |run| {
                    let value = run.value(&each.body)?;
                    visit(run, value)
                })
            }
            Expr::Filter(each) => self.hold(list, each.variable, &mut |run| visit(run, run.variables[each.variable])),
            Expr::If(parts) => {
                self.step()?;
                match self.truth(&parts[0])? {
                    Some(true) => self.visit(&parts[1], visit),
                    Some(false) => self.visit(&parts[2], visit),
                    None => Ok(Seen::Part),
                }
            }
            _ => {
                self.step()?;
                Ok(Seen::Part)
            }
        }
    }

    /// The same where a variable holds the item: it is written where it stays, not handed from one to the next.
    pub(super) fn hold(&mut self, list: &'a Expr, variable: usize, look: Look<'_, 'a>) -> Result<Seen, Reason> {
        match list {
            Expr::Load(path, kind) => {
                self.step()?;
                let Some(items) = self.items(path)? else { return Ok(Seen::Part) };
                for (item, fields) in items.iter().zip(Index::fields(self.index, items)) {
                    self.step()?;
                    self.variables[variable] = fields.map_or_else(|| read(item, *kind), Value::Item);
                    if look(self)? == Then::Stop {
                        break;
                    }
                }
                Ok(Seen::All)
            }
            // The items of a filtered list have the same variable: none is in scope besides those of both.
            Expr::Filter(each) if each.variable == variable => {
                self.step()?;
                let mut seen = Seen::All;
                let under = self.hold(&each.list, variable, &mut |run| match run.truth(&each.body)? {
                    Some(true) => look(run),
                    Some(false) => Ok(Then::Next),
                    None => {
                        seen = Seen::Part;
                        Ok(Then::Next)
                    }
                })?;
                Ok(if under == Seen::All { seen } else { Seen::Part })
            }
            _ => self.visit(list, &mut |run, item| {
                run.variables[variable] = item;
                look(run)
            }),
        }
    }

    fn items(&mut self, path: &'a Path) -> Result<Option<&'a [Node<'a>]>, Reason> {
        Ok(self.find(path)?.and_then(Node::items))
    }

    /// `exists` looks for an item that comes to true, `all` for one that comes to false.
    #[inline(never)]
    pub(super) fn any(&mut self, each: &'a Each, decisive: bool) -> Known<bool> {
        let (mut found, mut unknown) = (false, false);
        let seen = self.hold(&each.list, each.variable, &mut |run| {
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
        let seen = self.hold(&each.list, each.variable, &mut |run| {
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
        let mut add = |number: Option<Number>| {
            sum = match (sum, number) {
                (Some(sum), Some(number)) => Some(sum.compute(Arithmetic::Add, number)?),
                _ => None,
            };
            Ok(if sum.is_none() { Then::Stop } else { Then::Next })
        };
        let seen = match list {
            Expr::Map(each) => {
                self.step()?;
                self.hold(&each.list, each.variable, &mut |run| add(run.number(&each.body).known()?))?
            }
            _ => self
                .visit(list, &mut |_, item| add(if let Value::Decimal(number) = item { Some(number) } else { None }))?,
        };
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

//! Runs through lists: what is asked of all their items, and what is left or made of them.

use super::{
    Index,
    evaluate::{Known, Run, Value},
    exact::Reason,
    load::{Place, read},
    number::{Found, Number},
    operate::{equal, same},
    program::{Arithmetic, Each, Expr, Fold, Kind, Path},
};
use crate::json::Node;
use std::cmp::Ordering;

/// Most items of a list whose texts are held against each other at once.
const SHORT: usize = 16;

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
            Expr::Load(path, kind) => self.items(path, *kind, visit),
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
                self.hold(&each.list, each.variable, |run| {
                    let value = run.value(&each.body)?;
                    visit(run, value)
                })
            }
            Expr::Filter(each) => self.hold(list, each.variable, |run| visit(run, run.variables[each.variable])),
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

    /// Runs through a list of the record.
    #[inline(always)]
    fn items(
        &mut self,
        path: &'a Path,
        kind: Kind,
        mut visit: impl FnMut(&mut Self, Value<'a>) -> Result<Then, Reason>,
    ) -> Result<Seen, Reason> {
        self.step()?;
        let list = match self.place(path) {
            Place::Slot(slot) => slot.node(),
            Place::Missing => None,
            Place::Afar => self.find(path)?,
        };
        let Some(items) = list.and_then(Node::items) else { return Ok(Seen::Part) };
        for (item, fields) in items.iter().zip(Index::fields(self.index, items)) {
            self.step()?;
            if visit(self, fields.map_or_else(|| read(item, kind), Value::Item))? == Then::Stop {
                break;
            }
        }
        Ok(Seen::All)
    }

    /// The same where a variable holds the item: it is written where it stays, not handed from one to the next.
    #[inline(always)]
    pub(super) fn hold(
        &mut self,
        list: &'a Expr,
        variable: usize,
        mut look: impl FnMut(&mut Self) -> Result<Then, Reason>,
    ) -> Result<Seen, Reason> {
        match list {
            Expr::Load(path, kind) => self.items(path, *kind, |run, item| {
                run.hold_item(variable, item);
                look(run)
            }),
            _ => self.hold_some(list, variable, &mut look),
        }
    }

    #[inline(never)]
    fn hold_some(&mut self, list: &'a Expr, variable: usize, look: Look<'_, 'a>) -> Result<Seen, Reason> {
        match list {
            // The items of a filtered list have the same variable: none is in scope besides those of both.
            Expr::Filter(each) if each.variable == variable => {
                self.step()?;
                let mut seen = Seen::All;
                let under = self.hold(&each.list, variable, |run| match run.truth(&each.body)? {
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
                run.hold_item(variable, item);
                look(run)
            }),
        }
    }

    /// `exists` looks for an item that comes to true, `all` for one that comes to false.
    #[inline(never)]
    pub(super) fn any(&mut self, each: &'a Each, decisive: bool) -> Known<bool> {
        let (mut found, mut unknown) = (false, false);
        let seen = self.hold(&each.list, each.variable, |run| {
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

    /// The same as [`Self::any`], where that is seen without trying each with each.
    #[inline(never)]
    pub(super) fn all_differ(&mut self, each: &'a Each) -> Known<bool> {
        if let Expr::Load(path, _) = &each.list
            && let Some(count) = self.different(path)
        {
            // One for the list; of each item, one for itself, its condition and the list; and four for each with each.
            self.take(1 + count * (3 + 4 * count))?;
            return Ok(Some(true));
        }
        self.any(each, false)
    }

    /// How many texts a short list has; `None` when it is long, has two that are the same, or what is unknown.
    fn different(&self, path: &'a Path) -> Option<u32> {
        let Place::Slot(slot) = self.place(path) else { return None };
        let items = slot.node()?.items().filter(|items| items.len() <= SHORT)?;
        for (at, item) in items.iter().enumerate() {
            let text = item.text()?;
            if items[..at].iter().any(|other| other.text().is_some_and(|other| same(other, text))) {
                return None;
            }
        }
        u32::try_from(items.len()).ok()
    }

    #[inline(never)]
    pub(super) fn exactly_one(&mut self, each: &'a Each) -> Known<bool> {
        let (mut found, mut unknown) = (0, false);
        let seen = self.hold(&each.list, each.variable, |run| {
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
    pub(super) fn fold(&mut self, fold: Fold, list: &'a Expr) -> Known<Number> {
        match fold {
            Fold::Sum => self.sum(list),
            Fold::Size => Ok(self.size(list)?.map(Number::whole)),
            Fold::Least(_) => self.extreme(list, Ordering::Less),
            Fold::Greatest(_) => self.extreme(list, Ordering::Greater),
        }
    }

    /// Runs through the decimals of a list, or the days of its dates.
    #[inline(always)]
    fn numbers(
        &mut self,
        list: &'a Expr,
        mut visit: impl FnMut(Found) -> Result<Then, Reason>,
    ) -> Result<Seen, Reason> {
        match list {
            Expr::Map(each) => {
                self.step()?;
                self.hold(&each.list, each.variable, |run| {
                    let number = run.number(&each.body);
                    number.error().map_or_else(|| visit(number), Err)
                })
            }
            _ => self.visit(list, &mut |_, item| visit(item.number())),
        }
    }

    fn sum(&mut self, list: &'a Expr) -> Known<Number> {
        let mut sum = Found::from(Number::ZERO);
        let seen = self.numbers(list, |number| {
            sum = sum.compute(Arithmetic::Add, number);
            Ok(if sum.known()?.is_none() { Then::Stop } else { Then::Next })
        })?;
        Ok(sum.known()?.filter(|_| seen == Seen::All))
    }

    fn size(&mut self, list: &'a Expr) -> Known<i64> {
        let mut size = 0;
        let seen = self.visit(list, &mut |_, _| {
            size += 1;
            Ok(Then::Next)
        })?;
        Ok(Some(size).filter(|_| seen == Seen::All))
    }

    fn extreme(&mut self, list: &'a Expr, wanted: Ordering) -> Known<Number> {
        let mut best: Option<Number> = None;
        let mut unknown = false;
        let seen = self.numbers(list, |number| {
            match (number.known()?, best) {
                (None, _) => unknown = true,
                (Some(number), Some(best)) if number.order(best) != wanted => {}
                (number, _) => best = number,
            }
            Ok(if unknown { Then::Stop } else { Then::Next })
        })?;
        Ok(best.filter(|_| seen == Seen::All && !unknown))
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

//! What must be there lest an expression come to unknown.

use super::program::{Expr, Path, Root};
use crate::json::pointer;

/// What an expression must find in a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// Byte offset in the expression's text.
    pub at: usize,
    /// JSON Pointer of the field, with 0 for every item of a list. What `has()` asks for first is no need. `None`: the
    /// record's time.
    pub field: Option<String>,
}

/// Notes needs while an expression is lowered.
#[derive(Debug, Default)]
pub(super) struct Presence {
    pub(super) needs: Vec<Need>,
    /// Whether any field was loaded.
    pub(super) asked: bool,
    /// Names of the paths that are there wherever the part at hand matters, as [`Path::name`] makes them.
    known: Vec<String>,
    /// Pointer of the item of each variable in scope; `None` where it cannot be told.
    items: Vec<Option<String>>,
}

impl Presence {
    /// The record's time is named.
    pub(super) fn time(&mut self, at: usize) {
        self.needs.push(Need { at, field: None });
    }

    /// A field is loaded: each step on the way must be there.
    pub(super) fn load(&mut self, at: usize, path: &Path) {
        self.asked = true;
        for steps in 1..=path.steps.len() {
            let known = path.name(steps).is_some_and(|name| self.known.contains(&name));
            if let Some(field) = self.pointer(path, steps).filter(|_| !known) {
                self.needs.push(Need { at, field: Some(field) });
            }
        }
    }

    /// Notes what is there when `condition` comes to `truth`; [`Self::forget`] takes what this returns.
    pub(super) fn learn(&mut self, condition: &Expr, truth: bool) -> usize {
        let before = self.known.len();
        self.assured(condition, truth);
        before
    }

    /// Goes back to what was known before.
    pub(super) fn forget(&mut self, before: usize) {
        self.known.truncate(before);
    }

    fn assured(&mut self, condition: &Expr, truth: bool) {
        match (condition, truth) {
            (Expr::Has(path), true) => self.known.extend((1..=path.steps.len()).filter_map(|steps| path.name(steps))),
            (Expr::Not(inner), _) => self.assured(inner, !truth),
            (Expr::And(sides), true) | (Expr::Or(sides), false) => {
                sides.iter().for_each(|side| self.assured(side, truth))
            }
            // One case is an alternative: neither of its sides holds.
            (Expr::Cases(_, cases), false) => {
                if let [(_, wanted)] = cases.as_slice() {
                    self.assured(wanted, false);
                }
            }
            _ => {}
        }
    }

    /// A variable comes into scope, for the items of `list`.
    pub(super) fn enter(&mut self, list: Option<&Expr>) {
        let item = list.and_then(|list| self.item(list));
        self.items.push(item);
    }

    /// The last variable leaves scope, and with it what was known of it.
    pub(super) fn leave(&mut self) {
        self.items.pop();
    }

    fn item(&self, list: &Expr) -> Option<String> {
        match list {
            Expr::Load(path, _) => Some(self.pointer(path, path.steps.len())? + "/0"),
            Expr::Filter(each) => self.item(&each.list),
            _ => None,
        }
    }

    fn pointer(&self, path: &Path, steps: usize) -> Option<String> {
        let mut base = match path.root {
            Root::Record => String::new(),
            Root::Variable(number) => self.items.get(number)?.clone()?,
            Root::Computed(_) => return None,
        };
        path.steps.iter().take(steps).for_each(|(step, _)| pointer::push(&mut base, step));
        Some(base)
    }
}

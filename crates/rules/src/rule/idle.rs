//! What a rule can say when a reference table is not configured: mostly nothing, and then it need not be evaluated.
//!
//! What is looked up in such a table is unknown. A rule that then can neither fail nor be undecidable makes no finding,
//! whatever the record is.

use super::program::{Expr, Path, Root};

/// Whether a rule makes no finding as long as this table is not configured.
pub(super) fn is_idle_without(program: &Expr, table: usize) -> bool {
    Without(table).may(program).is_some_and(|may| !may.fail)
}

/// A table that is not configured, by its place among those the form declares.
struct Without(usize);

/// What a condition may come to, besides unknown.
#[derive(Clone, Copy)]
struct May {
    hold: bool,
    fail: bool,
}

impl May {
    const NEITHER: Self = Self { hold: false, fail: false };
    const EITHER: Self = Self { hold: true, fail: true };
}

impl Without {
    /// What a condition may come to; `None` when it may be undecidable.
    fn may(&self, expr: &Expr) -> Option<May> {
        let all = |sides: &[Expr]| sides.iter().map(|side| self.may(side)).collect::<Option<Vec<_>>>();
        Some(match expr {
            Expr::Not(inner) => {
                let May { hold, fail } = self.may(inner)?;
                May { hold: fail, fail: hold }
            }
            Expr::And(sides) => {
                let sides = all(sides)?;
                May { hold: sides.iter().all(|side| side.hold), fail: sides.iter().any(|side| side.fail) }
            }
            Expr::Or(sides) => {
                let sides = all(sides)?;
                May { hold: sides.iter().any(|side| side.hold), fail: sides.iter().all(|side| side.fail) }
            }
            Expr::Cases(_, cases) => {
                let wanted = cases.iter().map(|(_, wanted)| self.may(wanted)).collect::<Option<Vec<_>>>()?;
                May { hold: true, fail: wanted.iter().any(|wanted| wanted.fail) }
            }
            Expr::InForce(lookup) if lookup.table == self.0 && lookup.key.is_plain() && lookup.as_of.is_plain() => {
                May::NEITHER
            }
            Expr::Has(Path { root: Root::Record | Root::Variable(_), .. }) => May::EITHER,
            Expr::Same(inner) => self.may(inner)?,
            Expr::Compare(_, _, sides) => self.of(&sides[..])?,
            Expr::Call(_, arguments) => self.of(arguments)?,
            Expr::Bool(_) | Expr::Load(..) => self.of(std::slice::from_ref(expr))?,
            _ => return None,
        })
    }

    /// The same for what needs each of these values.
    fn of(&self, values: &[Expr]) -> Option<May> {
        let known = values.iter().map(|value| self.may_be_known(value)).collect::<Option<Vec<_>>>()?;
        Some(if known.contains(&false) { May::NEITHER } else { May::EITHER })
    }

    /// Whether a value may be known; `None` when it may be undecidable. Arithmetic may, and so may a run through a list,
    /// which takes as many steps as there are items. Calls may not: a rule is too short for as many as would take too
    /// many steps.
    fn may_be_known(&self, expr: &Expr) -> Option<bool> {
        match expr {
            Expr::Call(_, arguments) => self.of(arguments).map(|may| may.hold),
            Expr::Load(Path { root: Root::Computed(object), .. }, _) => self.may_be_known(object),
            Expr::Lookup(lookup) if lookup.key.is_plain() && lookup.as_of.is_plain() => Some(lookup.table != self.0),
            Expr::Absolute(inner) | Expr::TextSize(inner) | Expr::Same(inner) => self.may_be_known(inner),
            expr => expr.is_plain().then_some(true),
        }
    }
}

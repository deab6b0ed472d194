//! Overrides: somebody else than who keyed the record accepts what was found.

use super::findings::{Draft, closing};
use crate::{
    Context, Override,
    json::{Node, pointer},
};
use record::{Code, Overridden, Param, Stage, code::Allowed};

/// The overrides of a record, each held to what it may do.
#[derive(Default)]
pub(super) struct Overrides {
    /// Those that are signed and of a code that allows it.
    usable: Vec<Usable>,
    /// The others: place, the code that refuses it, the code it names, why.
    refused: Vec<Refused>,
}

struct Usable {
    accepted: Overridden,
    /// Whether it accepted something.
    used: bool,
    /// Whether its finding is there, but rejects whoever signs.
    always_hard: bool,
}

struct Refused {
    path: String,
    code: Code,
    names: String,
    reason: &'static str,
}

impl Overrides {
    pub(super) fn new(context: &Context<'_>) -> Self {
        let mut overrides = Self::default();
        for given in context.overrides {
            match usable(given, context.operator) {
                Ok(code) => overrides.usable.push(Usable {
                    accepted: Overridden {
                        code,
                        path: given.path.to_owned(),
                        rule: String::new(),
                        by: given.by.to_owned(),
                        reason: given.reason.to_owned(),
                    },
                    used: false,
                    always_hard: false,
                }),
                Err((code, reason)) => {
                    overrides.refused.push(refused(given.path, code, given.code, reason));
                }
            }
        }
        overrides
    }

    /// Whether somebody accepts this finding; notes that it was there.
    pub(super) fn accept(&mut self, draft: &Draft<'_>) -> Option<Overridden> {
        let named = |usable: &&mut Usable| usable.accepted.code == draft.code && usable.accepted.path == draft.path;
        let acceptable = acceptable(draft);
        let mut accepted = None;
        for usable in self.usable.iter_mut().filter(named) {
            if acceptable {
                usable.used = true;
                accepted.get_or_insert_with(|| Overridden { rule: draft.rule.to_owned(), ..usable.accepted.clone() });
            } else {
                usable.always_hard = true;
            }
        }
        accepted
    }

    /// Whether somebody accepts what is found under this code at this place.
    pub(super) fn names(&self, code: Code, path: &str) -> bool {
        self.usable.iter().any(|usable| usable.accepted.code == code && usable.accepted.path == path)
    }

    /// What is wrong with the overrides, now that everything was found.
    pub(super) fn complaints(&mut self, root: &Node<'_>) -> Vec<Draft<'static>> {
        // Few records have any.
        if self.usable.is_empty() && self.refused.is_empty() {
            return Vec::new();
        }
        for Usable { accepted, always_hard, .. } in self.usable.drain(..).filter(|usable| !usable.used) {
            let reason = if always_hard { "always_hard" } else { "no_finding" };
            self.refused.push(refused(&accepted.path, Code::OvrNotAllowed, accepted.code.as_str(), reason));
        }
        let drafts = self.refused.drain(..).map(|Refused { path, code, names, reason }| {
            let at = pointer::find(root, &path).map_or_else(|| closing(root), |node| node.start);
            let params = vec![("reason", Param::from(reason)), ("code", names.into())];
            Draft { rule: "override", params, ..Draft::new(code, Stage::RecordRule, at, path) }
        });
        drafts.collect()
    }
}

fn refused(path: &str, code: Code, names: &str, reason: &'static str) -> Refused {
    // A known code, or what stands in its place: no more of it than a code is long.
    Refused { path: path.to_owned(), code, names: names.chars().take(32).collect(), reason }
}

/// What a check or a record rule says of a value may be accepted, when its code leaves open how severe it is. A value
/// that a normalizer refused cannot be written, and one that breaks the schema would not be clean, whoever signs.
fn acceptable(draft: &Draft<'_>) -> bool {
    match draft.code.allowed() {
        Allowed::Either => !draft.binding && matches!(draft.stage, Stage::Check | Stage::RecordRule),
        Allowed::Soft => true,
        Allowed::Hard | Allowed::Batch => false,
    }
}

/// The code that is overridden, or the code and the reason that refuse it.
fn usable(given: &Override<'_>, operator: &str) -> Result<Code, (Code, &'static str)> {
    let not_allowed = |reason| (Code::OvrNotAllowed, reason);
    let code: Code = given.code.parse().map_err(|_| not_allowed("unknown_code"))?;
    if matches!(code.allowed(), Allowed::Hard | Allowed::Batch) {
        return Err(not_allowed("always_hard"));
    }
    if given.reason.trim().is_empty() {
        return Err(not_allowed("no_reason"));
    }
    let self_approved = |reason| Err((Code::OvrSelfApproved, reason));
    match (person(given.by), person(operator)) {
        (by, _) if by.is_empty() => self_approved("no_approver"),
        (_, operator) if operator.is_empty() => self_approved("operator_unknown"),
        (by, operator) if by == operator => self_approved("operator"),
        _ => Ok(code),
    }
}

/// A person's sign as it is compared: `OP-7` and `op-7 ` are hardly two people.
fn person(sign: &str) -> String {
    sign.trim().to_lowercase()
}

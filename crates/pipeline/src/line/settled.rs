//! The outcome of one record, once its claim is decided.

use super::{Line, prepared::Prepared};
use crate::{Places, conflict, earlier, forms::BoundForm, output::Subject, submission::Submission, tally::Counting};
use dedupe::Decision;
use record::{Changes, Finding, Message, Outcome, Position, RawRecord, Reject};
use std::{borrow::Cow, sync::Arc};

/// What became of one record.
#[derive(Debug)]
pub struct Settled {
    /// Clean, reject or duplicate.
    pub outcome: Outcome,
    /// As published: a clean record's bytes, or the JSON of a reject or duplicate, are its `value`.
    pub message: Message,
    /// Form that judged it.
    pub form: Option<Arc<str>>,
    /// Errors of a reject, warnings of a clean record.
    pub findings: Vec<Finding>,
    /// Normalizers that changed a clean record: once for each value they changed.
    pub changed: Vec<&'static str>,
    /// What they changed, where outputs have no header that says so: in files.
    pub changes: Changes,
    /// How many errors a reject has in all.
    pub error_count: usize,
    /// Of a duplicate or conflict: where the first record stands.
    pub first: Option<Position>,
}

/// What is told of earlier records.
pub(super) struct Told {
    /// What they say of this one.
    pub(super) earlier: Vec<Finding>,
    /// In what the first record of the key differs.
    pub(super) differing: Option<conflict::Differing>,
}

impl Line {
    /// The outcome of one record, and whether judging it panicked.
    pub(super) fn settle(
        &self,
        record: &RawRecord,
        verdict: Prepared,
        decision: Option<Decision>,
        places: &dyn Places,
        told: Told,
    ) -> (Settled, bool) {
        let (bound, claim, mut message, changed, changes, mut warnings) = match verdict {
            Prepared::Reject { bound, message, reject, panicked } => {
                return (Settled::reject(bound.as_deref(), message, reject, None), panicked);
            }
            Prepared::Clean { bound, claim, traces: _, message, changed, changes, warnings } => {
                (bound, claim, message, changed, changes, warnings)
            }
        };
        let earlier = told.earlier;
        let settled = match decision {
            // A record that finds its own claim was processed before and is published again, not called a duplicate.
            None | Some(Decision::First | Decision::Own) => {
                if places.headers() && !earlier.is_empty() {
                    earlier::warn(&mut message, &earlier);
                }
                warnings.extend(earlier);
                Settled { findings: warnings, changed, changes, ..Settled::new(Outcome::Clean, Some(&bound), message) }
            }
            Some(Decision::Refused) => {
                let reject = earlier::reject(earlier);
                let message = Subject::new(&bare(record), places).reject(Some(&bound), &reject, self.attempts_max);
                Settled::reject(Some(&bound), message, reject, None)
            }
            Some(Decision::Same { first }) => {
                let message = Subject::new(&bare(record), places).duplicate(&bound, claim.key, places.origin(first));
                Settled { first: Some(first), ..Settled::new(Outcome::Duplicate, Some(&bound), message) }
            }
            Some(Decision::Conflict { first }) => {
                let reject = conflict::reject(places.name(first), told.differing);
                let message = Subject::new(&bare(record), places).reject(Some(&bound), &reject, self.attempts_max);
                Settled::reject(Some(&bound), message, reject, Some(first))
            }
        };
        (settled, false)
    }
}

/// The record as it was judged.
fn bare(record: &RawRecord) -> Cow<'_, RawRecord> {
    Submission::of(&record.message).map_or(Cow::Borrowed(record), |submission| submission.record(record))
}

impl Settled {
    /// An outcome of which there is nothing more to say.
    fn new(outcome: Outcome, bound: Option<&BoundForm>, message: Message) -> Self {
        Self {
            outcome,
            message,
            form: bound.map(|bound| Arc::clone(&bound.name)),
            findings: Vec::new(),
            changed: Vec::new(),
            changes: Changes::default(),
            error_count: 0,
            first: None,
        }
    }

    fn reject(bound: Option<&BoundForm>, message: Message, reject: Reject, first: Option<Position>) -> Self {
        let Reject { errors: findings, error_count } = reject;
        Self { findings, error_count, first, ..Self::new(Outcome::Reject, bound, message) }
    }

    pub(super) fn count(&self, counting: &mut Counting) {
        counting.count(self.form.as_ref(), self.outcome, &self.findings, &self.changed);
        counting.tally().conflicts += u64::from(self.outcome == Outcome::Reject && self.first.is_some());
    }
}

//! Judging one record, and encoding what it would become.

use super::Line;
use crate::{
    Error, Places, earlier,
    forms::BoundForm,
    handover,
    output::{self, Subject},
    oversize,
    panics::caught,
    submission::Submission,
};
use dedupe::{Candidate, Met};
use record::{
    Changes, Claim, Clean, Code, Finding, HandedRecord, Message, RawRecord, Reject, Stage, Trace, Verdict,
    finding::Params,
};
use std::sync::Arc;

/// What judging made of one record.
#[derive(Debug)]
pub(super) enum Prepared {
    Clean {
        bound: Arc<BoundForm>,
        claim: Claim,
        traces: Vec<Trace>,
        message: Message,
        changed: Vec<&'static str>,
        changes: Changes,
        warnings: Vec<Finding>,
    },
    Reject {
        bound: Option<Arc<BoundForm>>,
        message: Message,
        reject: Reject,
        panicked: bool,
    },
}

impl Line {
    /// What another worker judged. Its changes and warnings were counted there.
    pub(super) fn take_over(&self, handed: &HandedRecord) -> Result<(RawRecord, Prepared), Error> {
        let handover::Handed { raw, clean, claim, traces } = handover::read(handed)?;
        let bound = match Submission::of(&raw.message) {
            Ok(submission) => self.forms.find(&submission.message).ok().map(Arc::clone),
            Err(_) => None,
        };
        let bound = bound.filter(|bound| earlier::knows(bound, &traces));
        let bound = bound.ok_or_else(|| Error::OtherForms { position: raw.position })?;
        let (changed, changes, warnings) = (Vec::new(), Changes::default(), Vec::new());
        let prepared = Prepared::Clean { bound, claim, traces, message: clean, changed, changes, warnings };
        Ok((raw, prepared))
    }

    /// What judging makes of a record, and whether the compiled form could not tell if it holds its schema. A panic on the way
    /// is an error of that record alone.
    pub(super) fn prepare(&self, record: &RawRecord, places: &dyn Places) -> (Prepared, bool) {
        caught(|| self.prepare_or_panic(record, places)).unwrap_or_else(|| (self.panicked(record, places), false))
    }

    pub(super) fn panicked(&self, record: &RawRecord, places: &dyn Places) -> Prepared {
        let bound = self.forms.find(&record.message).ok().cloned();
        let reject = Reject::one(output::whole(Code::EnvJudgePanic, Stage::Decode, "judge", Params::default()));
        let message = Subject::new(record, places).reject(bound.as_deref(), &reject, self.attempts_max);
        Prepared::Reject { bound, message, reject, panicked: true }
    }

    fn prepare_or_panic(&self, record: &RawRecord, places: &dyn Places) -> (Prepared, bool) {
        let refuse = |record: &RawRecord, bound: Option<&Arc<BoundForm>>, reject: Reject| {
            let bound = bound.cloned();
            let message = Subject::new(record, places).reject(bound.as_deref(), &reject, self.attempts_max);
            Prepared::Reject { bound, message, reject, panicked: false }
        };
        if let Some((record, reject)) = oversize::refused(record) {
            return (refuse(&record, None, reject), false);
        }
        let submission = match Submission::of(&record.message) {
            Ok(submission) => submission,
            Err(reject) => return (refuse(record, None, *reject), false),
        };
        let record = &*submission.record(record);
        let bound = match self.forms.find(&record.message) {
            Ok(bound) => bound,
            Err(finding) => return (refuse(record, None, Reject::one(*finding)), false),
        };
        let overrides = submission.overrides();
        let context = submission.context(&overrides);
        let (verdict, fell_back) = bound.judge.judge_noting(&record.message.value, context);
        let prepared = match verdict {
            Verdict::Clean(mut clean) => match Subject::new(record, places).clean(bound, &mut clean) {
                Ok(message) => accepted(bound, record, clean, message, places),
                Err(reject) => refuse(record, Some(bound), *reject),
            },
            Verdict::Reject(reject) => refuse(record, Some(bound), reject),
        };
        (prepared, fell_back)
    }
}

/// Forgets, on the thread that made it, what the message says: freeing many small things of another thread is dear.
fn accepted(
    bound: &Arc<BoundForm>,
    record: &RawRecord,
    clean: Clean,
    message: Message,
    places: &dyn Places,
) -> Prepared {
    let claim = Claim { key: clean.key, content: clean.content, position: record.position, time: record.message.time };
    let (bound, traces) = (Arc::clone(bound), clean.traces);
    let (changed, changes) = if places.headers() {
        (clean.changes.into_by(), Changes::default())
    } else {
        (clean.changes.by().to_vec(), clean.changes)
    };
    Prepared::Clean { bound, claim, traces, message, changed, changes, warnings: clean.warnings }
}

impl Prepared {
    pub(super) const fn bound(&self) -> Option<&Arc<BoundForm>> {
        match self {
            Self::Clean { bound, .. } => Some(bound),
            Self::Reject { bound, .. } => bound.as_ref(),
        }
    }

    /// What the traces that it came upon say of it.
    pub(super) fn told(&self, met: &[Met], places: &dyn Places) -> Vec<Finding> {
        match self {
            Self::Clean { bound, message, .. } => earlier::findings(bound, message, met, places),
            Self::Reject { .. } => Vec::new(),
        }
    }

    pub(super) fn candidate(&self) -> Option<Candidate<'_>> {
        match self {
            Self::Clean { claim, traces, .. } => Some(Candidate { claim: *claim, traces }),
            Self::Reject { .. } => None,
        }
    }
}

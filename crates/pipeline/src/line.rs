//! Judging and deciding, without any transport.

use crate::{
    Error, Forms, Places, Tally,
    conflict::{self, Fetch},
    forms::Bound,
    output::{self, Subject},
    panics::caught,
    submission::Submission,
    tally::Counting,
};
use dedupe::{Decision, Window};
use rayon::prelude::*;
use record::{
    Change, Chunk, Claim, Clean, Code, Finding, Message, Outcome, Position, RawRecord, Reject, Stage, Verdict,
    finding::Params,
};
use std::{
    borrow::Cow,
    sync::Arc,
    time::{Duration, Instant},
};

/// Fewest records handed to a thread at once: judging one takes some 10 us, handing over some 0.1 us.
const TASK_RECORDS_MIN: usize = 16;

/// Settings of the line.
#[derive(Clone, Copy, Debug)]
pub struct LineSettings {
    /// Judging threads; 0: one per core.
    pub threads: usize,
    /// Attempts a record may have in all.
    pub attempts_max: u32,
}

impl Default for LineSettings {
    fn default() -> Self {
        Self { threads: 0, attempts_max: 3 }
    }
}

/// Judges and decides.
#[derive(Debug)]
pub struct Line {
    forms: Forms,
    pool: rayon::ThreadPool,
    attempts_max: u32,
}

/// A chunk after judging. Outputs are encoded as if no key were taken.
#[derive(Debug)]
pub struct Judged {
    chunk: Chunk,
    verdicts: Vec<Prepared>,
    took: Duration,
}

/// What judging made of one record.
#[derive(Debug)]
enum Prepared {
    Clean { bound: Arc<Bound>, claim: Claim, message: Message, changes: Vec<Change>, warnings: Vec<Finding> },
    Reject { bound: Option<Arc<Bound>>, message: Message, reject: Reject, panicked: bool },
}

/// A chunk whose records all have their outcome.
#[derive(Debug)]
pub struct Decided {
    /// The raw records.
    pub chunk: Chunk,
    /// Their outcomes, one each, in the same order.
    pub records: Vec<Settled>,
    /// Counts.
    pub tally: Tally,
    /// How long judging took.
    pub judging: Duration,
    /// How long deciding took.
    pub deciding: Duration,
}

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
    /// What normalizers changed in a clean record.
    pub changes: Vec<Change>,
    /// How many errors a reject has in all.
    pub error_count: usize,
    /// Of a duplicate or conflict: where the first record stands.
    pub first: Option<Position>,
}

impl Line {
    /// A line over these forms.
    ///
    /// # Errors
    /// When its threads cannot be started.
    pub fn new(forms: Forms, settings: LineSettings) -> Result<Self, Error> {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(settings.threads)
            .thread_name(|index| format!("judge-{index}"))
            .build()?;
        Ok(Self { forms, pool, attempts_max: settings.attempts_max })
    }

    /// Its forms.
    #[must_use]
    pub const fn forms(&self) -> &Forms {
        &self.forms
    }

    /// Judges every record, in parallel, and encodes what it would become. Pure.
    #[must_use]
    pub fn judge(&self, chunk: Chunk, places: &dyn Places) -> Judged {
        let began = Instant::now();
        let verdicts = self.pool.install(|| {
            let records = chunk.records.par_iter().with_min_len(TASK_RECORDS_MIN);
            records.map(|record| self.prepare(record, places)).collect()
        });
        Judged { chunk, verdicts, took: began.elapsed() }
    }

    fn prepare(&self, record: &RawRecord, places: &dyn Places) -> Prepared {
        let submission = match Submission::of(&record.message) {
            Ok(submission) => submission,
            Err(reject) => {
                let message = Subject::new(record, places).reject(None, &reject, self.attempts_max);
                return Prepared::Reject { bound: None, message, reject: *reject, panicked: false };
            }
        };
        let record = &*submission.record(record);
        let subject = Subject::new(record, places);
        let refuse = |bound: Option<&Arc<Bound>>, reject: Reject, panicked| {
            let message = subject.reject(bound.map(|bound| &**bound), &reject, self.attempts_max);
            Prepared::Reject { bound: bound.cloned(), message, reject, panicked }
        };
        let bound = match self.forms.find(&record.message) {
            Ok(bound) => bound,
            Err(finding) => return refuse(None, Reject::one(*finding), false),
        };
        let overrides = submission.overrides();
        let context = submission.context(&overrides);
        match caught(|| bound.judge.judge(&record.message.value, context)) {
            Some(Verdict::Clean(mut clean)) => match subject.clean(bound, &mut clean) {
                Ok(message) => accepted(bound, record, clean, message),
                Err(reject) => refuse(Some(bound), *reject, false),
            },
            Some(Verdict::Reject(reject)) => refuse(Some(bound), reject, false),
            None => refuse(Some(bound), panicked(), true),
        }
    }

    /// Decides duplicates in order. `fetch` reads a raw record again, to name what differs in a conflict; `None` when
    /// it is gone. Claims are staged in `window`: follow with [`Window::write`] in a transaction and
    /// [`Window::committed`], or with [`Window::abandon`].
    ///
    /// # Errors
    /// When the window or a first record cannot be read; the window is abandoned then.
    pub fn decide(
        &self,
        judged: Judged,
        window: &mut Window,
        places: &dyn Places,
        fetch: Fetch<'_>,
    ) -> Result<Decided, Error> {
        let began = Instant::now();
        let Judged { chunk, verdicts, took } = judged;
        let claims: Vec<Claim> = verdicts.iter().filter_map(Prepared::claim).collect();
        let mut decisions = window.decide(&claims).inspect_err(|_| window.abandon())?.into_iter();
        let mut counting = Counting::default();
        let mut records = Vec::with_capacity(verdicts.len());
        for (record, verdict) in chunk.records.iter().zip(verdicts) {
            let decision = verdict.claim().and_then(|_| decisions.next());
            let settled = match self.settle(record, verdict, decision, places, fetch) {
                Ok((settled, panicked)) => {
                    counting.tally().panics += u64::from(panicked);
                    settled
                }
                Err(error) => {
                    window.abandon();
                    return Err(error.into());
                }
            };
            settled.count(&mut counting);
            counting.tally().bytes += u64::try_from(record.message.value.len()).unwrap_or(u64::MAX);
            records.push(settled);
        }
        let tally = counting.finish();
        Ok(Decided { chunk, records, tally, judging: took, deciding: began.elapsed() })
    }

    /// The outcome of one record, and whether judging it panicked.
    fn settle(
        &self,
        record: &RawRecord,
        verdict: Prepared,
        decision: Option<Decision>,
        places: &dyn Places,
        fetch: Fetch<'_>,
    ) -> Result<(Settled, bool), transport::Error> {
        let (bound, message, changes, warnings) = match verdict {
            Prepared::Reject { bound, message, reject, panicked } => {
                return Ok((Settled::reject(bound.as_deref(), message, reject, None), panicked));
            }
            Prepared::Clean { bound, message, changes, warnings, .. } => (bound, message, changes, warnings),
        };
        let settled = match decision {
            // A record that finds its own claim was processed before and is published again, not called a duplicate.
            None | Some(Decision::First | Decision::Own) => Settled {
                outcome: Outcome::Clean,
                message,
                form: Some(Arc::clone(&bound.name)),
                findings: warnings,
                changes,
                error_count: 0,
                first: None,
            },
            Some(Decision::Same { first }) => Settled {
                outcome: Outcome::Duplicate,
                message: Subject::new(&bare(record), places).duplicate(&bound, &message.key, places.origin(first)),
                form: Some(Arc::clone(&bound.name)),
                findings: Vec::new(),
                changes: Vec::new(),
                error_count: 0,
                first: Some(first),
            },
            Some(Decision::Conflict { first }) => {
                let at = (first, places.name(first));
                let reject = conflict::reject(&self.forms, &bound, &message.value, at, fetch)?;
                let message = Subject::new(&bare(record), places).reject(Some(&bound), &reject, self.attempts_max);
                Settled::reject(Some(&bound), message, reject, Some(first))
            }
        };
        Ok((settled, false))
    }
}

impl Judged {
    /// When its first record was accepted by this process.
    pub(crate) const fn arrived(&self) -> Instant {
        self.chunk.arrived
    }

    /// Name of its topic.
    pub(crate) fn topic(&self) -> Arc<str> {
        Arc::clone(&self.chunk.topic)
    }
}

fn accepted(bound: &Arc<Bound>, record: &RawRecord, clean: Clean, message: Message) -> Prepared {
    let claim = Claim { key: clean.key, content: clean.content, position: record.position, time: record.message.time };
    let bound = Arc::clone(bound);
    Prepared::Clean { bound, claim, message, changes: clean.changes, warnings: clean.warnings }
}

/// The record as it was judged.
fn bare(record: &RawRecord) -> Cow<'_, RawRecord> {
    Submission::of(&record.message).map_or(Cow::Borrowed(record), |submission| submission.record(record))
}

fn panicked() -> Reject {
    Reject::one(output::whole(Code::EnvJudgePanic, Stage::Decode, "judge", Params::default()))
}

impl Prepared {
    const fn claim(&self) -> Option<Claim> {
        match self {
            Self::Clean { claim, .. } => Some(*claim),
            Self::Reject { .. } => None,
        }
    }
}

impl Settled {
    fn reject(bound: Option<&Bound>, message: Message, reject: Reject, first: Option<Position>) -> Self {
        Self {
            outcome: Outcome::Reject,
            message,
            form: bound.map(|bound| Arc::clone(&bound.name)),
            findings: reject.errors,
            changes: Vec::new(),
            error_count: reject.error_count,
            first,
        }
    }

    fn count(&self, counting: &mut Counting) {
        counting.count(self.form.as_ref(), self.outcome, &self.findings, &self.changes);
        counting.tally().conflicts += u64::from(self.outcome == Outcome::Reject && self.first.is_some());
    }
}

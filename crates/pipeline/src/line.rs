//! Judging and deciding, without any transport.

use crate::{
    Error, Forms, Keys, Places, Tally,
    conflict::{self, Conflict, Fetch},
    earlier,
    forms::BoundForm,
    handover,
    output::{self, Subject},
    oversize,
    pace::Pace,
    panics::caught,
    submission::Submission,
    tally::Counting,
};
use dedupe::{Candidate, Decision, Met};
use rayon::prelude::*;
use record::{
    Changes, Chunk, Claim, Clean, Code, Finding, HandedRecord, Message, Outcome, Position, RawRecord, Reject, Stage,
    Trace, Verdict, finding::Params,
};
use std::{
    borrow::Cow,
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};
use transport::Claims;

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
    /// One for each record; the last `taken` records were judged by others.
    verdicts: Vec<Prepared>,
    /// Of each that was judged here: whether the compiled form could not tell if it holds its schema.
    fell_back: Vec<bool>,
    taken: usize,
    took: Duration,
}

/// What judging made of one record.
#[derive(Debug)]
enum Prepared {
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

/// A chunk whose records all have their outcome.
#[derive(Debug)]
pub struct Decided {
    /// The raw records.
    pub chunk: Chunk,
    /// Their outcomes, in the same order: one each, but for those that are handed over.
    pub records: Vec<Settled>,
    /// Records whose key another worker decides, as they are handed over to it.
    pub handed: Vec<Message>,
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
    /// Normalizers that changed a clean record: once for each value they changed.
    pub changed: Vec<&'static str>,
    /// What they changed, where outputs have no header that says so: in files.
    pub changes: Changes,
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

    /// Judges every record, in parallel, and encodes what it would become; reads what others judged. Pure.
    ///
    /// # Errors
    /// When a record that was handed over cannot be read: then its topic holds what is not ours.
    pub fn judge(&self, mut chunk: Chunk, places: &dyn Places) -> Result<Judged, Error> {
        let began = Instant::now();
        let handed = std::mem::take(&mut chunk.handed);
        let taken = handed.len();
        let ((mut verdicts, fell_back), others): ((Vec<_>, Vec<_>), Result<Vec<_>, Error>) = self.pool.install(|| {
            let records = chunk.records.par_iter().with_min_len(TASK_RECORDS_MIN);
            let handed = handed.par_iter().with_min_len(TASK_RECORDS_MIN);
            (
                records.map(|record| self.prepare(record, places)).unzip(),
                handed.map(|handed| self.take_over(handed)).collect(),
            )
        });
        for (record, verdict) in others? {
            chunk.records.push(record);
            verdicts.push(verdict);
        }
        Ok(Judged { chunk, verdicts, fell_back, taken, took: began.elapsed() })
    }

    /// What another worker judged. Its changes and warnings were counted there.
    fn take_over(&self, handed: &HandedRecord) -> Result<(RawRecord, Prepared), Error> {
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
    fn prepare(&self, record: &RawRecord, places: &dyn Places) -> (Prepared, bool) {
        caught(|| self.prepare_or_panic(record, places)).unwrap_or_else(|| (self.panicked(record, places), false))
    }

    fn panicked(&self, record: &RawRecord, places: &dyn Places) -> Prepared {
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

    /// Decides duplicates in order. `fetch` reads raw records again, to name what differs in conflicts. Claims are staged in
    /// `keys`: follow with [`Claims::write`] in a transaction and [`Claims::committed`], or with [`Claims::abandon`].
    ///
    /// # Panics
    /// By a defect of the program, and the worker must stop then. What holds a form against values of a record is guarded, there
    /// a panic rejects its record. The rest is the index of keys, of which nobody knows what a panic has left half changed, and
    /// writing down what is decided: by then claims are staged for records that would have no outcome. Nothing of the
    /// chunk is committed, and a start begins with it again.
    ///
    /// # Errors
    /// When the keys or first records cannot be read; the claims are abandoned then.
    pub fn decide(
        &self,
        judged: Judged,
        keys: &mut Keys,
        places: &dyn Places,
        fetch: Fetch<'_>,
    ) -> Result<Decided, Error> {
        self.decide_all(judged, keys, places, fetch).inspect_err(|_| keys.abandon())
    }

    fn decide_all(
        &self,
        judged: Judged,
        keys: &mut Keys,
        places: &dyn Places,
        fetch: Fetch<'_>,
    ) -> Result<Decided, Error> {
        let began = Instant::now();
        let Judged { mut chunk, mut verdicts, fell_back, taken, took } = judged;
        let (decisions, mut earlier) = self.claim(&chunk, &mut verdicts, keys, places)?;
        let mut decisions = decisions.into_iter();
        // Of each record: nothing where there is no claim, `Some(None)` where another worker decides.
        let decisions: Vec<_> =
            verdicts.iter().map(|verdict| verdict.candidate().and_then(|_| decisions.next())).collect();
        let mut differing = conflict::compare(&self.forms, &chunk, conflicts(&verdicts, &decisions), fetch)?;
        let mut counting = Counting::new(taken);
        let mut records = Vec::with_capacity(verdicts.len());
        let mut handed = Vec::new();
        for (nth, (record, (verdict, decision))) in
            chunk.records.iter_mut().zip(verdicts.into_iter().zip(decisions)).enumerate()
        {
            if let (Some(true), Some(bound)) = (fell_back.get(nth), verdict.bound()) {
                counting.fall_back(&bound.name);
            }
            counting.tally().bytes += u64::try_from(record.message.value.len()).unwrap_or(u64::MAX);
            if let (Prepared::Clean { bound, message, changed, traces, .. }, Some(None)) = (&verdict, decision) {
                handed.push(handover::message(record, message, traces)?);
                counting.hand_over(&bound.name, changed);
                continue;
            }
            let told = Told { earlier: earlier.remove(&nth).unwrap_or_default(), differing: differing.remove(&nth) };
            let (settled, panicked) = self.settle(record, verdict, decision.flatten(), places, told);
            counting.tally().panics += u64::from(panicked);
            settled.count(&mut counting);
            records.push(settled);
        }
        let tally = counting.finish();
        Ok(Decided { chunk, records, handed, tally, judging: took, deciding: began.elapsed() })
    }

    /// Stages the claims, and answers what became of each candidate, and what earlier records say. A record that panics when that is
    /// told is rejected. It must not hold a key then, which a later record may have been refused for: so all are decided anew,
    /// without it.
    fn claim(
        &self,
        chunk: &Chunk,
        verdicts: &mut [Prepared],
        keys: &mut Keys,
        places: &dyn Places,
    ) -> Result<(Vec<Option<Decision>>, Earlier), Error> {
        loop {
            let candidates: Vec<_> = verdicts.iter().filter_map(Prepared::candidate).collect();
            let (decisions, met) = keys.decide(&candidates)?;
            let mut panicked = Vec::new();
            let mut told = Earlier::new();
            for (nth, met) in by_record(verdicts, &met) {
                match caught(|| verdicts[nth].told(&met, places)) {
                    Some(findings) => drop(told.insert(nth, findings)),
                    None => panicked.push(nth),
                }
            }
            if panicked.is_empty() {
                return Ok((decisions, told));
            }
            keys.abandon();
            // None of them is a candidate the next time, so there is an end.
            panicked.into_iter().for_each(|nth| verdicts[nth] = self.panicked(&chunk.records[nth], places));
        }
    }

    /// The outcome of one record, and whether judging it panicked.
    fn settle(
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
                Settled {
                    outcome: Outcome::Clean,
                    message,
                    form: Some(Arc::clone(&bound.name)),
                    findings: warnings,
                    changed,
                    changes,
                    error_count: 0,
                    first: None,
                }
            }
            Some(Decision::Refused) => {
                let reject = earlier::reject(earlier);
                let message = Subject::new(&bare(record), places).reject(Some(&bound), &reject, self.attempts_max);
                Settled::reject(Some(&bound), message, reject, None)
            }
            Some(Decision::Same { first }) => Settled {
                outcome: Outcome::Duplicate,
                message: Subject::new(&bare(record), places).duplicate(&bound, claim.key, places.origin(first)),
                form: Some(Arc::clone(&bound.name)),
                findings: Vec::new(),
                changed: Vec::new(),
                changes: Changes::default(),
                error_count: 0,
                first: Some(first),
            },
            Some(Decision::Conflict { first }) => {
                let reject = conflict::reject(places.name(first), told.differing);
                let message = Subject::new(&bare(record), places).reject(Some(&bound), &reject, self.attempts_max);
                Settled::reject(Some(&bound), message, reject, Some(first))
            }
        };
        (settled, false)
    }
}

/// What earlier records say of each record, by its number.
type Earlier = BTreeMap<usize, Vec<Finding>>;

/// What is told of earlier records.
struct Told {
    /// What they say of this one.
    earlier: Vec<Finding>,
    /// In what the first record of the key differs.
    differing: Option<conflict::Differing>,
}

/// What traces say of each record, by number of the record; candidates are counted without the rejects.
fn by_record(verdicts: &[Prepared], met: &[dedupe::Meeting]) -> BTreeMap<usize, Vec<Met>> {
    let mut by_record: BTreeMap<usize, Vec<Met>> = BTreeMap::new();
    if !met.is_empty() {
        let candidates = verdicts.iter().enumerate().filter(|(_, verdict)| verdict.candidate().is_some());
        let nths: Vec<usize> = candidates.map(|(nth, _)| nth).collect();
        met.iter().for_each(|(nth, met)| by_record.entry(nths[*nth]).or_default().push(*met));
    }
    by_record
}

/// The conflicts among the decisions.
fn conflicts<'a>(verdicts: &'a [Prepared], decisions: &[Option<Option<Decision>>]) -> Vec<Conflict<'a>> {
    let each = verdicts.iter().zip(decisions).enumerate().filter_map(|(nth, decided)| match decided {
        (Prepared::Clean { bound, message, .. }, Some(Some(Decision::Conflict { first }))) => {
            Some(Conflict { nth, first: *first, bound, clean: &message.value })
        }
        _ => None,
    });
    each.collect()
}

impl Judged {
    /// When its first record was accepted by this process.
    pub(crate) const fn arrived(&self) -> Instant {
        self.chunk.arrived
    }

    /// How fast it was judged.
    pub(crate) const fn pace(&self) -> Pace {
        Pace::of(self.chunk.records.len(), self.took)
    }

    /// The chunk.
    pub(crate) const fn chunk(&self) -> &Chunk {
        &self.chunk
    }

    /// Name of its topic.
    pub(crate) fn topic(&self) -> Arc<str> {
        Arc::clone(&self.chunk.topic)
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

/// The record as it was judged.
fn bare(record: &RawRecord) -> Cow<'_, RawRecord> {
    Submission::of(&record.message).map_or(Cow::Borrowed(record), |submission| submission.record(record))
}

impl Prepared {
    const fn bound(&self) -> Option<&Arc<BoundForm>> {
        match self {
            Self::Clean { bound, .. } => Some(bound),
            Self::Reject { bound, .. } => bound.as_ref(),
        }
    }

    /// What the traces that it came upon say of it.
    fn told(&self, met: &[Met], places: &dyn Places) -> Vec<Finding> {
        match self {
            Self::Clean { bound, message, .. } => earlier::findings(bound, message, met, places),
            Self::Reject { .. } => Vec::new(),
        }
    }

    fn candidate(&self) -> Option<Candidate<'_>> {
        match self {
            Self::Clean { claim, traces, .. } => Some(Candidate { claim: *claim, traces }),
            Self::Reject { .. } => None,
        }
    }
}

impl Settled {
    fn reject(bound: Option<&BoundForm>, message: Message, reject: Reject, first: Option<Position>) -> Self {
        Self {
            outcome: Outcome::Reject,
            message,
            form: bound.map(|bound| Arc::clone(&bound.name)),
            findings: reject.errors,
            changed: Vec::new(),
            changes: Changes::default(),
            error_count: reject.error_count,
            first,
        }
    }

    fn count(&self, counting: &mut Counting) {
        counting.count(self.form.as_ref(), self.outcome, &self.findings, &self.changed);
        counting.tally().conflicts += u64::from(self.outcome == Outcome::Reject && self.first.is_some());
    }
}

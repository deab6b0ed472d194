//! Judging and deciding, without any transport.

mod prepared;
mod settled;

pub use settled::Settled;

use crate::{
    Error, Forms, Keys, Places, Tally,
    conflict::{self, Conflict, Fetch},
    handover,
    pace::Pace,
    panics::caught,
    tally::Counting,
};
use dedupe::{Decision, Met};
use prepared::Prepared;
use rayon::prelude::*;
use record::{Chunk, Finding, Message};
use settled::Told;
use std::{
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
}

/// What earlier records say of each record, by its number.
type Earlier = BTreeMap<usize, Vec<Finding>>;

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

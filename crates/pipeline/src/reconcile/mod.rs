//! The proof of conservation: every raw position that was judged has exactly one outcome on the topics.
//!
//! Outputs keep the order of their raw records, so the three topics are merged in one pass and constant memory. What
//! the topics say is compared with the ledger of the store, which is counted independently of them.

mod judged_by;
mod topics;

pub use judged_by::{JudgedBy, Rules};
pub use topics::{Offence, Range, topics};

use crate::Error;
use record::{Position, header};
use std::{iter::Peekable, path::Path, vec};
use store::Store;
use transport::{
    Ledger, Topic,
    local::{Reader, State},
};

/// Positions named per kind of fault; beyond that they are only counted.
const NAMED_MAX: usize = 1000;
/// Messages between two reports of progress.
const PROGRESS_EVERY: u64 = 1 << 14;
/// The topics that outcomes stand on.
const OUTPUTS: [Topic; 3] = [Topic::Clean, Topic::Rejects, Topic::Duplicates];

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Raw positions that were to have an outcome.
    pub positions: u64,
    /// Raw records not judged yet.
    pub waiting: u64,
    /// Outcomes found on the topics, as far as retention kept them.
    pub found: Ledger,
    /// The same outcomes, by what judged them.
    pub judged_by: JudgedBy,
    /// What the ledger says.
    pub ledger: Ledger,
    /// Positions below this one cannot be checked: retention dropped outcomes.
    pub checked_from: u64,
    /// Positions without an outcome.
    pub unaccounted: Named,
    /// Outcomes beyond the first of their position.
    pub doubled: Named,
    /// Outcomes of positions that were never committed.
    pub phantom: Named,
    /// Kafka: where the group may have begun on the partitions that have unaccounted positions, when all of those stand before the
    /// first that has an outcome.
    pub begins: Vec<Position>,
    /// Other mismatches between ledger and topics, as sentences.
    pub mismatches: Vec<String>,
}

/// Positions: all are counted, the first ones named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Named {
    /// How many.
    pub count: u64,
    /// The first of them, at most 1000.
    pub first: Vec<Position>,
}

impl Named {
    fn add(&mut self, offset: u64) {
        self.add_range(offset, offset + 1);
    }

    fn add_at(&mut self, position: Position) {
        self.count += 1;
        if self.first.len() < NAMED_MAX {
            self.first.push(position);
        }
    }

    fn add_range(&mut self, from: u64, to: u64) {
        self.count += to.saturating_sub(from);
        let room = NAMED_MAX - self.first.len();
        self.first.extend((from..to).take(room).map(|offset| Position { partition: 0, offset }));
    }
}

impl Report {
    /// Whether conservation holds.
    #[must_use]
    pub fn ok(&self) -> bool {
        let offenders = [&self.unaccounted, &self.doubled, &self.phantom];
        offenders.iter().all(|named| named.count == 0) && self.mismatches.is_empty()
    }
}

/// Checks the topics in `dir`, while a worker runs or not. `progress(done, total)` in messages.
///
/// # Errors
/// When the store is damaged or cannot be read: then nothing is proven.
pub fn run(dir: &Path, progress: &mut dyn FnMut(u64, u64)) -> Result<Report, Error> {
    let state = State::of(&Store::open(dir, store::Sync::Full)?)?;
    let (mut outputs, mut judged_by) = (Vec::new(), JudgedBy::default());
    for (topic, end) in OUTPUTS.into_iter().zip([state.clean, state.rejects, state.duplicates]) {
        outputs.push(Output::open(dir, topic, end, &mut judged_by)?);
    }
    let raw = Reader::open(dir, Topic::Raw, 0)?;
    let mut steps = Steps::new(&mut outputs, raw, state.raw, progress)?;
    let checked_from = outputs.iter().filter(|output| output.dropped).filter_map(|output| output.origin).max();
    let mut merge = Merge::new(&state, checked_from.unwrap_or(0));
    while let Some(output) = outputs.iter_mut().filter(|output| output.origin.is_some()).min_by_key(|o| o.origin) {
        merge.add(output);
        output.advance(&mut judged_by)?;
        steps.one();
    }
    let mut report = Report { judged_by, ..merge.finish() };
    steps.raw(&mut report)?;
    compare(&state, &outputs, &mut report);
    Ok(report)
}

/// One output topic, read up to the moment the state was taken.
#[derive(Debug)]
struct Output {
    topic: Topic,
    reader: Reader,
    end: u64,
    /// Whether retention dropped its beginning.
    dropped: bool,
    /// Raw offset of the message under the cursor.
    origin: Option<u64>,
    read: u64,
    /// First offset kept.
    first: u64,
    /// Messages whose origin is no raw position.
    nameless: u64,
}

impl Output {
    fn open(dir: &Path, topic: Topic, end: u64, judged_by: &mut JudgedBy) -> Result<Self, Error> {
        let mut reader = Reader::open(dir, topic, 0)?;
        let (first, _) = reader.range()?;
        let mut output = Self { topic, reader, end, dropped: first > 0, origin: None, read: 0, first, nameless: 0 };
        output.advance(judged_by)?;
        Ok(output)
    }

    /// Moves to the next message that names its origin, and counts what judged it.
    fn advance(&mut self, judged_by: &mut JudgedBy) -> Result<(), Error> {
        self.origin = None;
        while self.origin.is_none()
            && self.first + self.read < self.end
            && let Some((_, message)) = self.reader.view()?
        {
            self.read += 1;
            self.origin = message.header(header::ORIGIN).and_then(origin);
            match self.origin {
                Some(_) => judged_by.count(|name| message.header(name)),
                None => self.nameless += 1,
            }
        }
        Ok(())
    }
}

/// Offset of `raw/0/offset`.
fn origin(name: &[u8]) -> Option<u64> {
    let name = std::str::from_utf8(name).ok()?;
    let position: Position = name.strip_prefix(Topic::Raw.as_str())?.strip_prefix('/')?.parse().ok()?;
    (position.partition == 0).then_some(position.offset)
}

/// The merge of all outcomes, in order of raw offset.
#[derive(Debug)]
struct Merge {
    report: Report,
    gaps: Peekable<vec::IntoIter<(u64, u64)>>,
    /// Every position below is settled.
    next: u64,
    end: u64,
}

impl Merge {
    fn new(state: &State, checked_from: u64) -> Self {
        let report = Report {
            positions: state.position,
            waiting: state.raw.saturating_sub(state.position),
            ledger: state.ledger,
            found: Ledger { gap: state.gaps.iter().map(|(from, to)| to - from).sum(), ..Ledger::default() },
            checked_from,
            ..Report::default()
        };
        Self { report, gaps: state.gaps.clone().into_iter().peekable(), next: checked_from, end: state.position }
    }

    fn add(&mut self, output: &Output) {
        let Some(origin) = output.origin else { return };
        let found = &mut self.report.found;
        *match output.topic {
            Topic::Clean => &mut found.clean,
            Topic::Rejects => &mut found.reject,
            Topic::Duplicates | Topic::Raw | Topic::Tables | Topic::Keyed => &mut found.duplicate,
        } += 1;
        if origin < self.report.checked_from {
            return;
        }
        if origin >= self.end {
            self.report.phantom.add(origin);
            return;
        }
        self.settle_until(origin);
        if origin < self.next {
            self.report.doubled.add(origin);
        } else {
            self.next = origin + 1;
        }
    }

    /// Settles positions below `origin` that no outcome names: by a gap, which may reach beyond it, or as unaccounted.
    fn settle_until(&mut self, origin: u64) {
        loop {
            while self.gaps.next_if(|(_, to)| *to <= self.next).is_some() {}
            match self.gaps.peek() {
                Some(&(from, to)) if from <= self.next => self.next = to,
                _ if self.next >= origin => return,
                Some(&(from, _)) if from < origin => self.unaccounted(from),
                _ => self.unaccounted(origin),
            }
        }
    }

    fn unaccounted(&mut self, until: u64) {
        self.report.unaccounted.add_range(self.next, until);
        self.next = until;
    }

    fn finish(mut self) -> Report {
        self.settle_until(self.end);
        let found = &mut self.report.found;
        found.received = found.clean + found.reject + found.duplicate + found.gap;
        self.report
    }
}

/// Progress over all messages, and the reading of raw.
struct Steps<'a> {
    progress: &'a mut dyn FnMut(u64, u64),
    done: u64,
    total: u64,
    raw: Reader,
    raw_first: u64,
    raw_end: u64,
}

impl<'a> Steps<'a> {
    fn new(
        outputs: &mut [Output],
        mut raw: Reader,
        raw_end: u64,
        progress: &'a mut dyn FnMut(u64, u64),
    ) -> Result<Self, Error> {
        let (raw_first, _) = raw.range()?;
        let outputs: u64 = outputs.iter().map(|output| output.end.saturating_sub(output.first)).sum();
        let total = outputs + raw_end.saturating_sub(raw_first);
        Ok(Self { progress, done: 0, total, raw, raw_first, raw_end })
    }

    fn one(&mut self) {
        self.done += 1;
        if self.done.is_multiple_of(PROGRESS_EVERY) || self.done == self.total {
            (self.progress)(self.done, self.total);
        }
    }

    /// Reads every raw record that is kept, so that its checksum is proven too.
    fn raw(&mut self, report: &mut Report) -> Result<(), Error> {
        let mut read = 0;
        while self.raw_first + read < self.raw_end && self.raw.view()?.is_some() {
            read += 1;
            self.one();
        }
        if self.raw_first + read < self.raw_end {
            report.mismatches.push(format!("raw ends after {read} records"));
        }
        Ok(())
    }
}

/// Compares counters that are kept apart from each other.
fn compare(state: &State, outputs: &[Output], report: &mut Report) {
    let ledger = state.ledger;
    let mut same = |what: &str, topics: u64, ledger: u64| {
        if topics != ledger {
            report.mismatches.push(format!("{what}: {topics} on the topics, {ledger} in the ledger"));
        }
    };
    same("positions", state.position, ledger.received);
    same("clean", state.clean, ledger.clean);
    same("reject", state.rejects, ledger.reject);
    same("duplicate", state.duplicates, ledger.duplicate);
    same("gap", state.gaps.iter().map(|(from, to)| to - from).sum(), ledger.gap);
    if !ledger.balances() {
        report.mismatches.push("the ledger does not balance".into());
    }
    if state.raw < state.position {
        report.mismatches.push(format!("{} raw records, but {} judged", state.raw, state.position));
    }
    for output in outputs {
        let (kept, read) = (output.end.saturating_sub(output.first), output.read);
        if kept != read {
            report.mismatches.push(format!("{}: {kept} messages committed, {read} found", output.topic));
        }
        if output.nameless > 0 {
            report.mismatches.push(format!("{}: {} messages that name no raw record", output.topic, output.nameless));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(origins: &[u64], position: u64, gaps: &[(u64, u64)]) -> Report {
        let state = State { position, gaps: gaps.to_vec(), ..State::default() };
        let mut merge = Merge::new(&state, 0);
        let dir = tempfile::tempdir().unwrap();
        let mut output = Output::open(dir.path(), Topic::Clean, 0, &mut JudgedBy::default()).unwrap();
        for &origin in origins {
            output.origin = Some(origin);
            merge.add(&output);
        }
        merge.finish()
    }

    fn offsets(named: &Named) -> Vec<u64> {
        named.first.iter().map(|position| position.offset).collect()
    }

    #[test]
    fn every_position_once_is_ok() {
        assert!(merged(&[0, 1, 2, 5, 6], 7, &[(3, 5)]).ok());
        assert!(merged(&[], 4, &[(0, 4)]).ok());
        assert!(merged(&[], 0, &[]).ok());
    }

    #[test]
    fn lost_doubled_and_phantom_positions_are_named() {
        let report = merged(&[0, 2, 2, 3, 9], 8, &[(5, 6)]);
        assert_eq!(offsets(&report.unaccounted), [1, 4, 6, 7]);
        assert_eq!(offsets(&report.doubled), [2]);
        assert_eq!(offsets(&report.phantom), [9]);
    }

    #[test]
    fn an_outcome_within_a_gap_is_doubled() {
        let report = merged(&[0, 1, 2, 3], 4, &[(1, 3)]);
        assert!(!report.ok());
    }

    #[test]
    fn more_faults_are_counted_than_named() {
        let report = merged(&[], 5000, &[]);
        assert_eq!((report.unaccounted.count, report.unaccounted.first.len()), (5000, NAMED_MAX));
    }
}

//! The proof of conservation on the live topics of Kafka, from the topics alone.
//!
//! 1. How far the group has come on raw, then on keyed, then where the outputs end: in this order, so that whatever was
//!    committed to raw by the first moment has its outcome below the ends of the last one, or waits on keyed. What other workers
//!    have open then is waited for: what is committed behind it cannot be read before.
//! 2. Every output, and everything that waits on keyed, names its raw position: it is marked in a map of 2 bits a position.
//! 3. Raw is read: each record must be marked once; what is marked and no record is a phantom.
//!
//! Memory: 2 bits a position, at most 64 MiB; more positions take more passes over the outputs.

mod dropped;
mod leading;

use super::{Named, Report};
use crate::Error;
use leading::Leading;
use record::{Input, Position, header};
use std::collections::BTreeMap;
use transport::{
    Ledger, Topic,
    kafka::{Audit, Extent, Progress, Seen, Settings},
};

/// Positions looked at in one pass.
const PASS_POSITIONS: u64 = 1 << 28;
/// Messages between two reports of progress.
const PROGRESS_EVERY: u64 = 1 << 14;
/// Of a partition on which no more offsets wait than these, the records that wait are counted: the others may be markers of transactions.
const TAIL_MAX: u64 = 1_000;

/// Raw offsets of one partition, from the first to before the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// The partition.
    pub partition: u32,
    /// First offset.
    pub from: u64,
    /// Offset after the last.
    pub to: u64,
}

/// What is wrong with a position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offence {
    /// A record without an outcome.
    Unaccounted,
    /// A record with more than one.
    Doubled,
    /// An outcome of what is no record, or was never committed.
    Phantom,
}

/// Checks live topics, while workers run or not. `from` and `to` bound the raw offsets of the partitions they name; others
/// are checked from where the group began, or what raw still has, to what the group has committed. `tell` hears of every offender, `progress(done,
/// total)` counts messages.
///
/// # Errors
/// When the cluster does not answer; [`Error::Dropped`] when `from` is empty and retention dropped outcomes: then nothing is proven.
pub fn topics(
    settings: &Settings,
    (from, to): (&[Position], &[Position]),
    tell: &mut dyn FnMut(Offence, Position),
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Report, Error> {
    let audit = Audit::open(settings).map_err(transport::Error::from)?;
    let moment = Moment::take(&audit)?;
    let ranges = moment.ranges(from, to)?;
    if from.is_empty() {
        moment.refuse_what_retention_took(&audit, settings, &ranges)?;
    }
    let passes = passes(&ranges);
    let steps = Steps { progress, done: 0, total: moment.messages() * u64::try_from(passes.len()).unwrap_or(1) };
    let (report, beyond, raw) = (Report::default(), BTreeMap::new(), settings.topics.raw.as_str());
    let mut check =
        Check { audit: &audit, moment: &moment, raw, report, tell, steps, beyond, leading: Leading::default() };
    for pass in &passes {
        check.pass(pass)?;
    }
    check.finish(&ranges)
}

/// Where everything stood, asked in the order that makes the proof.
struct Moment {
    raw: Vec<Progress>,
    raw_extents: Vec<Extent>,
    /// The same with what is in somebody's open transaction, and behind it.
    raw_written: Vec<Extent>,
    keyed: Vec<Progress>,
    keyed_extents: Vec<Extent>,
    outputs: Vec<(Topic, Vec<Extent>)>,
}

impl Moment {
    fn take(audit: &Audit) -> Result<Self, Error> {
        let raw = audit.progress(Input::Raw).map_err(transport::Error::from)?;
        let keyed = audit.progress(Input::Keyed).map_err(transport::Error::from)?;
        let settled = |topic| audit.settled(topic).map_err(transport::Error::from);
        let outputs = [Topic::Clean, Topic::Rejects, Topic::Duplicates].map(|topic| Ok((topic, settled(topic)?)));
        Ok(Self {
            raw,
            keyed,
            outputs: outputs.into_iter().collect::<Result<_, Error>>()?,
            keyed_extents: settled(Topic::Keyed)?,
            raw_extents: audit.extents(Topic::Raw).map_err(transport::Error::from)?,
            raw_written: audit.written(Topic::Raw).map_err(transport::Error::from)?,
        })
    }

    /// What is to be checked of each partition.
    fn ranges(&self, from: &[Position], to: &[Position]) -> Result<Vec<Range>, Error> {
        let bound = |bounds: &[Position], partition| {
            bounds.iter().find(|bound| bound.partition == partition).map(|bound| bound.offset)
        };
        for named in from.iter().chain(to) {
            if !self.raw.iter().any(|progress| progress.partition == named.partition) {
                return Err(transport::Error::NoPartition { partition: named.partition }.into());
            }
        }
        let ranges = self.raw.iter().zip(&self.raw_extents).map(|(progress, extent)| {
            let partition = progress.partition;
            let committed = progress.committed.unwrap_or(extent.low);
            let begin = bound(from, partition).or(progress.notes.begin);
            let from = begin.unwrap_or(0).max(extent.low);
            Range { partition, from, to: bound(to, partition).unwrap_or(committed).min(committed).max(from) }
        });
        Ok(ranges.collect())
    }

    /// Without all outcomes nothing is proven; whoever names where to begin answers for it, and is told what to name.
    fn refuse_what_retention_took(&self, audit: &Audit, settings: &Settings, ranges: &[Range]) -> Result<(), Error> {
        let dropped = self.outputs.iter().find(|(_, extents)| extents.iter().any(|extent| extent.low > 0));
        let Some((topic, _)) = dropped else { return Ok(()) };
        let from = dropped::begins(audit, &settings.topics.raw, &self.outputs, ranges)?;
        Err(Error::Dropped { topic: *topic, from })
    }

    /// What waits on keyed: from where the group has come to where it ends.
    fn waiting(&self) -> Vec<Extent> {
        let each = self.keyed.iter().zip(&self.keyed_extents).map(|(progress, extent)| Extent {
            low: progress.committed.unwrap_or(0).max(extent.low),
            ..extent.clone()
        });
        each.collect()
    }

    fn messages(&self) -> u64 {
        let outputs = self.outputs.iter().flat_map(|(_, extents)| extents);
        outputs.chain(&self.raw_extents).map(|extent| extent.end - extent.low).sum()
    }
}

/// Ranges cut so that each pass fits its memory.
fn passes(ranges: &[Range]) -> Vec<Vec<Range>> {
    let (mut passes, mut pass, mut room) = (Vec::new(), Vec::new(), PASS_POSITIONS);
    for range in ranges {
        let mut from = range.from;
        while from < range.to {
            let to = range.to.min(from + room);
            pass.push(Range { from, to, ..*range });
            room -= to - from;
            from = to;
            if room == 0 {
                passes.push(std::mem::take(&mut pass));
                room = PASS_POSITIONS;
            }
        }
    }
    passes.push(pass);
    passes
}

/// Two bits for every position of some ranges.
#[derive(Debug, Default)]
struct Marks {
    ranges: BTreeMap<u32, (Range, Vec<u8>)>,
}

/// What a position is marked with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    None = 0,
    Once = 1,
    More = 2,
    Waiting = 3,
}

impl Marks {
    fn new(pass: &[Range]) -> Self {
        let map = |range: &Range| vec![0; usize::try_from((range.to - range.from).div_ceil(4)).unwrap_or(usize::MAX)];
        Self { ranges: pass.iter().map(|range| (range.partition, (*range, map(range)))).collect() }
    }

    /// The byte that a position is marked in, and how far its bits stand to the left.
    fn cell(&mut self, position: Position) -> Option<(&mut u8, u32)> {
        let (range, map) = self.ranges.get_mut(&position.partition)?;
        let nth = position.offset.checked_sub(range.from).filter(|_| position.offset < range.to)?;
        let shift = u32::try_from(nth % 4).unwrap_or(0) * 2;
        Some((map.get_mut(usize::try_from(nth / 4).ok()?)?, shift))
    }

    fn take(&mut self, position: Position) -> Mark {
        let Some((cell, shift)) = self.cell(position) else { return Mark::None };
        let mark = mark(*cell >> shift);
        *cell &= !(3 << shift);
        mark
    }

    /// Marks it once more; whether it is in the ranges.
    fn count(&mut self, position: Position) -> bool {
        let Some((cell, shift)) = self.cell(position) else { return false };
        let more = match mark(*cell >> shift) {
            Mark::None => Mark::Once,
            _ => Mark::More,
        };
        *cell = *cell & !(3 << shift) | ((more as u8) << shift);
        true
    }

    /// Marks it as waiting, unless it has an outcome.
    fn wait(&mut self, position: Position) {
        if let Some((cell, shift)) = self.cell(position)
            && mark(*cell >> shift) == Mark::None
        {
            *cell |= (Mark::Waiting as u8) << shift;
        }
    }

    /// What is still marked.
    fn left(&self) -> impl Iterator<Item = Position> + '_ {
        self.ranges.values().flat_map(|(range, map)| {
            let cells = map.iter().enumerate().filter(|(_, cell)| **cell != 0);
            cells.flat_map(move |(nth, cell)| {
                let marked = (0..4_u64).filter(move |bits| (cell >> (bits * 2)) & 3 != 0);
                let base = range.from + u64::try_from(nth).unwrap_or(u64::MAX) * 4;
                marked.map(move |bits| Position { partition: range.partition, offset: base + bits })
            })
        })
    }
}

const fn mark(bits: u8) -> Mark {
    match bits & 3 {
        0 => Mark::None,
        1 => Mark::Once,
        2 => Mark::More,
        _ => Mark::Waiting,
    }
}

impl Offence {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unaccounted => "unaccounted",
            Self::Doubled => "doubled",
            Self::Phantom => "phantom",
        }
    }
}

struct Steps<'a> {
    progress: &'a mut dyn FnMut(u64, u64),
    done: u64,
    total: u64,
}

impl Steps<'_> {
    fn one(&mut self) {
        self.done += 1;
        if self.done.is_multiple_of(PROGRESS_EVERY) || self.done == self.total {
            (self.progress)(self.done, self.total);
        }
    }
}

struct Check<'a> {
    audit: &'a Audit,
    moment: &'a Moment,
    /// Name of the raw topic.
    raw: &'a str,
    report: Report,
    tell: &'a mut dyn FnMut(Offence, Position),
    steps: Steps<'a>,
    /// The greatest position on each partition of what has an outcome, or waits on keyed.
    beyond: BTreeMap<u32, u64>,
    leading: Leading,
}

impl Check<'_> {
    fn pass(&mut self, pass: &[Range]) -> Result<(), Error> {
        let mut marks = Marks::new(pass);
        for (topic, extents) in &self.moment.outputs {
            self.outputs(*topic, extents, &mut marks)?;
        }
        let waiting = self.moment.waiting();
        self.audit
            .read(Topic::Keyed, &waiting, &mut |seen| {
                if let Some(position) = seen.header(header::ORIGIN).and_then(|origin| position(origin, self.raw)) {
                    reach(&mut self.beyond, position);
                    marks.wait(position);
                }
            })
            .map_err(transport::Error::from)?;
        self.raw(pass, &mut marks)?;
        for phantom in marks.left() {
            offend(&mut self.report.phantom, self.tell, Offence::Phantom, phantom);
        }
        Ok(())
    }

    fn outputs(&mut self, topic: Topic, extents: &[Extent], marks: &mut Marks) -> Result<(), Error> {
        let (beyond, steps, raw) = (&mut self.beyond, &mut self.steps, self.raw);
        let mut nameless = 0;
        let Report { found: ledger, judged_by, .. } = &mut self.report;
        let found = match topic {
            Topic::Clean => &mut ledger.clean,
            Topic::Rejects => &mut ledger.reject,
            _ => &mut ledger.duplicate,
        };
        self.audit
            .read(topic, extents, &mut |seen| {
                steps.one();
                match seen.header(header::ORIGIN).and_then(|origin| position(origin, raw)) {
                    Some(position) => {
                        reach(beyond, position);
                        if marks.count(position) {
                            *found += 1;
                            judged_by.count(|name| seen.header(name));
                        }
                    }
                    None => nameless += 1,
                }
            })
            .map_err(transport::Error::from)?;
        if nameless > 0 {
            self.report.mismatches.push(format!("{topic}: {nameless} messages that name no raw record"));
        }
        Ok(())
    }

    fn raw(&mut self, pass: &[Range], marks: &mut Marks) -> Result<(), Error> {
        let extent = |range: &Range| Extent { partition: range.partition, low: range.from, end: range.to };
        let extents: Vec<_> = pass.iter().map(extent).collect();
        let (report, tell, steps, leading) = (&mut self.report, &mut *self.tell, &mut self.steps, &mut self.leading);
        self.audit
            .read(Topic::Raw, &extents, &mut |Seen { position, .. }| {
                steps.one();
                report.positions += 1;
                let mark = marks.take(position);
                leading.add(position, mark);
                match mark {
                    Mark::Once => {}
                    Mark::Waiting => report.found.handed += 1,
                    Mark::None => offend(&mut report.unaccounted, tell, Offence::Unaccounted, position),
                    Mark::More => offend(&mut report.doubled, tell, Offence::Doubled, position),
                }
            })
            .map_err(transport::Error::from)?;
        Ok(())
    }

    /// Raw records that wait; where many do, offsets.
    fn waiting(&self, ranges: &[Range]) -> Result<u64, Error> {
        let Moment { raw_extents, raw_written, .. } = self.moment;
        let undecided =
            raw_written.iter().zip(raw_extents).map(|(written, extent)| written.end.saturating_sub(extent.end));
        let mut waiting: u64 = undecided.sum();
        let tails = raw_extents.iter().zip(ranges).filter(|(extent, range)| range.to < extent.end);
        let tails = tails.map(|(extent, range)| Extent { low: range.to, ..extent.clone() });
        let (short, long): (Vec<_>, Vec<_>) = tails.partition(|tail| tail.end - tail.low <= TAIL_MAX);
        waiting += long.iter().map(|tail| tail.end - tail.low).sum::<u64>();
        let read = self.audit.read(Topic::Raw, &short, &mut |_| waiting += 1);
        read.map_err(transport::Error::from)?;
        Ok(waiting)
    }

    /// What is committed since the beginning may have outcomes; what is not, may not.
    fn finish(mut self, ranges: &[Range]) -> Result<Report, Error> {
        let now = self.audit.progress(Input::Raw).map_err(transport::Error::from)?;
        for (&partition, &offset) in &self.beyond {
            let progress = now.iter().find(|progress| progress.partition == partition);
            // Raw may have no such partition.
            if offset >= progress.and_then(|progress| progress.committed).unwrap_or(0) {
                offend(&mut self.report.phantom, self.tell, Offence::Phantom, Position { partition, offset });
            }
        }
        self.report.waiting = self.waiting(ranges)?;
        self.report.found.gap = self.moment.raw.iter().map(|progress| progress.notes.gaps.records).sum();
        let found = &mut self.report.found;
        found.received = found.clean + found.reject + found.duplicate + found.handed + found.gap;
        self.report.ledger = Ledger::default();
        self.report.begins = self.leading.begins(ranges, self.report.unaccounted.count);
        Ok(self.report)
    }
}

fn reach(beyond: &mut BTreeMap<u32, u64>, position: Position) {
    let greatest = beyond.entry(position.partition).or_default();
    *greatest = position.offset.max(*greatest);
}

fn offend(named: &mut Named, tell: &mut dyn FnMut(Offence, Position), offence: Offence, position: Position) {
    named.add_at(position);
    tell(offence, position);
}

/// The position in `topic/partition/offset`, where that is this topic.
fn position(origin: &[u8], raw: &str) -> Option<Position> {
    std::str::from_utf8(origin).ok()?.strip_prefix(raw)?.strip_prefix('/')?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_tell_once_from_more_and_from_never() {
        let mut marks = Marks::new(&[Range { partition: 2, from: 10, to: 21 }]);
        let at = |offset| Position { partition: 2, offset };
        let within = [10, 13, 14, 14, 20, 9, 21].map(|offset| marks.count(at(offset)));
        assert_eq!(within, [true, true, true, true, true, false, false]);
        assert!(!marks.count(Position { partition: 1, offset: 10 }));
        marks.wait(at(15));
        marks.wait(at(13));
        assert_eq!(marks.left().map(|position| position.offset).collect::<Vec<_>>(), [10, 13, 14, 15, 20]);
        let taken = [10, 11, 13, 14, 15, 20, 9, 21].map(|offset| marks.take(at(offset)));
        use Mark::{More, None, Once, Waiting};
        assert_eq!(taken, [Once, None, Once, More, Waiting, Once, None, None]);
        assert_eq!(marks.left().count(), 0);
    }

    #[test]
    fn more_positions_than_fit_take_more_passes() {
        let range = |partition, from, to| Range { partition, from, to };
        let ranges = [range(0, 5, 5), range(1, 0, PASS_POSITIONS + 7), range(2, 3, 9)];
        let expected =
            vec![vec![range(1, 0, PASS_POSITIONS)], vec![range(1, PASS_POSITIONS, PASS_POSITIONS + 7), range(2, 3, 9)]];
        assert_eq!(passes(&ranges), expected);
    }
}

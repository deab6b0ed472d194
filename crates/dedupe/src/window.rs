//! Deciding, and taking decisions over into the log.

use crate::{
    Candidate, Decided, Decision, GROUP, Meeting, Met, Settings,
    claim::{self, OFFSET_END, TIME_MAX, TIME_MIN},
    segments::Segments,
    slices::{Cut, Files, Slice},
    table::{Found, Hash, Slot, Table},
    widen,
};
use record::{Asks, Claim, Key, Position, RecordTime, Severity, Trace};
use std::{collections::BTreeMap, hint::black_box};
use store::{Error, Store, Txn, Writer};

/// Keys whose slots are fetched together before the first is searched. A core has some 10 to 20 cache misses under way
/// at most; twice that hides what the last ones leave.
const TOUCH_AHEAD: usize = 32;
/// Name of the counter that holds the length of a slice, so that the log is never read with another.
pub(crate) const SLICE_MS: &str = "dedupe.slice_ms";
const SLICES_MAX: u32 = 1024;

/// The window of claimed keys.
#[derive(Debug)]
pub struct Window {
    pub(crate) files: Files,
    pub(crate) cut: Cut,
    pub(crate) shards: u32,
    pub(crate) tables: Vec<Table>,
    pub(crate) segments: Segments,
    pub(crate) slices: BTreeMap<i64, Slice>,
    /// Greatest record time of any committed claim.
    pub(crate) watermark: i64,
    /// Whether the store already knows the length of a slice.
    is_cut_noted: bool,
    /// The same as `watermark`, staged claims included.
    staged_watermark: i64,
    /// Whether staged claims are part of a transaction whose end is not known yet.
    is_written: bool,
    /// Shard that the running sweep comes to next.
    sweeping: Option<usize>,
}

/// Where in the index a key belongs.
#[derive(Clone, Copy)]
struct Place {
    shard: usize,
    hash: Hash,
}

/// What a search for a key comes to.
enum Search {
    /// It is taken.
    Held(Claim),
    /// It is not; a slot of it belongs here.
    Free(usize),
}

/// Whether a candidate was accepted before.
#[derive(Clone, Copy)]
enum Turn {
    First,
    Again,
}

impl Window {
    /// An empty window.
    pub(crate) fn new(settings: Settings, files: Files, is_cut_noted: bool) -> Self {
        let tables = (0..settings.shards).map(|shard| Table::new(shard, settings.shards)).collect();
        Self {
            files,
            cut: cut(settings),
            shards: settings.shards,
            tables,
            segments: Segments::new(),
            slices: BTreeMap::new(),
            watermark: TIME_MIN,
            is_cut_noted,
            staged_watermark: TIME_MIN,
            is_written: false,
            sweeping: None,
        }
    }

    /// The watermark was read back from the log.
    pub(crate) fn set_watermark(&mut self, watermark: i64) {
        (self.watermark, self.staged_watermark) = (watermark, watermark);
    }

    /// Decides the candidates in order; accepted ones are staged and count as taken for those that follow.
    /// Each chunk's `decide` must be followed by [`Window::write`] within a transaction and then
    /// [`Window::committed`], or by [`Window::abandon`].
    ///
    /// # Errors
    /// When a claim cannot be read back, or is damaged; the chunk is then to be abandoned.
    ///
    /// # Panics
    /// Between [`Window::write`] and [`Window::committed`] or [`Window::abandon`].
    pub fn decide(&mut self, candidates: &[Candidate<'_>]) -> Result<Decided, Error> {
        assert!(!self.is_written, "the chunk before is neither committed nor abandoned");
        let mut decided = Decided { decisions: Vec::with_capacity(candidates.len()), ..Decided::default() };
        let mut places = Vec::with_capacity(TOUCH_AHEAD);
        for group in candidates.chunks(TOUCH_AHEAD) {
            places.clear();
            places.extend(group.iter().map(|candidate| self.place(candidate.claim.key)));
            let traces = group.iter().flat_map(|candidate| candidate.traces).map(|trace| self.place(trace.key));
            // Nothing but loads that do not wait for one another: the misses overlap.
            let touch = |sum: u64, place: Place| sum ^ self.tables[place.shard].touch(place.hash);
            black_box(traces.fold(places.iter().copied().fold(0, touch), touch));
            for (candidate, place) in group.iter().zip(&places) {
                let decision = self.decide_one(candidate, *place, &mut decided)?;
                decided.decisions.push(decision);
            }
        }
        Ok(decided)
    }

    fn decide_one(
        &mut self,
        candidate: &Candidate<'_>,
        place: Place,
        decided: &mut Decided,
    ) -> Result<Decision, Error> {
        let Candidate { claim, traces } = candidate;
        // The watermark is the time of some claim in the log, so an unknown time adds nothing that a restart would miss.
        let unknown = RecordTime(self.staged_watermark.max(RecordTime::UNKNOWN.0));
        let time = claim::clamp(claim.time.known().unwrap_or(unknown));
        let now = time.max(self.staged_watermark);
        let oldest = self.cut.oldest(now);
        let at = match self.search(claim.key, place, oldest)? {
            Search::Held(held) => {
                let decision = compare(claim, &held);
                if decision == Decision::Own {
                    self.meet(candidate, Turn::Again, oldest, decided)?;
                }
                return Ok(decision);
            }
            Search::Free(at) => at,
        };
        let begin = decided.met.len();
        self.meet(candidate, Turn::First, oldest, decided)?;
        if decided.met[begin..].iter().any(|(_, met)| met.severity() == Severity::Hard) {
            return Ok(Decision::Refused);
        }
        let number = self.cut.of(time, oldest);
        self.stage(claim, place, at, number)?;
        for trace in *traces {
            let Some(key) = left(trace, claim.key, &decided.met[begin..]) else { continue };
            let place = self.place(key);
            if let Search::Free(at) = self.search(key, place, oldest)? {
                let left = claim::trace(claim, key);
                self.stage(&left, place, at, number)?;
                decided.left.push((decided.decisions.len(), left));
            }
        }
        self.staged_watermark = now;
        Ok(Decision::First)
    }

    /// Notes what a candidate is told of traces: one thing for each rule and look-up.
    fn meet(&self, candidate: &Candidate<'_>, turn: Turn, oldest: i64, decided: &mut Decided) -> Result<(), Error> {
        let (claim, nth) = (&candidate.claim, decided.decisions.len());
        let begin = decided.met.len();
        for Trace { key, asks } in candidate.traces {
            let met = match *asks {
                Asks::Nothing => None,
                Asks::Nobody { rule, severity } => {
                    let of_rule = |(_, met): &Meeting| matches!(met, Met::Somebody { rule: told, .. } if *told == rule);
                    if decided.met[begin..].iter().any(of_rule) {
                        continue;
                    }
                    let by = self.left_by_another(*key, claim, oldest)?;
                    by.map(|first| Met::Somebody { rule, severity, first })
                }
                Asks::Somebody { look_up, severity } => {
                    let nobody = match turn {
                        Turn::First => self.left_by_another(*key, claim, oldest)?.is_none(),
                        Turn::Again => self.held(note(*key, claim.key), oldest)?.is_some(),
                    };
                    nobody.then_some(Met::Nobody { look_up, severity })
                }
            };
            decided.met.extend(met.map(|met| (nth, met)));
        }
        Ok(())
    }

    /// The record of another key than the candidate's that left a trace.
    fn left_by_another(&self, trace: Key, candidate: &Claim, oldest: i64) -> Result<Option<Position>, Error> {
        let held = self.held(trace, oldest)?;
        let another = |held: &Claim| held.position != candidate.position && held.content != candidate.key.stamp();
        Ok(held.filter(another).map(|held| held.position))
    }

    fn held(&self, key: Key, oldest: i64) -> Result<Option<Claim>, Error> {
        Ok(match self.search(key, self.place(key), oldest)? {
            Search::Held(held) => Some(held),
            Search::Free(_) => None,
        })
    }

    /// Looks for a key in the slices from `oldest` on.
    #[inline]
    fn search(&self, key: Key, place: Place, oldest: i64) -> Result<Search, Error> {
        let table = &self.tables[place.shard];
        let mut at = table.home(place.hash);
        loop {
            match table.look(at, place.hash) {
                Found::Other => {}
                Found::Match(address) => {
                    // At most one slice that counts has the key: a second claim is accepted only when the watermark
                    // has left the first behind.
                    let number = self.segments.slice(address);
                    if number >= oldest
                        && let Some(slice) = self.slices.get(&number)
                    {
                        let bytes = slice.read(self.segments.offset(address))?;
                        if claim::key(&bytes) == key {
                            return Ok(Search::Held(claim::decode(&bytes)));
                        }
                    }
                }
                Found::End => return Ok(Search::Free(at)),
            }
            at += 1;
        }
    }

    /// Accepts a candidate: into the slice's staged claims, and into the index, where its place is `at`.
    fn stage(&mut self, candidate: &Claim, place: Place, mut at: usize, number: i64) -> Result<(), Error> {
        if candidate.position.offset >= OFFSET_END {
            return Err(out_of_bounds("the offset of a record"));
        }
        let slice = self.slices.entry(number).or_default();
        let offset = slice.stage(candidate);
        let address = self.segments.address(number, &mut slice.segments, offset);
        let address = address.map_err(|_| out_of_bounds("the number of claims in the window"))?;
        let table = &mut self.tables[place.shard];
        if table.is_full() {
            if self.segments.any_dead() {
                table.sweep(|address| self.segments.is_live(address));
            }
            table.grow();
            at = table.end(place.hash);
        }
        table.insert(at, Slot::new(place.hash, address));
        Ok(())
    }

    fn place(&self, key: Key) -> Place {
        Place { shard: shard_index(key, self.shards), hash: Hash::of(key) }
    }

    /// Adds the staged claims, and the removal of expired slices, to the transaction. The writer is that of [`GROUP`].
    ///
    /// # Panics
    /// When the writer is another group's.
    pub fn write(&mut self, txn: &mut Txn<'_>, writer: &Writer) {
        assert_eq!(writer.group(), GROUP, "claims live in this group");
        self.is_written = true;
        let oldest = self.cut.oldest(self.staged_watermark);
        for (number, slice) in self.slices.range(..oldest) {
            // A slice that began and expired within this chunk has no file.
            if slice.bytes > 0 {
                txn.remove(writer, &self.files.name(*number));
            }
        }
        for (number, slice) in self.slices.range(oldest..).filter(|(_, slice)| slice.has_staged()) {
            txn.append(writer, &self.files.name(*number), slice.frames());
        }
        if !self.is_cut_noted {
            txn.set(SLICE_MS, self.cut.slice_ms.unsigned_abs());
        }
    }

    /// The transaction committed: staged claims are part of the window now.
    ///
    /// # Errors
    /// When a new slice's file cannot be opened; the window must then be opened anew.
    pub fn committed(&mut self, store: &Store) -> Result<(), Error> {
        (self.is_written, self.is_cut_noted) = (false, true);
        self.watermark = self.staged_watermark;
        let oldest = self.cut.oldest(self.watermark);
        while let Some(entry) = self.slices.first_entry().filter(|entry| *entry.key() < oldest) {
            self.segments.kill(&entry.remove().segments);
        }
        for (number, slice) in self.slices.iter_mut().filter(|(_, slice)| slice.has_staged()) {
            slice.committed(store, &self.files.name(*number))?;
        }
        self.map_newest();
        self.sweep_one();
        Ok(())
    }

    /// The transaction did not commit: staged claims are forgotten.
    pub fn abandon(&mut self) {
        for slice in self.slices.values() {
            for (claim, offset) in slice.staged() {
                let place = Place { shard: shard_index(claim.key, self.shards), hash: Hash::of(claim.key) };
                // Absent when giving it an address was what failed.
                if let Some(address) = Segments::known(&slice.segments, offset) {
                    self.tables[place.shard].remove(Slot::new(place.hash, address));
                }
            }
        }
        let segments = &mut self.segments;
        self.slices.retain(|_, slice| {
            slice.abandon();
            let has_file = slice.bytes > 0;
            if !has_file {
                segments.kill(&slice.segments);
            }
            has_file
        });
        self.is_written = false;
        self.staged_watermark = self.watermark;
    }

    /// Has the newest claims mapped into memory, as many bytes of them as the index takes, since most of what is read again is not
    /// old; the others are read from the file.
    pub(crate) fn map_newest(&mut self) {
        let most = self.memory_bytes();
        let mut mapped = 0;
        for reader in self.slices.values_mut().filter_map(Slice::reader) {
            reader.map();
            mapped += reader.mapped_bytes();
        }
        for reader in self.slices.values_mut().filter_map(Slice::reader) {
            while mapped > most {
                match reader.unmap_oldest() {
                    0 => break,
                    bytes => mapped -= bytes,
                }
            }
        }
    }

    /// Clears one shard of slots that point to dropped slices: one per commit, so that no commit waits long.
    fn sweep_one(&mut self) {
        if self.sweeping.is_none() && self.segments.wants_sweep() {
            self.segments.sweep_begins();
            self.sweeping = Some(0);
        }
        let Some(shard) = self.sweeping else { return };
        let segments = &self.segments;
        self.tables[shard].sweep(|address| segments.is_live(address));
        self.sweeping = Some(shard + 1).filter(|next| *next < self.tables.len());
        if self.sweeping.is_none() {
            self.segments.sweep_ended();
        }
    }

    /// Claims in the window, keys and traces, staged ones not counted.
    #[must_use]
    pub fn keys(&self) -> u64 {
        self.slices.values().map(|slice| slice.claims).sum()
    }

    /// Bytes of index memory.
    #[must_use]
    pub fn memory_bytes(&self) -> u64 {
        self.tables.iter().map(|table| widen(table.memory_bytes())).sum()
    }

    /// Bytes of the claim log.
    #[must_use]
    pub fn log_bytes(&self) -> u64 {
        self.slices.values().map(|slice| slice.bytes).sum()
    }
}

pub(crate) fn cut(settings: Settings) -> Cut {
    let Settings { shards, window_ms, slices } = settings;
    assert!(shards > 0 && (1..=SLICES_MAX).contains(&slices), "{settings:?}");
    assert!((i64::from(slices)..=TIME_MAX).contains(&window_ms), "{settings:?}");
    Cut { window_ms, slice_ms: (window_ms + i64::from(slices) - 1) / i64::from(slices) }
}

pub(crate) fn shard_index(key: Key, shards: u32) -> usize {
    usize::try_from(key.shard(shards)).expect("a shard is an index of the tables")
}

pub(crate) fn out_of_bounds(what: &str) -> Error {
    Error::Bounds { path: GROUP.into(), what: what.to_owned() }
}

/// What an accepted record leaves of a trace: the trace, or a note that nobody had left it.
fn left(trace: &Trace, of: Key, met: &[Meeting]) -> Option<Key> {
    match trace.asks {
        Asks::Nothing | Asks::Nobody { .. } => Some(trace.key),
        Asks::Somebody { look_up: asks, .. } => {
            let nobody = met.iter().any(|(_, met)| matches!(met, Met::Nobody { look_up, .. } if *look_up == asks));
            nobody.then(|| note(trace.key, of))
        }
    }
}

/// The key of the note that nobody had left a trace when the record of a key sought it: of both hashes, in the shard that both
/// lie in.
fn note(trace: Key, mut of: Key) -> Key {
    // Beyond the bytes that choose the shard.
    of.0.iter_mut().zip(trace.0).skip(4).for_each(|(byte, trace)| *byte ^= trace);
    of
}

/// Whether a record that finds its key taken is the same again, another with that key, or the one that took it.
fn compare(candidate: &Claim, held: &Claim) -> Decision {
    let first = held.position;
    if first == candidate.position {
        Decision::Own
    } else if held.content == candidate.content {
        Decision::Same { first }
    } else {
        Decision::Conflict { first }
    }
}

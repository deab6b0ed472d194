//! Deciding, and taking decisions over into the log and the index.

use crate::{
    Decision, GROUP, Settings,
    claim::{self, CLAIM_BYTES, OFFSET_END, TIME_MAX},
    segments::Segments,
    slices::{Cut, Slice, file_name},
    staged::{Stage, Staged},
    table::{Hash, Slot, Table},
    widen,
};
use record::{Claim, Key};
use std::{collections::BTreeMap, hint::black_box};
use store::{Error, Store, Txn, Writer, framed_len};

/// Keys whose slots are fetched together before the first is searched. Measured on random keys: beyond 32 nothing is
/// gained, since a core has some 10 to 20 misses under way at most.
const TOUCH_AHEAD: usize = 32;
/// Most claims of one block; a block is one frame of the log.
const BLOCK_CLAIMS: usize = 16 << 10;
const _: () = assert!(BLOCK_CLAIMS * CLAIM_BYTES <= store::FRAME_BYTES_MAX);
/// Name of the counter that holds the length of a slice, so that the log is never read with another.
pub(crate) const SLICE_MS: &str = "dedupe.slice_ms";
const SLICES_MAX: u32 = 1024;

/// The window of claimed keys.
#[derive(Debug)]
pub struct Window {
    pub(crate) cut: Cut,
    pub(crate) shards: u32,
    pub(crate) tables: Vec<Table>,
    pub(crate) segments: Segments,
    pub(crate) slices: BTreeMap<i64, Slice>,
    /// Greatest record time of any committed claim.
    pub(crate) watermark: i64,
    /// Whether the store already knows the length of a slice.
    pub(crate) is_cut_noted: bool,
    /// The same as `watermark`, staged claims included.
    staged_watermark: i64,
    stage: Stage,
    /// Bytes that [`Window::write`] appended, by slice.
    written: BTreeMap<i64, u64>,
    /// Shard that the running sweep comes to next.
    sweeping: Option<usize>,
}

impl Window {
    /// An empty window; the settings are within their bounds.
    pub(crate) fn new(settings: Settings, watermark: i64, is_cut_noted: bool) -> Self {
        let tables = (0..settings.shards).map(|shard| Table::new(shard, settings.shards)).collect();
        Self {
            cut: cut(settings),
            shards: settings.shards,
            tables,
            segments: Segments::new(),
            slices: BTreeMap::new(),
            watermark,
            is_cut_noted,
            staged_watermark: watermark,
            stage: Stage::default(),
            written: BTreeMap::new(),
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
    pub fn decide(&mut self, candidates: &[Claim]) -> Result<Vec<Decision>, Error> {
        self.stage.reserve(candidates.len());
        let mut decisions = Vec::with_capacity(candidates.len());
        for group in candidates.chunks(TOUCH_AHEAD) {
            self.touch(group.iter().map(|candidate| candidate.key));
            for candidate in group {
                decisions.push(self.decide_one(candidate)?);
            }
        }
        Ok(decisions)
    }

    fn touch(&self, keys: impl Iterator<Item = Key>) {
        let sum = keys.fold(0, |sum, key| sum ^ self.table(key).touch(Hash::of(key)));
        black_box(sum);
    }

    fn decide_one(&mut self, candidate: &Claim) -> Result<Decision, Error> {
        let time = claim::clamp(candidate.time);
        let now = time.max(self.staged_watermark);
        let oldest = self.cut.oldest(now);
        if let Some(held) = self.find(candidate.key, oldest)? {
            return Ok(compare(candidate, &held));
        }
        if candidate.position.offset >= OFFSET_END {
            return Err(Error::Bounds { path: GROUP.into(), what: "the offset of a record".into() });
        }
        self.staged_watermark = now;
        self.stage.push(Staged { claim: *candidate, slice: self.cut.of(time, oldest), offset: 0 });
        Ok(Decision::First)
    }

    /// The claim of this key in `oldest` or a later slice; there is at most one, because a second is accepted only when
    /// the watermark has left the first behind.
    fn find(&self, key: Key, oldest: i64) -> Result<Option<Claim>, Error> {
        if let Some(staged) = self.stage.find(key)
            && staged.slice >= oldest
        {
            return Ok(Some(staged.claim));
        }
        for address in self.table(key).matches(Hash::of(key)) {
            let number = self.segments.slice(address);
            if number < oldest {
                continue;
            }
            let Some(slice) = self.slices.get(&number) else { continue };
            let (at, mut bytes) = (self.segments.offset(address), [0; CLAIM_BYTES]);
            slice.reader.read_at(at, &mut bytes)?;
            if !claim::is_sound(&bytes) {
                return Err(slice.reader.corrupt(at, "checksum of a claim does not match"));
            }
            if claim::key(&bytes) == key {
                return Ok(Some(claim::decode(&bytes)));
            }
        }
        Ok(None)
    }

    fn table(&self, key: Key) -> &Table {
        &self.tables[shard_index(key, self.shards)]
    }

    /// Adds the staged claims, and the removal of expired slices, to the transaction. The writer is that of [`GROUP`].
    ///
    /// # Panics
    /// When the writer is another group's.
    pub fn write(&mut self, txn: &mut Txn<'_>, writer: &Writer) {
        assert_eq!(writer.group(), GROUP, "claims live in this group");
        let oldest = self.cut.oldest(self.staged_watermark);
        self.written.clear();
        let mut by_slice = BTreeMap::<i64, Vec<&mut Staged>>::new();
        // A claim that expired within its own chunk is not worth writing.
        for staged in self.stage.claims.iter_mut().filter(|staged| staged.slice >= oldest) {
            by_slice.entry(staged.slice).or_default().push(staged);
        }
        for (number, mut claims) in by_slice {
            let start = self.slices.get(&number).map_or(0, |slice| slice.bytes);
            let frames = blocks(&mut claims, start);
            txn.append(writer, &file_name(number), &frames);
            self.written.insert(number, widen(frames.len()));
        }
        for number in self.slices.range(..oldest).map(|(number, _)| *number) {
            txn.remove(writer, &file_name(number));
        }
        if !self.is_cut_noted {
            txn.set(SLICE_MS, self.cut.slice_ms.unsigned_abs());
        }
    }

    /// The transaction committed: staged claims are part of the window now.
    ///
    /// # Errors
    /// When a new slice's file cannot be opened, or the index has no more addresses; the window must then be opened
    /// anew.
    pub fn committed(&mut self, store: &Store) -> Result<(), Error> {
        self.watermark = self.staged_watermark;
        self.is_cut_noted = true;
        let oldest = self.cut.oldest(self.watermark);
        while let Some(entry) = self.slices.first_entry().filter(|entry| *entry.key() < oldest) {
            self.segments.kill(entry.remove().segments);
        }
        for (number, bytes) in std::mem::take(&mut self.written) {
            if let Some(slice) = self.slices.get_mut(&number) {
                slice.bytes += bytes;
                slice.reader.extend(slice.bytes);
            } else {
                self.slices.insert(number, Slice::open(store, number)?);
            }
        }
        let stage = std::mem::take(&mut self.stage);
        for group in stage.claims.chunks(TOUCH_AHEAD) {
            self.touch(group.iter().map(|staged| staged.claim.key));
            group.iter().filter(|staged| staged.slice >= oldest).try_for_each(|staged| self.index(staged))?;
        }
        self.stage = stage;
        self.stage.clear();
        self.sweep_one();
        Ok(())
    }

    fn index(&mut self, staged: &Staged) -> Result<(), Error> {
        let Some(slice) = self.slices.get_mut(&staged.slice) else { return Ok(()) };
        slice.claims += 1;
        let address = self.segments.address(staged.slice, &mut slice.segments, staged.offset);
        let address = address.map_err(|_| exhausted(slice))?;
        let key = staged.claim.key;
        let segments = &self.segments;
        self.tables[shard_index(key, self.shards)]
            .insert(Slot::new(Hash::of(key), address), |address| segments.is_live(address));
        Ok(())
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

    /// The transaction did not commit: staged claims are forgotten.
    pub fn abandon(&mut self) {
        self.stage.clear();
        self.written.clear();
        self.staged_watermark = self.watermark;
    }

    /// Keys in the window.
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

pub(crate) fn exhausted(slice: &Slice) -> Error {
    Error::Bounds { path: slice.reader.path().to_owned(), what: "the number of claims in the window".into() }
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

/// Frames of claims for a file of `start` bytes; notes where each claim will stand.
fn blocks(claims: &mut [&mut Staged], start: u64) -> Vec<u8> {
    let header = framed_len(0);
    let (mut frames, mut payload) = (Vec::new(), Vec::new());
    for block in claims.chunks_mut(BLOCK_CLAIMS) {
        payload.clear();
        for staged in block {
            staged.offset = start + widen(frames.len() + header + payload.len());
            claim::encode(&staged.claim, &mut payload);
        }
        store::frame(&mut frames, &payload);
    }
    frames
}

//! Reading the index back from the claim log.

use crate::{
    GROUP, Progress, Settings, Window,
    claim::{self, CLAIM_BYTES, TIME_MIN},
    segments::Segments,
    slices::{Files, Slice},
    table::{Hash, Slot, Table},
    widen,
    window::{SLICE_MS, cut, out_of_bounds, shard_index},
};
use std::{
    sync::{Mutex, PoisonError},
    thread,
};
use store::{Error, Store};

/// Claims between two calls of `progress`.
const TELL_CLAIMS: u64 = 1 << 18;

impl Window {
    /// Opens the claim log of the store and rebuilds the index from it: the log is read once from front to back, every
    /// checksum tested; then each shard's slots are sorted and laid out, shards side by side on all cores.
    ///
    /// # Errors
    /// [`Error::Corrupt`] for a damaged log, [`Error::Foreign`] when its slices have another length.
    ///
    /// # Panics
    /// When the settings are out of their bounds.
    pub fn open(store: &Store, settings: Settings, progress: &mut dyn FnMut(Progress)) -> Result<Self, Error> {
        Self::open_files(store, settings, Files::of_all(), progress)
    }

    /// As [`Window::open`], from the window's own files among others.
    pub(crate) fn open_files(
        store: &Store,
        settings: Settings,
        files: Files,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Self, Error> {
        let noted = store.counter(SLICE_MS)?;
        let slice_ms = cut(settings).slice_ms;
        if noted != 0 && noted != slice_ms.unsigned_abs() {
            let what = format!(
                "claims are kept in slices of {noted} ms, and dedupe.window_days divided by dedupe.slices is {slice_ms} ms now: \
                 for a store that has claims one can only be changed with the other"
            );
            return Err(Error::Foreign { path: store.dir().to_owned(), what });
        }
        let mut window = Self::new(settings, files, noted != 0);
        let numbers =
            store.files(GROUP)?.into_iter().filter_map(|file| window.files.number(&file.name)).collect::<Vec<_>>();
        for number in numbers {
            window.slices.insert(number, Slice::open(store, &window.files.name(number))?);
        }
        let mut gathered = Gathered::new(&window, progress);
        for (number, slice) in &mut window.slices {
            gathered.read(*number, slice, &mut window.segments)?;
        }
        (gathered.progress)(gathered.done);
        let Gathered { watermark, shards, .. } = gathered;
        window.set_watermark(watermark);
        lay_out(&mut window.tables, shards);
        window.map_newest();
        Ok(window)
    }
}

/// What was read so far.
struct Gathered<'a> {
    progress: &'a mut dyn FnMut(Progress),
    done: Progress,
    watermark: i64,
    shards: Vec<Vec<Slot>>,
}

impl<'a> Gathered<'a> {
    fn new(window: &Window, progress: &'a mut dyn FnMut(Progress)) -> Self {
        let bytes_total = window.log_bytes();
        // Shards differ by chance: some thousands in a million. A little more spares the copy when one runs over.
        let claims = bytes_total / widen(CLAIM_BYTES);
        let each = crate::narrow(claims / u64::from(window.shards) * 101 / 100 + 64);
        let shards = (0..window.shards).map(|_| Vec::with_capacity(each)).collect();
        Self { progress, done: Progress { claims: 0, bytes: 0, bytes_total }, watermark: TIME_MIN, shards }
    }

    fn read(&mut self, number: i64, slice: &mut Slice, segments: &mut Segments) -> Result<(), Error> {
        let start = self.done.bytes;
        let shards = u32::try_from(self.shards.len()).expect("there are as many as the settings say, a u32");
        // Taken out of the slice, because blocks are borrowed from the reader while the segments are extended.
        let (mut numbers, mut at, mut count) = (Vec::new(), 0, 0);
        let Some(reader) = slice.reader() else { return Ok(()) };
        while let Some((payload, next)) = reader.frame_in_place(at)? {
            let (claims, rest) = payload.as_chunks::<CLAIM_BYTES>();
            if !rest.is_empty() {
                return Err(reader.corrupt(at, "a block that is no whole number of claims"));
            }
            let first = at + widen(store::framed_len(0));
            for (offset, bytes) in (first..).step_by(CLAIM_BYTES).zip(claims) {
                let key = claim::key(bytes);
                let address = segments.address(number, &mut numbers, offset);
                let address = address.map_err(|_| out_of_bounds("the number of claims in the window"))?;
                self.shards[shard_index(key, shards)].push(Slot::new(Hash::of(key), address));
                self.watermark = self.watermark.max(claim::time(bytes));
            }
            count += widen(claims.len());
            let before = self.done.claims / TELL_CLAIMS;
            self.done.claims += widen(claims.len());
            self.done.bytes = start + next;
            if self.done.claims / TELL_CLAIMS != before {
                (self.progress)(self.done);
            }
            at = next;
        }
        (slice.claims, slice.segments) = (count, numbers);
        Ok(())
    }
}

/// Sorts and lays out every shard, on as many threads as there are cores, or as can be had.
fn lay_out(tables: &mut [Table], shards: Vec<Vec<Slot>>) {
    let rest = Mutex::new(tables.iter_mut().zip(shards));
    // Slots are freed at once: the tables take their place.
    let next = || rest.lock().unwrap_or_else(PoisonError::into_inner).next();
    let lay = || {
        while let Some((table, mut slots)) = next() {
            slots.sort_unstable();
            table.fill_sorted(&slots);
        }
    };
    thread::scope(|scope| {
        for _ in 1..thread::available_parallelism().map_or(1, usize::from) {
            // Without it, the others do its part.
            let _unhad = thread::Builder::new().spawn_scoped(scope, lay);
        }
        lay();
    });
}

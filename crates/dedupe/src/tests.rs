//! The window against the simplest thing that could be right, through crashes and restarts.

mod shards;
mod traces;

use crate::{Candidate, Decision, GROUP, Settings, Window, slices::Slice};
use proptest::prelude::*;
use record::{Claim, ContentHash, Key, Position, RecordTime};
use std::{
    collections::HashMap,
    fs::{self, File},
    os::unix::fs::FileExt,
    path::Path,
};
use store::{Error, Store, Sync, Writer};
use tempfile::TempDir;

const SETTINGS: Settings = Settings { shards: 3, window_ms: 100, slices: 4 };

/// Keys that agree in every bit the index sees, in groups of four: only the log can tell them apart.
fn key(number: u32) -> Key {
    let mut key = [0; 16];
    key[..4].copy_from_slice(&(number / 4).to_be_bytes());
    key[8..12].copy_from_slice(&(number / 4).wrapping_mul(0x9E37_79B9).to_be_bytes());
    key[15] = (number % 4) as u8;
    Key(key)
}

fn claim(number: u32, content: u64, offset: u64, time: i64) -> Claim {
    let position = Position { partition: 0, offset };
    Claim { key: key(number), content: ContentHash(content), position, time: RecordTime(time) }
}

/// Candidates that leave no traces.
fn plain(claims: &[Claim]) -> Vec<Candidate<'static>> {
    claims.iter().map(|claim| Candidate { claim: *claim, traces: &[] }).collect()
}

/// A store with its window, as the pipeline holds them.
struct House {
    store: Store,
    writer: Writer,
    window: Window,
}

impl House {
    fn open(dir: &Path) -> Self {
        Self::try_open(dir, SETTINGS).unwrap()
    }

    fn try_open(dir: &Path, settings: Settings) -> Result<Self, Error> {
        let store = Store::open(dir, Sync::Off)?;
        let writer = store.writer(GROUP)?;
        let window = Window::open(&store, settings, &mut |_| {})?;
        Ok(Self { store, writer, window })
    }

    fn commit(&mut self) {
        let mut txn = self.store.begin();
        self.window.write(&mut txn, &self.writer);
        txn.commit().unwrap();
        self.window.committed(&self.store).unwrap();
    }

    fn decide(&mut self, candidates: &[Claim]) -> Vec<Decision> {
        let decided = self.window.decide(&plain(candidates)).unwrap();
        self.commit();
        decided.decisions
    }
}

/// Every accepted claim with the slice it went to, and the definition of the window applied to it, word by word.
#[derive(Clone, Default)]
struct Oracle {
    claims: HashMap<Key, (Claim, i64)>,
    /// By trace and record: that nobody had left the trace when the record was accepted.
    notes: HashMap<(Key, Key), (Position, i64)>,
    watermark: Option<i64>,
}

impl Oracle {
    fn decide(&mut self, candidate: &Claim) -> Decision {
        let slice_ms = SETTINGS.window_ms / i64::from(SETTINGS.slices);
        let unknown = RecordTime(self.watermark.unwrap_or(-1).max(-1));
        let time = candidate.time.known().unwrap_or(unknown).0;
        let now = self.watermark.map_or(time, |watermark| watermark.max(time));
        let counts = |slice: i64| (slice + 1) * slice_ms > now - SETTINGS.window_ms;
        if let Some((held, slice)) = self.claims.get(&candidate.key)
            && counts(*slice)
        {
            let first = held.position;
            return match () {
                () if first == candidate.position => Decision::Own,
                () if held.content == candidate.content => Decision::Same { first },
                () => Decision::Conflict { first },
            };
        }
        let mut slice = time.div_euclid(slice_ms);
        while !counts(slice) {
            slice += 1;
        }
        self.claims.insert(candidate.key, (*candidate, slice));
        self.watermark = Some(now);
        Decision::First
    }

    fn keys(&self) -> u64 {
        let slice_ms = SETTINGS.window_ms / i64::from(SETTINGS.slices);
        let end = self.watermark.unwrap_or_default() - SETTINGS.window_ms;
        let slices = self.claims.values().map(|(_, slice)| slice).chain(self.notes.values().map(|(_, slice)| slice));
        slices.filter(|slice| (*slice + 1) * slice_ms > end).count() as u64
    }
}

#[derive(Clone, Copy, Debug)]
enum After {
    Commit,
    Abandon,
    CommitAndReopen,
    /// The process dies before the commit.
    Crash,
}

#[derive(Clone, Debug)]
struct Step {
    /// Key, content, step of time, lateness, and whether the position of an earlier record is taken again.
    records: Vec<(u32, u64, i64, i64, bool)>,
    after: After,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let lateness = prop_oneof![4 => Just(0), 1 => Just(7), 2 => 0..60_i64, 1 => 0..400_i64];
    let forward = prop_oneof![20 => 0..4_i64, 1 => 0..60_i64, 1 => 100..500_i64];
    let record = (0..60_u32, 0..2_u64, forward, lateness, prop::bool::weighted(0.2));
    let after = prop_oneof![
        5 => Just(After::Commit), 1 => Just(After::Abandon), 1 => Just(After::CommitAndReopen), 1 => Just(After::Crash),
    ];
    let step = (prop::collection::vec(record, 1..60), after).prop_map(|(records, after)| Step { records, after });
    prop::collection::vec(step, 1..12)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn any_history_is_decided_as_the_oracle_decides(steps in steps()) {
        let dir = TempDir::new().unwrap();
        let mut house = House::open(dir.path());
        let mut oracle = Oracle::default();
        let (mut time, mut offset) = (-150, 0);
        for step in steps {
            let before = oracle.clone();
            let candidates: Vec<_> = step.records.into_iter().map(|(number, content, forward, late, again)| {
                time += forward;
                offset += 1;
                let held = oracle.claims.get(&key(number)).filter(|_| again);
                let at = held.map_or(offset, |(held, _)| held.position.offset);
                claim(number, content, at, if content == 0 && late == 7 { -1 } else { time - late })
            }).collect();
            let expected: Vec<_> = candidates.iter().map(|candidate| oracle.decide(candidate)).collect();
            prop_assert_eq!(house.window.decide(&plain(&candidates)).unwrap().decisions, expected);
            match step.after {
                After::Commit => house.commit(),
                After::Abandon => { house.window.abandon(); oracle = before; }
                After::CommitAndReopen => { house.commit(); drop(house); house = House::open(dir.path()); }
                After::Crash => { drop(house); house = House::open(dir.path()); oracle = before; }
            }
            prop_assert_eq!(house.window.keys(), oracle.keys());
        }
    }

    /// The same records in one chunk, one by one, and in chunks of any size: the same answers, and the same after a
    /// restart.
    #[test]
    fn chunk_boundaries_change_nothing(
        records in prop::collection::vec((0..40_u32, 0..2_u64, 0..30_i64, 0..80_i64), 1..150), size in 1..50_usize,
    ) {
        let mut time = 0;
        let candidates: Vec<_> = (0..).zip(records).map(|(offset, (number, content, forward, late))| {
            time += forward;
            claim(number, content, offset, time - late)
        }).collect();
        let decided = |size: usize| {
            let dir = TempDir::new().unwrap();
            let mut house = House::open(dir.path());
            let decisions: Vec<_> = candidates.chunks(size).flat_map(|chunk| house.decide(chunk)).collect();
            drop(house);
            let mut house = House::open(dir.path());
            let again = house.decide(&candidates);
            (decisions, house.window.keys(), again)
        };
        let whole = decided(candidates.len());
        prop_assert_eq!(&decided(1), &whole);
        prop_assert_eq!(&decided(size), &whole);
    }
}

#[test]
fn same_conflict_and_own_are_told_apart_within_a_chunk_and_after_it() {
    let dir = TempDir::new().unwrap();
    let mut house = House::open(dir.path());
    let first = Position { partition: 0, offset: 10 };
    let candidates = [claim(1, 7, 10, 0), claim(1, 7, 11, 0), claim(1, 8, 12, 0), claim(1, 7, 10, 0)];
    let [_, same, conflict, own] =
        [Decision::First, Decision::Same { first }, Decision::Conflict { first }, Decision::Own];
    assert_eq!(house.decide(&candidates), [Decision::First, same, conflict, own]);
    assert_eq!(house.decide(&candidates), [own, same, conflict, own]);
}

#[test]
fn a_record_of_unknown_time_is_as_new_as_the_newest() {
    let dir = TempDir::new().unwrap();
    let mut house = House::open(dir.path());
    house.decide(&[claim(1, 0, 0, 1_000), claim(2, 0, 1, -1)]);
    let [same] = house.decide(&[claim(2, 0, 2, 1_099)])[..] else { panic!("one answer") };
    assert!(matches!(same, Decision::Same { .. }));
    assert_eq!(house.store.files(GROUP).unwrap()[0].name, "claims-40");
}

#[test]
fn an_expired_slice_loses_its_file_its_keys_and_its_memory() {
    let dir = TempDir::new().unwrap();
    let mut house = House::open(dir.path());
    let many: Vec<_> = (0..20_000).map(|number| claim(number, 0, number.into(), 0)).collect();
    house.decide(&many);
    let full = house.window.memory_bytes();
    assert_eq!((house.window.keys(), house.store.files(GROUP).unwrap().len()), (20_000, 1));
    assert_eq!(house.decide(&[claim(0, 0, 30_000, 124)]), [Decision::Same { first: many[0].position }]);
    assert_eq!(house.decide(&[claim(0, 0, 30_000, 125)]), [Decision::First]);
    assert_eq!((house.window.keys(), house.store.files(GROUP).unwrap().len()), (1, 1));
    assert!(dir.path().join("out/claims-5.log").exists() && !dir.path().join("out/claims-0.log").exists());
    for _ in 0..SETTINGS.shards {
        house.decide(&[]);
    }
    assert!(house.window.memory_bytes() * 10 < full);
}

#[test]
fn segments_of_dropped_slices_are_used_again() {
    let dir = TempDir::new().unwrap();
    let mut house = House::open(dir.path());
    for round in 0..200_i64 {
        let records: Vec<_> = (0..50).map(|number| claim(number, 0, 0, round * 200)).collect();
        assert!(house.decide(&records).iter().all(|decision| *decision == Decision::First), "round {round}");
    }
    assert!(format!("{:?}", house.window).matches("slice:").count() < 20, "{:?}", house.window);
}

#[test]
fn a_damaged_claim_log_is_refused_at_every_byte() {
    let dir = TempDir::new().unwrap();
    let mut house = House::open(dir.path());
    house.decide(&[claim(1, 1, 1, 1), claim(2, 2, 2, 2)]);
    drop(house);
    let path = dir.path().join("out/claims-0.log");
    let sound = fs::read(&path).unwrap();
    for at in 0..sound.len() {
        let mut damaged = sound.clone();
        damaged[at] ^= 0x10;
        fs::write(&path, damaged).unwrap();
        assert!(matches!(House::try_open(dir.path(), SETTINGS).err(), Some(Error::Corrupt { .. })), "byte {at}");
    }
}

#[test]
fn a_claim_that_rots_while_in_use_is_never_believed() {
    let dir = TempDir::new().unwrap();
    let mut house = House::open(dir.path());
    house.decide(&[claim(1, 1, 1, 1)]);
    let file = File::options().write(true).open(dir.path().join("out/claims-0.log")).unwrap();
    // The content hash: believing it would turn "same" into "conflict".
    file.write_all_at(&[0xFF], 8 + 16).unwrap();
    assert!(matches!(house.window.decide(&plain(&[claim(1, 1, 2, 1)])).unwrap_err(), Error::Corrupt { byte: 8, .. }));
}

#[test]
fn the_newest_claims_are_mapped_and_believed_no_sooner_than_others() {
    let dir = TempDir::new().unwrap();
    let mut house = House::open(dir.path());
    // More than a piece of 4 MiB, and an index of more than that.
    let many: Vec<_> = (0..600_000).map(|number| claim(number, 0, number.into(), 0)).collect();
    many.chunks(4096).for_each(|chunk| drop(house.decide(chunk)));
    for _ in 0..2 {
        let mapped: u64 =
            house.window.slices.values_mut().filter_map(Slice::reader).map(|reader| reader.mapped_bytes()).sum();
        assert!((4 << 20..=house.window.memory_bytes()).contains(&mapped), "{mapped}");
        let again: Vec<_> = (0..600_000).step_by(701).map(|number| claim(number, 0, 1_000_000, 0)).collect();
        let firsts = house.decide(&again).into_iter().map(|decision| match decision {
            Decision::Same { first } => first.offset,
            other => panic!("{other:?}"),
        });
        assert!(firsts.eq((0..600_000).step_by(701)));
        drop(house);
        house = House::open(dir.path());
    }
    let file = File::options().write(true).open(dir.path().join("out/claims-0.log")).unwrap();
    let newest = file.metadata().unwrap().len() - 44;
    file.write_all_at(&[0xFF], newest + 16).unwrap();
    let error = house.window.decide(&plain(&[claim(599_999, 0, 1_000_000, 0)])).unwrap_err();
    assert!(matches!(error, Error::Corrupt { byte, .. } if byte == newest), "{error}");
}

#[test]
fn other_slices_than_the_log_was_made_with_are_refused_and_another_window_is_not() {
    let dir = TempDir::new().unwrap();
    House::open(dir.path()).decide(&[claim(1, 1, 1, 1)]);
    let error = House::try_open(dir.path(), Settings { slices: 5, ..SETTINGS }).err().unwrap();
    assert!(matches!(error, Error::Foreign { .. }) && error.to_string().contains("25 ms"), "{error}");
    let wider = Settings { window_ms: 200, slices: 8, shards: 64 };
    let mut house = House::try_open(dir.path(), wider).unwrap();
    assert!(matches!(house.decide(&[claim(1, 1, 2, 150)])[0], Decision::Same { .. }));
}

#[test]
fn progress_reaches_the_end() {
    let dir = TempDir::new().unwrap();
    let mut house = House::open(dir.path());
    let many: Vec<_> = (0..50_000).map(|number| claim(number, 0, number.into(), 0)).collect();
    many.chunks(999).for_each(|chunk| drop(house.decide(chunk)));
    let mut last = None;
    let window = Window::open(&house.store, SETTINGS, &mut |progress| last = Some(progress)).unwrap();
    let last = last.unwrap();
    assert_eq!((last.claims, last.bytes), (50_000, last.bytes_total));
    assert_eq!((window.keys(), window.log_bytes()), (50_000, house.window.log_bytes()));
    assert!(window.log_bytes() < 48 * 50_000);
}

//! Traces against the simplest thing that could be right.

use super::{After, House, Oracle, SETTINGS, claim, key};
use crate::{
    Candidate, Decision, Met, Settings, Shards,
    shards::{Applied, claims},
};
use proptest::prelude::*;
use record::{Asks, Claim, ContentHash, Key, Position, Severity, Trace};
use tempfile::TempDir;

const HARD: Severity = Severity::Hard;
const SOFT: Severity = Severity::Soft;

/// A trace whose key no record has, nor what comes of it and the key of a record.
fn trace(number: u8, rule: u16, severity: Severity) -> Trace {
    let mut key = key(1_000_000 + u32::from(number));
    key.0[12] = number;
    Trace { key, asks: Asks::Nobody { rule, severity } }
}

/// The same trace, left for those who seek it.
fn answer(number: u8) -> Trace {
    Trace { asks: Asks::Nothing, ..trace(number, 0, SOFT) }
}

/// The same trace, sought.
fn sought(number: u8, look_up: u16, severity: Severity) -> Trace {
    Trace { asks: Asks::Somebody { look_up, severity }, ..trace(number, 0, SOFT) }
}

fn nobody(look_up: u16, severity: Severity) -> Met {
    Met::Nobody { look_up, severity }
}

fn somebody(rule: u16, severity: Severity, offset: u64) -> Met {
    Met::Somebody { rule, severity, first: Position { partition: 0, offset } }
}

/// A record and what it leaves.
#[derive(Clone, Debug)]
struct Leaves {
    claim: Claim,
    traces: Vec<Trace>,
}

impl Leaves {
    fn candidate(&self) -> Candidate<'_> {
        Candidate { claim: self.claim, traces: &self.traces }
    }
}

type Told = (Decision, Vec<Met>);

/// Whether what was left in a slice is still known.
fn counts(slice: i64, now: i64) -> bool {
    let slice_ms = SETTINGS.window_ms / i64::from(SETTINGS.slices);
    (slice + 1) * slice_ms > now - SETTINGS.window_ms
}

impl Oracle {
    /// What is held of a key at a time.
    fn held(&self, key: Key, now: i64) -> Option<Claim> {
        self.claims.get(&key).filter(|(_, slice)| counts(*slice, now)).map(|(held, _)| *held)
    }

    fn decide_traced(&mut self, record: &Leaves) -> Told {
        let claim = record.claim;
        let now = self.watermark.map_or(claim.time.0, |watermark| watermark.max(claim.time.0));
        let is_new = self.held(claim.key, now).is_none();
        let mut met: Vec<Met> = Vec::new();
        for trace in &record.traces {
            let others = self.held(trace.key, now).filter(|held| held.position != claim.position);
            let another = others.filter(|held| held.content != claim.key.stamp());
            match trace.asks {
                Asks::Nobody { rule, severity } => {
                    let is_told = met.iter().any(|met| matches!(met, Met::Somebody { rule: of, .. } if *of == rule));
                    let first = another.filter(|_| !is_told).map(|held| held.position);
                    met.extend(first.map(|first| Met::Somebody { rule, severity, first }));
                }
                Asks::Somebody { look_up, severity } => {
                    let noted = self.notes.get(&(trace.key, claim.key));
                    let noted = noted.is_some_and(|(of, slice)| *of == claim.position && counts(*slice, now));
                    let nobody = if is_new { another.is_none() } else { noted };
                    met.extend(nobody.then_some(Met::Nobody { look_up, severity }));
                }
                Asks::Nothing => {}
            }
        }
        if is_new && met.iter().any(|met| met.severity() == HARD) {
            return (Decision::Refused, met);
        }
        let decision = self.decide(&claim);
        if decision == Decision::First {
            self.leave(record, &met, now);
        }
        (decision, if matches!(decision, Decision::First | Decision::Own) { met } else { Vec::new() })
    }

    /// The record is accepted.
    fn leave(&mut self, record: &Leaves, met: &[Met], now: i64) {
        let claim = record.claim;
        let slice = self.claims[&claim.key].1;
        for trace in &record.traces {
            match trace.asks {
                Asks::Somebody { look_up, severity } if met.contains(&nobody(look_up, severity)) => {
                    self.notes.insert((trace.key, claim.key), (claim.position, slice));
                }
                Asks::Nothing | Asks::Nobody { .. } if self.held(trace.key, now).is_none() => {
                    let left = Claim { key: trace.key, content: claim.key.stamp(), ..claim };
                    self.claims.insert(trace.key, (left, slice));
                }
                _ => {}
            }
        }
    }
}

fn told(house: &mut House, records: &[Leaves]) -> Vec<Told> {
    let candidates: Vec<_> = records.iter().map(Leaves::candidate).collect();
    let decided = house.window.decide(&candidates).unwrap();
    let met = |nth: usize| decided.met.iter().filter(|(of, _)| *of == nth).map(|(_, met)| *met).collect();
    decided.decisions.iter().enumerate().map(|(nth, decision)| (*decision, met(nth))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn any_history_is_told_as_the_oracle_tells_it(
        steps in prop::collection::vec((prop::collection::vec(
            (0..12_u32, 0..2_u64, 0..12_i64, prop::collection::vec((0..9_u8, 0..6_u16), 0..5), prop::bool::weighted(0.2)),
            1..30,
        ), 0..4_u8), 1..10),
    ) {
        let dir = TempDir::new().unwrap();
        let mut house = House::open(dir.path());
        let mut oracle = Oracle::default();
        let (mut time, mut offset) = (0, 0);
        for (records, after) in steps {
            let before = oracle.clone();
            let records: Vec<Leaves> = records.into_iter().map(|(number, content, forward, traces, again)| {
                time += forward;
                offset += 1;
                let held = oracle.claims.get(&key(number)).filter(|_| again);
                let at = held.map_or(offset, |(held, _)| held.position.offset);
                let trace = |(number, asks)| match asks {
                    0 | 1 => trace(number, asks, SOFT),
                    2 => trace(number, asks, HARD),
                    3 => answer(number),
                    // One value of a look-up at most.
                    4 => sought(number, number.into(), SOFT),
                    _ => sought(number, number.into(), HARD),
                };
                let traces = traces.into_iter().map(trace).collect();
                Leaves { claim: claim(number, content, at, time), traces }
            }).collect();
            let expected: Vec<_> = records.iter().map(|record| oracle.decide_traced(record)).collect();
            prop_assert_eq!(told(&mut house, &records), expected);
            match [After::Commit, After::Abandon, After::CommitAndReopen, After::Crash][usize::from(after)] {
                After::Commit => house.commit(),
                After::Abandon => { house.window.abandon(); oracle = before; }
                After::CommitAndReopen => { house.commit(); drop(house); house = House::open(dir.path()); }
                After::Crash => { drop(house); house = House::open(dir.path()); oracle = before; }
            }
            prop_assert_eq!(house.window.keys(), oracle.keys());
        }
    }
}

fn leaves(number: u32, offset: u64, time: i64, traces: &[Trace]) -> Leaves {
    Leaves { claim: claim(number, 0, offset, time), traces: traces.to_vec() }
}

#[test]
fn what_is_refused_leaves_nothing_and_what_is_warned_of_leaves_the_rest() {
    let dir = TempDir::new().unwrap();
    let mut house = House::open(dir.path());
    let first = leaves(1, 1, 0, &[trace(1, 0, HARD), trace(2, 0, HARD)]);
    let refused = leaves(2, 2, 0, &[trace(2, 0, HARD), trace(3, 0, HARD)]);
    let fits = leaves(3, 3, 0, &[trace(3, 0, HARD), trace(4, 1, SOFT)]);
    let warned = leaves(4, 4, 0, &[trace(4, 1, SOFT), trace(5, 1, SOFT)]);
    let after_it = leaves(5, 5, 0, &[trace(5, 1, SOFT)]);
    let expected = [
        (Decision::First, vec![]),
        (Decision::Refused, vec![somebody(0, HARD, 1)]),
        (Decision::First, vec![]),
        (Decision::First, vec![somebody(1, SOFT, 3)]),
        (Decision::First, vec![somebody(1, SOFT, 4)]),
    ];
    let records = [first, refused, fits, warned, after_it];
    assert_eq!(told(&mut house, &records), expected);
    house.commit();
    // Those that are processed again are told the same.
    let again = told(&mut house, &records);
    house.window.abandon();
    assert_eq!(again[1], expected[1]);
    assert_eq!(again.iter().filter(|(decision, _)| *decision == Decision::Own).count(), 4);
    assert!(again.iter().zip(&expected).all(|((_, again), (_, met))| again == met), "{again:?}");
}

#[test]
fn a_trace_is_forgotten_with_the_key_of_its_record() {
    let dir = TempDir::new().unwrap();
    let mut house = House::open(dir.path());
    house.window.decide(&[leaves(1, 1, 0, &[trace(1, 0, HARD)]).candidate()]).unwrap();
    house.commit();
    assert_eq!(house.window.keys(), 2);
    let late = leaves(2, 2, 124, &[trace(1, 0, HARD)]);
    assert_eq!(told(&mut house, std::slice::from_ref(&late))[0].0, Decision::Refused);
    house.commit();
    let later = Leaves { claim: claim(2, 0, 2, 125), ..late };
    assert_eq!(told(&mut house, &[later])[0].0, Decision::First);
}

/// As when its form got another key since.
#[test]
fn a_record_that_comes_again_under_another_key_meets_no_trace_of_its_own() {
    let dir = TempDir::new().unwrap();
    let mut house = House::open(dir.path());
    let left = [trace(1, 0, HARD)];
    house.window.decide(&[leaves(1, 1, 0, &left).candidate()]).unwrap();
    house.commit();
    let expected = [(Decision::First, vec![]), (Decision::Refused, vec![somebody(0, HARD, 1)])];
    assert_eq!(told(&mut house, &[leaves(9, 1, 0, &left), leaves(8, 2, 0, &left)]), expected);
}

#[test]
fn traces_are_published_behind_the_key_of_their_record_and_read_back() {
    let dir = TempDir::new().unwrap();
    let open = || Shards::open(dir.path(), SETTINGS, "cluster", "claims").unwrap();
    let (mut shards, traces) = (open(), [trace(0, 0, SOFT), trace(1, 1, SOFT)]);
    // Of one home, so of one shard.
    let homed = |number: u8, offset: u64, traces: &[Trace]| {
        let home = |mut key: Key| {
            key.0[..4].copy_from_slice(&[0, 0, 0, 1]);
            key
        };
        let claim = Claim { key: home(key(number.into())), ..claim(u32::from(number), 0, offset, 0) };
        Leaves { claim, traces: traces.iter().map(|trace| Trace { key: home(trace.key), ..*trace }).collect() }
    };
    let (first, second) = (homed(1, 1, &traces), homed(2, 2, &traces[..1]));
    shards.own(1).unwrap();
    let (decisions, met) = shards.decide(&[first.candidate(), second.candidate()]).unwrap();
    assert_eq!(decisions, [Some(Decision::First); 2]);
    assert_eq!(met, [(1, somebody(0, SOFT, 1))]);
    let left = |trace: &Trace| Claim { key: trace.key, content: first.claim.key.stamp(), ..first.claim };
    let staged: Vec<Claim> = shards.staged().iter().map(|(_, claim)| *claim).collect();
    assert_eq!(staged, [first.claim, left(&first.traces[0]), left(&first.traces[1]), second.claim]);
    assert_ne!(staged[1].content, ContentHash(0));
    let messages: Vec<_> = shards.messages().collect();
    assert_eq!(messages.iter().map(|(shard, _)| *shard).collect::<Vec<_>>(), [1, 1], "one for each record");
    assert!(messages.iter().all(|(_, message)| message.key[..4] == [0, 0, 0, 1]));
    let read: Vec<Claim> = messages.iter().flat_map(|(_, message)| claims(message).unwrap()).collect();
    assert_eq!(read, staged);
    shards.abandon();
    // Another worker reads them from the topic.
    shards.restore(1, &read, Applied { next: 2, last: 0 }).unwrap();
    let third = homed(3, 3, &traces[1..]);
    let (decisions, met) = shards.decide(&[third.candidate(), homed(4, 4, &[]).candidate()]).unwrap();
    assert_eq!((decisions[0], met), (Some(Decision::First), vec![(0, somebody(1, SOFT, 1))]));
}

#[test]
fn what_is_sought_must_have_been_left_by_an_accepted_record() {
    let dir = TempDir::new().unwrap();
    let mut house = House::open(dir.path());
    let refused = leaves(1, 1, 0, &[sought(9, 0, HARD), answer(1)]);
    let in_vain = leaves(2, 2, 0, &[answer(2), sought(1, 0, HARD)]);
    let itself = leaves(3, 3, 0, &[answer(3), sought(3, 0, HARD)]);
    let leaving = leaves(4, 4, 0, &[answer(1)]);
    let found = leaves(5, 5, 0, &[answer(5), sought(1, 0, HARD)]);
    let warned = leaves(6, 6, 0, &[sought(7, 1, SOFT), answer(6)]);
    let late = leaves(7, 7, 0, &[answer(7)]);
    let expected = [
        (Decision::Refused, vec![nobody(0, HARD)]),
        (Decision::Refused, vec![nobody(0, HARD)]),
        (Decision::Refused, vec![nobody(0, HARD)]),
        (Decision::First, vec![]),
        (Decision::First, vec![]),
        (Decision::First, vec![nobody(1, SOFT)]),
        (Decision::First, vec![]),
    ];
    let records = [refused, in_vain, itself, leaving, found, warned, late];
    assert_eq!(told(&mut house, &records), expected);
    house.commit();
    // Four keys, what they answer with, and the note of the warning. Nothing is left of what is sought.
    assert_eq!(house.window.keys(), 4 + 4 + 1);
    // Accepted ones are told the same again, whatever was left since; a refused one is looked for anew.
    let again = told(&mut house, &records);
    assert!(again[3..].iter().zip(&expected[3..]).all(|((_, again), (_, met))| again == met), "{again:?}");
    assert_eq!(again.iter().filter(|(decision, _)| *decision == Decision::Own).count(), 4);
    assert_eq!([&again[0], &again[1]], [&expected[0], &(Decision::First, vec![])]);
    house.window.abandon();
    // A duplicate is told nothing.
    let copy = Leaves { claim: claim(6, 0, 8, 0), ..records[5].clone() };
    assert!(matches!(told(&mut house, &[copy])[0], (Decision::Same { .. }, ref met) if met.is_empty()));
}

#[test]
fn what_is_sought_is_forgotten_with_the_key_of_the_record_that_left_it() {
    let dir = TempDir::new().unwrap();
    let mut house = House::open(dir.path());
    house.window.decide(&[leaves(1, 1, 0, &[answer(1)]).candidate()]).unwrap();
    house.commit();
    for (time, decision) in [(124, Decision::First), (125, Decision::Refused)] {
        let later = leaves(2, 2, time, &[sought(1, 0, HARD)]);
        assert_eq!(told(&mut house, &[later])[0].0, decision, "at {time}");
        house.window.abandon();
    }
}

proptest! {
    #[test]
    fn a_message_of_claims_that_is_damaged_is_none(traces in 1_u8..8, bit in 0_usize..512, cut in 1_usize..60) {
        let dir = TempDir::new().unwrap();
        let mut shards = Shards::open(dir.path(), Settings { shards: 1, ..SETTINGS }, "cluster", "claims").unwrap();
        shards.own(0).unwrap();
        let traces: Vec<_> = (0..traces).map(|number| trace(number, 0, SOFT)).collect();
        shards.decide(&[leaves(1, 1, 0, &traces).candidate()]).unwrap();
        let (_, message) = shards.messages().next().unwrap();
        prop_assert_eq!(claims(&message).unwrap().len(), traces.len() + 1);
        let mut flipped = message.clone();
        flipped.value[bit / 8 % message.value.len()] ^= 1 << (bit % 8);
        prop_assert_eq!(claims(&flipped), None);
        let mut cut_short = message.clone();
        cut_short.value.truncate(message.value.len() - cut.min(message.value.len()));
        // What is left may be the claim of the key alone, which is sound: nobody cuts a message there but by hand.
        prop_assert!(claims(&cut_short).is_none_or(|claims| claims.len() == 1 && cut_short.value.len() == 44));
    }
}

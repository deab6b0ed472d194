//! Traces against the simplest thing that could be right.

use super::{After, House, Oracle, SETTINGS, claim, key};
use crate::{Candidate, Decision, Met, Shards};
use proptest::prelude::*;
use record::{Claim, ContentHash, Key, Position, Severity, Trace};
use tempfile::TempDir;

const HARD: Severity = Severity::Hard;
const SOFT: Severity = Severity::Soft;

/// A trace whose key no record has.
fn trace(number: u32, rule: u16, severity: Severity) -> Trace {
    Trace { key: key(1_000_000 + number), rule, severity }
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

type Told = (Decision, Vec<(u16, Position)>);

impl Oracle {
    /// What is held of a key at a time.
    fn held(&self, key: Key, now: i64) -> Option<Claim> {
        let slice_ms = SETTINGS.window_ms / i64::from(SETTINGS.slices);
        let (held, slice) = self.claims.get(&key)?;
        ((slice + 1) * slice_ms > now - SETTINGS.window_ms).then_some(*held)
    }

    fn decide_traced(&mut self, record: &Leaves) -> Told {
        let claim = record.claim;
        let now = self.watermark.map_or(claim.time.0, |watermark| watermark.max(claim.time.0));
        let mut met: Vec<(u16, Position)> = Vec::new();
        let mut refused = false;
        for trace in &record.traces {
            let others = self.held(trace.key, now).filter(|held| held.position != claim.position);
            if let Some(held) = others.filter(|held| held.content != claim.key.stamp())
                && met.iter().all(|(rule, _)| *rule != trace.rule)
            {
                met.push((trace.rule, held.position));
                refused |= trace.severity == HARD;
            }
        }
        let is_new = self.held(claim.key, now).is_none();
        if is_new && refused {
            return (Decision::Refused, met);
        }
        let decision = self.decide(&claim);
        if decision == Decision::First {
            for trace in &record.traces {
                if self.held(trace.key, now).is_none() {
                    let slice = self.claims[&claim.key].1;
                    let left = Claim { key: trace.key, content: claim.key.stamp(), ..claim };
                    self.claims.insert(trace.key, (left, slice));
                }
            }
        }
        (decision, if matches!(decision, Decision::First | Decision::Own) { met } else { Vec::new() })
    }
}

fn told(house: &mut House, records: &[Leaves]) -> Vec<Told> {
    let candidates: Vec<_> = records.iter().map(Leaves::candidate).collect();
    let decided = house.window.decide(&candidates).unwrap();
    let met = |nth: usize| {
        let of = decided.met.iter().filter(move |met| met.candidate == nth);
        of.map(|met| (met.trace.rule, met.first)).collect()
    };
    decided.decisions.iter().enumerate().map(|(nth, decision)| (*decision, met(nth))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn any_history_is_told_as_the_oracle_tells_it(
        steps in prop::collection::vec((prop::collection::vec(
            (0..12_u32, 0..2_u64, 0..12_i64, prop::collection::vec((0..9_u32, 0..3_u16), 0..4), prop::bool::weighted(0.2)),
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
                let severity = |rule| if rule == 2 { HARD } else { SOFT };
                let traces = traces.into_iter().map(|(left, rule)| trace(left, rule, severity(rule))).collect();
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
    let at = |offset| Position { partition: 0, offset };
    let expected = [
        (Decision::First, vec![]),
        (Decision::Refused, vec![(0, at(1))]),
        (Decision::First, vec![]),
        (Decision::First, vec![(1, at(3))]),
        (Decision::First, vec![(1, at(4))]),
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
    assert_eq!(met, [Met { candidate: 1, trace: second.traces[0], first: first.claim.position }]);
    let left = |trace: &Trace| Claim { key: trace.key, content: first.claim.key.stamp(), ..first.claim };
    let staged: Vec<Claim> = shards.staged().iter().map(|(_, claim)| *claim).collect();
    assert_eq!(staged, [first.claim, left(&first.traces[0]), left(&first.traces[1]), second.claim]);
    assert_ne!(staged[1].content, ContentHash(0));
    shards.abandon();
    // Another worker reads them from the topic.
    shards.restore(1, &staged, 4).unwrap();
    let third = homed(3, 3, &traces[1..]);
    let (decisions, met) = shards.decide(&[third.candidate(), homed(4, 4, &[]).candidate()]).unwrap();
    assert_eq!((decisions[0], met[0].first), (Some(Decision::First), first.claim.position));
}

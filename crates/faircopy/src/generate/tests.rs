use super::*;
use record::Outcome;
use std::collections::HashMap;

fn mixed(seed: u64) -> Generator {
    Generator { seed, invalid_ppm: 80_000, duplicate_ppm: 30_000, kind: None, envelope: true }
}

#[test]
fn a_record_does_not_depend_on_those_before_it() {
    let generator = mixed(5);
    let forward: Vec<_> = (0..500).map(|index| generator.record(index).bytes).collect();
    let backward: Vec<_> = (0..500).rev().map(|index| generator.record(index).bytes).collect();
    assert!(forward.iter().eq(backward.iter().rev()));
    assert_ne!(forward, (0..500).map(|index| mixed(6).record(index).bytes).collect::<Vec<_>>());
}

#[test]
fn shares_are_met_and_every_repeat_points_at_a_clean_record_before_it() {
    let generator = mixed(1);
    let truths: Vec<_> = (0..20_000).map(|index| generator.truth(index)).collect();
    let count = |outcome| truths.iter().filter(|truth| truth.outcome == outcome).count();
    assert!((1_450..1_750).contains(&count(Outcome::Reject)), "{}", count(Outcome::Reject));
    assert!((520..680).contains(&count(Outcome::Duplicate)), "{}", count(Outcome::Duplicate));
    for (index, truth) in truths.iter().enumerate() {
        let Some(first) = truth.first.and_then(|first| usize::try_from(first).ok()) else { continue };
        assert!(first < index);
        assert_eq!(truths[first].outcome, Outcome::Clean);
        if truth.outcome == Outcome::Duplicate {
            assert_eq!(truths[first].clean, truth.clean);
        }
    }
}

#[test]
fn every_reject_has_errors_and_no_two_clean_records_are_equal() {
    let generator = mixed(2);
    let mut seen = HashMap::new();
    for index in 0..5_000 {
        let truth = generator.truth(index);
        assert_eq!(truth.outcome == Outcome::Reject, !truth.errors.is_empty(), "record {index}");
        if truth.outcome == Outcome::Clean {
            assert_eq!(seen.insert(truth.clean, index), None);
        }
    }
}

#[test]
fn a_truth_is_one_line_of_json() {
    let generator = mixed(3);
    for index in 0..200 {
        let mut line = Vec::new();
        generator.truth(index).write_line(index, &mut line);
        let value: serde_json::Value = serde_json::from_slice(&line).unwrap();
        assert_eq!(value["line"], index + 1);
        assert_eq!(line.iter().filter(|&&byte| byte == b'\n').count(), 1);
    }
}

#[test]
fn shares_are_exact() {
    assert_eq!(share("0.08"), Ok(80_000));
    assert_eq!(share("1"), Ok(MILLION));
    for wrong in ["1.1", "-0.1", "0.0000001", "8%", ""] {
        assert!(share(wrong).is_err(), "{wrong}");
    }
}

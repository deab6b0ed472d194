use super::*;
use record::Outcome;
use std::collections::{HashMap, HashSet};

fn mixed(seed: u64) -> Generator {
    Generator { seed, invalid_ppm: 80_000, duplicate_ppm: 30_000, kind: None, envelope: true, tables: false }
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

/// Judges records of one form as the line does, or those of a plain file, which have no time, and compares with the
/// truth: outcome, clean bytes, keys, codes and paths of errors and warnings.
#[track_caller]
fn judged_as_the_truth_says(kind: Kind, envelope: bool, records: u64) {
    let forms = crate::forms::load(None).unwrap();
    let form = forms.iter().find(|form| form.name() == kind.form()).unwrap();
    let sources = sources();
    let generator =
        Generator { seed: 17, invalid_ppm: 400_000, duplicate_ppm: 30_000, kind: Some(kind), envelope, tables: false };
    let (mut codes, mut keys, mut warnings) = (std::collections::BTreeMap::new(), HashMap::new(), 0);
    let mut left = HashSet::new();
    for index in 0..records {
        let made = generator.record(index);
        let profile = sources.named.get(made.source).map_or(&sources.default.profile, |source| &source.profile);
        let context =
            rules::Context { client: made.client, time: envelope.then_some(made.time), ..rules::Context::default() };
        let shown = String::from_utf8_lossy(&made.bytes);
        let conflicts = made.truth.errors.iter().any(|error| error.code == record::Code::DupConflict);
        match rules::Judge::new(form, profile).judge(&made.bytes, context) {
            record::Verdict::Clean(clean) if conflicts => assert_eq!(keys.get(&clean.key), made.truth.first.as_ref()),
            record::Verdict::Clean(clean) => {
                assert_eq!(*keys.entry(clean.key).or_insert(index), made.truth.first.unwrap_or(index), "{shown}");
                assert_eq!(
                    String::from_utf8_lossy(&clean.bytes),
                    String::from_utf8_lossy(&made.truth.clean),
                    "{shown}"
                );
                // A document that is keyed again may be a duplicate, and its warnings are then nobody's.
                if made.truth.first.is_none() {
                    let told = |warning: record::Finding| Expected { code: warning.code, path: Some(warning.path) };
                    let near = near(form, &clean.traces, &mut left);
                    let mut warned: Vec<_> = clean.warnings.into_iter().map(told).chain(near).collect();
                    warned.sort();
                    warnings += warned.len();
                    assert_eq!(warned, made.truth.warnings, "record {index}: {shown}");
                }
            }
            record::Verdict::Reject(reject) => {
                let hard = reject.errors.iter().filter(|error| error.severity == record::Severity::Hard);
                let mut found: Vec<_> = hard.map(|error| (error.code, Some(error.path.clone()))).collect();
                found.sort();
                let told = |error: &Expected| (error.code, error.path.clone());
                let expected: Vec<_> = made.truth.errors.iter().map(told).collect();
                let same = found.len() == expected.len()
                    && found.iter().zip(&expected).all(|(a, b)| a.0 == b.0 && (b.1.is_none() || a.1 == b.1));
                assert!(same, "record {index}: expected {expected:?}, found {found:?}: {shown}");
                for (code, _) in found {
                    *codes.entry(code).or_insert(0) += 1;
                }
            }
        }
    }
    assert!(codes.len() >= 20, "only {codes:?}");
    assert!(warnings > 0, "no clean record had a warning");
}

/// What earlier records say of an accepted one, by the traces that they left.
fn near(form: &rules::Form, traces: &[record::Trace], left: &mut HashSet<record::Key>) -> Vec<Expected> {
    let rules = traces.iter().filter_map(|trace| match trace.asks {
        record::Asks::Nobody { rule, .. } if !left.insert(trace.key) => Some(&form.earlier()[usize::from(rule)]),
        _ => None,
    });
    rules.map(|rule| Expected { code: rule.code, path: Some(rule.path.clone()) }).collect()
}

#[test]
fn claims_are_judged_as_the_truth_says_at_every_source() {
    judged_as_the_truth_says(Kind::Claim, true, 6_000);
    judged_as_the_truth_says(Kind::Claim, false, 3_000);
}

#[test]
fn employees_are_judged_as_the_truth_says_at_every_source() {
    judged_as_the_truth_says(Kind::Employee, true, 6_000);
}

#[test]
fn customers_are_judged_as_the_truth_says_at_every_source() {
    judged_as_the_truth_says(Kind::Customer, true, 6_000);
}

#[test]
fn a_demo_holds_every_form() {
    let kinds: Vec<Kind> = (0..400).map(|index| mixed(1).record(index).kind).collect();
    assert!(Kind::ALL.iter().all(|kind| kinds.contains(kind)));
}

/// A kind of mistake that no record can have would be listed for nothing.
fn is_made<D>(kinds: &[draft::Mistake<D>], document: impl Fn(u64, &mut random::Random) -> D) {
    for (at, kind) in kinds.iter().enumerate() {
        let made = (0..600).any(|index| {
            let mut random = random::Random::of(3, index, at as u64);
            let mut draft = draft::Draft::new(document(index, &mut random));
            (kind.make)(&mut draft, &random.pick(&source::DEMO), &mut random)
        });
        assert!(made, "mistake {at} is never made");
    }
}

#[test]
fn every_mistake_is_made() {
    let on = calendar::Day(20_514);
    is_made(claim_mistakes::MISTAKES, |index, random| claim::Claim::of(index, on, true, random));
    is_made(employee_mistakes::MISTAKES, |index, random| employee::Employee::of(3, index, [on, on], random));
    is_made(customer_mistakes::MISTAKES, |index, random| customer::Customer::of(3, index, [on, on], random));
}

#[test]
fn some_report_to_who_is_in_no_table_but_was_accepted_before() {
    let generator = Generator { kind: Some(Kind::Employee), envelope: false, tables: true, ..mixed(5) };
    let [_, (_, table)] = &tables::of(Kind::Employee, 5, 2_000)[..] else { panic!("departments and employees") };
    let (mut accepted, mut reports) = (HashSet::new(), 0);
    for index in 0..2_000 {
        let truth = generator.truth(index);
        if truth.outcome == Outcome::Clean {
            let record: serde_json::Value = serde_json::from_slice(&truth.clean).unwrap();
            let manager = record["manager_no"].as_str().unwrap();
            if !table.contains(&format!("{manager},")) {
                assert!(accepted.contains(manager), "record {index}");
                reports += 1;
            }
            accepted.extend(record["employee_no"].as_str().map(str::to_owned));
        }
    }
    assert!(reports > 50, "{reports}");
}

#[test]
fn every_mistake_that_only_a_look_up_finds_is_made() {
    let on = calendar::Day(20_514);
    is_made(tables::INVOICES, |index, random| invoice::Invoice::of(3, index, on, random));
    is_made(tables::TIMESHEETS, |index, random| timesheet::Timesheet::of(index, on, random));
    is_made(tables::CLAIMS, |index, random| claim::Claim::of(index, on, true, random));
    is_made(tables::EMPLOYEES, |index, random| employee::Employee::of(3, index, [on, on], random));
    is_made(tables::CUSTOMERS, |index, random| customer::Customer::of(3, index, [on, on], random));
}

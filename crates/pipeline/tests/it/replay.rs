use crate::{
    stay::{self, stay},
    world::{ATTEMPTS_MAX, LOCAL, World, json, line, slip},
};
use pipeline::{
    Line,
    replay::{self, Failing, Report, Selection, Settings, Site},
};
use record::{Code, header, limits::HEADER_BYTES_MAX};
use std::collections::BTreeMap;
use transport::Topic;

fn replay(world: &World, selection: &Selection, corrected: &[(&str, &str)], run: bool) -> Report {
    replay_by(&line(1), world, selection, corrected, run)
}

fn replay_by(line: &Line, world: &World, selection: &Selection, corrected: &[(&str, &str)], run: bool) -> Report {
    let corrected: BTreeMap<String, Vec<u8>> =
        corrected.iter().map(|(id, bytes)| ((*id).to_owned(), bytes.as_bytes().to_vec())).collect();
    let corrected = (!corrected.is_empty()).then_some(&corrected);
    let settings = Settings { run, attempts_max: ATTEMPTS_MAX };
    replay::run(&Site::Store(world.dir(), LOCAL), line, selection, corrected, &settings).unwrap()
}

fn rejected() -> World {
    let world = World::new(&[
        slip(r#"{"no":"1","amount":"one"}"#),
        slip(r#"{"no":"2"}"#),
        slip(r#"{"no":"3","amount":"1.00"}"#),
        slip(r#"{"no":"3","amount":"2.00"}"#),
    ]);
    world.drain(1, 100);
    assert_eq!(world.topic(Topic::Rejects).len(), 3);
    world
}

#[test]
fn a_selection_narrows_by_every_part() {
    let world = rejected();
    let count = |selection: Selection| replay(&world, &selection, &[], false).selected;
    assert_eq!(count(Selection::default()), 3);
    assert_eq!(count(Selection { codes: vec![Code::StrRequired, Code::DupConflict], ..Selection::default() }), 2);
    assert_eq!(count(Selection { forms: vec!["slip".into()], ..Selection::default() }), 3);
    assert_eq!(count(Selection { forms: vec!["other".into()], ..Selection::default() }), 0);
    assert_eq!(count(Selection { sources: vec!["scan".into()], ..Selection::default() }), 3);
    assert_eq!(count(Selection { ids: vec!["raw/0/1".into()], ..Selection::default() }), 1);
    assert_eq!(count(Selection { from_ms: Some(1_001), ..Selection::default() }), 0);
    assert_eq!(count(Selection { to_ms: Some(1_001), ..Selection::default() }), 3);
}

#[test]
fn judging_again_changes_nothing_and_says_what_would_come_of_it() {
    let world = rejected();
    let report = replay(&world, &Selection::default(), &[], false);
    assert_eq!((report.would_pass, report.sent), (0, 0), "the conflict would be found again");
    let found = [(Code::DupConflict, 1), (Code::FmtPattern, 1), (Code::StrRequired, 1)];
    assert_eq!(report.would_fail, BTreeMap::from(found));
    assert_eq!((report.skipped, report.failing), (BTreeMap::from([("unchanged", 3)]), Vec::new()));
    assert_eq!(world.topic(Topic::Raw).len(), 4);
}

#[test]
fn a_correction_that_only_writes_the_record_anew_is_left_where_it_is() {
    let world = rejected();
    let anew = [
        ("raw/0/0", r#"{ "amount" : "\u006fne", "no": "1" }"#),
        ("raw/0/1", r#"{"no": "2"}"#),
        ("raw/0/3", r#"{"no":"3", "amount":"2.00"}"#),
    ];
    let report = replay(&world, &Selection::default(), &anew, true);
    assert_eq!((report.sent, report.skipped), (0, BTreeMap::from([("unchanged", 3)])));
    assert_eq!((report.failing.len(), world.topic(Topic::Raw).len()), (3, 4));
}

#[test]
fn a_corrected_record_goes_back_once_with_its_root() {
    let world = rejected();
    let corrected = [("raw/0/0", r#"{"no":"1","amount":"1.00"}"#), ("raw/0/77", "{}")];
    let foreseen = replay(&world, &Selection::default(), &corrected, false);
    assert_eq!(world.topic(Topic::Raw).len(), 4);
    let report = replay(&world, &Selection::default(), &corrected, true);
    assert_eq!((report.selected, report.would_pass, report.sent, report.unknown_corrections), (1, 1, 1, 1));
    assert_eq!((&report.unknown_ids, &report), (&vec!["raw/0/77".to_owned()], &foreseen));
    for run in [true, false] {
        let again = replay(&world, &Selection::default(), &corrected, run);
        assert_eq!((again.sent, again.skipped), (0, BTreeMap::from([("done", 1)])), "run: {run}");
    }

    let (offset, raw) = world.topic(Topic::Raw).pop().unwrap();
    assert_eq!(offset, 4);
    assert_eq!(raw.header(header::ATTEMPT), Some("2"));
    assert_eq!(raw.header(header::ROOT_POSITION), Some("0/0"));
    assert_eq!(raw.header(header::PARENT_REJECT), Some("raw/0/0"));
    assert_eq!(raw.header(header::CLIENT), Some("acme"));
    assert_eq!(raw.time.0, 1_000);
    world.drain(1, 100);
    let (_, clean) = world.topic(Topic::Clean).pop().unwrap();
    assert_eq!(clean.header(header::ORIGIN), Some("raw/0/4"));
    assert_eq!(clean.header(header::ATTEMPT), Some("2"));
    assert_eq!(clean.header(header::ROOT_POSITION), Some("0/0"));
    world.assert_accounted();
}

/// What a replay says of a record stands in its headers, too, and may be what they have no room for.
#[test]
fn a_record_without_room_for_its_attempt_holds_up_no_other() {
    let mut full = slip(r#"{"no":"1"}"#);
    let taken = full.headers.bytes() + header::DOCUMENT_REF.len();
    full.headers.push(header::DOCUMENT_REF, &vec![b'd'; HEADER_BYTES_MAX - taken]);
    let world = World::new(&[full, slip(r#"{"no":"2"}"#)]);
    world.drain(1, 100);
    let corrected = [("raw/0/0", r#"{"no":"1","amount":"1.00"}"#), ("raw/0/1", r#"{"no":"2","amount":"1.00"}"#)];
    let report = replay(&world, &Selection::default(), &corrected, true);
    assert_eq!((report.sent, report.skipped), (1, BTreeMap::from([("too_large", 1)])));
}

#[test]
fn a_correction_that_does_not_mend_its_record_is_named() {
    let world = rejected();
    let report = replay(&world, &Selection::default(), &[("raw/0/1", r#"{"no":"2","amount":"two"}"#)], false);
    let failing = Failing { reject_id: "raw/0/1".into(), errors: vec![(Code::FmtPattern, "/amount".into())] };
    assert_eq!((report.would_pass, report.sent, report.failing), (0, 1, vec![failing]));
}

/// The wrong configuration must not cost every record one of its attempts.
#[test]
fn a_record_whose_form_is_not_known_here_stays_where_it_is() {
    let world = rejected();
    let corrected = [("raw/0/1", r#"{"no":"2","amount":"2.00"}"#)];
    for corrected in [&corrected[..], &[]] {
        let report = replay_by(&stay::line(), &world, &Selection::default(), corrected, true);
        let rejects = report.selected;
        assert_eq!((report.sent, report.skipped), (0, BTreeMap::from([("unknown", rejects)])));
        assert_eq!(report.would_fail, BTreeMap::from([(Code::EnvUnknownForm, rejects)]));
    }
    assert_eq!(replay(&world, &Selection::default(), &corrected, true).sent, 1);
}

#[test]
fn what_an_earlier_record_is_in_the_way_of_would_be_found_again() {
    let world = World::new(&[stay("G1", "A", 1, 7), stay("G1", "B", 7, 14)]);
    world.drain_line(&stay::line(), 100);
    let replay = |corrected: &[(&str, &str)]| replay_by(&stay::line(), &world, &Selection::default(), corrected, false);
    let report = replay(&[]);
    assert_eq!((report.would_pass, report.would_fail), (0, BTreeMap::from([(Code::RelRule, 1)])));
    assert_eq!(report.skipped, BTreeMap::from([("unchanged", 1)]));
    let moved = r#"{"guest":"G1","no":"B","from":"2026-03-08","to":"2026-03-14"}"#;
    let report = replay(&[("raw/0/1", moved)]);
    assert_eq!((report.would_pass, report.sent), (1, 1));
}

#[test]
fn a_warning_is_not_what_is_still_wrong() {
    let record = |to: &str| format!(r#"{{"guest":"G1","no":"A","from":"2026-03-01","to":"{to}","code":"78"}}"#);
    let mut wrong = stay("G1", "A", 1, 7);
    wrong.value = record("soon").into_bytes();
    let world = World::new(&[wrong]);
    world.drain_line(&stay::line(), 100);
    assert_eq!(json(&world.topic(Topic::Rejects)[0].1)["error_count"], 2);
    let corrected = record("later");
    let report = replay_by(&stay::line(), &world, &Selection::default(), &[("raw/0/0", &corrected)], false);
    let failing: Vec<_> =
        report.failing.iter().flat_map(|failing| &failing.errors).map(|(_, path)| path.as_str()).collect();
    assert_eq!((failing, report.would_fail.len()), (vec!["/to"], 1));
}

#[test]
fn attempts_come_to_an_end() {
    let world = World::new(&[slip(r#"{"no":"1"}"#)]);
    world.drain(1, 100);
    for attempt in 2..=4 {
        let (offset, reject) = world.topic(Topic::Rejects).pop().unwrap();
        let reject = json(&reject);
        let id = reject["reject_id"].as_str().unwrap();
        assert_eq!((offset, reject["attempt"].as_u64()), (attempt - 2, Some(attempt - 1)));
        assert_eq!(reject["disposition"], if attempt <= 3 { "rework" } else { "terminal" });
        assert_eq!(reject["root"], "0/0");
        let wrong = format!(r#"{{"no":"1","amount":"{attempt}"}}"#);
        let report = replay(&world, &Selection::default(), &[(id, &wrong)], true);
        let skipped = report.skipped.get("attempts").copied().unwrap_or(0);
        assert_eq!((report.sent, skipped), if attempt <= 3 { (1, 0) } else { (0, 1) });
        world.drain(1, 100);
    }
    world.assert_accounted();
}

use crate::world::{LOCAL, World, form, records};
use pipeline::{Forms, Line, LineSettings, Source, Sources, Stop, reconcile::Report};
use record::header;
use rules::{Profile, Soft};
use std::collections::BTreeMap;
use store::{Store, Txn, Writer};
use transport::local::{Retention, Settings};

/// Reconciles after `tamper` had its way with the store.
fn tampered(tamper: impl FnOnce(&Store, &Writer, &mut Vec<Change>)) -> Report {
    let world = World::new(&records(4, 400));
    world.drain(1, 64);
    world.assert_accounted();
    let mut store = Store::open(world.dir(), store::Sync::Off).unwrap();
    let writer = store.writer("out").unwrap();
    let mut changes = Vec::new();
    tamper(&store, &writer, &mut changes);
    let mut txn = store.begin();
    changes.iter().for_each(|change| change.make(&mut txn, &writer));
    txn.commit().unwrap();
    world.reconcile()
}

enum Change {
    Append(String, Vec<u8>),
    Remove(String),
    Set(&'static str, u64),
}

impl Change {
    fn make<'a>(&'a self, txn: &mut Txn<'a>, writer: &Writer) {
        match self {
            Self::Append(name, frames) => txn.append(writer, name, frames),
            Self::Remove(name) => txn.remove(writer, name),
            Self::Set(name, value) => txn.set(name, *value),
        }
    }
}

/// First frame of the first segment of a topic, and the segment's name.
fn first_frame(store: &Store, topic: &str) -> (String, Vec<u8>) {
    let files = store.files("out").unwrap();
    let file = files.into_iter().find(|file| file.name.starts_with(&format!("{topic}-"))).unwrap();
    let mut reader = store.reader("out", &file.name).unwrap();
    let mut payload = Vec::new();
    reader.frame_at(0, &mut payload).unwrap().unwrap();
    let mut frame = Vec::new();
    store::frame(&mut frame, &payload);
    (file.name, frame)
}

#[test]
fn an_outcome_written_twice_is_found() {
    let report = tampered(|store, _, changes| {
        let (name, frame) = first_frame(store, "duplicates");
        changes.push(Change::Append(name, frame));
        let next = store.counter("topic/duplicates/next").unwrap();
        changes.push(Change::Set("topic/duplicates/next", next + 1));
    });
    assert_eq!((report.doubled.count, report.unaccounted.count, report.phantom.count), (1, 0, 0));
    assert_eq!(report.mismatches.len(), 1, "{report:?}");
}

#[test]
fn outcomes_that_are_missing_are_found() {
    // The very first records are clean ones: what is lost at the beginning is told from what retention dropped.
    for (topic, next) in [("duplicates", "topic/duplicates/next"), ("clean", "topic/clean/next")] {
        let mut lost = 0;
        let report = tampered(|store, _, changes| {
            lost = store.counter(next).unwrap();
            changes.push(Change::Set(next, 0));
            changes.push(Change::Remove(first_frame(store, topic).0));
        });
        assert!(lost > 0);
        assert_eq!((report.doubled.count, report.unaccounted.count, report.phantom.count), (0, lost, 0));
        assert_eq!(u64::try_from(report.unaccounted.first.len()).unwrap(), lost);
        assert!(!report.ok());
    }
}

#[test]
fn an_outcome_of_a_record_not_judged_is_found() {
    let report = tampered(|_, _, changes| changes.push(Change::Set("at/0/offset", 398)));
    assert_eq!((report.doubled.count, report.unaccounted.count, report.phantom.count), (0, 0, 2));
}

#[test]
fn a_judged_record_without_outcome_is_found() {
    let report = tampered(|_, _, changes| changes.push(Change::Set("at/0/offset", 401)));
    assert_eq!((report.doubled.count, report.unaccounted.count, report.phantom.count), (0, 1, 0));
    assert_eq!(report.unaccounted.first[0].offset, 400);
}

#[test]
fn a_ledger_that_differs_from_the_topics_is_found() {
    let report = tampered(|_, _, changes| changes.push(Change::Set("ledger/0/clean", 1)));
    assert_eq!(report.unaccounted.count, 0);
    assert_eq!(report.mismatches.len(), 2, "{report:?}");
}

#[test]
fn what_retention_dropped_is_not_called_lost() {
    let world = World::new(&records(6, 3_000));
    let few = Retention { bytes: Some(32 << 10), age_ms: None };
    let stop = Stop::default();
    stop.when_drained();
    world.run_with(Settings { segment_bytes: 16 << 10, clean: few, ..LOCAL }, 1, 50, &stop, &mut |_| {});
    let report = world.reconcile();
    assert!(report.ok(), "{report:?}");
    assert!((2_000..2_990).contains(&report.checked_from), "{report:?}");
    assert!(report.found.clean < report.ledger.clean / 2, "{report:?}");
    assert_eq!(report.found.reject, report.ledger.reject);
}

/// A line whose rules have another hash than those of slips usually have.
fn stricter() -> Line {
    let profile = Profile { soft: Some(Soft::Reject), ..Profile::default() };
    let mut sources = Sources::default();
    sources.named.insert("scan".into(), Source { profile, forms: BTreeMap::new() });
    Line::new(Forms::new(&[form()], &sources, None).unwrap(), LineSettings::default()).unwrap()
}

#[test]
fn outcomes_are_counted_by_the_rules_that_judged_them() {
    let world = World::new(&records(4, 400));
    world.drain(1, 64);
    world.submit(&records(5, 300));
    world.drain_line(&stricter(), 64);
    let report = world.reconcile();
    assert!(report.ok(), "{report:?}");
    let mut expected: BTreeMap<_, u64> = BTreeMap::new();
    for (_, message) in world.outputs().iter().flatten() {
        let [form, version, hash] = [header::FORM, header::FORM_VERSION, header::RULES_HASH]
            .map(|name| message.header(name).unwrap_or_default().to_owned());
        *expected.entry((form, version, hash)).or_default() += 1;
    }
    let no_form = expected.remove(&Default::default()).unwrap();
    let told = report.judged_by.rules.iter().map(|(rules, outcomes)| {
        ((rules.form.clone(), rules.version.to_string(), rules.hash.clone().unwrap()), *outcomes)
    });
    assert_eq!(told.collect::<Vec<_>>(), expected.into_iter().collect::<Vec<_>>());
    let counts: Vec<u64> = report.judged_by.rules.iter().map(|(_, outcomes)| *outcomes).collect();
    assert!(matches!(counts[..], [one, other] if one + other + no_form == 700 && one.max(other) <= 400), "{report:?}");
    assert_eq!((report.judged_by.no_form, report.judged_by.others), (no_form, 0));
}

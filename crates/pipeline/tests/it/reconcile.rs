use crate::world::{LOCAL, World, records};
use pipeline::{Stop, reconcile::Report};
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

use crate::{
    bench::{Bench, claims, owner},
    stay::{self, stay},
    world::{json, line, slip},
};
use pipeline::{InTopic, Places};
use record::{Code, Origin, Outcome, Position};
use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicU32, Ordering},
};
use tempfile::TempDir;

/// Stands for a defect anywhere on a record's way: once, when one position is named, it panics.
#[derive(Debug)]
struct Defect {
    inner: InTopic,
    at: u64,
    /// How often the position is named before.
    spares: u32,
    named: AtomicU32,
}

impl Defect {
    fn new(at: u64, spares: u32) -> Self {
        Self { inner: InTopic("raw".into()), at, spares, named: AtomicU32::new(0) }
    }
}

impl Places for Defect {
    fn origin(&self, position: Position) -> Origin<'_> {
        self.inner.origin(position)
    }

    fn name(&self, position: Position) -> String {
        let is_here = position.offset == self.at && self.named.fetch_add(1, Ordering::Relaxed) == self.spares;
        assert!(!is_here, "a defect");
        self.inner.name(position)
    }

    fn headers(&self) -> bool {
        true
    }
}

#[test]
fn a_panic_rejects_its_record_and_no_other() {
    let records: Vec<_> = (0..40).map(|no| (no, slip(&format!(r#"{{"no":"{no}","amount":"1.00"}}"#)))).collect();
    let dir = TempDir::new().unwrap();
    let decided = Bench::at(line(2), Defect::new(17, 0)).decide(&mut owner(dir.path(), 0..8), &records, Vec::new());
    assert_eq!(decided.tally.panics, 1);
    for (nth, settled) in decided.records.into_iter().enumerate() {
        if nth == 17 {
            assert_eq!((settled.outcome, settled.form.as_deref()), (Outcome::Reject, Some("slip")));
            let reject = json(&settled.message);
            assert_eq!(reject["errors"][0]["code"], "ENV.JUDGE_PANIC");
            assert_eq!(reject["raw"]["body"], r#"{"no":"17","amount":"1.00"}"#);
        } else {
            assert_eq!(settled.outcome, Outcome::Clean, "{nth}");
        }
    }
}

/// The first record is named once as it is judged, and then as the one that the second came upon.
#[test]
fn a_panic_over_what_earlier_records_say_rejects_its_record_which_then_holds_no_key() {
    let again = || stay("G1", "INV-1O0", 3, 4);
    let records = [(0, stay("G1", "INV-100", 1, 2)), (1, again()), (2, again()), (3, stay("G2", "INV-1O0", 3, 4))];
    let dir = TempDir::new().unwrap();
    let mut keys = owner(dir.path(), 0..8);
    let decided = Bench::at(stay::line(), Defect::new(0, 1)).decide(&mut keys, &records, Vec::new());
    let outcomes: Vec<Outcome> = decided.records.iter().map(|settled| settled.outcome).collect();
    assert_eq!(outcomes, [Outcome::Clean, Outcome::Reject, Outcome::Clean, Outcome::Clean]);
    assert_eq!(json(&decided.records[1].message)["errors"][0]["code"], "ENV.JUDGE_PANIC");
    assert_eq!(decided.tally.panics, 1);
    assert_eq!(decided.records[2].findings[0].code, Code::DupNear, "of what stands before");
    let claimed: BTreeSet<u64> = claims(&keys).iter().map(|(_, claim)| claim.position.offset).collect();
    assert_eq!(claimed, BTreeSet::from([0, 2, 3]));
}

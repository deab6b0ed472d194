use crate::{
    bench::{Bench, owner},
    world::{json, line, slip},
};
use pipeline::{InTopic, Places};
use record::{Origin, Outcome, Position};
use std::sync::atomic::{AtomicBool, Ordering};
use tempfile::TempDir;

/// Stands for a defect anywhere on a record's way: the first time that one position is named, it panics.
#[derive(Debug)]
struct Defect {
    inner: InTopic,
    at: u64,
    is_spent: AtomicBool,
}

impl Places for Defect {
    fn origin(&self, position: Position) -> Origin<'_> {
        self.inner.origin(position)
    }

    fn name(&self, position: Position) -> String {
        assert!(position.offset != self.at || self.is_spent.swap(true, Ordering::Relaxed), "a defect");
        self.inner.name(position)
    }

    fn headers(&self) -> bool {
        true
    }
}

#[test]
fn a_panic_rejects_its_record_and_no_other() {
    let records: Vec<_> = (0..40).map(|no| (no, slip(&format!(r#"{{"no":"{no}","amount":"1.00"}}"#)))).collect();
    let places = Defect { inner: InTopic("raw".into()), at: 17, is_spent: AtomicBool::new(false) };
    let dir = TempDir::new().unwrap();
    let decided = Bench::at(line(2), places).decide(&mut owner(dir.path(), 0..8), &records, Vec::new());
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

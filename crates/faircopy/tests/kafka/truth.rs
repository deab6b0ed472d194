use crate::{
    program::Place,
    world::{Seen, World},
};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

/// Generated records of some forms, with the truth about them.
pub(crate) struct Truth {
    /// By form and bytes: the lines of the truth that are about such a record.
    lines: BTreeMap<(String, Vec<u8>), Vec<Value>>,
    pub(crate) records: usize,
}

/// What became of the records that the truth holds against each other.
#[derive(Default)]
struct Group {
    records: Vec<Judged>,
    partitions: BTreeSet<i32>,
}

/// A record: its outcome and its codes if it is a reject, as they are and as the truth has them.
struct Judged {
    found: (String, Vec<String>),
    wanted: (String, Vec<String>),
    /// The clean record, if it is one.
    clean: Option<Value>,
    /// The clean record that it may become; nothing where the truth does not tell, since another one comes first.
    expected: Value,
    /// Whether the truth rejects it for a record before it.
    is_refused_by_another: bool,
}

impl Truth {
    pub(crate) const fn new() -> Self {
        Self { lines: BTreeMap::new(), records: 0 }
    }

    /// Generates records of a form into `<form>.ndjson`.
    pub(crate) fn generate(&mut self, place: &Place, form: &str, records: usize) {
        place.expect(
            0,
            &format!("generate --form {form} --records {records} --seed 9 --duplicates 0.2 --out {form}.ndjson --oracle truth"),
        );
        let (bytes, truth) = (fs::read(place.path(&format!("{form}.ndjson"))).unwrap(), place.read("truth"));
        for (record, line) in bytes.split(|byte| *byte == b'\n').zip(truth.lines()) {
            let lines = self.lines.entry((form.to_owned(), record.to_vec())).or_default();
            lines.push(serde_json::from_str(line).unwrap());
        }
        self.records += records;
    }

    /// Holds every outcome on the topics against the truth; answers how many keys came on more than one partition.
    ///
    /// Which of the records that are held against each other comes first is for the partitions to decide: those of a key, and those that
    /// a rule has none of beside an earlier one. So exactly one must be clean, and the others what it makes of them.
    #[track_caller]
    pub(crate) fn check(mut self, world: &World) -> usize {
        let raw: BTreeMap<_, _> = world.read("raw").into_iter().map(|seen| (world.place_of(seen.at), seen)).collect();
        assert_eq!(raw.len(), self.records);
        let mut groups: BTreeMap<(String, u64), Group> = BTreeMap::new();
        let mut origins = BTreeSet::new();
        for (topic, outcome) in [("clean", "clean"), ("rejects", "reject"), ("duplicates", "duplicate")] {
            for output in world.read(topic) {
                let origin = &output.headers["faircopy-origin"];
                assert!(origins.insert(origin.clone()), "{origin} has two outcomes");
                let record = raw.get(origin).unwrap_or_else(|| panic!("{origin} is no record"));
                let form = &record.headers["faircopy-form"];
                let key = (form.clone(), record.value.clone());
                let line = self.lines.get_mut(&key).and_then(Vec::pop).expect("a record of the generator");
                let first = line["first"].as_u64().unwrap_or_else(|| line["line"].as_u64().unwrap());
                groups.entry((form.clone(), first)).or_default().add(outcome, record.at.0, &output, &line);
            }
        }
        assert_eq!(origins.len(), self.records, "records without an outcome");
        groups.iter().for_each(|(key, group)| group.check(key));
        groups.values().filter(|group| group.partitions.len() > 1).count()
    }
}

impl Group {
    fn add(&mut self, outcome: &str, partition: i32, output: &Seen, line: &Value) {
        let found = if outcome == "reject" { codes(&output.value) } else { Vec::new() };
        let wanted = line["codes"].as_array().unwrap().iter();
        let mut wanted: Vec<_> = wanted.map(|code| code.as_str().unwrap().to_owned()).collect();
        wanted.sort();
        self.partitions.insert(partition);
        self.records.push(Judged {
            found: (outcome.to_owned(), found),
            wanted: (line["outcome"].as_str().unwrap().to_owned(), wanted),
            clean: (outcome == "clean").then(|| serde_json::from_slice(&output.value).unwrap()),
            expected: line["clean"].clone(),
            is_refused_by_another: line["outcome"] == "reject" && !line["first"].is_null(),
        });
    }

    #[track_caller]
    fn check(&self, key: &(String, u64)) {
        let mut found: Vec<_> = self.records.iter().map(|record| &record.found).collect();
        let mut wanted: Vec<_> = self.records.iter().map(|record| &record.wanted).collect();
        found.sort();
        wanted.sort();
        for Judged { clean, expected, .. } in &self.records {
            assert!(expected.is_null() || clean.as_ref().is_none_or(|clean| clean == expected), "{key:?}: {clean:?}");
        }
        if !self.records.iter().any(|record| record.is_refused_by_another) {
            assert_eq!(found, wanted, "{key:?}");
            return;
        }
        let clean: Vec<_> = self.records.iter().filter(|record| record.clean.is_some()).collect();
        let [clean] = clean.as_slice() else { panic!("{key:?}: {found:?}") };
        let refused = self.records.iter().filter(|record| record.is_refused_by_another);
        let refusals: BTreeSet<_> = refused.map(|record| &record.wanted).collect();
        for other in self.records.iter().filter(|record| record.clean.is_none()) {
            let (is_duplicate, is_refused) = (other.found.0 == "duplicate", refusals.contains(&other.found));
            let is_right = match (clean.is_refused_by_another, other.is_refused_by_another) {
                (false, false) => is_duplicate,
                // Of one content, for all that the truth tells.
                (true, true) => is_duplicate || is_refused,
                _ => is_refused,
            };
            assert!(is_right, "{key:?}: {:?} of {found:?}, of which {wanted:?} was wanted", other.found);
        }
    }
}

/// Codes of the hard findings of a reject.
fn codes(reject: &[u8]) -> Vec<String> {
    let reject: Value = serde_json::from_slice(reject).unwrap();
    let errors = reject["errors"].as_array().unwrap();
    let hard = errors.iter().filter(|error| error["severity"] == "hard");
    let mut codes: Vec<_> = hard.map(|error| error["code"].as_str().unwrap().to_owned()).collect();
    codes.sort();
    codes
}

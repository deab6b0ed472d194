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

/// What became of the records of one key.
#[derive(Default)]
struct Group {
    /// Outcomes, as they are and as the truth has them.
    found: Vec<(String, Vec<String>)>,
    wanted: Vec<(String, Vec<String>)>,
    clean: Vec<Vec<u8>>,
    partitions: BTreeSet<i32>,
    /// The clean record as it should be.
    expected: Value,
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
    /// Which of the records of a key comes first is for the partitions to decide; so of the records of a key that the truth
    /// calls clean, duplicates and conflicts, exactly one must be clean, and the others what it makes of them.
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
        let codes = if outcome == "reject" { codes(&output.value) } else { Vec::new() };
        self.found.push((outcome.to_owned(), codes));
        let codes = line["codes"].as_array().unwrap().iter();
        let mut codes: Vec<_> = codes.map(|code| code.as_str().unwrap().to_owned()).collect();
        codes.sort();
        self.wanted.push((line["outcome"].as_str().unwrap().to_owned(), codes));
        self.partitions.insert(partition);
        if outcome == "clean" {
            self.clean.push(output.value.clone());
        }
        if line["outcome"] == "clean" {
            self.expected = line["clean"].clone();
        }
    }

    #[track_caller]
    fn check(&self, key: &(String, u64)) {
        let (mut found, mut wanted) = (self.found.clone(), self.wanted.clone());
        found.sort();
        wanted.sort();
        let is_conflict = |(_, codes): &(String, Vec<String>)| codes.iter().any(|code| code == "DUP.CONFLICT");
        if !wanted.iter().any(is_conflict) {
            assert_eq!(found, wanted, "{key:?}");
            if let [clean] = self.clean.as_slice() {
                assert_eq!(serde_json::from_slice::<Value>(clean).unwrap(), self.expected, "{key:?}");
            }
            return;
        }
        assert_eq!(self.clean.len(), 1, "{key:?}: {found:?}");
        assert_eq!(found.len(), wanted.len(), "{key:?}");
        let others = found.iter().filter(|found| found.0 != "clean");
        others.for_each(|other| assert!(other.0 == "duplicate" || is_conflict(other), "{key:?}: {found:?}"));
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

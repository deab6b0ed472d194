//! Real records whose every fact was counted without this program: `docs/examples/contracts`.

#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

use record::{RecordTime, Verdict};
use rules::{Context, Form, Judge, Profile};
use std::{collections::BTreeMap, fs, path::Path};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
const RECORDS: &str = "../shared/data/us_gov_contracts/records.ndjson";

/// What a name of the published records is called in the form, as `mapping.toml` says.
const NAMES: [(&str, &str); 10] = [
    ("Contract ID", "contract_id"),
    ("Contractor Name", "contractor_name"),
    ("Type of Contract", "contract_type"),
    ("Date of Award", "award_date"),
    ("Start Date", "start_date"),
    ("End Date", "end_date"),
    ("Total value of Contract", "total_value"),
    ("Contract Awarded", "awarded"),
    ("Unique Project Identifier", "project_id"),
    ("Agency ID", "agency_id"),
];

/// Rule, pointer, and how many records break it.
const TRUTH: [(&str, &str, usize); 15] = [
    ("contract.agency", "/project_id", 14),
    ("contract.award_range", "/award_date", 2),
    ("contract.award_stand_in", "/award_date", 7),
    ("contract.end_range", "/end_date", 6),
    ("contract.end_stand_in", "/end_date", 26),
    ("contract.order", "/end_date", 26),
    ("contract.start_range", "/start_date", 2),
    ("contract.start_stand_in", "/start_date", 47),
    ("contract.value", "/total_value", 96),
    ("date", "/award_date", 19),
    ("required", "/award_date", 47),
    ("required", "/contract_type", 14),
    ("required", "/contractor_name", 4_873),
    ("required", "/end_date", 197),
    ("required", "/start_date", 124),
];

#[test]
fn the_mapping_names_every_field_of_the_form() {
    let mapping = fs::read_to_string(Path::new(ROOT).join("docs/examples/contracts/mapping.toml")).unwrap();
    for (name, field) in NAMES {
        assert!(mapping.contains(&format!("\"{name}\" = \"/{field}\"")), "{name}");
        assert!(form().shape().field(field).is_some(), "{field}");
    }
}

#[test]
fn every_fact_about_the_contracts_is_found() {
    let Ok(records) = fs::read_to_string(Path::new(ROOT).join(RECORDS)) else {
        println!("skipped: {RECORDS} is not here");
        return;
    };
    let judge = Judge::new(&form(), &Profile::default());
    let (mut clean, mut reject, mut found) = (0, 0, BTreeMap::new());
    for line in records.lines() {
        let context = Context { client: "", time: Some(RecordTime(0)) };
        match judge.judge(renamed(line).as_bytes(), context) {
            Verdict::Clean(_) => clean += 1,
            Verdict::Reject(rejected) => {
                reject += 1;
                for error in rejected.errors {
                    *found.entry((error.rule, error.path)).or_insert(0) += 1;
                }
            }
        }
    }
    assert_eq!((clean, reject), (1_526, 4_896));
    let truth: BTreeMap<_, _> =
        TRUTH.iter().map(|&(rule, path, count)| ((rule.to_owned(), path.to_owned()), count)).collect();
    assert_eq!(found, truth);
}

fn form() -> Form {
    let file = Path::new(ROOT).join("docs/examples/contracts/us_contract/1.json");
    Form::parse("us_contract/1.json", &fs::read_to_string(file).unwrap()).unwrap()
}

fn renamed(line: &str) -> String {
    let record: serde_json::Value = serde_json::from_str(line).unwrap();
    let members: serde_json::Map<_, _> =
        NAMES.iter().map(|(name, field)| ((*field).to_owned(), record[*name].clone())).collect();
    serde_json::Value::Object(members).to_string()
}

//! Real records whose every fact was counted without this program, judged by the form of `docs/examples/contracts`.

use crate::{
    field::Field,
    report::{Set, grouped, root},
};
use record::{RecordTime, Verdict};
use rules::{Context, Form, Judge, Profile};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

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

/// Rule, pointer, how many records break it, and what the set calls that.
const TRUTH: [(&str, &str, usize, &str); 15] = [
    ("required", "/contractor_name", 4_873, "contractor blank"),
    ("required", "/contract_type", 14, "type blank"),
    ("required", "/award_date", 47, "date of award blank"),
    ("date", "/award_date", 19, "date of award `0000-00-00 00:00:00`"),
    ("required", "/start_date", 124, "start blank"),
    ("required", "/end_date", 197, "end blank"),
    ("contract.order", "/end_date", 26, "end before start"),
    ("contract.value", "/total_value", 96, "value zero"),
    ("contract.agency", "/project_id", 14, "project does not begin with its agency"),
    ("contract.award_stand_in", "/award_date", 7, "award in 1900"),
    ("contract.start_stand_in", "/start_date", 47, "start in 1900"),
    ("contract.end_stand_in", "/end_date", 26, "end in 1900"),
    ("contract.award_range", "/award_date", 2, "award after 2030"),
    ("contract.start_range", "/start_date", 2, "start after 2030"),
    ("contract.end_range", "/end_date", 6, "end after 2030"),
];

#[test]
fn the_mapping_names_every_field_of_the_form() {
    let mapping = fs::read_to_string(root().join("docs/examples/contracts/mapping.toml")).unwrap();
    for (name, field) in NAMES {
        assert!(mapping.contains(&format!("\"{name}\" = \"/{field}\"")), "{name}");
        assert!(form().shape().field(field).is_some(), "{field}");
    }
}

#[test]
fn every_fact_about_the_contracts_is_found() {
    let Some(mut set) = Set::open("us_gov_contracts", &[]) else { return };
    let judge = Judge::new(&form(), &Profile::default());
    let (mut clean, mut reject, mut found) = (0, 0, BTreeMap::new());
    let (mut keys, mut alike, mut look_alikes, mut zeros) = (BTreeSet::new(), BTreeSet::new(), 0, 0);
    let (mut trimmed, mut awarded, mut types) = (0, [0, 0], BTreeSet::new());
    let [text, id, kind] = [&[][..], &["id"], &["trim", "lower"]].map(|steps| Field::new(steps, &[]));
    let lines = set.lines("records.ndjson");
    for line in &lines {
        let (raw, mut content) = (renamed(line), line.clone());
        let value = |name: &str| line[name].as_str().unwrap();
        zeros += usize::from(id.run(value("Agency ID")).is_ok_and(|agency| agency.starts_with('0')));
        trimmed += NAMES.iter().filter(|(name, _)| text.run(value(name)).is_ok_and(|text| text != value(name))).count();
        types.insert(kind.run(value("Type of Contract")).unwrap());
        awarded[usize::from(line["Contract Awarded"] == "yes")] += 1;
        content.as_object_mut().unwrap().retain(|name, _| !matches!(name.as_str(), "Contract ID" | "_row"));
        look_alikes += usize::from(!alike.insert(content.to_string()));
        match judge
            .judge(raw.to_string().as_bytes(), Context { client: "", time: Some(RecordTime(0)), ..Context::default() })
        {
            Verdict::Clean(verdict) => {
                clean += 1;
                keys.insert(verdict.key.0);
                let value: Value = serde_json::from_slice(&verdict.bytes).unwrap();
                assert_eq!(value["agency_id"], line["Agency ID"], "a leading zero must survive");
                assert_eq!(value["total_value"], line["Total value of Contract"], "no decimal may change");
                assert_eq!(value["awarded"], line["Contract Awarded"] == "yes");
            }
            Verdict::Reject(rejected) => {
                reject += 1;
                for error in rejected.errors {
                    *found.entry((error.rule, error.path)).or_insert(0) += 1;
                }
            }
        }
    }
    set.fact("records", 6_422, lines.len());
    for (rule, path, count, what) in TRUTH {
        let measured = found.remove(&(rule.to_owned(), path.to_owned())).unwrap_or_default();
        set.fact(&format!("{what}: `{rule}` at `{path}`"), count, measured);
    }
    set.fact("errors beside these", 0, found.values().sum::<usize>());
    set.fact("awarded; not awarded", "4,582; 1,840", format!("{}; {}", grouped(awarded[1]), grouped(awarded[0])));
    set.fact("types, distinct after trim and case folding, the blank one among them", 872, types.len());
    set.fact("values with a blank at an end", 22, trimmed);
    set.fact("agencies with a leading zero", 6_121, zeros);
    set.fact("records equal to an earlier one in all but their number", 115, look_alikes);
    set.fact("clean records that share a key, and would be dropped", 0, clean - keys.len());
    set.fact("clean, found by a script apart from Faircopy", 1_526, clean);
    set.fact("rejects", 4_896, reject);
    set.finish();
}

fn form() -> Form {
    let file = root().join("docs/examples/contracts/us_contract/1.json");
    Form::parse("us_contract/1.json", &fs::read_to_string(file).unwrap()).unwrap()
}

fn renamed(record: &Value) -> Value {
    NAMES.iter().map(|(name, field)| ((*field).to_owned(), record[*name].clone())).collect()
}

//! Bytes that a JSON reader must accept or refuse, each fed to the judge as one record.

use crate::report::{
    Decision,
    Outcome::{self, Refused},
    Set, by_count,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use record::{Code, Verdict};
use rules::{Context, Form, Judge, Profile, json};
use std::collections::BTreeMap;

const DECISIONS: &[Decision] = &[
    Decision {
        row: "must be accepted",
        outcome: Refused,
        cases: &["y_object_duplicated_key.json", "y_object_duplicated_key_and_value.json"],
        why: "a name that stands twice in an object is `ENV.DUPLICATE_JSON_KEY`: which of the two was meant cannot be known",
    },
    Decision {
        row: "must be accepted",
        outcome: Refused,
        cases: &["y_number_double_close_to_zero.json"],
        why: "a number of more than 64 characters is `ENV.TOO_LARGE` (`limits::NUMBER_BYTES_MAX`); RFC 8259 section 9 allows limits",
    },
];

/// What every text that this reader accepts, and no object, is rejected as: a record is an object.
const NO_OBJECT: Code = Code::StrType;

#[test]
fn bytes_are_read_or_refused_as_the_set_says() {
    let Some(mut set) = Set::open("json_parsing", DECISIONS) else { return };
    let judge = Judge::new(&any_record(), &Profile::default());
    let mut either = BTreeMap::new();
    for line in set.lines("test_parsing.ndjson") {
        let (name, raw) = (line["name"].as_str().unwrap(), bytes(&line));
        let read = json::read(&raw);
        let Verdict::Reject(reject) = judge.judge(&raw, Context::default()) else {
            assert!(read.is_ok(), "{name}: clean, but not readable");
            set.fail(format!("{name}: no record of the set fits the form"));
            continue;
        };
        let codes: Vec<Code> = reject.errors.iter().map(|error| error.code).collect();
        match line["expect"].as_str().unwrap() {
            "accept" => set.case("must be accepted", name, Outcome::of(true, read.is_ok())),
            "reject" => set.case("must be refused", name, Outcome::of(false, read.is_ok())),
            _ => *either.entry(told(&read, &codes)).or_insert(0) += 1,
        }
        let readable = matches!(codes[..], [NO_OBJECT] | [Code::StrUnknownField | Code::StrRequired, ..]);
        assert_eq!(read.is_ok(), readable, "{name}: {codes:?}");
    }
    for (what, count) in by_count(either) {
        set.measured(&format!("left to the reader: {what}"), count);
    }
    let mut transform = BTreeMap::new();
    for line in set.lines("test_transform.ndjson") {
        let raw = bytes(&line);
        let read = json::read(&raw);
        if let Ok(document) = &read {
            same_numbers(&raw, &document.root, &mut set);
        }
        *transform.entry(told(&read, &[])).or_insert(0) += 1;
    }
    for (what, count) in by_count(transform) {
        set.measured(&format!("meaning differs between readers: {what}"), count);
    }
    set.finish();
}

/// Numbers keep their source text, whatever their size: none can have another meaning here.
fn same_numbers(raw: &[u8], node: &json::Node<'_>, set: &mut Set) {
    match &node.value {
        json::Value::Number(number) if number.as_bytes() != &raw[node.start..node.end] => {
            set.fail(format!("a number is {number}, not what stands at {}", node.start));
        }
        json::Value::Array(items) => items.iter().for_each(|item| same_numbers(raw, item, set)),
        json::Value::Object(members) => members.iter().for_each(|member| same_numbers(raw, &member.node, set)),
        _ => {}
    }
}

fn told(read: &Result<json::Document<'_>, Vec<json::Fault>>, codes: &[Code]) -> String {
    match (read, codes) {
        (Ok(_), _) => "read, every character and digit kept".to_owned(),
        (Err(faults), _) => format!("refused, {}", faults[0].kind.what()),
    }
}

fn bytes(line: &serde_json::Value) -> Vec<u8> {
    STANDARD.decode(line["b64"].as_str().unwrap()).unwrap()
}

fn any_record() -> Form {
    let text = r#"{
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://faircopy.example/schemas/any/1",
        "title": "Any", "type": "object", "additionalProperties": false, "required": ["id"],
        "properties": { "id": { "title": "Id", "type": "string" } },
        "x-faircopy": { "key": ["/id"] }
    }"#;
    Form::parse("any/1.json", text).unwrap_or_else(|errors| panic!("{errors:#?}"))
}

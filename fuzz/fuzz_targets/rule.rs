//! Any text as a record rule, of the record and of each item of a list: refused, or every record is judged as the reference judges it.
//! What follows the first line is a record.
//! `cargo +nightly fuzz run rule -- -max_len=512`
#![no_main]

use libfuzzer_sys::fuzz_target;
use record::RecordTime;
use rules::{Context, Form, Judge, Profile};
use serde_json::{Value, json};

const RECORDS: [&str; 3] = [
    r#"{"no":"A-1","total":"10.50","on":"2026-01-31","paid":true,"lines":[{"qty":"2","amount":"5.25","on":"2026-01-30","sku":"x"},
        {"qty":"-1","amount":"0.00","sku":"A-1"},{"qty":"3","amount":"5.25","on":"2026-02-01"}]}"#,
    r#"{"no":"","total":"0","lines":[{"qty":"99999999999999","amount":"99999999999999.99"}]}"#,
    r#"{"lines":[]}"#,
];

fuzz_target!(init: {
    let form = form(json!({"rule": "total == sum(lines.map(l, l.amount))", "path": "/total"})).to_string();
    Form::parse("slip/1.json", &form).expect("a rule as it should be is one");
}, |text: &str| {
    let (rule, given) = text.split_once('\n').unwrap_or((text, "{}"));
    for rule in [json!({"rule": rule, "path": "/total"}), json!({"rule": rule, "each": "/lines", "as": "line", "path": "/qty"})] {
        let Ok(form) = Form::parse("slip/1.json", &form(rule).to_string()) else { continue };
        let judge = Judge::new(&form, &Profile::default());
        let context = Context { time: Some(RecordTime(1_795_132_800_000)), ..Context::default() };
        for record in RECORDS.into_iter().chain([given]) {
            let raw = record.as_bytes();
            assert_eq!(judge.judge(raw, context), judge.reference(raw, context), "{record}");
        }
    }
});

/// A form with this rule.
fn form(mut rule: Value) -> Value {
    rule["id"] = "r".into();
    rule["message"] = "as the rule says".into();
    let decimal = json!({"type": "string", "x-faircopy": {"normalize": ["decimal"],
        "decimal": {"scale": [0, 2], "min": "-99999999999999.99", "max": "99999999999999.99"}}});
    let date = json!({"type": "string", "format": "date", "x-faircopy": {"normalize": ["date"]}});
    let line = json!({"type": "object", "additionalProperties": false, "properties":
        {"qty": decimal, "amount": decimal, "on": date, "sku": {"type": "string"}}});
    json!({"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "slip/1", "type": "object",
        "additionalProperties": false, "required": ["no"],
        "properties": {"no": {"type": "string"}, "total": decimal, "on": date, "paid": {"type": "boolean"},
            "lines": {"type": "array", "items": line}},
        "x-faircopy": {"key": ["/no"], "rules": [rule]}})
}

//! The business key: what it is made of, and records that have none.

use super::{FORM, judge, record};
use crate::{Context, Form, Judge, Profile};
use record::{Code, Key, Param, Severity, Stage, Verdict};
use serde_json::json;

/// The small form with another key, and the key of a record under it.
fn keyed(key: &serde_json::Value) -> impl Fn(&str) -> Verdict + use<> {
    let mut form: serde_json::Value = serde_json::from_str(FORM).unwrap();
    form["x-faircopy"]["key"] = key.clone();
    let form = Form::parse("form.json", &form.to_string()).unwrap_or_else(|errors| panic!("{errors:#?}"));
    let judge = Judge::new(&form, &Profile::default());
    move |raw| judge.judge(raw.as_bytes(), Context { client: "acme", ..Context::default() })
}

fn clean(verdict: Verdict) -> Key {
    match verdict {
        Verdict::Clean(clean) => clean.key,
        Verdict::Reject(reject) => panic!("{reject:?}"),
    }
}

#[test]
fn key_and_content_depend_on_what_they_should() {
    let key = |raw: &str, client: &str| match judge().judge(raw.as_bytes(), Context { client, ..Context::default() }) {
        Verdict::Clean(clean) => (clean.key, clean.content),
        Verdict::Reject(reject) => panic!("{reject:?}"),
    };
    let (plain, content) = key(&record(&[]), "acme");
    assert_eq!(key(&record(&[r#"id="a-1 ""#]), "acme"), (plain, content), "keys are made of normalized values");
    assert_ne!(key(&record(&[]), "other").0, plain);
    let noted = key(&record(&[r#"note="x""#]), "acme");
    assert!(noted.0 == plain && noted.1 != content);
    // Lengths go into the hash: moving a character from one value to the next gives another key.
    assert_ne!(key(&record(&[r#"id="A""#]), "acme1").0, key(&record(&[r#"id="1A""#]), "acme").0);
}

#[test]
fn a_key_can_be_made_of_match_forms() {
    let form = FORM.replacen("\"normalize\": [\"id\"]", "\"normalize\": [\"id\"], \"match\": \"company\"", 1);
    assert_ne!(form, FORM);
    let judge = Judge::new(&Form::parse("form.json", &form).unwrap(), &Profile::default());
    let judged = |id: &str| match judge.judge(record(&[&format!("id={id:?}")]).as_bytes(), Context::default()) {
        Verdict::Clean(clean) => (clean.key, clean.bytes),
        Verdict::Reject(reject) => panic!("{:#?}", reject.errors),
    };
    let (key, bytes) = judged("ACME-INC");
    assert_eq!(judged("ACME").0, key);
    assert_ne!(judged("ACME").1, bytes, "the stored value stays as it is");
    assert_ne!(judged("ACNE").0, key);
}

#[test]
fn a_computed_part_is_hashed_in_its_canonical_form() {
    let of = |part: &str| keyed(&json!(["/id", { "expr": part }]));
    let least = of("min(lines.map(line, line.no))");
    let lines = |numbers: [u8; 2]| {
        let [a, b] = numbers;
        record(&[&format!(r#"lines=[{{"no":{a},"amount":"1.00"}},{{"no":{b},"amount":"2.00"}}]"#)])
    };
    assert_eq!(clean(least(&lines([1, 2]))), clean(least(&lines([2, 1]))), "the order of the lines does not matter");
    assert_eq!(clean(least(&lines([1, 2]))), clean(least(&lines([5, 1]))));
    assert_ne!(clean(least(&lines([1, 2]))), clean(least(&lines([3, 2]))));

    let plain = clean(keyed(&json!(["/id", "/day"]))(&record(&[])));
    assert_eq!(clean(of("day")(&record(&[]))), plain, "a date is hashed as it is written");
    assert_eq!(clean(of("has(due) ? due : day")(&record(&[]))), plain);
    assert_eq!(clean(of("has(due) ? due : day")(&record(&[r#"due="2026-01-31""#]))), plain);
    assert_ne!(clean(of("has(due) ? due : day")(&record(&[r#"due="2026-02-01""#]))), plain);
    let kind = clean(keyed(&json!(["/id", "/kind"]))(&record(&[])));
    assert_eq!(clean(of("kind")(&record(&[]))), kind, "so is a text");
    // 3.00 + 0 and 3.00 * 1.0 are one number, however many zeros a calculation leaves.
    assert_eq!(clean(of("total + 0")(&record(&[]))), clean(of("total * 1.0")(&record(&[]))));
}

#[test]
fn a_record_without_a_key_is_rejected() {
    let told = |part: &str, raw: &str| match keyed(&json!(["/id", { "expr": part }]))(raw) {
        Verdict::Clean(clean) => panic!("{:?}", clean.key),
        Verdict::Reject(reject) => reject.errors,
    };
    let part = "min(lines.filter(line, line.no > 2).map(line, line.no))";
    let [error] = &told(part, &record(&[]))[..] else { panic!() };
    assert_eq!((error.code, error.severity, error.stage), (Code::RelRule, Severity::Hard, Stage::RecordRule));
    assert_eq!((error.path.as_str(), error.rule.as_str()), ("", "key"));
    assert_eq!(error.related, ["/lines", "/lines/0/no"]);
    assert_eq!(error.params.0, [("reason", Param::from("unknown")), ("expr", Param::from(part))]);
    assert_eq!(told("1 / sum(lines.map(l, l.no))", &record(&[]))[0].params.0[0], ("reason", Param::from("inexact")));
    // What is wrong already is not told again.
    let codes: Vec<Code> = told(part, &record(&[r#"kind="odd""#])).iter().map(|error| error.code).collect();
    assert_eq!(codes, [Code::ValEnum]);
}

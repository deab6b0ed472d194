use crate::world::{World, headed, json, records, slip};
use pipeline::{Forms, Line, LineSettings, Sources};
use record::{Headers, Message, header};
use rules::Form;
use serde_json::{Value, json};
use transport::{Topic, local::RAW_BYTES_MAX};

/// The errors of the only reject of these records.
fn errors(records: &[Message]) -> Value {
    let world = World::new(records);
    world.drain(1, 100);
    let rejects = world.topic(Topic::Rejects);
    assert_eq!(rejects.len(), 1);
    json(&rejects[0].1)["errors"].clone()
}

#[track_caller]
fn check(record: Message, code: &str, params: &Value) {
    let errors = errors(&[record]);
    assert_eq!((&errors[0]["code"], &errors[0]["params"]), (&Value::from(code), params));
}

fn with(name: &str, value: &[u8]) -> Message {
    headed(slip(r#"{"no":"1","amount":"1.00"}"#), name, value)
}

#[test]
fn a_clean_record_says_what_it_is_and_where_it_came_from() {
    let world = World::new(&[slip(r#"{"amount":"1.00","no":" 7 "}"#)]);
    world.drain(1, 100);
    let (_, clean) = &world.topic(Topic::Clean)[0];
    assert_eq!(clean.value, br#"{"no":"7","amount":"1.00"}"#);
    assert_eq!(clean.key.len(), 32);
    let header = |name| clean.header(name).unwrap_or_default();
    assert_eq!(header(header::FORM), "slip");
    assert_eq!(header(header::FORM_VERSION), "1");
    assert_eq!(header(header::ORIGIN), "raw/0/0");
    assert_eq!(header(header::STATUS), "accepted_with_change");
    assert_eq!(header(header::CLIENT), "acme");
    assert_eq!(header(header::RULES_HASH).len(), 16);
    assert_eq!(header(header::CONTENT_HASH).len(), 16);
    let changes: Value = serde_json::from_str(header(header::CHANGES)).unwrap();
    assert_eq!(changes, json!([{"path": "/no", "raw": " 7 ", "value": "7", "by": ["text"]}]));
    assert_eq!(clean.header(header::ATTEMPT), None);
    assert_eq!(clean.time.0, 1_000);
}

#[test]
fn a_reject_is_complete() {
    let raw = r#"{"no":"1","amount":"wrong","more":1}"#;
    let world = World::new(&[slip(raw)]);
    world.drain(1, 100);
    let (_, message) = &world.topic(Topic::Rejects)[0];
    let mut reject = json(message);
    let errors = reject["errors"].take();
    let codes: Vec<&str> = errors.as_array().unwrap().iter().map(|error| error["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["FMT.PATTERN", "STR.UNKNOWN_FIELD"]);
    let hash = reject["ruleset_hash"].take();
    assert_eq!(hash.as_str().unwrap().len(), 16);
    let expected = json!({
        "v": 1, "reject_id": "raw/0/0", "form": "slip", "schema_version": "1", "ruleset_hash": null, "reference_versions": {},
        "envelope": {"client": "acme", "form": "slip", "source": "scan"},
        "attempt": 1, "root": "0/0", "disposition": "rework", "owner": "keyer", "errors": null,
        "error_count": 2, "truncated": false, "raw": {"encoding": "utf8", "body": raw},
        "origin": {"topic": "raw", "partition": 0, "offset": 0}, "submitted_ms": 1000,
        "engine": env!("CARGO_PKG_VERSION"),
    });
    assert_eq!(reject, expected);
    assert_eq!(message.key, b"raw/0/0");
}

#[test]
fn bytes_that_are_no_text_come_back_as_base64() {
    let mut record = slip("");
    record.value = vec![0xff, 0x00];
    let world = World::new(&[record]);
    world.drain(1, 100);
    let reject = json(&world.topic(Topic::Rejects)[0].1);
    assert_eq!(reject["raw"], json!({"encoding": "base64", "body": "/wA="}));
    assert_eq!(reject["errors"][0]["code"], "ENV.UNDECODABLE");
}

#[test]
fn a_record_that_is_too_long_is_rejected_with_its_bytes() {
    let fillings = [b"\"".as_slice(), b"\0", b"\xff", b"x"];
    let long = |filling: &&[u8]| Message { value: filling.repeat(RAW_BYTES_MAX), ..slip("") };
    let world = World::new(&fillings.iter().map(long).collect::<Vec<_>>());
    assert_eq!(world.drain(1, 100).ledger.reject, 4);
    for ((_, message), filling) in world.topic(Topic::Rejects).iter().zip(fillings) {
        let reject = json(message);
        assert_eq!(reject["errors"][0]["code"], "ENV.TOO_LARGE");
        let text = filling[0].is_ascii() && filling[0] > 0;
        assert_eq!(reject["raw"]["encoding"], if text { "utf8" } else { "base64" });
        let body = reject["raw"]["body"].as_str().unwrap();
        assert_eq!(body.len(), if text { RAW_BYTES_MAX } else { RAW_BYTES_MAX.div_ceil(3) * 4 });
    }
    world.assert_accounted();
}

#[test]
fn an_envelope_that_leads_to_no_form_is_a_finding() {
    check(Message { headers: Headers::default(), ..slip("{}") }, "ENV.MISSING_FIELD", &json!({"field": "form"}));
    let params = json!({"field": "form", "found": "slipp", "suggestion": "slip"});
    check(with(header::FORM, b"slipp"), "ENV.UNKNOWN_FORM", &params);
    check(with(header::FORM, b"zzz"), "ENV.UNKNOWN_FORM", &json!({"field": "form", "found": "zzz"}));
    let params = json!({"field": "schema-version", "found": "2", "known": ["1"]});
    check(with(header::FORM_VERSION, b"2"), "ENV.UNKNOWN_SCHEMA_VERSION", &params);
    let params = json!({"field": "source", "found": "scam", "suggestion": "scan"});
    check(with(header::SOURCE, b"scam"), "ENV.INVALID", &params);
    let params = json!({"field": "client", "reason": "not UTF-8"});
    check(with(header::CLIENT, &[0xff]), "ENV.INVALID", &params);
    let mut twice = with(header::FORM, b"slip");
    twice.headers.push(header::FORM, b"slop");
    let params = json!({"field": "form", "reason": "twice", "found": ["slip", "slop"]});
    check(twice, "ENV.INVALID", &params);
}

#[test]
fn a_record_sent_twice_points_to_the_first() {
    let record = slip(r#"{"no":"1","amount":"1.00"}"#);
    let spaced = slip(r#"{ "amount":"1.00", "no":" 1" }"#);
    let world = World::new(&[record, spaced]);
    let tally = world.drain(1, 100);
    assert_eq!((tally.ledger.clean, tally.ledger.duplicate), (1, 1));
    let (_, message) = &world.topic(Topic::Duplicates)[0];
    let mut duplicate = json(message);
    assert_eq!(duplicate["key"].take().as_str().unwrap().as_bytes(), message.key);
    let expected = json!({
        "v": 1, "origin": {"topic": "raw", "partition": 0, "offset": 1},
        "first": {"topic": "raw", "partition": 0, "offset": 0}, "key": null, "form": "slip", "schema_version": "1", "reference_versions": {},
        "code": "DUP.RECORD", "envelope": {"client": "acme", "form": "slip", "source": "scan"},
        "attempt": 1, "root": "0/1", "submitted_ms": 1000,
    });
    assert_eq!(duplicate, expected);
}

#[test]
fn another_client_may_use_the_same_number() {
    let other = headed(slip(r#"{"no":"1","amount":"9.00"}"#), header::CLIENT, b"other");
    let world = World::new(&[slip(r#"{"no":"1","amount":"1.00"}"#), other]);
    assert_eq!(world.drain(1, 100).ledger.clean, 2);
}

#[test]
fn a_conflict_names_the_first_and_what_differs() {
    let first = slip(r#"{"no":"1","amount":"1.00"}"#);
    let second = slip(r#"{"no":"1","amount":"2.00","note":"x"}"#);
    for chunk in [1, 100] {
        let world = World::new(&[first.clone(), second.clone()]);
        let tally = world.drain(1, chunk);
        assert_eq!(tally.conflicts, 1);
        let reject = json(&world.topic(Topic::Rejects)[0].1);
        assert_eq!(reject["errors"][0]["code"], "DUP.CONFLICT");
        assert_eq!(reject["errors"][0]["params"], json!({"first": "raw/0/0", "paths": ["/amount", "/note"]}));
    }
}

#[test]
fn a_rejected_record_claims_nothing() {
    let wrong = slip(r#"{"no":"1","amount":"one"}"#);
    let world = World::new(&[wrong, slip(r#"{"no":"1","amount":"1.00"}"#)]);
    let ledger = world.drain(1, 100).ledger;
    assert_eq!((ledger.clean, ledger.reject, ledger.duplicate), (1, 1, 0));
}

#[test]
fn the_tally_counts_what_the_topics_hold() {
    let world = World::new(&records(3, 2_000));
    let tally = world.drain(2, 64);
    let [clean, rejects, duplicates] = world.outputs().map(|topic| u64::try_from(topic.len()).unwrap());
    let ledger = tally.ledger;
    assert_eq!([ledger.clean, ledger.reject, ledger.duplicate], [clean, rejects, duplicates]);
    assert_eq!((ledger.received, ledger.gap), (2_000, 0));
    let errors = |(_, message): &(u64, Message)| json(message)["errors"].as_array().unwrap().len();
    let by_code: usize = world.topic(Topic::Rejects).iter().map(errors).sum();
    let by_form: u64 = tally.forms.values().flat_map(|form| form.outcomes.values()).sum();
    assert_eq!(tally.codes.values().sum::<u64>(), u64::try_from(by_code).unwrap());
    assert_eq!(by_form, 2_000);
    assert!(tally.conflicts > 20 && ledger.duplicate > 20, "{tally:?}");
    assert!(tally.forms.contains_key("unknown"));
    assert_eq!(tally.forms.values().map(|form| form.fallbacks).sum::<u64>(), 0, "the form is compiled");
    world.assert_accounted();
}

#[test]
fn records_of_a_form_that_is_not_compiled_are_counted() {
    let text = r##"{
      "$schema": "https://json-schema.org/draft/2020-12/schema",
      "$id": "https://faircopy.example/schemas/slip/1",
      "type": "object", "additionalProperties": false, "required": ["no"],
      "properties": {
        "no": {"type": "string"},
        "marks": {"type": "array", "uniqueItems": true, "items": {"type": "string"}}
      },
      "x-faircopy": {"key": ["/no"]}
    }"##;
    let form = Form::parse("schemas/slip/1.json", text).unwrap_or_else(|errors| panic!("{errors:?}"));
    assert_eq!(form.uncompiled(), Some("uniqueItems"));
    let forms = Forms::new(&[form], &Sources::default(), None).unwrap();
    let line = Line::new(forms, LineSettings { threads: 1, attempts_max: 3 }).unwrap();
    let records = [r#"{"no":"1"}"#, r#"{"no":"1"}"#, r#"{"no":"2","marks":["a","a"]}"#, "{"]
        .map(|record| headed(slip(record), header::SOURCE, b""));
    let tally = World::new(&records).drain_line(&line, 100);
    // What cannot be read has no schema to be held to.
    assert_eq!((tally.ledger.reject, tally.forms["slip"].fallbacks), (2, 3));
}

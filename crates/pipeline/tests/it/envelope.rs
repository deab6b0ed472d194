//! Records in a JSON envelope.

use crate::world::{ATTEMPTS_MAX, LOCAL, World, json, line};
use pipeline::replay::{self, Selection, Settings, Site};
use record::{Message, RecordTime, header};
use std::collections::BTreeMap;
use transport::Topic;

fn enveloped(value: &str, beside: &[(&str, &str)]) -> Message {
    let headers = [(header::ENVELOPE, "1")].iter().chain(beside);
    let headers = headers.map(|(name, value)| (header::interned(name), value)).collect();
    Message { time: RecordTime(1_000), key: Vec::new(), headers, value: value.as_bytes().to_vec() }
}

const FULL: &str = r#"{"v": 1, "submission_id": "s1", "client": "acme", "source": "scan", "form": "slip", "schema_version": "1",
  "batch": {"id": "b1", "seq": 42}, "document": {"ref": "scan://1", "page": 1, "sha256": null},
  "key": {"operator": "op-1", "pass": 1, "keyed_at": "2026-11-22T01:14:08Z", "keystrokes": 212, "ime": "kfi"},
  "action": {"type": "original", "target": null, "reason": null}, "rework": {"of": null, "attempt": 1},
  "overrides": [{"code": "VAL.CHECK_DIGIT", "path": "/code", "by": "sup-7", "reason": "as on the image"}],
  "locale": "de-DE", "data": { "no": "1", "amount": "1.00", "code": "77" } }"#;

/// What a reject says: `CODE path field reason` of each error.
fn told(message: &Message) -> Vec<String> {
    let errors = json(message)["errors"].as_array().unwrap().clone();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let line = |error: &serde_json::Value| {
        let params = &error["params"];
        [&error["code"], &error["path"], &params["field"], &params["reason"]].map(text).join(" ")
    };
    errors.iter().map(line).collect()
}

#[test]
fn an_enveloped_record_becomes_what_the_bare_one_would() {
    let world =
        World::new(&[enveloped(FULL, &[(header::CLIENT, "acme"), (header::BATCH_SEQ, "42")]), enveloped(FULL, &[])]);
    world.drain(1, 100);
    let (_, clean) = world.topic(Topic::Clean).pop().unwrap();
    assert_eq!(String::from_utf8_lossy(&clean.value), r#"{"no":"1","amount":"1.00","code":"77"}"#);
    let carried = [
        (header::CLIENT, "acme"),
        (header::SOURCE, "scan"),
        (header::SUBMISSION_ID, "s1"),
        (header::BATCH_ID, "b1"),
        (header::BATCH_SEQ, "42"),
        (header::OPERATOR, "op-1"),
        (header::PASS, "1"),
        (header::KEYED_AT, "2026-11-22T01:14:08Z"),
        (header::DOCUMENT_REF, "scan://1"),
        (header::STATUS, "accepted_with_warning"),
    ];
    for (name, value) in carried {
        assert_eq!(clean.header(name), Some(value), "{name}");
    }
    assert_eq!(clean.header(header::ENVELOPE), None, "what is clean is bare");
    assert!(clean.header(header::OVERRIDES).unwrap().contains("sup-7"));
    let (_, duplicate) = world.topic(Topic::Duplicates).pop().unwrap();
    assert_eq!(json(&duplicate)["envelope"]["operator"], "op-1");
    world.assert_accounted();
}

/// An envelope, the headers beside it, and what its reject says.
type Case = (&'static str, &'static [(&'static str, &'static str)], &'static [&'static str]);

#[test]
fn what_is_wrong_with_an_envelope_rejects_with_the_field_named() {
    let data = r#""data": {"no": "1", "amount": "1.00"}"#;
    let cases: &[Case] = &[
        (r#"{"form": "slip", DATA, "frm": 1}"#, &[], &["ENV.INVALID  frm unknown"]),
        (r#"{"form": "slip"}"#, &[], &["ENV.MISSING_FIELD  data "]),
        ("{DATA}", &[], &["ENV.MISSING_FIELD  form "]),
        (r#"{"form": 1, DATA}"#, &[], &["ENV.INVALID  form type"]),
        (r#"{"v": 2, "form": "slip", DATA}"#, &[], &["ENV.INVALID  v not_supported"]),
        (r#"{"form": "slip", "batch": {"seq": "1"}, DATA}"#, &[], &["ENV.INVALID  batch.seq type"]),
        (r#"{"form": "slip", "action": {"type": "void"}, DATA}"#, &[], &["ENV.INVALID  action.type not_supported"]),
        (r#"{"form": "slip", "rework": {"attempt": 2}, DATA}"#, &[], &["ENV.INVALID  rework.attempt not_supported"]),
        (r#"{"form": "slip", "key": {"operator": "a\nb"}, DATA}"#, &[], &["ENV.INVALID  key.operator control"]),
        (r#"{"form": "slip", "client": "a", DATA}"#, &[(header::CLIENT, "b")], &["ENV.INVALID  client header"]),
        (r#"{"form": "slip", DATA}"#, &[(header::CLIENT, "b")], &["ENV.INVALID  client header"]),
        (
            r#"{"form": "slip", "overrides": [{"code": "A", "path": "x"}], DATA}"#,
            &[],
            &["ENV.INVALID  overrides.0.path not_a_pointer"],
        ),
        ("[1]", &[], &["ENV.INVALID  envelope not_an_object"]),
        (r#"{"form": "slip", "data": [1]}"#, &[], &["STR.TYPE   "]),
        (r#"{"form": "slip", "data": {"no": "1", "no": "2"}}"#, &[], &["ENV.DUPLICATE_JSON_KEY /no  "]),
        (r#"{"form": "slip", "data": {"no": 1, "amount": "1"}}"#, &[], &["STR.TYPE /no  ", "FMT.PATTERN /amount  "]),
    ];
    let messages: Vec<Message> =
        cases.iter().map(|(text, beside, _)| enveloped(&text.replace("DATA", data), beside)).collect();
    let world = World::new(&messages);
    world.drain(1, 100);
    let rejects = world.topic(Topic::Rejects);
    assert_eq!(rejects.len(), cases.len());
    for ((message, (text, _, expected)), (_, reject)) in messages.iter().zip(cases).zip(&rejects) {
        assert_eq!(told(reject), *expected, "{text}");
        assert_eq!(json(reject)["raw"]["body"].as_str().map(str::as_bytes), Some(&*message.value), "{text}");
        assert_eq!(reject.header(header::ENVELOPE), Some("1"));
    }
    world.assert_accounted();
}

#[test]
fn what_is_wrong_beyond_the_cap_is_counted() {
    let many: String = (0..150).map(|nth| format!(", \"odd{nth}\": 1")).collect();
    let slip = r#"{"form": "slip", "data": {"no": "1", "amount": "1.00"}"#;
    let unknown = enveloped(&format!("{slip}{many}}}"), &[]);
    let contradicted = enveloped(&format!("{slip}}}"), &[(header::CLIENT, "b"); 150]);
    let world = World::new(&[unknown, contradicted]);
    world.drain(1, 100);
    for (_, reject) in world.topic(Topic::Rejects) {
        let said = json(&reject);
        assert_eq!((told(&reject).len(), &said["error_count"], &said["truncated"]), (100, &150.into(), &true.into()));
    }
    assert_eq!(world.topic(Topic::Rejects).len(), 2);
}

#[test]
fn a_replayed_envelope_is_read_as_one_and_its_body_counts() {
    let unsigned = FULL.replace("sup-7", "op-1").replace("\"slip\"", "\"slips\"");
    let world = World::new(&[enveloped(&unsigned, &[]), enveloped(FULL, &[(header::CLIENT, "other")])]);
    world.drain(1, 100);
    assert_eq!(world.topic(Topic::Rejects).len(), 2);
    let settings = Settings { run: true, attempts_max: ATTEMPTS_MAX };
    let again = |corrected: Option<&BTreeMap<String, Vec<u8>>>| {
        let report =
            replay::run(&Site::Store(world.dir(), LOCAL), &line(1), &Selection::default(), corrected, &settings)
                .unwrap();
        world.drain(1, 100);
        (report.sent, report.would_pass)
    };
    assert_eq!(again(None), (0, 0), "a header that contradicts still does");
    let corrected = [("raw/0/0".to_owned(), FULL.as_bytes().to_vec())].into();
    assert_eq!(again(Some(&corrected)), (1, 1));
    let (_, clean) = world.topic(Topic::Clean).pop().unwrap();
    assert_eq!((clean.header(header::ATTEMPT), clean.header(header::CLIENT)), (Some("2"), Some("acme")));
    world.assert_accounted();
}

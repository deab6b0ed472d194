//! Any bytes as a JSON envelope: one outcome; a reject carries the bytes, and what is clean is clean again, with all that was said of
//! it, in an envelope written of it.
//! `cargo +nightly fuzz run submission -- -max_len=2048`
#![no_main]

use base64::{Engine as _, engine::general_purpose::STANDARD};
use dedupe::Window;
use libfuzzer_sys::fuzz_target;
use pipeline::{Forms, InTopic, Keys, Line, LineSettings, Settled, Sources};
use record::{Chunk, Headers, Message, Outcome, Position, RawRecord, RecordTime, header};
use rules::Form;
use serde_json::{Value, json};
use std::{cell::RefCell, sync::Arc, time::Instant};
use store::{Store, Sync};
use transport::Claims;

const FORM: &str = r#"{"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "slip/1", "type": "object",
    "additionalProperties": false, "required": ["no"], "properties": {"no": {"type": "string"},
    "lines": {"type": "array", "items": {"type": "boolean"}},
    "code": {"type": "string", "x-faircopy": {"check": ["luhn"]}}}, "x-faircopy": {"key": ["/no"]}}"#;

const KEYS: dedupe::Settings = dedupe::Settings { window_ms: 1 << 40, slices: 4, shards: 1 };

/// Where an envelope says what a header says, and whether as a number.
const SAID: [(&str, &str, bool); 9] = [
    (header::CLIENT, "/client", false),
    (header::SOURCE, "/source", false),
    (header::SUBMISSION_ID, "/submission_id", false),
    (header::BATCH_ID, "/batch/id", false),
    (header::BATCH_SEQ, "/batch/seq", true),
    (header::OPERATOR, "/key/operator", false),
    (header::PASS, "/key/pass", true),
    (header::KEYED_AT, "/key/keyed_at", false),
    (header::DOCUMENT_REF, "/document/ref", false),
];

thread_local! {
    static HOUSE: (Line, RefCell<Keys>) = {
        let form = Form::parse("slip/1.json", FORM).expect("the form is good");
        let forms = Forms::new(&[form], &Sources::default(), None).expect("one form");
        let line = Line::new(forms, LineSettings { threads: 1, ..LineSettings::default() }).expect("a thread");
        let dir = tempfile::tempdir().expect("a directory for the keys").keep();
        let store = Store::open(&dir, Sync::Off).expect("a new store");
        let window = Window::open(&store, KEYS, &mut |_| ()).expect("an empty window");
        (line, RefCell::new(Keys::All(Box::new(window))))
    };
}

fuzz_target!(|value: &[u8]| {
    let message = enveloped(value.to_vec());
    let Settled { outcome, message, findings, .. } = settled(message);
    if outcome == Outcome::Reject {
        let told: Value = serde_json::from_slice(&message.value).expect("a reject is JSON");
        let body = told["raw"]["body"].as_str().expect("a reject carries the bytes");
        let body = if told["raw"]["encoding"] == "utf8" { body.into() } else { STANDARD.decode(body).expect("base64") };
        assert_eq!(body, value);
        assert!(!findings.is_empty());
        return;
    }
    let again = settled(enveloped(written(&message)));
    assert_eq!(again.outcome, Outcome::Clean, "{:?}", again.findings);
    assert_eq!((&again.message.value, &again.message.key), (&message.value, &message.key));
    for (name, ..) in SAID {
        assert_eq!(again.message.headers.get(name), message.headers.get(name), "{name}");
    }
});

fn enveloped(value: Vec<u8>) -> Message {
    Message { time: RecordTime(1), key: Vec::new(), headers: Headers::from([(header::ENVELOPE, "1")]), value }
}

/// What becomes of a message that comes alone.
fn settled(message: Message) -> Settled {
    let records = vec![RawRecord { position: Position::default(), message, original: None }];
    let topic: Arc<str> = Arc::from("raw");
    let chunk =
        Chunk { topic: Arc::clone(&topic), records, handed: Vec::new(), next: Vec::new(), arrived: Instant::now() };
    let places = InTopic(topic);
    HOUSE.with(|(line, keys)| {
        let keys = &mut *keys.borrow_mut();
        let judged = line.judge(chunk, &places).expect("nothing was handed over");
        let mut decided = line.decide(judged, keys, &places, &mut |_, _, _| Ok(())).expect("the keys are in memory");
        keys.abandon();
        assert_eq!(decided.records.len(), 1, "one record, one outcome");
        decided.records.remove(0)
    })
}

/// An envelope that says what stands on a clean record.
fn written(clean: &Message) -> Vec<u8> {
    let data: Value = serde_json::from_slice(&clean.value).expect("a clean record is JSON");
    let mut envelope = json!({"form": "slip", "batch": {}, "key": {}, "document": {}, "data": data});
    for (name, pointer, is_number) in SAID {
        let Some(said) = clean.header(name) else { continue };
        let (group, member) = pointer.rsplit_once('/').expect("a pointer");
        let group = envelope.pointer_mut(group).expect("every group is there");
        group[member] = if is_number { said.parse::<u64>().expect("a number").into() } else { said.into() };
    }
    if let Some(overrides) = clean.header(header::OVERRIDES) {
        envelope["overrides"] = serde_json::from_str(overrides).expect("what was accepted is JSON");
        let given = envelope["overrides"].as_array_mut().expect("a list").iter_mut();
        // Which rule was overridden stands on the clean record only.
        given.for_each(|given| drop(given.as_object_mut().map(|given| given.remove("rule"))));
    }
    envelope.to_string().into_bytes()
}

//! The list of bad input: every row that concerns records, by number, with what becomes of it. `docs/bad-input.md` has
//! the list in words.
//!
//! All rows go through one run of the worker, each between two good records: every row ends in exactly one outcome, and
//! every good record is clean.

/// The rows.
mod rows;

use crate::world::{World, json};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use pipeline::{Forms, Line, LineSettings, Sources};
use record::{Message, RecordTime, header};
use rules::Form;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use transport::{Topic, local::Appender};

/// One input and what must become of it.
struct Row {
    /// Number in the list.
    number: u32,
    message: Message,
    expected: Expected,
}

/// What must become of an input.
#[derive(Debug)]
enum Expected {
    /// Clean, with this value of its field; `None`: the field is left out.
    Clean(&'static str, Option<String>),
    /// Clean with a change of this field recorded.
    Changed(&'static str, String),
    /// Rejected: the first code, and the reason or limit in its parameters, empty when it has none.
    Reject(&'static str, &'static str),
    /// The same as an earlier record.
    Duplicate,
}

fn form() -> Form {
    Form::parse("entry/1.json", include_str!("bad_input/form.json")).unwrap_or_else(|errors| panic!("{errors:#?}"))
}

fn line() -> Line {
    let forms = Forms::new(&[form()], &Sources::default(), None).unwrap();
    Line::new(forms, LineSettings { threads: 1, attempts_max: 3 }).unwrap()
}

/// A message of the form with these bytes.
fn entry(value: impl AsRef<[u8]>) -> Message {
    Message {
        time: RecordTime(1_700_000_000_000),
        headers: [(header::FORM, "entry")].into(),
        value: value.as_ref().to_vec(),
        ..Message::default()
    }
}

fn good(number: usize) -> Message {
    entry(format!(r#"{{"no":"GOOD-{number}"}}"#))
}

/// Outcome and message by offset on raw.
fn outcomes(world: &World) -> BTreeMap<u64, (Topic, Message)> {
    let mut found = BTreeMap::new();
    for topic in [Topic::Clean, Topic::Rejects, Topic::Duplicates] {
        for (_, message) in world.topic(topic) {
            let offset = message.header(header::ORIGIN).unwrap().rsplit('/').next().unwrap().parse().unwrap();
            assert!(found.insert(offset, (topic, message)).is_none(), "raw/0/{offset} has two outcomes");
        }
    }
    found
}

#[test]
fn every_row_has_the_listed_result_and_hurts_no_neighbour() {
    let rows = rows::rows();
    let mut records = vec![good(0)];
    for (at, row) in rows.iter().enumerate() {
        records.extend([row.message.clone(), good(at + 1)]);
    }
    let world = World::new(&records);
    let tally = world.drain_line(&line(), 64);
    assert_eq!(tally.panics, 0);
    let outcomes = outcomes(&world);
    assert_eq!(outcomes.len(), records.len(), "one outcome each");
    let mut told = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let offset = u64::try_from(at * 2 + 1).unwrap();
        if let Err(what) = met(row, &outcomes[&offset]) {
            told.push(format!("row {}: {:?}: {what}", row.number, row.expected));
        }
        let (topic, _) = outcomes[&(offset + 1)];
        assert_eq!(topic, Topic::Clean, "the neighbour of row {}", row.number);
    }
    assert!(told.is_empty(), "{} of {} rows differ:\n{}", told.len(), rows.len(), told.join("\n"));
    world.assert_accounted();
}

/// Whether a row has its result.
fn met(row: &Row, (topic, message): &(Topic, Message)) -> Result<(), String> {
    let value = json(message);
    let differs = |what: &Value| Err(format!("{topic:?} {}", what.to_string().chars().take(300).collect::<String>()));
    match (&row.expected, topic) {
        (Expected::Clean(field, expected), Topic::Clean) => {
            if value[*field].as_str() == expected.as_deref() {
                Ok(())
            } else {
                differs(&value)
            }
        }
        (Expected::Changed(field, expected), Topic::Clean) => {
            let changes = message.header(header::CHANGES).unwrap_or_default();
            let recorded = field.is_empty() || changes.contains(&format!("\"path\":\"/{field}\""));
            let same = field.is_empty() || value[*field].as_str() == Some(expected);
            if recorded && same && !changes.is_empty() { Ok(()) } else { differs(&value) }
        }
        (Expected::Reject(code, reason), Topic::Rejects) => {
            let error = &value["errors"][0];
            let params = &error["params"];
            let told = ["reason", "limit"].iter().find_map(|name| params[*name].as_str()).unwrap_or_default();
            if raw(&value) != row.message.value {
                return Err("the raw bytes are not those submitted".to_owned());
            }
            if error["code"] == *code && (reason.is_empty() || told == *reason) { Ok(()) } else { differs(error) }
        }
        (Expected::Duplicate, Topic::Duplicates) => Ok(()),
        _ => differs(&value),
    }
}

/// The original bytes of a reject.
fn raw(reject: &Value) -> Vec<u8> {
    let body = reject["raw"]["body"].as_str().unwrap();
    match reject["raw"]["encoding"].as_str().unwrap() {
        "utf8" => body.as_bytes().to_vec(),
        _ => STANDARD.decode(body).unwrap(),
    }
}

/// Rows 8, 9, 16, 75: a reject says where, and what it looks like.
#[test]
fn rejects_of_bytes_say_where_and_give_a_hint() {
    let cases: [(&[u8], &str, Value); 4] = [
        (b"{\"no\":\"1\",\n\"amount\":", "line", json!(2)),
        (b"{\"no\":\"\xff\xfe\"}", "byte", json!(7)),
        (b"\x1f\x8b\x08\0\0", "hint", json!("this looks like gzip: name the compression, or send the text itself")),
        (b"\0\0\0\0\x07Rest", "hint", json!("this looks like Avro with a schema number: send JSON")),
    ];
    let world = World::new(&cases.iter().map(|(bytes, ..)| entry(bytes)).collect::<Vec<_>>());
    world.drain_line(&line(), 10);
    for ((_, name, expected), (_, message)) in cases.iter().zip(world.topic(Topic::Rejects)) {
        assert_eq!(json(&message)["errors"][0]["params"][*name], *expected, "{name}");
    }
}

/// Row 45: names with dots, slashes and tildes, empty ones, and those that mean something elsewhere.
#[test]
fn pointers_of_odd_names_are_escaped() {
    let record = json!({"no": "1", "a.b": 1, "a/b": 1, "a~b": 1, "": 1, "__proto__": 1, "\u{1f600}": 1, "\u{5d0}": 1});
    let world = World::new(&[entry(record.to_string())]);
    world.drain_line(&line(), 10);
    let errors = json(&world.topic(Topic::Rejects)[0].1)["errors"].take();
    let paths: Vec<&str> = errors.as_array().unwrap().iter().map(|error| error["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["/a.b", "/a~1b", "/a~0b", "/", "/__proto__", "/\u{1f600}", "/\u{5d0}"]);
}

/// Row 46: a name in other case is told with the one that is meant.
#[test]
fn a_name_in_other_case_is_suggested() {
    let world = World::new(&[entry(r#"{"no":"1","Amount":"1"}"#)]);
    world.drain_line(&line(), 10);
    let error = json(&world.topic(Topic::Rejects)[0].1)["errors"][0].take();
    assert_eq!((&error["code"], &error["params"]["suggestion"]), (&json!("STR.UNKNOWN_FIELD"), &json!("amount")));
}

/// Rows 48, 49, 51 to 55: what no record should meet is refused when the form is loaded.
#[test]
fn forms_that_would_be_dangerous_are_refused_when_loaded() {
    let form: Value = serde_json::from_str(include_str!("bad_input/form.json")).unwrap();
    let patterns = [r"^(a*)*\1b$", r"^(([a-z])+.)+[A-Z]([a-z])+\1$", r"^(a?){30}a{30}\1$", "^(a{1,1000}){1,1000}$"];
    let mut changes: Vec<(&str, Value)> =
        patterns.iter().map(|pattern| ("note", json!({"type": "string", "pattern": pattern}))).collect();
    changes.extend([
        ("note", json!({"$ref": "http://example.com/x.json"})),
        ("note", json!({"$ref": "file:///etc/passwd"})),
        ("note", json!({"$ref": "#"})),
        ("note", json!({"type": "object", "additionalProperties": false, "properties": {}, "requird": []})),
        ("note", json!({"type": "integer", "multipleOf": 0})),
        ("note", json!(false)),
        ("note", json!(5)),
        ("date", json!({"type": "string", "format": "hostname"})),
    ]);
    for (field, schema) in changes {
        let mut form = form.clone();
        form["properties"][field] = schema.clone();
        assert!(Form::parse("entry/1.json", &form.to_string()).is_err(), "{schema}");
    }
}

/// Rows 67 and 72: a time of 1970, an unknown one and the earliest there is end nobody's window.
#[test]
fn an_early_or_unknown_time_ends_no_window() {
    let at = |time, number: usize| Message { time: RecordTime(time), ..good(number) };
    let now = 1_700_000_000_000;
    let times = [now, 0, -1, i64::MIN, now + 1];
    let mut records: Vec<Message> = (1..).zip(times).map(|(number, time)| at(time, number)).collect();
    records.extend([at(now + 2, 1), at(0, 1), at(-1, 5)]);
    let world = World::new(&records);
    let ledger = world.drain_line(&line(), 2).ledger;
    assert_eq!((ledger.clean, ledger.duplicate, ledger.reject), (5, 3, 0));
}

/// Row 70: headers beyond the limit are refused at the door, before anything is stored.
#[test]
fn too_many_headers_are_refused_at_the_door() {
    let world = World::new(&[good(1)]);
    let many = |count: usize, bytes: usize| {
        let mut message = good(2);
        message.headers.extend((0..count).map(|name| (format!("x-{name}"), vec![0xff; bytes])));
        message
    };
    let mut appender = Appender::open(world.dir(), crate::world::LOCAL).unwrap();
    for message in [many(10_000, 1), many(1, 1 << 20)] {
        assert!(appender.append(&[message]).is_err());
    }
    appender.append(&[many(100, 20)]).unwrap();
    drop(appender);
    assert_eq!(world.drain_line(&line(), 10).ledger.clean, 2, "within the limit they are carried or ignored");
}

/// Row 71: a submitter who writes our headers harms the own record alone.
#[test]
fn forged_lineage_harms_the_own_record_alone() {
    let forged = |name: &'static str, value: &str| {
        let mut message = entry(r#"{"no":"","amount":"x"}"#);
        message.headers.push(name, value.as_bytes());
        message
    };
    let records = [
        forged(header::ATTEMPT, "999"),
        forged(header::ATTEMPT, "-1"),
        forged(header::ROOT_POSITION, "../../etc"),
        forged(header::ORIGIN, "raw/0/0"),
        good(1),
    ];
    let world = World::new(&records);
    assert_eq!(world.drain_line(&line(), 10).ledger.clean, 1);
    let rejects: Vec<Value> = world.topic(Topic::Rejects).iter().map(|(_, message)| json(message)).collect();
    let told = |name: &str| rejects.iter().map(|reject| reject[name].clone()).collect::<Vec<_>>();
    assert_eq!(told("disposition"), ["terminal", "rework", "rework", "rework"]);
    assert_eq!(told("root"), ["0/0", "0/1", "0/2", "0/3"]);
    assert_eq!(told("reject_id"), ["raw/0/0", "raw/0/1", "raw/0/2", "raw/0/3"]);
    world.assert_accounted();
}

/// Row 77: the same record a thousand times is one record.
#[test]
fn the_same_record_many_times_is_one() {
    let world = World::new(&vec![good(1); 1_000]);
    let ledger = world.drain_line(&line(), 100).ledger;
    assert_eq!((ledger.clean, ledger.duplicate), (1, 999));
}

/// Row 79: our own reject and our own duplicate, put on raw by mistake.
#[test]
fn what_we_wrote_is_told_when_it_comes_back() {
    let world = World::new(&[entry("{"), good(1), good(1)]);
    world.drain_line(&line(), 10);
    let [_, rejects, duplicates] = world.outputs();
    let back: Vec<Message> =
        [&rejects[0].1, &duplicates[0].1].map(|message| entry(&message.value)).into_iter().chain([good(2)]).collect();
    world.submit(&back);
    assert_eq!(world.drain_line(&line(), 10).ledger.clean, 1);
    for (_, message) in &world.topic(Topic::Rejects)[1..] {
        let error = &json(message)["errors"][0];
        assert_eq!((&error["code"], &error["params"]["reason"]), (&json!("ENV.INVALID"), &json!("loop")));
    }
}

//! Look-ups that earlier records answer: what is left for them, what is sought, and what is told when nobody answers.

use crate::{
    Context, Form, Judge, Override, Profile, Soft, json,
    table::{Builder, Names, Same},
};
use record::{Asks, Clean, Finding, Key, Param, Severity, Verdict};
use serde_json::{Value, json};

/// How a judge of people and whom they report to differs from the usual one.
#[derive(Clone, Copy)]
struct With {
    class: &'static str,
    table: bool,
    earlier: bool,
    soft: Option<Soft>,
}

const USUAL: With = With { class: "none", table: true, earlier: true, soft: None };

/// With a table of A1 (until 2025), A2 and B77.
fn judge(With { class, table, earlier, soft }: With) -> Judge {
    let look = |severity: &str| {
        let mut look = json!({"name": "people", "as_of": "/day", "or_earlier": "/no", "severity": severity});
        if !earlier {
            look.as_object_mut().unwrap().remove("or_earlier");
        }
        json!({"type": "string", "x-faircopy": {"normalize": ["id"], "class": class, "table": look}})
    };
    let mut form = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "x/1", "type": "object",
        "additionalProperties": false, "required": ["id"],
        "properties": {
            "id": {"type": "string"},
            "no": {"type": "string", "x-faircopy": {"normalize": ["id"]}},
            "boss": look("hard"), "mate": look("soft"),
            "day": {"type": "string", "format": "date", "x-faircopy": {"normalize": ["date"]}}
        },
        "x-faircopy": {"key": ["/id"], "home": [], "tables": {"people": {"required": false}}}
    });
    if !earlier {
        form["x-faircopy"].as_object_mut().unwrap().remove("home");
    }
    let form = Form::parse("x/1.json", &form.to_string()).unwrap_or_else(|errors| panic!("{errors:#?}"));
    let mut builder = Builder::new(&form.tables()[0], Names::default(), Same::Refuse).partial();
    for row in [r#"{"key": "A1", "to": "2025-12-31"}"#, r#"{"key": "A2"}"#, r#"{"key": "B77"}"#] {
        builder.object(1, &json::read(row.as_bytes()).unwrap().root);
    }
    let tables = table.then(|| builder.finish().unwrap()).into_iter().collect();
    Judge::with_tables(&form, &Profile { soft, ..Profile::default() }, &tables).unwrap()
}

fn clean(judge: &Judge, record: &Value, client: &str) -> Clean {
    match judge.judge(record.to_string().as_bytes(), Context { client, ..Context::default() }) {
        Verdict::Clean(clean) => clean,
        Verdict::Reject(reject) => panic!("{record}: {reject:?}"),
    }
}

/// What the record leaves for later ones, and what it seeks.
fn traces(judge: &Judge, record: &Value, client: &str) -> (Vec<Key>, Vec<(Key, u16, Severity)>) {
    let (mut left, mut sought) = (Vec::new(), Vec::new());
    for trace in clean(judge, record, client).traces {
        match trace.asks {
            Asks::Nothing => left.push(trace.key),
            Asks::Somebody { look_up, severity } => sought.push((trace.key, look_up, severity)),
            Asks::Nobody { .. } => panic!("no rule asks for nobody"),
        }
    }
    (left, sought)
}

#[test]
fn what_the_table_lacks_is_sought_where_an_accepted_record_leaves_it() {
    let judge = judge(USUAL);
    let (left, none) = traces(&judge, &json!({"id": "1", "no": "n7"}), "acme");
    assert_eq!((left.len(), none.len()), (1, 0));
    let report = json!({"id": "2", "no": "N8", "boss": " N7", "mate": "N7", "day": "2026-01-31"});
    let (own, sought) = traces(&judge, &report, "acme");
    assert_eq!(sought, [(left[0], 0, Severity::Hard), (left[0], 1, Severity::Soft)]);
    assert!(own.len() == 1 && own != left);
    // In the shard of both, of one client.
    assert_eq!(left[0].0[..4], clean(&judge, &report, "acme").key.0[..4]);
    assert_ne!(traces(&judge, &report, "other").1[0].0, left[0]);
    // Nothing is sought that the table has, and nothing is left of what is not there.
    assert_eq!(traces(&judge, &json!({"id": "2", "boss": "A2", "mate": "B77"}), "acme"), (vec![], vec![]));
    assert_eq!(clean(&judge, &report, "acme").warnings, []);
}

#[test]
fn what_the_table_has_is_its_affair() {
    let judge = judge(USUAL);
    let old = json!({"id": "2", "boss": "A1", "day": "2026-01-01"});
    let Verdict::Reject(reject) = judge.judge(old.to_string().as_bytes(), Context::default()) else {
        panic!("in force")
    };
    assert_eq!(reject.errors[0].code.as_str(), "REF.INACTIVE");
}

#[test]
fn without_a_table_nothing_is_sought_and_yet_something_left() {
    let record = json!({"id": "2", "no": "N8", "boss": "N7", "mate": "N7"});
    let with = traces(&judge(USUAL), &record, "acme");
    assert_eq!(traces(&judge(With { table: false, ..USUAL }), &record, "acme"), (with.0, vec![]));
}

/// The finding of each look-up that nobody answers.
fn not_found(judge: &Judge, record: &Value) -> Vec<Finding> {
    let clean = clean(judge, record, "acme");
    let sought = clean.traces.iter().filter_map(|trace| match trace.asks {
        Asks::Somebody { look_up, severity } => judge.not_found(&clean.bytes, None, look_up, severity),
        _ => None,
    });
    sought.collect()
}

#[test]
fn what_nobody_answers_is_told_as_the_table_alone_tells_it() {
    let record = json!({"id": "1", "boss": "B777", "mate": "x1", "day": "2026-01-31"});
    for (class, soft) in [("none", None), ("pii", None), ("secret", None), ("none", Some(Soft::Reject))] {
        let with = With { class, soft, ..USUAL };
        let told = not_found(&judge(with), &record);
        let alone = judge(With { earlier: false, ..with });
        let Verdict::Reject(reject) = alone.judge(record.to_string().as_bytes(), Context::default()) else { panic!() };
        assert_eq!(told, reject.errors, "{class}");
        let severity = if soft.is_some() { Severity::Hard } else { Severity::Soft };
        assert_eq!(told.iter().map(|finding| finding.severity).collect::<Vec<_>>(), [Severity::Hard, severity]);
        let suggestion = ("suggestion", Param::from("B77"));
        assert_eq!(told[0].params.0.contains(&suggestion), class == "none");
    }
    // Another worker's tables are his affair.
    let clean = clean(&judge(USUAL), &record, "acme");
    let told = judge(With { table: false, ..USUAL }).not_found(&clean.bytes, None, 0, Severity::Hard).unwrap();
    assert_eq!(told.params.0, [("table", Param::from("people")), ("found", Param::from("B777"))]);
    assert_eq!(judge(USUAL).not_found(&clean.bytes, None, 2, Severity::Hard), None);
    // A reject has an error, whatever is read again.
    let told = judge(USUAL).not_found(b"{}", None, 0, Severity::Hard).unwrap();
    assert_eq!((told.path.as_str(), told.params.0.len()), ("/boss", 1));
}

#[test]
fn who_accepts_that_the_table_lacks_a_value_asks_no_earlier_record() {
    let judge = judge(USUAL);
    let record = json!({"id": "1", "boss": "X1"}).to_string();
    let accept = |path: &'static str| {
        let given = Override { code: "REF.NOT_FOUND", path, by: "sup-7", reason: "seen" };
        judge.judge(record.as_bytes(), Context { operator: "op-1", overrides: &[given], ..Context::default() })
    };
    let Verdict::Clean(clean) = accept("/boss") else { panic!("not accepted") };
    assert_eq!((clean.traces.len(), clean.overrides.len()), (0, 1));
    assert_eq!((clean.warnings[0].code.as_str(), clean.warnings[0].severity), ("REF.NOT_FOUND", Severity::Soft));
    let Verdict::Reject(reject) = accept("/mate") else { panic!("nothing is found there") };
    assert_eq!(reject.errors[0].code.as_str(), "OVR.NOT_ALLOWED");
}

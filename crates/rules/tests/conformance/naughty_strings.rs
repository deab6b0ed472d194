//! Strings that break software, each in a text field under every normalizer, through the judge.

use crate::report::Set;
use record::{Change, Changes, Verdict};
use rules::{Context, Form, Judge, Profile, field::Settings, normalize};
use serde_json::{Value, json};
use std::collections::BTreeMap;

#[test]
fn no_string_panics_or_changes_unrecorded() {
    let Some(mut set) = Set::open("naughty_strings", &[]) else { return };
    let strings: Vec<String> = serde_json::from_str(&set.text("blns.json")).unwrap();
    set.fact("strings", 515, strings.len());
    let mut became = BTreeMap::from([("kept as keyed", 0), ("changed and recorded", 0), ("blank, recorded", 0)]);
    let (mut rejected, mut unrecorded, mut fields) = (0, 0, 0);
    for name in normalize::NAMES.iter().filter(|name| takes_any_text(name)) {
        fields += 1;
        let judge = Judge::new(&form(name), &Profile::default());
        for text in &strings {
            match judge.judge(&record(text), Context::default()) {
                Verdict::Reject(_) => rejected += 1,
                Verdict::Clean(clean) => match recorded(text, &clean.bytes, &clean.changes) {
                    Ok(what) => *became.get_mut(what).unwrap() += 1,
                    Err(what) => {
                        unrecorded += 1;
                        set.fail(format!("{name}: {text:?}: {what}"));
                    }
                },
            }
        }
    }
    set.measured("text fields, one for each normalizer that takes any text", fields);
    for (what, count) in became {
        set.measured(what, count);
    }
    set.measured("rejected", rejected);
    set.fact("unrecorded changes, or changes whose replay gives another value", 0, unrecorded);
    set.fact("two values that share a key, or a value with two", 0, keys(&strings));
    set.finish();
}

/// `values` needs a table of the form.
fn takes_any_text(name: &str) -> bool {
    name != "values"
}

fn form(normalizer: &str) -> Form {
    let field = json!({ "title": "Field", "type": "string", "x-faircopy": { "normalize": [normalizer] } });
    let form = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://faircopy.example/schemas/naughty/1",
        "title": "Naughty", "type": "object", "additionalProperties": false, "required": ["id"],
        "properties": { "id": { "title": "Id", "type": "string" }, "field": field },
        "x-faircopy": { "key": ["/id"] }
    });
    Form::parse("naughty/1.json", &form.to_string()).unwrap_or_else(|errors| panic!("{normalizer}: {errors:#?}"))
}

fn record(text: &str) -> Vec<u8> {
    serde_json::to_vec(&json!({ "id": "1", "field": text })).unwrap()
}

/// What became of a text: its clean value is the keyed one, or one change says how it came about.
fn recorded(text: &str, clean: &[u8], changes: &Changes) -> Result<&'static str, String> {
    let clean: Value = serde_json::from_slice(clean).unwrap();
    let value = clean.get("field").map(|value| value.as_str().unwrap());
    match changes.iter().collect::<Vec<_>>()[..] {
        [] if value == Some(text) => Ok("kept as keyed"),
        [change] if change.path == "/field" && change.raw == text && change.value == value => {
            let replayed = replay(change);
            if replayed.as_deref() != Some(value.unwrap_or_default()) {
                return Err(format!("replayed, {:?} gives {replayed:?}", change.by));
            }
            Ok(if value.is_some() { "changed and recorded" } else { "blank, recorded" })
        }
        _ => Err(format!("{value:?} with {changes:?}")),
    }
}

fn replay(change: Change<'_>) -> Option<String> {
    let (profile, annotation) = (Profile::default(), rules::field::Annotation::default());
    let settings = Settings { profile: &profile, annotation: &annotation, time: None };
    // `blank` says that nothing was left: the field is not there.
    change.by.iter().filter(|name| **name != "blank").try_fold(change.raw.to_owned(), |text, name| {
        let (_, normalize) = normalize::normalizer(name)?;
        normalize(&text, &settings).ok()?
    })
}

/// How many strings break "same clean value, same key; another clean value, another key".
fn keys(strings: &[String]) -> usize {
    let mut form = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://faircopy.example/schemas/naughty/1",
        "title": "Naughty", "type": "object", "additionalProperties": false, "required": ["field"],
        "properties": { "field": { "title": "Field", "type": "string", "x-faircopy": { "normalize": ["id"] } } },
        "x-faircopy": { "key": ["/field"] }
    });
    form["description"] = "Its key is the text.".into();
    let form = Form::parse("naughty/1.json", &form.to_string()).unwrap_or_else(|errors| panic!("{errors:#?}"));
    let judge = Judge::new(&form, &Profile::default());
    let (mut by_key, mut by_value, mut wrong) = (BTreeMap::new(), BTreeMap::new(), 0);
    for text in strings {
        let raw = serde_json::to_vec(&json!({ "field": text })).unwrap();
        let Verdict::Clean(clean) = judge.judge(&raw, Context::default()) else { continue };
        let same_value = by_key.entry(clean.key.0).or_insert_with(|| clean.bytes.clone()) == &clean.bytes;
        let same_key = *by_value.entry(clean.bytes).or_insert(clean.key.0) == clean.key.0;
        wrong += usize::from(!same_value || !same_key);
    }
    wrong
}

use crate::{
    Context, Form, Judge, Profile,
    table::{Builder, Names, Same},
};
use proptest::prelude::*;
use record::{Asks, Verdict};
use serde_json::{Value, json};
use std::{fs, path::PathBuf, sync::LazyLock};

static FORMS: LazyLock<Vec<(Judge, Vec<String>)>> = LazyLock::new(forms);

/// The files of a directory, and of those in it, that end so.
fn files(dir: &str, end: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").join(dir)];
    while let Some(dir) = open.pop() {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.to_string_lossy().ends_with(end) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn form(text: &str) -> Form {
    Form::parse("form.json", text).unwrap_or_else(|errors| panic!("{errors:?}\n{text}"))
}

/// The five forms with the inputs of their cases. Tables are there only for look-ups that earlier records answer, and have nothing.
fn forms() -> Vec<(Judge, Vec<String>)> {
    let with_cases = |path: &PathBuf| {
        let form = form(&fs::read_to_string(path).unwrap());
        let inputs = files(&format!("schemas/{}", form.name()), ".json").into_iter().filter(|file| file != path);
        let inputs = inputs.map(|file| fs::read_to_string(file).unwrap());
        let inputs = inputs.filter_map(|case| Some(serde_json::from_str::<Value>(&case).ok()?["record"].to_string()));
        let answered = form.or_earlier().iter().filter_map(|look_up| {
            let look = form.shape().find(&look_up.path)?.annotation.table.as_ref()?;
            form.tables().get(look.table)
        });
        let tables =
            answered.map(|table| Builder::new(table, Names::default(), Same::Refuse).partial().finish().unwrap());
        let judge = Judge::with_tables(&form, &Profile::default(), &tables.collect()).unwrap();
        (judge, inputs.filter(|input| input != "null").collect())
    };
    files("schemas", "/1.json").iter().map(with_cases).collect()
}

#[test]
fn our_forms_are_compiled() {
    let all = files("schemas", "/1.json").into_iter().chain(files("docs/examples", "/1.json"));
    let all: Vec<Form> = all.map(|path| form(&fs::read_to_string(path).unwrap())).collect();
    assert!(all.len() >= 7, "{}", all.len());
    for form in &all {
        assert_eq!((form.uncompiled(), form.worded_elsewhere()), (None, Vec::new()), "{}", form.name());
    }
}

#[test]
fn every_case_is_judged_as_by_the_reference() {
    let (mut count, mut sought) = (0, 0);
    for (judge, inputs) in &*FORMS {
        for input in inputs {
            let context = Context::default();
            let (verdict, fell_back) = judge.judge_noting(input.as_bytes(), context);
            assert_eq!(verdict, judge.reference(input.as_bytes(), context), "{input}");
            assert!(!fell_back, "the plan tells all that is wrong with {input}");
            if let Verdict::Clean(clean) = &verdict {
                sought += clean.traces.iter().filter(|trace| matches!(trace.asks, Asks::Somebody { .. })).count();
            }
            let Some(root) = judge.normalized(input.as_bytes()) else { continue };
            let parts = judge.form().parts();
            assert_eq!(parts.plan.as_ref().unwrap().conforms(&root), parts.schema.is_valid(&root), "{input}");
            count += 1;
        }
    }
    assert!(count > 200 && sought > 20, "{count} {sought}");
}

#[test]
fn what_has_no_test_is_named() {
    for (keywords, named) in
        [(json!({ "uniqueItems": true }), "uniqueItems"), (json!({ "anyOf": [{ "maxItems": 1 }] }), "anyOf")]
    {
        let mut list = json!({ "type": "array", "items": { "type": "string", "x-faircopy": { "class": "none" } } });
        list.as_object_mut().unwrap().extend(keywords.as_object().unwrap().clone());
        let form = form(&schema(&[("list", list)], &json!({})).to_string());
        assert_eq!(form.uncompiled(), Some(named));
        let (verdict, fell_back) =
            Judge::new(&form, &Profile::default()).judge_noting(br#"{"id":"A"}"#, Context::default());
        assert!(matches!(verdict, record::Verdict::Clean(_)) && fell_back, "{named}");
    }
}

#[test]
fn what_only_the_validator_words_is_foretold() {
    let code = json!({ "$ref": "#/$defs/code", "maxLength": 3, "x-faircopy": { "class": "none" } });
    let item = json!({
        "type": "object", "additionalProperties": false,
        "properties": { "kind": { "enum": ["A", "B", "C"] }, "code": code },
        "if": { "required": ["code"] }, "then": { "oneOf": [
            { "required": ["kind"], "properties": { "kind": { "const": "A" } } }, { "not": { "required": ["kind"] } }
        ] }
    });
    let list = json!({ "type": "array", "items": item });
    let keywords = json!({
        "$defs": { "code": { "type": "string", "pattern": "^[0-9]+$" } },
        "anyOf": [{ "required": ["list"] }, { "required": ["id"] }]
    });
    let text = schema(&[("list", list)], &keywords).to_string().replace(r#""enum":"#, r#""type":"string","enum":"#);
    let form = form(&text);
    let foretold: Vec<_> = form.worded_elsewhere().iter().map(|found| (found.pointer.clone(), found.keyword)).collect();
    assert_eq!(foretold, [("/list/*".to_owned(), "oneOf"), ("/list/*/code".to_owned(), "")]);
    let judge = Judge::new(&form, &Profile::default());
    for (item, falls_back) in [
        (json!({ "code": "1" }), false),
        (json!({ "code": "A" }), false),
        (json!({ "code": "AAAA" }), true),
        (json!({ "code": "1", "kind": "B" }), true),
    ] {
        let record = json!({ "id": "A", "list": [item] }).to_string();
        let (verdict, fell_back) = judge.judge_noting(record.as_bytes(), Context::default());
        assert_eq!(fell_back, falls_back, "{record}");
        assert_eq!(verdict, judge.reference(record.as_bytes(), Context::default()), "{record}");
    }
}

#[test]
fn only_what_the_plan_cannot_tell_is_noted_as_such() {
    let day = json!({ "type": "string", "format": "date", "x-faircopy": { "class": "none" } });
    let form = form(&schema(&[("day", day)], &json!({})).to_string());
    let judge = Judge::new(&form, &Profile::default());
    let judged = |record: &str| {
        let (verdict, fell_back) = judge.judge_noting(record.as_bytes(), Context::default());
        (matches!(verdict, record::Verdict::Clean(_)), fell_back)
    };
    assert_eq!(judged(r#"{"id":"A","day":"2026-01-31"}"#), (true, false));
    assert_eq!(judged(r#"{"id":"A","day":"2026-02-30"}"#), (false, false));
    // Of the year 0 the plan knows nothing.
    assert_eq!(judged(r#"{"id":"A","day":"0000-01-01"}"#), (true, true));
}

/// A form of these fields besides its key, with these keywords at its root.
fn schema(fields: &[(&str, Value)], keywords: &Value) -> Value {
    let mut properties = json!({ "id": { "type": "string", "x-faircopy": { "class": "none" } } });
    properties.as_object_mut().unwrap().extend(fields.iter().map(|(name, field)| ((*name).to_owned(), field.clone())));
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://faircopy.example/schemas/sample/1",
        "type": "object", "additionalProperties": false, "required": ["id"],
        "properties": properties,
        "x-faircopy": { "key": ["/id"] }
    });
    schema.as_object_mut().unwrap().extend(keywords.as_object().unwrap().clone());
    schema
}

#[test]
fn what_is_wrong_is_told_without_the_validator() {
    let form = form(&sample(&json!({ "pattern": "^A", "maxLength": 3 }), &json!({ "required": ["id"] })));
    let judge = Judge::new(&form, &Profile::default());
    let faults = |record: &str| {
        let root = judge.normalized(record.as_bytes()).unwrap();
        let parts = form.parts();
        parts.plan.as_ref().unwrap().faults(&root, &parts.shape).map(|faults| faults.len())
    };
    assert_eq!(faults(r#"{"id":"A"}"#), Some(0));
    let all = r#"{"id":1,"text":"BBBB","whole":3,"flag":"x","list":[true,1,true],"code":"AB","inner":{"x":1},"y":2}"#;
    assert_eq!(faults(all), Some(9));
    // It is asked for twice, in the same words.
    assert_eq!(faults(r#"{"text":"A"}"#), Some(2));
    // Of two schemas that ask for something, which comes first is not known.
    assert_eq!(faults(r#"{"id":"A","code":"B"}"#), None);
}

/// Conditions over the fields of [`sample`].
fn condition() -> impl Strategy<Value = Value> {
    let name = || prop::sample::select(vec!["text", "whole", "flag", "list"]);
    let constant = prop_oneof![
        prop::sample::select(vec!["A", "B", "2026-01-31", ""]).prop_map(Value::from),
        (0..3_i64).prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
    ];
    let constants = prop::collection::vec(constant, 1..3);
    let value = prop_oneof![
        constants.clone().prop_map(|constants| json!({ "const": constants[0] })),
        constants.clone().prop_map(|constants| json!({ "enum": constants })),
        constants.prop_map(|constants| json!({ "not": { "enum": constants } })),
        Just(json!(false)),
        Just(json!({})),
    ];
    let leaf = prop_oneof![
        prop::collection::vec(name(), 1..3).prop_map(|names| json!({ "required": names })),
        (name(), value).prop_map(|(name, value)| json!({ "properties": { name: value } })),
        (name(), name()).prop_map(|(name, other)| json!({ "dependentRequired": { name: [other] } })),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        let some = prop::collection::vec(inner.clone(), 1..3);
        prop_oneof![
            // Several keywords in one schema, in any order.
            some.clone().prop_map(|parts| {
                let members = parts.into_iter().filter_map(|part| part.as_object().cloned());
                Value::Object(members.flatten().filter(|(keyword, _)| keyword != "then" && keyword != "else").collect())
            }),
            some.clone().prop_map(|parts| json!({ "allOf": parts })),
            some.clone().prop_map(|parts| json!({ "anyOf": parts })),
            some.prop_map(|parts| json!({ "oneOf": parts })),
            inner.clone().prop_map(|part| json!({ "not": part })),
            (inner.clone(), inner.clone(), inner)
                .prop_map(|(condition, then, or)| json!({ "if": condition, "then": then, "else": or })),
        ]
    })
}

fn sample(text: &Value, condition: &Value) -> String {
    let mut text = text.clone();
    text["type"] = json!("string");
    text["x-faircopy"] = json!({ "class": "none" });
    let item = json!({ "type": "boolean" });
    let fields = [
        ("text", text),
        ("whole", json!({ "type": "integer", "minimum": 0, "maximum": 2 })),
        ("flag", json!({ "type": "boolean" })),
        ("list", json!({ "type": "array", "minItems": 1, "maxItems": 2, "items": item })),
        ("code", json!({ "$ref": "#/$defs/code", "minLength": 2, "x-faircopy": { "class": "none" } })),
        (
            "inner",
            json!({
                "type": "object", "additionalProperties": false, "required": ["flag"],
                "properties": { "flag": { "type": "boolean" }, "code": { "$ref": "#/$defs/code" } }
            }),
        ),
    ];
    let code =
        json!({ "type": "string", "enum": ["A", "AB", "ABC"], "maxLength": 2, "x-faircopy": { "class": "none" } });
    schema(&fields, &json!({ "allOf": [condition], "$defs": { "code": code } })).to_string()
}

fn asserted() -> impl Strategy<Value = Value> {
    prop::sample::select(vec![
        json!({}),
        json!({ "maxLength": 3 }),
        json!({ "minLength": 2, "maxLength": 2 }),
        json!({ "enum": ["B", "A", "2026-01-31"] }),
        json!({ "format": "date" }),
        json!({ "pattern": "^[A-Z]{1,2}$" }),
        json!({ "const": "AB" }),
        // Several of them break together.
        json!({ "minLength": 2, "maxLength": 4, "pattern": "^[A-Z]{1,2}$", "format": "date" }),
        json!({ "enum": ["B", "2026-01-31"], "maxLength": 3, "pattern": "^[AB]$" }),
    ])
}

fn record() -> impl Strategy<Value = String> {
    let value = prop_oneof![
        prop::sample::select(vec![
            "A",
            "B",
            "AB",
            "ABC",
            "ÄÖ",
            "𝄞",
            "2026-01-31",
            "2026-02-30",
            "0000-01-01",
            "long text"
        ])
        .prop_map(Value::from),
        (-1..4_i64).prop_map(Value::from),
        Just(json!(1.0)),
        any::<bool>().prop_map(Value::from),
        Just(Value::Null),
        prop::collection::vec(prop_oneof![any::<bool>().prop_map(Value::from), Just(json!("true"))], 0..4)
            .prop_map(Value::from),
        prop::sample::select(vec![json!({}), json!({ "flag": 1, "more": 2 }), json!({ "flag": true, "code": "ABCD" })]),
    ];
    let names =
        prop::sample::select(vec!["id", "text", "whole", "flag", "list", "code", "inner", "text", "whole", "unknown"]);
    prop::collection::vec((names, value), 0..6).prop_map(|members| {
        let record: serde_json::Map<String, Value> =
            members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Value::Object(record).to_string()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    /// Whatever the schema: what the plan passes the validator passes, and where the plan could tell, it does.
    #[test]
    fn agrees_with_the_validator(text in asserted(), condition in condition(), records in prop::collection::vec(record(), 8)) {
        let Ok(form) = Form::parse("form.json", &sample(&text, &condition)) else { return Ok(()) };
        let judge = Judge::new(&form, &Profile::default());
        let parts = form.parts();
        let plan = parts.plan.as_ref().unwrap();
        for record in records {
            let (quick, slow) = (judge.judge(record.as_bytes(), Context::default()), judge.reference(record.as_bytes(), Context::default()));
            prop_assert_eq!(quick, slow, "{}", record);
            let Some(root) = judge.normalized(record.as_bytes()) else { continue };
            let valid = parts.schema.is_valid(&root);
            // Of numbers that are no integers, and of the year 0, the plan knows nothing.
            if record.contains("1.0") || record.contains("0000-") {
                prop_assert!(!plan.conforms(&root) || valid, "{}", record);
            } else {
                prop_assert_eq!(plan.conforms(&root), valid, "{}", record);
            }
        }
    }

    /// A case with one value changed, left out or put elsewhere.
    #[test]
    fn damaged_cases_are_judged_as_by_the_reference(form in 0..5_usize, case in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(), from in any::<prop::sample::Index>(), kind in 0..5_u8) {
        let (judge, inputs) = &FORMS[form];
        let mut input: Value = serde_json::from_str(&inputs[case.index(inputs.len())]).unwrap();
        let Some(object) = input.as_object_mut().filter(|object| !object.is_empty()) else { return Ok(()) };
        let names: Vec<String> = object.keys().cloned().collect();
        let (name, other) = (at.get(&names), from.get(&names));
        let value = match kind {
            0 => Value::Null,
            1 => object[other].clone(),
            2 => json!("x"),
            3 => json!([object[other]]),
            _ => json!("7"),
        };
        object.insert(name.clone(), value);
        if kind == 4 {
            object.remove(other);
        }
        let bytes = input.to_string();
        prop_assert_eq!(judge.judge(bytes.as_bytes(), Context::default()), judge.reference(bytes.as_bytes(), Context::default()), "{}", bytes);
    }
}

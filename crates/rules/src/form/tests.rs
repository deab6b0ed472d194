//! What a form file may not say: each mistake is found at its place, with advice.

use super::Form;
use serde_json::{Value, json};

fn sample() -> Value {
    serde_json::from_str(include_str!("../reference/tests/form.json")).unwrap()
}

/// Sets what stands at a pointer; the last step may be new.
fn set(form: &mut Value, pointer: &str, value: Value) {
    let (owner, name) = pointer.rsplit_once('/').unwrap();
    form.pointer_mut(owner).unwrap()[name.replace("~1", "/")] = value;
}

/// The mistakes of the sample with one change, as `what | hint`.
fn mistakes(pointer: &str, value: &Value) -> Vec<String> {
    let mut form = sample();
    set(&mut form, pointer, value.clone());
    let text = format!("{form:#}");
    let errors = Form::parse("f.json", &text).err().unwrap_or_default();
    for error in &errors {
        let line = text.lines().nth(usize::try_from(error.line).unwrap() - 1);
        assert!(line.is_some_and(|line| line.chars().count() >= usize::try_from(error.column).unwrap() - 1), "{error}");
    }
    errors.into_iter().map(|error| format!("{} | {}", error.what, error.hint.unwrap_or_default())).collect()
}

/// One mistake, whose text and hint contain these words.
#[track_caller]
#[expect(clippy::needless_pass_by_value, reason = "tables of literals read better")]
fn check(pointer: &str, value: Value, words: &[&str]) {
    let found = mistakes(pointer, &value);
    assert!(!found.is_empty(), "{pointer} = {value} is accepted");
    assert!(
        found.iter().any(|mistake| words.iter().all(|word| mistake.contains(word))),
        "{pointer} = {value}: {found:#?}"
    );
}

#[test]
fn the_sample_is_a_form() {
    let form = Form::parse("form.json", &sample().to_string()).unwrap();
    assert_eq!((form.name(), form.version(), form.title()), ("sample", 1, "A small form"));
    assert_eq!(form.key().iter().map(ToString::to_string).collect::<Vec<_>>(), ["/id", "/day"]);
    assert!(form.shape().find("/lines/3/amount").is_some_and(|shape| shape.annotation.decimal.is_some()));
    assert!(form.shape().find("/lines/x").is_none());
}

#[test]
fn misspelt_words_are_refused_with_a_suggestion() {
    check("/requird", json!([]), &["unknown keyword", "did you mean \"required\""]);
    check("/properties/id/patern", json!("a"), &["unknown keyword", "\"pattern\""]);
    check("/properties/id/x-faircopy", json!({"normalise": ["id"]}), &["unknown annotation", "\"normalize\""]);
    check("/properties/id/x-faircopy", json!({"normalize": ["uper"]}), &["unknown normalizer", "\"upper\""]);
    check("/properties/id/x-faircopy", json!({"check": ["ibam"]}), &["unknown check", "\"iban\""]);
    check("/properties/id/x-faircopy", json!({"class": "PHI!"}), &["unknown class", "\"phi\""]);
    check("/properties/id/x-faircopy", json!({"severity": "sofd"}), &["unknown severity", "\"soft\""]);
    check("/properties/id/type", json!("sting"), &["unknown type", "\"string\""]);
    check("/properties/id/x-faircopy", json!({"match": "compny"}), &["unknown match form", "\"company\""]);
    check("/properties/id/x-faircopy", json!({"normalize": ["name"], "case": "titel"}), &["unknown case", "\"title\""]);
    check("/x-faircopy/keys", json!([]), &["unknown annotation", "\"key\""]);
    check("/x-faircopy/rules/0/mesage", json!("x"), &["unknown member", "\"message\""]);
    check("/x-faircopy/rules/0/code", json!("SUM.MISMACH"), &["unknown code", "SUM.MISMATCH"]);
    check("/required", json!(["idd"]), &["unknown field", "\"id\""]);
    check("/allOf/0/if/properties", json!({"knd": {"const": "big"}}), &["unknown field", "\"kind\""]);
    check("/allOf/0/then/required", json!(["cout"]), &["unknown field", "\"count\""]);
    check("/dependentRequired", json!({"payd": ["note"]}), &["unknown field", "\"paid\""]);
    check("/properties/total/$ref", json!("#/$defs/mony"), &["unknown definition", "#/$defs/money"]);
}

#[test]
fn what_would_mean_another_thing_elsewhere_is_refused() {
    check("/properties/id/pattern", json!("^\\d+$"), &["\\d", "[0-9]"]);
    check("/properties/id/pattern", json!("^(?=a)"), &["look-around"]);
    check("/properties/id/pattern", json!("^(a)\\1$"), &["backtracking"]);
    check("/properties/id/pattern", json!("^(a{1,1000}){1,1000}$"), &["not a regular expression"]);
    check("/properties/id/pattern", json!("^(a"), &["not a regular expression"]);
    check("/properties/id/format", json!("email"), &["format is not supported", "check"]);
    check("/properties/total/type", json!("number"), &["float"]);
    check("/properties/total/$ref", json!("https://example.com/money.json"), &["unknown definition"]);
    check("/properties/total/$ref", json!("#"), &["unknown definition"]);
    check("/properties/total/$ref", json!("other.json#/$defs/money"), &["unknown definition"]);
    check("/additionalProperties", json!(true), &["only false"]);
    check("/$schema", json!("http://json-schema.org/draft-07/schema#"), &["2020-12"]);
    check("/$id", json!("vendor invoice"), &["name and version"]);
    check("/properties/note/multipleOf", json!(0), &["unknown keyword"]);
    check("/properties/note", json!(true), &["described by an object"]);
    check("/properties/note", json!(5), &["a schema is an object"]);
    check("/allOf/0/then/x-faircopy", json!({}), &["no effect here"]);
    check("/then", json!({}), &["without \"if\""]);
}

#[test]
fn what_cannot_be_meant_is_refused() {
    check("/$defs/money/$ref", json!("#/$defs/money"), &["refers to itself"]);
    check("/$defs/money/x-faircopy/decimal", json!({"scale": [3, 2]}), &["no decimal satisfies"]);
    check(
        "/$defs/money/x-faircopy/decimal",
        json!({"scale": [2, 2], "min": "2", "max": "1"}),
        &["no decimal satisfies"],
    );
    check("/$defs/money/x-faircopy/decimal", json!({"scale": [2, 2], "min": 0}), &["written as a text"]);
    check("/$defs/money/x-faircopy/decimal", json!({"scale": [2, 29]}), &["fewest and most"]);
    check("/$defs/money/x-faircopy/minor_units", json!("/currency"), &["no currency stands at"]);
    check("/$defs/money/x-faircopy/currency", json!("USX"), &["no currency has this", "minor_units"]);
    check("/properties/day/x-faircopy", json!({"currency": "USD"}), &["needs the normalizer \"money\""]);
    check("/properties/count/minimum", json!(100), &["no value satisfies"]);
    check("/properties/count/minimum", json!(0.5), &["whole number"]);
    check("/properties/kind/enum", json!(["a", "a"]), &["twice"]);
    check("/properties/kind/enum", json!([]), &["not empty"]);
    check("/properties/lines/x-faircopy", json!({"unique_by": ["/nope"]}), &["no single value"]);
    check("/properties/lines/x-faircopy", json!({"normalize": ["id"]}), &["single values only"]);
    check("/properties/day/x-faircopy", json!({"two_digit_year": "past"}), &["needs the normalizer \"date\""]);
    check("/properties/note/x-faircopy", json!({"case": "title"}), &["needs the normalizer \"name\""]);
    check("/properties/note/x-faircopy", json!({"unit": "fraction"}), &["needs the normalizer \"percent\""]);
    check("/properties/day/x-faircopy", json!({"serials": "1905", "normalize": ["date"]}), &["unknown system"]);
    check("/properties/note/x-faircopy", json!({"blank_is_false": true}), &["true and false only"]);
    check("/properties/paid/x-faircopy", json!({"blank_is_false": true}), &["needs the normalizer \"boolean\""]);
    check("/properties/note/x-faircopy", json!({"region": "US"}), &["needs a normalizer or check that reads it"]);
    check("/properties/note/x-faircopy", json!({"check": ["phone"], "region": "UK"}), &["ISO 3166", "\"US\""]);
    check("/properties/note/x-faircopy", json!({"match": "company"}), &["fields of the key only"]);
    check("/properties/count/x-faircopy", json!({"match": "company"}), &["texts only"]);
    check("/properties/kind/x-faircopy", json!({"normalize": ["values"]}), &["needs a table"]);
    check("/properties/lines/items/additionalProperties", json!(null), &["only false"]);
    check("/properties/note/type", json!(["string", "null"]), &["one text"]);
    check("/properties/note", json!({"title": "x"}), &["needs a \"type\""]);
    check("/type", json!("array"), &["\"type\": \"object\""]);
}

#[test]
fn a_computed_key_must_always_be_known() {
    let part = |text: &str| json!(["/id", { "expr": text }]);
    let good = [
        "min(lines.map(line, line.no))",
        "sum(lines.filter(line, line.no > 1).map(line, line.amount))",
        "has(due) ? due : day",
        "has(guarded.on) && guarded.on > day ? guarded.on : day",
        "!has(due) || due < day ? day : due",
        "kind",
    ];
    for text in good {
        assert_eq!(mistakes("/x-faircopy/key", &part(text)), [""; 0], "{text}");
    }
    check("/x-faircopy/key", part("due"), &["\"/due\" may be missing", "has()"]);
    check("/x-faircopy/key", part("has(due) ? day : due"), &["\"/due\" may be missing"]);
    check("/x-faircopy/key", part("has(due) || due > day ? day : day"), &["\"/due\" may be missing"]);
    check("/x-faircopy/key", part("has(guarded) ? guarded.on : day"), &["\"/guarded/on\" may be missing"]);
    check("/x-faircopy/key", part("min(tags.map(tag, day))"), &["\"/tags\" may be missing"]);
    check("/x-faircopy/key", part("keyed_on > day ? day : day"), &["when the record was keyed"]);
    check("/x-faircopy/key", part("lookup('vendors', id, day).since"), &["must not depend on a table"]);
    check("/x-faircopy/key", part("date('2026-01-01')"), &["same for every record"]);
    check("/x-faircopy/key", part("day > date('2026-01-01')"), &["a decimal, a date or a text is wanted"]);
    check("/x-faircopy/key", part("lines"), &["a decimal, a date or a text is wanted"]);
    check("/x-faircopy/key", part("dya"), &["no field or variable `dya`", "`day`"]);
    check("/x-faircopy/key", json!([{ "exp": "day" }]), &["unknown member of a key part", "\"expr\""]);
    check("/x-faircopy/key", json!([{}]), &["needs its \"expr\""]);
    check("/x-faircopy/key", json!([{ "expr": 1 }]), &["\"expr\" is a text"]);
    check("/x-faircopy/key", json!([{ "expr": "day" }, { "expr": "day" }]), &["twice"]);
}

#[test]
fn keys_and_rules_are_checked_against_the_shape() {
    check("/x-faircopy/key", json!(["/nope"]), &["no field at \"/nope\""]);
    check("/x-faircopy/key", json!(["/note"]), &["required"]);
    check("/x-faircopy/key", json!(["/lines"]), &["single value"]);
    check("/x-faircopy/key", json!(["/id", "/id"]), &["twice"]);
    check("/x-faircopy/key", json!([]), &["no field"]);
    check("/x-faircopy/key", json!("/id"), &["list of pointers and expressions"]);
    check("/x-faircopy", json!({}), &["needs its \"key\""]);
    check("/x-faircopy/rules/0/rule", json!("totl == 1"), &["totl"]);
    check("/x-faircopy/rules/0/path", json!("/nope"), &["nothing stands at"]);
    check("/x-faircopy/rules/0/severity", json!("soft"), &["cannot have this severity"]);
    check("/x-faircopy/rules/0/code", json!("BAT.COUNT"), &["cannot have this severity"]);
    check("/x-faircopy/rules/1/id", json!("sample.total"), &["twice"]);
    check("/x-faircopy/rules/1/each", json!("/note"), &["no list stands"]);
    check("/x-faircopy/rules/1/as", json!(null), &["text"]);
}

#[test]
fn mistakes_name_file_line_and_column_and_none_is_kept_back() {
    let text = "{\n  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\", \"$id\": \"x/1\",\n  \"type\": \"object\", \
        \"additionalProperties\": false,\n  \"properties\": { \"id\": { \"type\": \"string\", \"patern\": \"a\" } },\n  \"required\": [\"id\"],\n  \
        \"x-faircopy\": { \"key\": [\"/id\"], \"rules\": [{ \"id\": \"r\", \"rule\": \"id == nope\", \"path\": \"/id\", \"message\": \"m\" }] }\n}";
    let errors = Form::parse("schemas/x/1.json", text).unwrap_err();
    let shown: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(shown.len(), 2, "{shown:#?}");
    assert!(shown[0].starts_with("schemas/x/1.json:4:45: unknown keyword \"patern\""), "{shown:#?}");
    let column = text.lines().nth(5).and_then(|line| line.find("nope")).unwrap() + 1;
    assert!(shown[1].starts_with(&format!("schemas/x/1.json:6:{column}: ")), "{shown:#?}");
    let broken = Form::parse("f.json", "{\n \"a\": 1,\n}").unwrap_err();
    assert!(broken[0].to_string().starts_with("f.json:3:1: "), "{broken:?}");
    assert!(Form::parse("f.json", "{\"type\": 1, \"type\": 2}").unwrap_err()[0].what.contains("twice"));
    assert!(Form::parse("f.json", "[]").unwrap_err()[0].what.contains("object"));
}

/// The sample with a table, and with what its field `id` says of it.
fn with_table(look: &Value, tables: &Value) -> Value {
    let mut form = sample();
    set(&mut form, "/properties/id/x-faircopy", json!({"normalize": ["id"], "table": look}));
    set(&mut form, "/x-faircopy/tables", tables.clone());
    form
}

#[track_caller]
#[expect(clippy::needless_pass_by_value, reason = "tables of literals read better")]
fn check_table(look: Value, tables: Value, words: &[&str]) {
    let text = format!("{:#}", with_table(&look, &tables));
    let errors = Form::parse("f.json", &text).unwrap_err();
    let told = |error: &super::FormError| format!("{} | {}", error.what, error.hint.as_deref().unwrap_or_default());
    assert!(errors.iter().any(|error| words.iter().all(|word| told(error).contains(word))), "{errors:#?}");
}

#[test]
fn a_form_declares_the_tables_it_looks_into() {
    let tables = json!({"vendors": {"required": true, "columns": {"name": "text", "due": "/due", "limit": "/total"}}});
    let form = with_table(&json!({"name": "vendors", "as_of": "/day", "severity": "soft"}), &tables);
    let form = Form::parse("f.json", &form.to_string()).unwrap();
    let [table] = form.tables() else { panic!("{:?}", form.tables()) };
    let kinds: Vec<_> = table.columns.iter().map(|column| column.kind.as_str()).collect();
    assert_eq!((table.name.as_str(), table.required, kinds), ("vendors", true, vec!["text", "date", "decimal"]));
    let look = form.shape().find("/id").unwrap().annotation.table.as_ref().unwrap();
    assert_eq!((look.table, look.as_of.as_slice()), (0, ["/day".to_owned()].as_slice()));
}

#[test]
fn mistakes_about_tables_are_told() {
    let good = || json!({"vendors": {"required": false}});
    check_table(json!({"name": "vendor"}), good(), &["unknown table \"vendor\"", "did you mean \"vendors\""]);
    check_table(json!({"name": "vendors"}), json!({}), &["declares no table", "\"tables\""]);
    check_table(json!({"name": "vendors", "as_off": "/day"}), good(), &["unknown member", "\"as_of\""]);
    check_table(json!({"name": "vendors", "as_of": "/total"}), good(), &["no date stands at \"/total\""]);
    check_table(json!({"name": "vendors", "as_of": ["/day", "/no"]}), good(), &["no date stands at \"/no\""]);
    check_table(json!({"name": "vendors", "as_of": ["/day"]}), good(), &["a first and a last day"]);
    check_table(json!({"name": "vendors", "as_of": "/no"}), good(), &["no date stands at \"/no\""]);
    check_table(json!({"name": "vendors", "severity": "sofd"}), good(), &["unknown severity", "\"soft\""]);
    check_table(json!({"as_of": "/day"}), good(), &["names its table"]);
    let look = || json!({"name": "vendors"});
    let declared = |declaration: Value| json!({ "vendors": declaration });
    check_table(look(), declared(json!({})), &["says whether it is \"required\""]);
    check_table(look(), declared(json!({"required": "no"})), &["true or false"]);
    check_table(look(), declared(json!({"requird": true})), &["unknown member", "\"required\""]);
    let columns = |columns: Value| declared(json!({"required": false, "columns": columns}));
    check_table(look(), columns(json!(["name"])), &["\"columns\" maps"]);
    check_table(look(), columns(json!({"name": "txt"})), &["unknown kind of column", "\"text\""]);
    check_table(look(), columns(json!({"name": "/nope"})), &["no field at \"/nope\""]);
    check_table(look(), columns(json!({"name": "/lines"})), &["single values"]);
    check_table(look(), columns(json!({"from": "date"})), &["no column"]);
    check_table(look(), json!({"vendors": {"required": false}, "Ven dors": {"required": false}}), &["small letters"]);
    check("/x-faircopy/tables", json!([]), &["\"tables\" is an object"]);
    check("/properties/count/x-faircopy", json!({"table": {"name": "vendors"}}), &["texts only"]);
}

#[test]
fn two_fields_of_one_table_are_normalized_alike() {
    let mut form = with_table(&json!({"name": "vendors"}), &json!({"vendors": {"required": false}}));
    set(&mut form, "/properties/note/x-faircopy", json!({"normalize": ["id"], "table": {"name": "vendors"}}));
    assert!(Form::parse("f.json", &form.to_string()).is_ok());
    set(&mut form, "/properties/note/x-faircopy", json!({"table": {"name": "vendors"}}));
    let errors = Form::parse("f.json", &form.to_string()).unwrap_err();
    assert!(errors[0].what.contains("normalized in another way"), "{errors:?}");
}

#[test]
fn a_look_up_that_earlier_records_answer_says_where_they_have_the_value() {
    let with = |answer: &Value, home: &Value| {
        let look = json!({"name": "vendors", "or_earlier": answer});
        let mut form = with_table(&look, &json!({"vendors": {"required": false}}));
        set(&mut form, "/properties/note/x-faircopy", json!({"normalize": ["id"]}));
        set(&mut form, "/x-faircopy/home", home.clone());
        form
    };
    let told = |form: &Value| {
        let errors = Form::parse("f.json", &form.to_string()).err().unwrap_or_default();
        let told = errors.iter().map(|error| format!("{} | {}", error.what, error.hint.as_deref().unwrap_or_default()));
        told.collect::<Vec<_>>()
    };
    let home = json!([]);
    let good = with(&json!("/note"), &home);
    let form = Form::parse("f.json", &good.to_string()).unwrap();
    let [look_up] = form.or_earlier() else { panic!("{:?}", form.or_earlier()) };
    assert_eq!((look_up.path.as_str(), look_up.answer.as_str()), ("/id", "/note"));
    let refused = |form: Value, words: &[&str]| {
        let told = told(&form);
        let [told] = told.as_slice() else { panic!("{told:#?}") };
        assert!(words.iter().all(|word| told.contains(word)), "{told}");
    };
    refused(with(&json!("/noet"), &home), &["no field at \"/noet\""]);
    refused(with(&json!("/lines"), &home), &["names a single text"]);
    refused(with(&json!("/count"), &home), &["names a single text"]);
    refused(with(&json!("/lines/0/amount"), &home), &["names a single text"]);
    refused(with(&json!("/id"), &home), &["does not answer for itself"]);
    refused(with(&json!("/title"), &home), &["no field at"]);
    assert!(told(&with(&json!(["/note"]), &home))[0].contains("\"or_earlier\" is a text"));
    refused(with(&json!("/note"), &json!(["/id"])), &["the client alone", "\"home\": []"]);
    let mut homeless = good.clone();
    homeless["x-faircopy"].as_object_mut().unwrap().remove("home");
    refused(homeless, &["the client alone", "\"home\": []"]);
    let mut otherwise = good;
    set(&mut otherwise, "/properties/note/x-faircopy", json!({"normalize": ["squeeze"]}));
    refused(otherwise, &["\"/note\" is normalized in another way", "same normalizers"]);
    // The mistake stands where the look-up does.
    let text = format!("{:#}", with(&json!("/noet"), &home));
    let error = &Form::parse("f.json", &text).unwrap_err()[0];
    let line = text.lines().nth(error.line as usize - 1).unwrap();
    assert_eq!(&line[error.column as usize - 1..], "{", "{error}");
    assert_eq!((error.name.as_ref(), line.trim()), ("table", "\"table\": {"));
}

#[test]
fn earlier_records_answer_for_single_values_and_for_few() {
    let look = |name: &str| json!({"type": "string", "x-faircopy": {"table": {"name": "books", "or_earlier": name}}});
    let form = |properties: Value| {
        json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "x/1", "type": "object",
            "additionalProperties": false, "required": ["id"], "properties": properties,
            "x-faircopy": {"key": ["/id"], "home": [], "tables": {"books": {"required": false}}}
        })
    };
    let told = |properties: Value| {
        let errors = Form::parse("f.json", &form(properties).to_string()).err().unwrap_or_default();
        errors.into_iter().map(|error| error.what).collect::<Vec<_>>()
    };
    let id = json!({"type": "string"});
    let item = json!({"type": "object", "additionalProperties": false, "properties": {"no": look("/id")}});
    let listed = json!({"id": id, "lines": {"type": "array", "items": item}});
    assert_eq!(told(listed), ["a value in a list is not answered by earlier records"]);
    let many = |count: usize| {
        let mut properties = json!({ "id": id });
        (0..count).for_each(|nth| properties[format!("f{nth}")] = look("/id"));
        properties
    };
    assert_eq!(told(many(8)), [""; 0]);
    assert_eq!(told(many(9)), ["a form has at most 8 look-ups that earlier records answer"]);
}

/// A rule about earlier records, with other members than the usual ones.
fn held(home: &Value, with: &Value) -> Value {
    let mut rule =
        json!({"id": "near", "on": ["/note"], "path": "/note", "code": "DUP.NEAR", "severity": "soft", "message": "m"});
    for (name, value) in with.as_object().unwrap() {
        rule[name] = value.clone();
    }
    json!({"key": ["/id", "/day"], "home": home, "earlier": [rule]})
}

#[test]
fn rules_about_earlier_records_say_what_they_compare() {
    let at = "/x-faircopy";
    let known = mistakes(at, &json!({"key": ["/id", "/day"]}));
    let home = json!(["/id"]);
    for with in
        [json!({}), json!({"on": [{"expr": "document_no(note)"}, "/due"]}), json!({"on": [], "days": ["/day", "/due"]})]
    {
        assert_eq!(mistakes(at, &held(&home, &with)), known, "{with}");
    }
    assert_eq!(mistakes(at, &held(&json!([]), &json!({}))), known, "the client alone");
    check(at, held(&json!(["/note"]), &json!({})), &["required"]);
    check(at, held(&json!(["/day", "/lines"]), &json!({})), &["single value"]);
    check(at, held(&json!(["/id", "/id"]), &json!({})), &["in the home twice"]);
    check(at, held(&json!([{"expr": "day"}]), &json!({})), &["no part of the key", "one home"]);
    check(at, held(&home, &json!({"on": ["/lines"]})), &["what is compared is a single value"]);
    check(at, held(&home, &json!({"on": ["/noet"]})), &["no field at \"/noet\""]);
    check(at, held(&home, &json!({"on": []})), &["compares nothing", "\"days\""]);
    check(at, held(&home, &json!({"on": [{"expr": "keyed_on > day ? day : day"}]})), &["when the record was keyed"]);
    check(at, held(&home, &json!({"days": ["/day"]})), &["a first and a last day"]);
    check(at, held(&home, &json!({"days": ["/day", "/note"]})), &["no date stands at \"/note\""]);
    check(at, held(&home, &json!({"path": "/noet"})), &["nothing stands at \"/noet\""]);
    check(at, held(&home, &json!({"severity": "hard"})), &["DUP.NEAR cannot have this severity"]);
    check(at, held(&home, &json!({"onn": []})), &["unknown member of a rule", "\"on\""]);
    let mut twice = held(&home, &json!({}));
    twice["earlier"] = json!([twice["earlier"][0], twice["earlier"][0]]);
    check(at, twice, &["\"near\" is there twice"]);
    check(at, json!({"key": ["/id"], "home": ["/id"]}), &["no effect without \"earlier\""]);
    let mut homeless = held(&home, &json!({}));
    homeless.as_object_mut().unwrap().remove("home");
    check(at, homeless, &["needs the \"home\""]);
    check(at, json!({"key": ["/id"], "home": [], "earlier": []}), &["1 to 8 rules"]);
}

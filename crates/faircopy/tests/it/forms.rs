use crate::program::{Place, faircopy, stderr, stdout};
use serde_json::Value;

const SCHEMAS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schemas");

const FORM: &str = r#"{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://example.com/forms/sample/1",
  "title": "Sample", "description": "A form.",
  "type": "object", "additionalProperties": false,
  "required": ["id"],
  "properties": {
    "id": { "title": "Id", "description": "Its number.", "type": "string", "maxLength": 9, "x-faircopy": { "normalize": ["id"] } },
    "day": { "title": "Day", "type": "string", "format": "date", "x-faircopy": { "normalize": ["date"] } }
  },
  "x-faircopy": { "key": ["/id"] }
}
"#;

/// A place with a form that has one warning, and a case of each kind.
fn place() -> Place {
    let place = Place::new();
    for directory in ["sample/cases/clean", "sample/cases/reject"] {
        std::fs::create_dir_all(place.path(directory)).unwrap();
    }
    place.write("sample/1.json", FORM);
    place.write(
        "sample/cases/clean/small.json",
        r#"{ "record": { "id": "a1" }, "expect": { "outcome": "clean", "clean": { "id": "A1" } } }"#,
    );
    place.write(
        "sample/cases/reject/none.json",
        r#"{ "record": {}, "expect": { "outcome": "reject", "errors": [{ "code": "STR.REQUIRED", "path": "/id" }] } }"#,
    );
    place
}

fn json(output: &std::process::Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn lint_names_place_and_suggestion_and_ends_as_documented() {
    let place = place();
    let output = place.expect(0, "forms lint sample/1.json");
    let expected = "sample/1.json:9:5: warning: the field \"day\" has no description [description-missing]\n  \
                    hint: add a \"description\"\n1 form, 0 errors, 1 warning\n";
    assert_eq!(stdout(&output), expected);
    assert_eq!(stdout(&place.expect(1, "forms lint sample --deny-warnings")), expected);
    place.write("sample/1.json", FORM.replace("maxLength", "maxLenght"));
    let output = json(&place.expect(1, "forms lint . --json"));
    assert_eq!((&output["errors"], &output["forms"]), (&Value::from(1), &Value::from(1)));
    let lint = &output["lints"][0];
    assert_eq!((&lint["name"], &lint["line"]), (&Value::from("unknown-keyword"), &Value::from(8)));
    assert_eq!(lint["hint"], "did you mean \"maxLength\"?");
    assert!(stderr(&place.expect(2, "forms lint nowhere.json")).contains("hint: check the path"));
    std::fs::create_dir(place.path("empty")).unwrap();
    assert!(stderr(&place.expect(2, "forms lint empty")).contains("there is no form here"));
}

#[test]
fn the_built_in_forms_lint_clean() {
    let output = Place::new().expect(0, "forms lint --deny-warnings");
    assert!(stdout(&output).ends_with("forms, 0 errors, 0 warnings\n"), "{}", stdout(&output));
}

#[test]
fn the_cases_beside_the_forms_are_run() {
    let output = faircopy().args(["forms", "test", SCHEMAS, "--json"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
    let forms = json(&output);
    let forms = forms.as_array().unwrap();
    let count = std::fs::read_dir(SCHEMAS).unwrap().filter(|entry| entry.as_ref().unwrap().path().is_dir()).count();
    assert_eq!(forms.len(), count);
    assert!(forms.iter().all(|form| form["cases"].as_u64() >= Some(40) && form["failed"] == 0), "{forms:?}");
}

#[test]
fn a_case_that_is_judged_otherwise_is_shown_line_by_line() {
    let place = place();
    assert_eq!(stdout(&place.expect(0, "forms test sample")), "sample: 2 of 2 cases as they say\n");
    place.write(
        "sample/cases/clean/small.json",
        r#"{ "record": { "id": "a1" }, "expect": { "outcome": "clean", "clean": { "id": "a1" } } }"#,
    );
    let expected =
        "sample/cases/clean/small.json: clean\n  - /id: \"a1\"\n  + /id: \"A1\"\nsample: 1 of 2 cases as they say\n";
    assert_eq!(stdout(&place.expect(1, "forms test sample/1.json")), expected);
    assert_eq!(stdout(&place.expect(0, "forms test sample --filter reject")), "sample: 1 of 1 case as they say\n");
    let failed = json(&place.expect(1, "forms test . --json"));
    assert_eq!(failed[0]["failures"][0]["differences"][0]["expected"][0], "/id: \"a1\"");
    place.write("sample/cases/clean/small.json", r#"{ "record": {}, "expects": {} }"#);
    let output = place.expect(2, "forms test sample");
    assert!(stderr(&output).contains("small.json:1:17: unknown member of a case \"expects\""), "{}", stderr(&output));
    place.expect(2, "forms test sample --filter nothing");
}

#[test]
fn forms_are_listed_with_where_they_come_from() {
    let place = place();
    let listed = json(&place.expect(0, "forms list --schemas . --json"));
    let of = |name: &str| listed.as_array().unwrap().iter().find(|form| form["form"] == name).unwrap().clone();
    assert_eq!(of("vendor_invoice/1")["from"], "built in");
    assert_eq!(of("sample/1")["from"], "./sample/1.json");
    assert_eq!((&of("sample/1")["fields"], &of("sample/1")["rules"]), (&Value::from(2), &Value::from(0)));
    assert!(stdout(&place.expect(0, "forms list")).lines().count() >= 3);
}

#[test]
fn a_form_is_shown_and_a_field_explained_in_order() {
    let place = place();
    let page = stdout(&place.expect(0, "forms show timesheet"));
    assert!(page.starts_with("timesheet/1  Timesheet\nkey: client, /employee_no, /period_end\n"), "{page}");
    assert!(page.contains("ts.day_hours") && page.contains("31 items"), "{page}");
    let shown = json(&place.expect(0, "forms show sample/1.json --json"));
    assert_eq!(shown["fields"][1]["kind"], "date");

    let page = stdout(&place.expect(0, "forms explain timesheet /days/3/regular"));
    let order = ["decode", "normalize", "profile", "schema", "check", "rule", "shown"]
        .map(|word| page.find(&format!("\n  {word} ")));
    assert!(order.iter().all(Option::is_some) && order.is_sorted(), "{order:?}\n{page}");
    assert!(!page.contains("slower"), "{page}");
    let page = stdout(&place.expect(0, "forms explain employee_onboarding /manager_no"));
    assert!(page.contains("or be /employee_no of an accepted earlier record of the client; skipped where"), "{page}");
    let page = stdout(&place.expect(0, "forms explain employee_onboarding /employee_no"));
    assert!(page.contains("\n  earlier    /manager_no"), "{page}");
    let page = stdout(&place.expect(0, "forms show employee_onboarding"));
    assert!(page.contains("table employees, or earlier /employee_no"), "{page}");
    let condition = r#""anyOf": [{ "properties": { "id": { "maxLength": 9 } } }], "properties""#;
    place.write("sample/1.json", FORM.replacen("\"properties\"", condition, 1));
    let slower = stdout(&place.expect(0, "forms explain sample/1.json /id"));
    assert!(slower.contains("maxLength of a value under a condition is not compiled"), "{slower}");
    let whole = stdout(&place.expect(0, "forms explain sample/1.json"));
    assert!(whole.starts_with("plan: none: maxLength of") && whole.matches("slower").count() == 1, "{whole}");
    let alternatives = r#""anyOf": [{ "properties": { "id": { "const": "A" } } }], "properties""#;
    place.write("sample/1.json", FORM.replacen("\"properties\"", alternatives, 1));
    let slower = stdout(&place.expect(0, "forms explain sample/1.json /id"));
    assert!(slower.contains("a record that breaks the anyOf that its object is under takes the slower"), "{slower}");
    // Of the whole form it is told once, in front.
    let whole = stdout(&place.expect(0, "forms explain sample/1.json"));
    let told = "plan: a record that breaks the anyOf that the record is under takes the slower validator, for its words\n\n/id";
    assert!(whole.starts_with(told) && whole.matches("slower").count() == 1, "{whole}");
    let failure = stderr(&place.expect(2, "forms explain timesheet /days/0/regula"));
    assert!(failure.contains("hint: did you mean /days/*/regular?"), "{failure}");
    assert!(stderr(&place.expect(2, "forms show timeshet")).contains("hint: did you mean timesheet?"));
}

/// A form drawn up from records that it has never seen judges them, lists and all.
#[test]
fn a_form_is_drawn_up_from_a_sample_and_judges_it() {
    let place = Place::new();
    place.expect(0, "generate --form timesheet --records 200 --seed 5 --out in.ndjson");
    let page = stdout(&place.expect(0, "forms new hours --from in.ndjson --rows 150"));
    assert!(page.contains("the first 150 rows read"), "{page}");
    assert!(page.contains("/days/*/regular"), "{page}");
    place.expect(0, "forms lint hours --deny-warnings");
    assert!(stdout(&place.expect(0, "forms test hours")).ends_with("2 of 2 cases as they say\n"));
    let judge = page
        .lines()
        .find_map(|line| line.trim().strip_prefix("faircopy ").filter(|line| line.starts_with("judge")))
        .unwrap();
    let summary = json(&place.expect(1, &format!("{judge} --summary json")));
    assert!(summary["clean"].as_u64() > Some(100), "{summary}");
}

#[test]
fn a_draft_of_telephone_numbers_without_a_country_says_what_they_need() {
    let place = place();
    place.write("in.csv", "no,phone\n1,(415) 555-2671\n2,(415) 555-2672\n3,(415) 555-2673\n");
    let page = stdout(&place.expect(0, "forms new calls --from in.csv"));
    assert!(page.contains("by this form 0 are clean and 3 rejected"), "{page}");
    assert!(page.contains("need a region in the source's profile, as in region = \"US\"\n"), "{page}");
    assert!(!page.contains("the cases hold"), "{page}");
    assert!(page.contains("so that there is no case yet\n") && !page.contains("forms test"), "{page}");
}

/// As `cat` puts two exports together: of columns that take any text the second header would be a clean record.
#[test]
fn a_draft_says_of_a_sample_what_contradicts_itself_and_what_is_no_record() {
    let place = place();
    let days = ["01/13/2024", "13/01/2024", "03/04/2024"];
    let rows: String = (0..60).map(|index| format!("A{index},{}\r\n", days[index % 3])).collect();
    place.write("in.csv", format!("Id,Day\r\n{rows}\u{feff}Id,Day\r\nB1,01/13/2024\r\n"));
    let page = stdout(&place.expect(0, "forms new days --from in.csv"));
    assert!(page.starts_with("in.csv: line 62 says what the header says: no record\nin.csv: 61 rows"), "{page}");
    let told = "dates: 21 can only be one way and 20 only the other, so that none is chosen: what could be either is rejected (20 here); set date_order";
    assert!(page.contains(told) && page.contains("by this form 41 are clean and 20 rejected"), "{page}");
    assert!(!place.path("days/source.toml").exists());
    let judged = place.expect(1, "judge in.csv --form days --schemas . --mapping days/mapping.toml --clean c.ndjson --rejects r.ndjson --summary json");
    assert_eq!(json(&judged)["clean"], 41);
    assert!(stderr(&judged).contains("note: in.csv: line 62 says what the header says"), "{}", stderr(&judged));
}

/// As intake systems post them: all of a record in objects, or all records in a list of one answer.
#[test]
fn a_draft_of_nested_records_has_a_key_and_a_wrapped_list_is_told() {
    let place = place();
    let record = |index: usize| {
        format!(r#"{{"header": {{"Invoice No.": "A{index}"}}, "lines": [{{"qty": "1"}}], "files": []}}"#)
    };
    let records: Vec<String> = (0..30).map(record).collect();
    place.write("in.ndjson", records.join("\n"));
    let page = stdout(&place.expect(0, "forms new nested --from in.ndjson"));
    assert!(
        page.contains("key: /header/Invoice No. (no two of 30") && page.contains("this form 30 are clean"),
        "{page}"
    );
    assert_eq!(stdout(&place.expect(0, "forms test nested")), "nested: 2 of 2 cases as they say\n");
    assert!(place.read("nested/cases/reject/key_missing.json").contains(r#""code":"STR.REQUIRED","path":"/header""#));

    place.write("wrapped.json", format!(r#"{{"count": 30, "data": [{}]}}"#, records.join(",")));
    let page = stdout(&place.expect(0, "forms new wrapped --from wrapped.json"));
    assert!(page.contains("this is one record; where the items of /data are the records"), "{page}");
    place.write("list.json", format!(r#"{{"data": [{}]}}"#, records.join(",")));
    let refused = stderr(&place.expect(2, "forms new list --from list.json"));
    assert!(
        refused.contains("nothing tells records apart\nhint: where a list in the file holds the records"),
        "{refused}"
    );
    assert!(!place.path("list").exists());
}

#[test]
fn a_draft_overwrites_nothing_and_says_what_it_cannot_read() {
    let place = place();
    place.write("in.csv", "No,Total\n1,2.50\n");
    let taken = stderr(&place.expect(2, "forms new sample --from in.csv"));
    assert!(taken.contains("sample: there is a form of this name already"), "{taken}");
    assert_eq!(place.read("sample/1.json"), FORM);
    assert!(stderr(&place.expect(2, "forms new Sample --from in.csv")).contains("small letters"));
    place.write("empty.csv", "No,Total\n");
    assert!(stderr(&place.expect(2, "forms new other --from empty.csv")).contains("no record"));
    assert!(!place.path("other").exists());
}

#[test]
fn cases_are_held_against_the_table_of_the_command_line_unless_they_bring_their_own() {
    let place = Place::new();
    std::fs::create_dir_all(place.path("sample/cases/reject")).unwrap();
    let field = r#""normalize": ["id"], "table": { "name": "parts" }"#;
    let form = FORM.replace(r#""normalize": ["id"]"#, field);
    let declared = r#""tables": { "parts": { "required": false } }, "key": ["/id"]"#;
    place.write("sample/1.json", form.replace(r#""key": ["/id"]"#, declared));
    let case = |more: &str| {
        format!(
            r#"{{ "record": {{ "id": "a1" }},{more} "expect": {{ "outcome": "reject", "errors": [{{ "code": "REF.NOT_FOUND", "path": "/id" }}] }} }}"#
        )
    };
    place.write("sample/cases/reject/there.json", case(""));
    place.write("sample/cases/reject/own.json", case(r#" "tables": { "parts": [{ "key": "B2" }] },"#));
    place.write("a.csv", "key,from,to\nA1,2020-01-01,\n");
    place.write("b.csv", "key,from,to\nB1,2020-01-01,\n");
    let told = |code: i32, more: &str| stdout(&place.expect(code, &format!("forms test sample {more}")));
    assert!(told(1, "").contains("there.json: outcome"), "{}", told(1, ""));
    assert_eq!(told(0, "--table parts=b.csv"), "sample: 2 of 2 cases as they say\n");
    assert!(told(1, "--table parts=a.csv").ends_with("sample: 1 of 2 cases as they say\n"));
    let failure = stderr(&place.expect(2, "forms test sample --table part=a.csv"));
    assert!(failure.contains("hint: did you mean parts?"), "{failure}");
}

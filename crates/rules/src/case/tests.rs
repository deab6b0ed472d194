use super::Case;
use crate::{Form, table::Tables};

const FORM: &str = r#"{
  "$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "x/1", "type": "object",
  "additionalProperties": false, "required": ["id"],
  "properties": {
    "id": { "type": "string", "maxLength": 3, "x-faircopy": { "normalize": ["upper"] } },
    "day": { "type": "string", "format": "date", "x-faircopy": { "normalize": ["date"] } }
  },
  "x-faircopy": { "key": ["/id"] }
}"#;

fn differences(case: &str) -> Vec<String> {
    let form = Form::parse("x/1.json", FORM).unwrap();
    Case::parse(case).unwrap().check(&form, &Tables::default()).iter().map(ToString::to_string).collect()
}

#[test]
fn a_case_that_is_judged_as_it_says_has_no_difference() {
    for case in [
        r#"{"record": {"id": "a1"}, "expect": {"outcome": "clean", "clean": {"id": "A1"}}}"#,
        r#"{"record": {"id": "a1"}, "expect": {"outcome": "clean", "clean": {"id": "A1"},
            "changes": [{"path": "/id", "raw": "a1", "value": "A1"}]}}"#,
        r#"{"record": {}, "expect": {"outcome": "reject", "errors": [{"code": "STR.REQUIRED", "path": "/id"}]}}"#,
        r#"{"record": {"id": "A", "day": "31/01/2026"}, "profile": {"date_order": "dmy"}, "client": "c", "time_ms": 0,
            "expect": {"outcome": "clean", "clean": {"id": "A", "day": "2026-01-31"}}}"#,
        r#"{"raw": "[]", "about": "no object", "version": 1,
            "expect": {"outcome": "reject", "errors": [{"code": "STR.TYPE", "path": "", "rule": "type"}]}}"#,
    ] {
        assert_eq!(differences(case), Vec::<String>::new(), "{case}");
    }
}

#[test]
fn what_differs_is_told_line_by_line() {
    let reject = r#"{"code": "STR.REQUIRED", "path": "/id"}"#;
    for (case, expected) in [
        (
            format!(r#"{{"record": {{"id": "a"}}, "expect": {{"outcome": "reject", "errors": [{reject}]}}}}"#),
            "outcome\n  - reject\n  - STR.REQUIRED /id\n  + clean",
        ),
        (
            r#"{"record": {}, "expect": {"outcome": "clean", "clean": {"id": "A"}}}"#.to_owned(),
            "outcome\n  - clean\n  + reject\n  + STR.REQUIRED /id (required)",
        ),
        (
            format!(r#"{{"record": {{"id": "ABCD"}}, "expect": {{"outcome": "reject", "errors": [{reject}]}}}}"#),
            "errors\n  - STR.REQUIRED /id\n  + STR.TOO_LONG /id (maxLength)",
        ),
        (
            format!(
                r#"{{"record": {{"id": "ABCD", "day": "x"}}, "expect": {{"outcome": "reject", "errors": [{}]}}}}"#,
                reject.replace("REQUIRED", "TOO_LONG")
            ),
            "errors\n  + FMT.DATE /day (date)",
        ),
        (
            format!(
                r#"{{"record": {{}}, "expect": {{"outcome": "reject", "errors": [{}]}}}}"#,
                reject.replace("/id", "/day")
            ),
            "errors\n  - STR.REQUIRED /day\n  + STR.REQUIRED /id (required)",
        ),
        (
            r#"{"record": {"id": "a"}, "expect": {"outcome": "clean", "clean": {"id": "B"}, "changes": []}}"#
                .to_owned(),
            "clean\n  - /id: \"B\"\n  + /id: \"A\"\nchanges\n  + /id: \"a\" becomes \"A\"",
        ),
        (
            r#"{"record": {"id": "A", "day": "2026-01-31"},
                "expect": {"outcome": "clean", "clean": {"day": "2026-01-31", "id": "A"}}}"#
                .to_owned(),
            "clean\n  - /day: \"2026-01-31\"\n  - /id: \"A\"\n  + /id: \"A\"\n  + /day: \"2026-01-31\"",
        ),
    ] {
        assert_eq!(differences(&case).join("\n"), expected, "{case}");
    }
}

#[test]
fn a_case_with_a_mistake_is_refused_at_its_place() {
    for (case, place, what) in [
        ("{", "1:2", ""),
        (r#"{"record": {}, "expected": {}}"#, "1:16", "unknown member of a case \"expected\""),
        (r#"{"record": {}, "raw": "", "expect": {}}"#, "1:1", "either a \"record\""),
        (r#"{"record": {}}"#, "1:1", "\"expect\""),
        (r#"{"record": {}, "expect": {"outcome": "accepted"}}"#, "1:26", "clean or reject"),
        (r#"{"record": {}, "expect": {"outcome": "clean"}}"#, "1:26", "\"clean\" record"),
        (r#"{"record": {}, "expect": {"outcome": "reject"}}"#, "1:26", "\"errors\""),
        (r#"{"record": {}, "profile": {"date_order": "md"}, "expect": {}}"#, "1:42", "dmy, mdy or ymd"),
        (r#"{"record": {}, "profile": {"decimal_sing": "x"}, "expect": {}}"#, "1:28", "decimal_sing"),
        (r#"{"record": {}, "time_ms": "x", "expect": {}}"#, "1:27", "whole number"),
    ] {
        let error = Case::parse(case).unwrap_err();
        assert!(error.to_string().starts_with(&format!("{place}: ")), "{case}: {error}");
        assert!(error.what.contains(what), "{case}: {error}");
    }
}

/// The form with a table.
fn with_table(case: &str) -> String {
    let form = FORM
        .replace(r#""normalize": ["upper"]"#, r#""normalize": ["upper"], "table": { "name": "ids", "as_of": "/day" }"#)
        .replace(r#""key": ["/id"]"#, r#""key": ["/id"], "tables": { "ids": { "required": true } }"#);
    let form = Form::parse("x/1.json", &form).unwrap();
    let differences = Case::parse(case).unwrap().check(&form, &Tables::default());
    differences.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_case_brings_its_own_tables() {
    let case = |tables: &str, error: &str| {
        format!(
            r#"{{"record": {{"id": "a1", "day": "2026-01-31"}}, "tables": {tables},
            "expect": {{"outcome": "reject", "errors": [{{"code": "{error}", "path": "/id", "rule": "table"}}]}}}}"#
        )
    };
    assert_eq!(with_table(&case(r#"{"ids": []}"#, "REF.NOT_FOUND")), "");
    assert_eq!(with_table(&case(r#"{"ids": [{"key": "a1", "to": "2026-01-30"}]}"#, "REF.INACTIVE")), "");
    let accepted = with_table(&case(r#"{"ids": [{"key": "a1", "to": "2026-01-31"}]}"#, "REF.INACTIVE"));
    assert!(accepted.ends_with("+ clean"), "{accepted}");
    let wrong = with_table(&case(r#"{"idz": []}"#, "REF.NOT_FOUND"));
    assert_eq!(wrong, "tables\n  + the form declares no table \"idz\"; did you mean \"ids\"?");
    let wrong = with_table(&case(r#"{"ids": [{"key": ""}]}"#, "REF.NOT_FOUND"));
    assert_eq!(wrong, "tables\n  + line 1: key: a row needs its key");
}

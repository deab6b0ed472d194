use crate::program::{Place, stderr, stdout, timesheet};
use serde_json::Value;

const EMPLOYEES: &str = "key,from,to\ne1,2020-01-01,\ne2,2020-01-01,2025-12-31\n";

/// A place with three timesheets of March 2026: E1 is employed, E2 was, E3 never.
fn place() -> Place {
    let place = Place::new();
    place.write("in.ndjson", ["E1", "E2", "E3"].map(timesheet).join("\n"));
    place.write("employees.csv", EMPLOYEES);
    place
}

fn config(place: &Place, table: &str) {
    place.write("f.toml", format!("[store]\ndir = \"data\"\n[ops]\nlisten = \"\"\n{table}"));
}

fn codes(rejects: &str) -> Vec<String> {
    let parse = |line: &str| serde_json::from_str::<Value>(line).unwrap();
    let code = |reject: Value| reject["errors"][0]["code"].as_str().unwrap().to_owned();
    rejects.lines().map(parse).map(code).collect()
}

#[test]
fn a_table_is_looked_into_and_its_version_named_on_what_judge_writes() {
    let place = place();
    let judged = "judge in.ndjson --form timesheet --clean clean.ndjson --rejects rejects.ndjson";
    place.expect(0, judged);
    let output = place.expect(1, &format!("{judged} --table employees=employees.csv --summary json"));
    assert_eq!(codes(&place.read("rejects.ndjson")), ["REF.INACTIVE", "REF.NOT_FOUND"]);
    let summary: Value = serde_json::from_str(&stdout(&output)).unwrap();
    let version = summary["reference_versions"]["employees"].as_str().unwrap().to_owned();
    assert!(version.len() == 29 && version.ends_with("/2/2020-01-01"), "{version}");
    for reject in place.read("rejects.ndjson").lines() {
        let reject: Value = serde_json::from_str(reject).unwrap();
        assert_eq!(reject["reference_versions"], summary["reference_versions"]);
    }
}

#[test]
fn a_table_of_the_topic_is_the_same_version_as_its_file_and_changes_with_the_next_start() {
    let place = place();
    config(&place, "[tables.employees]\ntopic = \"tables\"\nmax_age_days = 1\n");
    let put = place.expect(0, "tables put employees employees.csv --config f.toml");
    assert!(stdout(&put).starts_with("put 2 rows of employees;"), "{}", stdout(&put));
    let checked = stdout(&place.expect(0, "tables check --config f.toml"));
    let version = checked.lines().find_map(|line| line.trim().strip_prefix("version ")).unwrap().to_owned();
    assert!(version.ends_with("/2/2020-01-01"), "{checked}");

    let feed = "put in.ndjson --form timesheet --config f.toml";
    place.expect(0, feed);
    place.expect(0, "run --drain --config f.toml");
    let clean = stdout(&place.expect(0, "read clean --headers --config f.toml"));
    let clean: Value = serde_json::from_str(clean.trim()).unwrap();
    assert_eq!(clean["headers"]["reference-versions"], serde_json::json!({ "employees": version }));
    let rejects = stdout(&place.expect(0, "read rejects --config f.toml"));
    assert_eq!(codes(&rejects), ["REF.INACTIVE", "REF.NOT_FOUND"]);

    // E3 is taken on, E1 taken back.
    place.write("employees.csv", "key,from,to\ne2,2020-01-01,2025-12-31\ne3,2026-01-01,\n");
    let put = stdout(&place.expect(0, "tables put employees employees.csv --replace --config f.toml"));
    assert!(put.starts_with("put 2 rows of employees, took back 1;"), "{put}");
    place.expect(0, feed);
    place.expect(0, "run --drain --config f.toml");
    let rejects = stdout(&place.expect(0, "read rejects --config f.toml"));
    assert_eq!(codes(&rejects)[2..], ["REF.NOT_FOUND", "REF.INACTIVE"]);
    assert_eq!(stdout(&place.expect(0, "read clean --config f.toml")).lines().count(), 2);
    let duplicates = stdout(&place.expect(0, "read duplicates --config f.toml"));
    assert_eq!(duplicates, "", "what was clean before is rejected now: its employee is gone");
    place.expect(0, "reconcile --config f.toml");
}

#[test]
fn bad_rows_are_not_put_and_nothing_starts_with_them() {
    let place = place();
    config(&place, "[tables.employees]\nfile = \"employees.csv\"\n");
    place.write("employees.csv", "key,from,to\ne1,2020-01-01,2019-01-01\n,,\n");
    for command in [
        "tables check --config f.toml",
        "tables put employees employees.csv --config f.toml",
        "run --drain --config f.toml",
        "config check --config f.toml",
        "judge in.ndjson --form timesheet --clean c --rejects r --config f.toml",
    ] {
        let told = stderr(&place.expect(2, command));
        for mistake in ["2: column to: the row ends before it begins", "3: column key: a row needs its key"] {
            assert!(told.contains(&format!("employees.csv:{mistake}")), "{command}: {told}");
        }
    }
    assert!(!place.path("c").exists());
    config(&place, "[tables.employees]\n");
    let told = stderr(&place.expect(2, "config check --config f.toml"));
    assert!(told.contains("f.toml:5: tables.employees is read either from a file or from a topic"), "{told}");
    config(&place, "[tables.employees]\ntopic = \"tables\"\n");
    let told = stderr(&place.expect(2, "run --drain --config f.toml"));
    assert!(told.contains("faircopy tables put employees FILE"), "{told}");
}

#[test]
fn a_form_may_require_its_table() {
    let place = place();
    let form = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schemas/timesheet/1.json");
    let form = std::fs::read_to_string(form).unwrap();
    let required = form.replace(r#""employees": { "required": false }"#, r#""employees": { "required": true }"#);
    assert_ne!(form, required);
    std::fs::create_dir_all(place.path("forms/timesheet")).unwrap();
    place.write("forms/timesheet/1.json", required);
    let judged = "judge in.ndjson --form timesheet --schemas forms --clean clean.ndjson --rejects rejects.ndjson";
    let told = stderr(&place.expect(2, judged));
    assert!(told.contains("form timesheet/1 requires the table employees"), "{told}");
    assert!(told.contains("hint: add [tables.employees]"), "{told}");
    place.expect(1, &format!("{judged} --table employees=employees.csv"));
}

#[test]
fn declared_tables_are_listed_with_their_columns() {
    let place = place();
    config(&place, "[tables.vendors]\nfile = \"vendors.csv\"\n");
    let list = stdout(&place.expect(0, "tables list --config f.toml"));
    assert!(list.contains("vendors: vendors.csv\n  vendor_invoice/1: optional; name (text), "), "{list}");
    assert!(list.contains("projects: not configured\n"), "{list}");
}

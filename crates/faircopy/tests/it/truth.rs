//! What the generator knows against what the program says: files through `generate` and `judge`, topics through `demo`.

use crate::program::{faircopy, stderr, stdout};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};
use tempfile::TempDir;

fn lines(path: &Path) -> Vec<Value> {
    fs::read_to_string(path).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Codes and paths of the hard errors of a reject, in the oracle's order.
fn errors(reject: &Value) -> Vec<(String, Value)> {
    let hard = reject["errors"].as_array().unwrap().iter().filter(|error| error["severity"] == "hard");
    let mut errors: Vec<_> =
        hard.map(|error| (error["code"].as_str().unwrap().to_owned(), error["path"].clone())).collect();
    errors.sort_by_key(|(code, path)| (code.clone(), path.to_string()));
    errors
}

/// What the oracle says of errors (`codes`, `paths`) or warnings (`warning_codes`, `warning_paths`).
fn expected(truth: &Value, [codes, paths]: [&str; 2]) -> Vec<(String, Value)> {
    let codes = truth[codes].as_array().unwrap().iter().map(|code| code.as_str().unwrap().to_owned());
    let mut findings: Vec<_> = codes.zip(truth[paths].as_array().unwrap().iter().cloned()).collect();
    findings.sort_by_key(|(code, path)| (code.clone(), path.to_string()));
    findings
}

/// Codes and paths of the warnings of each line that has some, in the oracle's order.
fn warnings(path: &Path) -> BTreeMap<u64, Vec<(String, Value)>> {
    let mut warnings: BTreeMap<u64, Vec<(String, Value)>> = BTreeMap::new();
    for warning in lines(path) {
        let told = (warning["code"].as_str().unwrap().to_owned(), warning["path"].clone());
        warnings.entry(warning["line"].as_u64().unwrap()).or_default().push(told);
    }
    warnings.values_mut().for_each(|list| list.sort_by_key(|(code, path)| (code.clone(), path.to_string())));
    warnings
}

/// `tables`: the reference tables that the records agree with, when they do.
#[track_caller]
fn generated_and_judged(form: &str, records: usize, tables: &[&str]) {
    let dir = TempDir::new().unwrap();
    let at = |name: &str| dir.path().join(name);
    let generate = faircopy()
        .current_dir(dir.path())
        .args(["generate", "--seed", "11", "--invalid", "0.2", "--duplicates", "0.1", "--out", "in.ndjson"])
        .args(["--oracle", "truth.ndjson", "--form", form, "--records", &records.to_string()])
        .args(if tables.is_empty() { &[][..] } else { &["--tables", "."] })
        .output()
        .unwrap();
    assert!(generate.status.success(), "{}", stderr(&generate));
    let judge = faircopy()
        .current_dir(dir.path())
        .args(["judge", "in.ndjson", "--form", form, "--clean", "clean.ndjson", "--rejects", "rejects.ndjson"])
        .args(["--duplicates", "duplicates.ndjson", "--warnings", "warnings.ndjson"])
        .args(tables.iter().flat_map(|name| ["--table".to_owned(), format!("{name}={name}.csv")]))
        .output()
        .unwrap();
    assert_eq!(judge.status.code(), Some(1), "{}", stderr(&judge));

    let clean = fs::read_to_string(at("clean.ndjson")).unwrap();
    let mut clean = clean.lines();
    let by_line = |name: &str| -> BTreeMap<u64, Value> {
        lines(&at(name)).into_iter().map(|found| (found["origin"]["line"].as_u64().unwrap(), found)).collect()
    };
    let (mut rejects, mut duplicates) = (by_line("rejects.ndjson"), by_line("duplicates.ndjson"));
    let mut warnings = warnings(&at("warnings.ndjson"));
    let truths = lines(&at("truth.ndjson"));
    assert_eq!(truths.len(), records);
    for truth in truths {
        let line = truth["line"].as_u64().unwrap();
        let warned = warnings.remove(&line).unwrap_or_default();
        assert_eq!(warned, expected(&truth, ["warning_codes", "warning_paths"]), "line {line}");
        match truth["outcome"].as_str().unwrap() {
            "clean" => assert_eq!(clean.next(), Some(&*truth["clean"].to_string()), "line {line}"),
            "reject" => {
                let found = errors(&rejects.remove(&line).unwrap_or_else(|| panic!("line {line} is no reject")));
                let expected = expected(&truth, ["codes", "paths"]);
                let same = found.len() == expected.len()
                    && found.iter().zip(&expected).all(|(a, b)| a.0 == b.0 && (b.1.is_null() || a.1 == b.1));
                assert!(same, "line {line}: expected {expected:?}, found {found:?}");
            }
            _ => assert_eq!(duplicates.remove(&line).unwrap()["first"]["line"], truth["first"], "line {line}"),
        }
    }
    assert_eq!((clean.next(), rejects.len(), duplicates.len()), (None, 0, 0), "outcomes that no truth speaks of");
    assert!(warnings.is_empty(), "warnings of lines that no truth speaks of");
}

#[test]
fn generated_invoices_are_judged_as_the_oracle_says() {
    generated_and_judged("vendor_invoice", 3_000, &[]);
}

#[test]
fn generated_timesheets_are_judged_as_the_oracle_says() {
    generated_and_judged("timesheet", 2_000, &[]);
}

#[test]
fn generated_claims_are_judged_as_the_oracle_says() {
    generated_and_judged("medical_claim", 3_000, &[]);
}

#[test]
fn with_reference_tables_mistakes_that_only_a_look_up_finds_are_found() {
    generated_and_judged("vendor_invoice", 3_000, &["vendors"]);
    generated_and_judged("timesheet", 2_000, &["employees", "projects"]);
    generated_and_judged("medical_claim", 3_000, &["payers", "members", "icd10"]);
    generated_and_judged("employee_onboarding", 3_000, &["departments", "employees"]);
    generated_and_judged("customer_kyc", 3_000, &["industries", "sanctions"]);
}

#[test]
fn generated_employees_are_judged_as_the_oracle_says() {
    generated_and_judged("employee_onboarding", 3_000, &[]);
}

#[test]
fn generated_customers_are_judged_as_the_oracle_says() {
    generated_and_judged("customer_kyc", 3_000, &[]);
}

/// Every topic file of a demo, by name.
fn topics(seed: &str, threads: &str) -> BTreeMap<PathBuf, Vec<u8>> {
    let dir = TempDir::new().unwrap();
    let demo = faircopy()
        .args(["demo", "--records", "3000", "--listen", "127.0.0.1:0", "--summary", "json"])
        .args(["--seed", seed, "--threads", threads, "--data-dir"])
        .arg(dir.path())
        .output()
        .unwrap();
    assert!(demo.status.success(), "{}\n{}", stdout(&demo), stderr(&demo));
    let summary: Value = serde_json::from_str(&stdout(&demo)).unwrap();
    assert_eq!(summary["wrong"], 0);
    assert_eq!(summary["received"], 3_000);
    let mut files = BTreeMap::new();
    for group in ["raw", "out"] {
        for file in fs::read_dir(dir.path().join(group)).unwrap() {
            let file = file.unwrap();
            // The claim log is no topic: its blocks end where chunks do, and those go by how long judging takes.
            if file.file_name().to_string_lossy().starts_with("claims-") {
                continue;
            }
            files.insert(Path::new(group).join(file.file_name()), fs::read(file.path()).unwrap());
        }
    }
    files
}

#[test]
fn the_demo_writes_the_same_bytes_whatever_the_number_of_threads() {
    let one = topics("5", "1");
    assert!(one.keys().any(|name| name.to_string_lossy().contains("rejects")), "{:?}", one.keys());
    for threads in ["1", "2", "8"] {
        let again = topics("5", threads);
        assert!(one.keys().eq(again.keys()), "{threads} threads: other files");
        let differing: Vec<_> =
            one.iter().filter(|(name, bytes)| again[*name] != **bytes).map(|(name, _)| name).collect();
        assert!(differing.is_empty(), "{threads} threads: {differing:?} differ");
    }
}

#[test]
fn a_demo_does_not_continue_in_a_directory_with_records_of_another_run() {
    let dir = TempDir::new().unwrap();
    let demo = |records: &str| {
        let mut command = faircopy();
        command.args(["demo", "--listen", "127.0.0.1:0", "--records", records, "--data-dir"]).arg(dir.path());
        command.output().unwrap()
    };
    assert!(demo("50").status.success());
    let again = demo("50");
    assert_eq!(again.status.code(), Some(2));
    assert!(stderr(&again).contains("holds 50 records already"), "{}", stderr(&again));
}

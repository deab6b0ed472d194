//! Judges every case of every form: `schemas/<form>/cases/{clean,reject}/<name>.json`. `docs/forms.md` describes a case.
//!
//! `FAIRCOPY_CASE=iban` runs those whose path contains `iban`.

#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

use record::{Finding, Severity, Stage, Verdict};
use rules::{DecimalSign, Form, Judge, Profile, case::Case, table::Tables};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
};

#[test]
fn every_case_is_judged_as_it_says() {
    let mut told = Vec::new();
    let mut run = 0;
    for (form, file) in cases() {
        if env::var("FAIRCOPY_CASE").is_ok_and(|part| !file.display().to_string().contains(&part)) {
            continue;
        }
        run += 1;
        let (form, case) = read(&form, &file);
        for difference in case.check(&form, &Tables::default()) {
            told.push(format!("{}: {difference}", file.display()));
        }
    }
    assert!(run > 0, "no case was found");
    assert!(told.is_empty(), "{} of {run} cases differ:\n\n{}", told.len(), told.join("\n"));
}

#[test]
fn every_form_has_cases_of_both_kinds() {
    let mut counts: BTreeMap<String, [usize; 2]> = BTreeMap::new();
    for (form, file) in cases() {
        counts.entry(form).or_default()[usize::from(is_reject(&file))] += 1;
    }
    assert_eq!(counts.len(), forms().len(), "a form without cases, or cases without a form: {counts:?}");
    for (form, [clean, reject]) in counts {
        assert!(clean >= 15 && reject >= 25, "{form} has {clean} clean cases and {reject} rejects");
    }
}

/// What any reader of the clean topic may do: check it with a standard validator, and send it through again.
#[test]
fn clean_records_conform_to_the_schema_and_stay_as_they_are() {
    let point = Profile { decimal_sign: Some(DecimalSign::Point), ..Profile::default() };
    for (form, file) in cases().into_iter().filter(|(_, file)| !is_reject(file)) {
        let (name, (form, case)) = (form.clone(), read(&form, &file));
        let Verdict::Clean(clean) = case.judge(&form) else { continue };
        let schema = serde_json::from_str(&fs::read_to_string(form_file(&name, &case)).unwrap()).unwrap();
        let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
        let value: Value = serde_json::from_slice(&clean.bytes).unwrap();
        let errors: Vec<_> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{}: {errors:?}", file.display());

        let again = Judge::new(&form, &point).judge(&clean.bytes, case.context());
        let Verdict::Clean(again) = again else { panic!("{}: {again:?}", file.display()) };
        assert_eq!((again.bytes, again.changes), (clean.bytes, record::Changes::default()), "{}", file.display());
    }
}

/// One value of a clean record is keyed wrongly: whatever is found, it is told once, at that value, or by record rules
/// alone, which then name it.
#[test]
fn one_mistake_is_told_once() {
    let mistakes =
        [json!(true), json!(7.5), json!("??"), json!("x".repeat(300)), json!("\u{1}"), json!("-1"), json!({})];
    let (mut told_once, mut by_rules) = (0, 0);
    for (form, file) in cases().into_iter().filter(|(_, file)| !is_reject(file)) {
        let (form, case) = read(&form, &file);
        let Verdict::Clean(clean) = case.judge(&form) else { continue };
        let point = Profile { decimal_sign: Some(DecimalSign::Point), ..Profile::default() };
        let judge = Judge::new(&form, &point);
        let record: Value = serde_json::from_slice(&clean.bytes).unwrap();
        let mut places = Vec::new();
        single_values(&record, "", &mut places);
        for (number, path) in places.iter().enumerate() {
            // Of each value another mistake, so that all of them meet all fields over the cases of a form.
            let mistake = &mistakes[(number + clean.bytes.len()) % mistakes.len()];
            let mut wrong = record.clone();
            *wrong.pointer_mut(path).unwrap() = mistake.clone();
            let Verdict::Reject(reject) = judge.judge(wrong.to_string().as_bytes(), case.context()) else { continue };
            let hard: Vec<_> = reject.errors.iter().filter(|error| error.severity == Severity::Hard).collect();
            let shown = || format!("{}: {path} = {mistake}: {hard:#?}", file.display());
            if hard.iter().all(|error| error.stage == Stage::RecordRule) {
                assert!(hard.iter().all(|error| names(error, path)), "{}", shown());
                by_rules += 1;
            } else {
                assert_eq!(hard.iter().map(|error| &error.path).collect::<Vec<_>>(), [path], "{}", shown());
                told_once += 1;
            }
        }
    }
    assert!(told_once > 1_000 && by_rules > 20, "{told_once} {by_rules}");
}

/// Pointers of all texts, numbers and conditions.
fn single_values(value: &Value, path: &str, places: &mut Vec<String>) {
    match value {
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(at, item)| single_values(item, &format!("{path}/{at}"), places));
        }
        Value::Object(members) => {
            members.iter().for_each(|(name, member)| single_values(member, &format!("{path}/{name}"), places));
        }
        _ => places.push(path.to_owned()),
    }
}

/// Whether a finding accuses a value, or names it or the list that it stands in.
fn names(error: &Finding, path: &str) -> bool {
    error.related.iter().chain([&error.path]).any(|named| path == named || path.starts_with(&format!("{named}/")))
}

fn schemas() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas")
}

fn sorted(directory: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<_> =
        fs::read_dir(directory).into_iter().flatten().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    entries
}

fn forms() -> Vec<String> {
    let directories = sorted(&schemas()).into_iter().filter(|path| path.is_dir());
    directories.map(|path| path.file_name().unwrap().to_str().unwrap().to_owned()).collect()
}

/// Form and file of every case.
fn cases() -> Vec<(String, PathBuf)> {
    let of = |form: String| {
        let kinds = ["clean", "reject"].map(|kind| schemas().join(&form).join("cases").join(kind));
        kinds.into_iter().flat_map(|directory| sorted(&directory)).map(move |file| (form.clone(), file))
    };
    forms().into_iter().flat_map(of).collect()
}

fn is_reject(file: &Path) -> bool {
    file.parent().unwrap().ends_with("reject")
}

fn form_file(form: &str, case: &Case) -> PathBuf {
    schemas().join(form).join(format!("{}.json", case.version()))
}

/// A case and the form it is for.
fn read(name: &str, file: &Path) -> (Form, Case) {
    let case = Case::parse(&fs::read_to_string(file).unwrap());
    let case = case.unwrap_or_else(|error| panic!("{}:{error} {:?}", file.display(), error.hint));
    assert_eq!(case.is_reject(), is_reject(file), "{}: the outcome is that of the directory", file.display());
    let path = form_file(name, &case);
    let form = Form::parse(&path.display().to_string(), &fs::read_to_string(&path).unwrap());
    let form = form.unwrap_or_else(|errors| panic!("{errors:#?}"));
    assert_eq!(form.name(), name);
    (form, case)
}

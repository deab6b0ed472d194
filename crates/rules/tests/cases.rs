//! Judges every case of every form: `schemas/<form>/cases/{clean,reject}/<name>.json`. `docs/forms.md` describes a case.
//!
//! `FAIRCOPY_CASE=iban` runs those whose path contains `iban`.

#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

use record::{Change, Finding, RecordTime, Verdict};
use rules::{Context, DateOrder, DecimalSign, Form, Judge, Profile, json};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    env, fmt, fs,
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
        if let Err(differs) = Case::read(&form, &file).check() {
            told.push(format!("{}: {differs}", file.display()));
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
        let case = Case::read(&form, &file);
        let Verdict::Clean(clean) = case.judge() else { continue };
        let schema = serde_json::from_str(&fs::read_to_string(case.form_file()).unwrap()).unwrap();
        let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
        let value: Value = serde_json::from_slice(&clean.bytes).unwrap();
        let errors: Vec<_> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{}: {errors:?}", file.display());

        let again = Judge::new(&case.form, &point).judge(&clean.bytes, case.context());
        let Verdict::Clean(again) = again else { panic!("{}: {again:?}", file.display()) };
        assert_eq!((again.bytes, again.changes), (clean.bytes, vec![]), "{}", file.display());
    }
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

struct Case {
    name: String,
    case: Value,
    /// The record's bytes as they stand in the file: a JSON number keeps its digits.
    raw: Vec<u8>,
    form: Form,
    is_reject: bool,
}

impl Case {
    fn read(form: &str, file: &Path) -> Self {
        let text = fs::read_to_string(file).unwrap();
        let case: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let known = ["about", "version", "record", "raw", "client", "time_ms", "profile", "expect"];
        for name in case.as_object().unwrap().keys() {
            assert!(known.contains(&name.as_str()), "{}: unknown member {name}", file.display());
        }
        let raw = match case["raw"].as_str() {
            Some(raw) => raw.as_bytes().to_vec(),
            None => {
                let document = json::read(text.as_bytes()).unwrap();
                let record = document.root.member("record").expect("a case has a record, or raw text");
                text.as_bytes()[record.start..record.end].to_vec()
            }
        };
        let is_reject = is_reject(file);
        let path = schemas().join(form).join(format!("{}.json", version(&case)));
        let parsed = Form::parse(&path.display().to_string(), &fs::read_to_string(&path).unwrap());
        let parsed = parsed.unwrap_or_else(|errors| panic!("{errors:#?}"));
        assert_eq!(parsed.name(), form);
        Self { name: form.to_owned(), case, raw, form: parsed, is_reject }
    }

    fn form_file(&self) -> PathBuf {
        schemas().join(&self.name).join(format!("{}.json", version(&self.case)))
    }

    fn context(&self) -> Context<'_> {
        let time = self.case["time_ms"].as_i64().map(RecordTime);
        Context { client: self.case["client"].as_str().unwrap_or_default(), time }
    }

    fn judge(&self) -> Verdict {
        Judge::new(&self.form, &profile(&self.case["profile"])).judge(&self.raw, self.context())
    }

    fn check(&self) -> Result<(), Differs> {
        let expect = &self.case["expect"];
        let outcome = expect["outcome"].as_str().unwrap_or_default();
        assert_eq!(outcome == "reject", self.is_reject, "the outcome is that of the directory");
        match self.judge() {
            Verdict::Reject(reject) => {
                differ("errors", &findings(&expect["errors"]), &reject.errors.iter().map(told).collect())?;
                if self.is_reject { Ok(()) } else { Err(Differs("rejected".to_owned())) }
            }
            Verdict::Clean(_) if self.is_reject => Err(Differs("accepted".to_owned())),
            Verdict::Clean(clean) => {
                let bytes = String::from_utf8(clean.bytes).unwrap();
                differ("clean", &expect["clean"].to_string(), &bytes)?;
                differ("warnings", &findings(&expect["warnings"]), &clean.warnings.iter().map(told).collect())?;
                match expect["changes"].as_array() {
                    None => Ok(()),
                    Some(changes) => {
                        let expected: Vec<Made> = changes.iter().map(change).collect();
                        differ("changes", &expected, &clean.changes.iter().map(made).collect())
                    }
                }
            }
        }
    }
}

fn version(case: &Value) -> u64 {
    case["version"].as_u64().unwrap_or(1)
}

struct Differs(String);

impl fmt::Display for Differs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn differ<T: PartialEq + fmt::Debug>(what: &str, expected: &T, actual: &T) -> Result<(), Differs> {
    if expected == actual {
        return Ok(());
    }
    Err(Differs(format!("{what}\n  expected {expected:#?}\n  actual   {actual:#?}")))
}

/// Code, pointer and rule; a case may leave the rule out.
fn findings(list: &Value) -> Vec<Told> {
    let member = |finding: &Value, name: &str| finding[name].as_str().map(str::to_owned);
    let told = |finding: &Value| Told(member(finding, "code"), member(finding, "path"), member(finding, "rule"));
    list.as_array().into_iter().flatten().map(told).collect()
}

#[derive(Debug)]
struct Told(Option<String>, Option<String>, Option<String>);

impl PartialEq for Told {
    fn eq(&self, other: &Self) -> bool {
        let same_rule = self.2.is_none() || other.2.is_none() || self.2 == other.2;
        self.0 == other.0 && self.1 == other.1 && same_rule
    }
}

fn told(finding: &Finding) -> Told {
    Told(Some(finding.code.to_string()), Some(finding.path.clone()), Some(finding.rule.clone()))
}

type Made = (String, String, Option<String>);

fn change(change: &Value) -> Made {
    let text = |name: &str| change[name].as_str().map(str::to_owned);
    (text("path").unwrap(), text("raw").unwrap(), text("value"))
}

fn made(change: &Change) -> Made {
    assert!(!change.by.is_empty(), "{}: a change is made by something", change.path);
    (change.path.clone(), change.raw.clone(), change.value.clone())
}

fn profile(settings: &Value) -> Profile {
    let text = |name: &str| settings[name].as_str();
    Profile {
        date_order: text("date_order").map(|order| match order {
            "dmy" => DateOrder::Dmy,
            "mdy" => DateOrder::Mdy,
            "ymd" => DateOrder::Ymd,
            other => panic!("unknown date order {other}"),
        }),
        decimal_sign: text("decimal_sign").map(|sign| match sign {
            "point" => DecimalSign::Point,
            "comma" => DecimalSign::Comma,
            other => panic!("unknown decimal sign {other}"),
        }),
        region: text("region").map(str::to_owned),
    }
}

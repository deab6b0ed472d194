//! Wide, sparse records of a health agency, judged by the forms of `docs/examples/cms_rif`.

use crate::{
    field::Field,
    report::{Set, root},
};
use record::{Change, Clean, Finding, Verdict};
use rules::{Context, Form, Judge, Profile};
use serde_json::{Map, Value};
use std::{
    collections::{BTreeMap, HashMap},
    fs,
};

/// Kinds of records by a part of the file's name, those that contain others first. What has none is `beneficiary`.
const KINDS: [&str; 9] =
    ["beneficiary_history", "carrier", "dme", "hha", "hospice", "inpatient", "outpatient", "snf", "pde"];

/// What was counted over all records.
#[derive(Default)]
struct Counts {
    records: usize,
    cells: usize,
    marked_files: usize,
    clean: usize,
    clean_without_ids: usize,
    findings: BTreeMap<(String, String), usize>,
    /// Identifiers of ten digits with the right check digit, with a wrong one, and others.
    ids: [usize; 3],
    /// Identifiers that no finding is about: right, and otherwise.
    accepted: [usize; 2],
    blank: usize,
    trimmed: usize,
    dates: [usize; 3],
    amounts: [usize; 4],
    zips: [usize; 2],
    ranges: usize,
    backslashes: usize,
    unrecorded: usize,
}

#[test]
fn wide_records_are_judged_and_every_fact_is_found() {
    let Some(mut set) = Set::open("cms_rif", &[]) else { return };
    let (mut counts, mut judges) = (Counts::default(), HashMap::new());
    for folder in ["static", "samhsa", "synthea"] {
        let mut files: Vec<_> = fs::read_dir(set.path(folder)).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        for path in files {
            let file = path.file_name().unwrap().to_str().unwrap();
            let judge =
                judges.entry(kind(file)).or_insert_with_key(|kind| Judge::new(&form(kind), &Profile::default()));
            let lines = set.lines(&format!("{folder}/{file}"));
            counts.marked_files +=
                usize::from(lines[0].as_object().unwrap().keys().next().unwrap().starts_with('\u{feff}'));
            for line in lines {
                counts.one(judge, line.as_object().unwrap());
            }
        }
    }
    counts.tell(&mut set);
    set.finish();
}

fn kind(file: &str) -> String {
    let file = file.replace("beneficiaryhistory", "beneficiary_history");
    let found = KINDS.iter().find(|kind| file.contains(*kind));
    format!("cms_{}", found.copied().unwrap_or("beneficiary"))
}

fn form(kind: &str) -> Form {
    let file = root().join("docs/examples/cms_rif").join(kind).join("1.json");
    let text = fs::read_to_string(&file).unwrap();
    let mapping = fs::read_to_string(root().join(format!("docs/examples/cms_rif/{kind}.toml"))).unwrap();
    let form = Form::parse(&format!("{kind}/1.json"), &text).unwrap_or_else(|errors| panic!("{errors:#?}"));
    let schema: Value = serde_json::from_str(&text).unwrap();
    for (name, field) in schema["properties"].as_object().unwrap() {
        let column = field["title"].as_str().unwrap();
        assert!(mapping.contains(&format!("\"{column}\" = \"/{name}\"\n")), "{kind}: {column} is not mapped");
    }
    form
}

fn is_npi(name: &str) -> bool {
    name.ends_with("npi") || name.ends_with("npi_num")
}

impl Counts {
    fn one(&mut self, judge: &Judge, line: &Map<String, Value>) {
        let name = |name: &String| name.trim_start_matches('\u{feff}').to_lowercase();
        let mut record: Map<_, _> = line.iter().map(|(column, value)| (name(column), value.clone())).collect();
        self.records += 1;
        self.cells += record.len();
        for (_, value) in record.iter().filter(|(name, value)| is_npi(name) && !blank(value)) {
            self.ids[id(value.as_str().unwrap().trim())] += 1;
        }
        let verdict = judge.judge(Value::from(record.clone()).to_string().as_bytes(), Context::default());
        let findings: Vec<Finding> = match verdict {
            Verdict::Clean(clean) => {
                self.clean += 1;
                clean.warnings
            }
            Verdict::Reject(reject) => {
                assert!(!reject.truncated(), "findings were left out");
                reject.errors
            }
        };
        let mut taken = 0;
        for finding in &findings {
            let name = finding.path.trim_start_matches('/');
            let of = if is_npi(name) { "npi" } else { name };
            *self.findings.entry((finding.code.to_string(), of.to_owned())).or_default() += 1;
            // An identifier that was refused is taken out, to see what becomes of all the other cells.
            if is_npi(name) {
                taken += 1;
                record[name] = "".into();
            }
        }
        for (_, value) in record.iter().filter(|(name, value)| is_npi(name) && !blank(value)) {
            self.accepted[usize::from(id(value.as_str().unwrap().trim()) != 0)] += 1;
        }
        let verdict = judge.judge(Value::from(record.clone()).to_string().as_bytes(), Context::default());
        if let Verdict::Clean(clean) = verdict {
            self.clean_without_ids += 1;
            let blank = clean.changes.iter().filter(|change| change.value.is_none() && change.raw.is_empty());
            self.blank += blank.count() - taken;
            self.cells_of(&record, &clean);
        }
    }

    /// Each cell is in the clean record as it was, or a change has its bytes.
    fn cells_of(&mut self, record: &Map<String, Value>, clean: &Clean) {
        let changes: HashMap<&str, Change<'_>> =
            clean.changes.iter().map(|change| (&change.path[1..], change)).collect();
        let value: Value = serde_json::from_slice(&clean.bytes).unwrap();
        for (name, raw) in record {
            let (raw, clean, change) = (raw.as_str().unwrap(), value[name].as_str(), changes.get(name.as_str()));
            let kept = clean == Some(raw);
            let recorded = change.is_some_and(|change| change.raw == raw && change.value == clean);
            self.unrecorded += usize::from(kept == recorded);
            self.trimmed += usize::from(raw.trim() != raw && recorded);
            self.backslashes += usize::from(raw.contains('\\') && kept);
            if name.ends_with("_dt") {
                let mixed = raw.bytes().any(|byte| byte.is_ascii_lowercase());
                self.dates[if clean.is_none() { 2 } else { usize::from(mixed) }] += 1;
            } else if name.ends_with("_amt") {
                // The clean amount has two decimals always: what was keyed shows in the change.
                let decimals = raw.trim().split_once('.').map_or(0, |(_, decimals)| decimals.len());
                self.amounts[if clean.is_none() { 3 } else { [1, 2, 0][decimals] }] += 1;
            } else if name == "bene_zip_cd" {
                self.zips[usize::from(clean.is_none())] += 1;
            }
        }
        self.ranges += usize::from(value.get("clm_from_dt").is_some() && value.get("clm_thru_dt").is_some());
    }

    fn tell(mut self, set: &mut Set) {
        let mut found =
            |code: &str, of: &str| self.findings.remove(&(code.to_owned(), of.to_owned())).unwrap_or_default();
        let (digits, shape) = (found("VAL.CHECK_DIGIT", "npi"), found("FMT.PATTERN", "npi"));
        let (zip, order) = (found("FMT.POSTAL", "bene_zip_cd"), found("REL.ORDER", "clm_thru_dt"));
        set.fact("records", 1_153, self.records);
        set.fact("cells", 184_405, self.cells);
        set.fact("empty cells, left out and recorded", 84_993, self.blank);
        set.fact("cells with blanks at an end, nothing else in most, trimmed and recorded", 4_275, self.trimmed);
        let [capitals, mixed, none] = self.dates;
        set.fact(
            "dates `DD-MMM-YYYY` in capitals, in mixed case, blank",
            "4591; 1834; 959",
            format!("{capitals}; {mixed}; {none}"),
        );
        let [two, whole, one, none] = self.amounts;
        set.fact(
            "amounts with two decimals, none, one, blank",
            "12180; 3626; 218; 137",
            format!("{two}; {whole}; {one}; {none}"),
        );
        set.fact("postal codes of five characters", 25, self.zips[0] - zip);
        set.fact("postal codes of four characters, flagged `FMT.POSTAL`", 22, zip);
        set.fact("postal codes blank", 23, self.zips[1]);
        set.fact("files whose first name begins with a byte order mark, read like the others", 11, self.marked_files);
        set.fact("claims with both dates; that end before they begin", "1064; 0", format!("{}; {order}", self.ranges));
        let [right, wrong, other] = self.ids;
        set.fact(
            "`*NPI`: check digit right; wrong; not ten digits",
            "1243; 1638; 1030",
            format!("{right}; {wrong}; {other}"),
        );
        set.fact("`*NPI` of wrong check digit or shape accepted", 0, self.accepted[1]);
        set.measured("`*NPI` accepted", self.accepted[0]);
        set.measured("`*NPI` refused: `VAL.CHECK_DIGIT`", digits);
        set.measured("`*NPI` refused: `FMT.PATTERN`", shape);
        set.fact("`*NPI` accepted or refused", 1_243 + 1_638 + 1_030, self.accepted[0] + digits + shape);
        set.fact("cells with a backslash, kept", 1, self.backslashes);
        set.fact("cells that are neither kept nor recorded as changed", 0, self.unrecorded);
        set.fact("findings beside these", 0, self.findings.values().sum::<usize>());
        set.fact("records that are clean once the refused identifiers are taken out", 1_153, self.clean_without_ids);
        set.measured("records that are clean as they are", self.clean);
        for (what, count) in self.findings {
            println!("{what:?} {count}");
        }
    }
}

/// Which of [`Counts::ids`] an identifier is: the Luhn digit over `80840` and the number, as CMS has it.
fn id(text: &str) -> usize {
    let ten = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit());
    let right = Field::new(&[], &["luhn"]).run(&format!("80840{text}")).is_ok();
    if ten { usize::from(!right) } else { 2 }
}

fn blank(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.trim().is_empty())
}

//! The sample before the new form: how much of it is clean, and a first case of each kind.

use crate::input;
use record::{Finding, Verdict};
use rules::{Context, Form, Judge, Profile};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What the form makes of the sample.
pub(super) struct Cases {
    judge: Judge,
    sample: String,
    /// The member with the first field of the key, which the rejected case lacks.
    key: String,
    /// Settings of the profile, as a case names them.
    profile: Vec<(&'static str, &'static str)>,
    pub(super) clean: u64,
    pub(super) rejected: u64,
    /// Rejected records by code and field.
    pub(super) reasons: BTreeMap<(&'static str, String), u64>,
    first_clean: Option<Vec<u8>>,
    /// Name and text of the cases.
    pub(super) files: Vec<(String, String)>,
}

impl Cases {
    pub(super) fn new(
        form: &Form,
        key: &str,
        profile: &Profile,
        sample: &str,
        words: Vec<(&'static str, &'static str)>,
    ) -> Self {
        Self {
            key: key.split('/').nth(1).unwrap_or_default().replace("~1", "/").replace("~0", "~"),
            judge: Judge::new(form, profile),
            sample: sample.to_owned(),
            profile: words,
            clean: 0,
            rejected: 0,
            reasons: BTreeMap::new(),
            first_clean: None,
            files: Vec::new(),
        }
    }

    pub(super) fn judge(&mut self, raw: &[u8]) {
        match self.judge.judge(raw, Context::default()) {
            Verdict::Clean(_) => {
                self.clean += 1;
                self.first_clean.get_or_insert_with(|| raw.to_vec());
            }
            Verdict::Reject(reject) => {
                self.rejected += 1;
                let mut reasons: Vec<_> =
                    reject.errors.iter().map(|error| (error.code.as_str(), error.path.clone())).collect();
                reasons.dedup();
                for reason in reasons {
                    *self.reasons.entry(reason).or_default() += 1;
                }
            }
        }
    }

    /// Makes the cases of the first clean record: as it is, and without the first field of its key.
    pub(super) fn finish(&mut self) {
        let Some(raw) = self.first_clean.take() else { return };
        let Ok(record) = String::from_utf8(raw) else { return };
        let key = self.key.clone();
        let without = input::members(&record).map(|members| {
            let kept = members.iter().filter(|(name, _)| *name != key);
            let members: Vec<String> =
                kept.map(|(name, value)| format!("{}: {value}", Value::from(name.as_str()))).collect();
            format!("{{{}}}", members.join(", "))
        });
        let about = format!("a record of {}", self.sample);
        self.add("cases/clean/first.json", &about, &record);
        if let Some(without) = without {
            self.add("cases/reject/key_missing.json", &format!("{about} without \"{key}\""), &without);
        }
    }

    fn add(&mut self, file: &str, about: &str, record: &str) {
        let expect = match self.judge.judge(record.as_bytes(), Context::default()) {
            Verdict::Clean(clean) => {
                let text = String::from_utf8_lossy(&clean.bytes).into_owned();
                let warnings: Vec<Value> = clean.warnings.iter().map(told).collect();
                format!("{{ \"outcome\": \"clean\", \"warnings\": {}, \"clean\": {text} }}", Value::from(warnings))
            }
            Verdict::Reject(reject) => {
                json!({ "outcome": "reject", "errors": reject.errors.iter().map(told).collect::<Vec<_>>() }).to_string()
            }
        };
        let profile: serde_json::Map<String, Value> =
            self.profile.iter().map(|(setting, word)| ((*setting).to_owned(), Value::from(*word))).collect();
        let text = format!(
            "{{\n  \"about\": {},\n  \"profile\": {},\n  \"record\": {record},\n  \"expect\": {expect}\n}}\n",
            Value::from(about),
            Value::Object(profile)
        );
        self.files.push((file.to_owned(), text));
    }
}

fn told(finding: &Finding) -> Value {
    json!({ "code": finding.code, "path": finding.path, "rule": finding.rule })
}

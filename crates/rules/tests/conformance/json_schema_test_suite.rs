//! The tests of the JSON Schema specification, through the validator of forms over the tree that records are read into.

use crate::report::{
    Decision,
    Outcome::{self, Accepted},
    Set,
};
use jsonschema::{Draft, PatternOptions, Retrieve, Uri};
use rules::{PlainTree, json};
use serde_json::Value;
use std::{collections::HashMap, error::Error, fs, path::Path};

const IDN: &str = "formats of names in other scripts are not asserted: the build is without their tables, and a form may use no format but `date` (another one is refused when the form is loaded)";

const DECISIONS: &[Decision] = &[
    Decision {
        row: "2020-12, optional formats",
        outcome: Accepted,
        cases: &["optional/format/idn-email.json*", "optional/format/idn-hostname.json*"],
        why: IDN,
    },
    Decision {
        row: "draft 7, optional formats",
        outcome: Accepted,
        cases: &["optional/format/idn-email.json*", "optional/format/idn-hostname.json*"],
        why: IDN,
    },
];

const DRAFTS: [(&str, &str, Draft); 2] =
    [("2020-12", "draft2020-12.ndjson", Draft::Draft202012), ("draft 7", "draft7.ndjson", Draft::Draft7)];

#[test]
fn schemas_mean_what_the_specification_says() {
    let Some(mut set) = Set::open("json_schema_test_suite", DECISIONS) else { return };
    let remotes = remotes(&set.path("remotes"));
    for (label, file, draft) in DRAFTS {
        let text = set.text(file);
        let mut compiled: Option<(Value, bool, jsonschema::Validator<PlainTree>)> = None;
        for line in text.lines() {
            let case: Value = serde_json::from_str(line).unwrap();
            let member = |name: &str| case[name].as_str().unwrap();
            let (file, name) = (member("file"), format!("{}: {}: {}", member("file"), member("group"), member("test")));
            let formats = file.starts_with("optional/format");
            let named = file.starts_with("optional/format/");
            let row = match (case["optional"].as_bool().unwrap(), named) {
                (false, _) => format!("{label}, required"),
                (true, false) => format!("{label}, optional"),
                (true, true) => format!("{label}, optional formats"),
            };
            if compiled.as_ref().is_none_or(|(schema, with, _)| *schema != case["schema"] || *with != formats) {
                compiled = match validator(&case["schema"], draft, formats, &remotes) {
                    Ok(validator) => Some((case["schema"].clone(), formats, validator)),
                    Err(error) => {
                        set.fail(format!("{row}: {name}: does not compile: {error}"));
                        continue;
                    }
                };
            }
            let Some((_, _, validator)) = &compiled else { continue };
            let document = json::read(line.as_bytes()).unwrap();
            let data = document.root.member("data").unwrap();
            let (valid, ours) = (case["valid"].as_bool().unwrap(), validator.is_valid(data));
            assert_eq!(ours, validator.iter_errors(data).next().is_none(), "{name}: two answers");
            set.case(&row, &name, Outcome::of(valid, ours));
        }
    }
    set.finish();
}

/// As forms compile it, but for draft and remote schemas. Formats are asserted where the test is about one: beside
/// `optional/format` the suite wants them ignored.
fn validator(
    schema: &Value,
    draft: Draft,
    formats: bool,
    remotes: &Remotes,
) -> Result<jsonschema::Validator<PlainTree>, String> {
    jsonschema::options_for::<PlainTree>()
        .with_draft(draft)
        .should_validate_formats(formats)
        .with_pattern_options(PatternOptions::regex())
        .with_retriever(remotes.clone())
        .build(schema)
        .map_err(|error| error.to_string())
}

/// The schemas that the suite serves at `localhost:1234`.
#[derive(Clone)]
struct Remotes(HashMap<String, Value>);

impl Retrieve for Remotes {
    fn retrieve(&self, uri: &Uri<String>) -> Result<Value, Box<dyn Error + Send + Sync>> {
        self.0.get(uri.as_str()).cloned().ok_or_else(|| "no such schema".into())
    }
}

fn remotes(folder: &Path) -> Remotes {
    let (mut found, mut folders) = (HashMap::new(), vec![folder.to_owned()]);
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().display().to_string();
                let schema = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
                found.insert(format!("http://localhost:1234/{name}"), schema);
            }
        }
    }
    Remotes(found)
}

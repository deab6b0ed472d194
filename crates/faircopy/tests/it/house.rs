//! Rules of the house that no compiler holds: who may name whom, how long a file may be, how messages read.

use record::{Code, Locale};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// Who may name whom. `ours`: the only crates of the house it may depend on. `owns`: outside crates that nobody else
/// may name, because one room is responsible for them.
struct Room {
    name: &'static str,
    ours: &'static [&'static str],
    owns: &'static [&'static str],
}

const TABLE: &[Room] = &[
    Room { name: "record", ours: &[], owns: &[] },
    Room {
        name: "rules",
        ours: &["record"],
        owns: &["jsonschema", "unicode-normalization", "blake3", "twox-hash", "cel"],
    },
    Room { name: "store", ours: &["record"], owns: &["rusqlite", "vm-memory"] },
    Room { name: "dedupe", ours: &["record", "store"], owns: &[] },
    Room { name: "transport", ours: &["record", "store"], owns: &["rdkafka"] },
    Room { name: "testbed", ours: &[], owns: &["libtest-mimic"] },
    Room { name: "pipeline", ours: &["record", "rules", "dedupe", "transport", "store"], owns: &[] },
    Room {
        name: "ops",
        ours: &["record"],
        owns: &["axum", "hyper", "hyper-util", "tokio", "metrics-exporter-prometheus"],
    },
    Room {
        name: "faircopy",
        ours: &["record", "rules", "store", "dedupe", "transport", "pipeline", "ops"],
        owns: &["clap", "clap_complete", "tracing-subscriber", "csv", "chardetng", "encoding_rs", "indicatif"],
    },
];

/// Crates that stay pure: no runtime, no logging, no metrics.
const PURE: &[&str] = &["record", "rules", "dedupe", "store"];
const IMPURE: &[&str] = &["tokio", "tracing", "metrics", "rayon"];

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Normal (not development) dependencies of each crate under `crates/`.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let crates = fs::read_dir(root().join("crates")).unwrap();
    let manifests = crates.map(|entry| entry.unwrap().path().join("Cargo.toml"));
    manifests
        .map(|path| {
            let manifest: toml::Table = fs::read_to_string(&path).unwrap().parse().unwrap();
            let name = manifest["package"]["name"].as_str().unwrap().to_owned();
            let named = manifest.get("dependencies").and_then(toml::Value::as_table);
            (name, named.into_iter().flat_map(toml::Table::keys).cloned().collect())
        })
        .collect()
}

#[test]
fn each_crate_names_only_those_the_table_allows() {
    let dependencies = dependencies();
    let rooms: BTreeSet<_> = TABLE.iter().map(|room| room.name).collect();
    let found: BTreeSet<_> = dependencies.keys().map(String::as_str).collect();
    assert_eq!(found, rooms, "a crate is missing in the table, or the other way round");
    for room in TABLE {
        for named in &dependencies[room.name] {
            let ours = rooms.contains(named.as_str());
            assert!(!ours || room.ours.contains(&named.as_str()), "{} may not name {named}", room.name);
            let owner = TABLE.iter().find(|other| other.owns.contains(&named.as_str()));
            assert!(
                owner.is_none_or(|owner| owner.name == room.name),
                "{} names {named}, which belongs to {}",
                room.name,
                owner.map_or("", |owner| owner.name)
            );
            let pure = PURE.contains(&room.name);
            assert!(!(pure && IMPURE.contains(&named.as_str())), "{} is pure and may not name {named}", room.name);
        }
    }
}

pub(crate) fn rust_files(dir: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

#[test]
fn no_file_is_longer_than_500_lines_without_saying_why() {
    let mut files = Vec::new();
    rust_files(&root().join("crates"), &mut files);
    rust_files(&root().join("benches"), &mut files);
    assert!(files.len() > 50, "the walk found only {} files", files.len());
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let reason = text.lines().any(|line| line.starts_with("// Longer than 500 lines because "));
        assert!(text.lines().count() <= 500 || reason, "{} is longer than 500 lines", file.display());
    }
}

#[test]
fn sentences_of_codes_are_lower_case_fragments() {
    for code in Code::ALL {
        let sentence = code.sentence();
        assert!(sentence.starts_with(char::is_lowercase), "{code}: {sentence}");
        assert!(!sentence.ends_with('.'), "{code}: {sentence}");
        assert!(code.advice().ends_with('.'), "{code}: {}", code.advice());
    }
}

/// What stands in the parameters `detail`, `expected` and `actual` of rejects, in English, as the source of `rules` has it.
fn phrases_of_parameters() -> BTreeSet<String> {
    const BEFORE: [&str; 5] =
        ["pattern(\"", "syntax(\"", "Syntax(\"", "\"expected\", \"", "\"expected\", Param::from(\""];
    // Of these files every text that names what is wrong: more than what follows the words above.
    const WHOLE: [(&str, &str, &str); 4] = [
        ("json/fault.rs", "fn what(", "fn hint("),
        ("json/lexer.rs", "fn syntax(", "fn string("),
        ("check/postal.rs", "fn us_zip(", "/// A postcode"),
        ("check/postal.rs", "fn uk_postcode(", "fn refused("),
    ];
    let mut files = Vec::new();
    rust_files(&root().join("crates/rules/src"), &mut files);
    files.retain(|file| !file.iter().any(|part| part == "tests" || part == "tests.rs"));
    let mut found = BTreeSet::new();
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let text = text.split("#[cfg(test)]").next().unwrap_or_default();
        let literal = |rest: &str| rest.split_once('"').unwrap().0.to_owned();
        // A call may be broken behind its parenthesis.
        let joined = text.split_whitespace().collect::<Vec<_>>().join(" ").replace("( \"", "(\"");
        found.extend(BEFORE.iter().flat_map(|before| joined.split(before).skip(1).map(literal)));
        for (_, begin, end) in WHOLE.iter().filter(|(name, ..)| file.ends_with(name)) {
            let part = text.split_once(begin).unwrap().1.split_once(end).unwrap().0;
            found.extend(part.split('"').skip(1).step_by(2).map(str::to_owned));
        }
    }
    found
}

/// Whether a text has a word of English: two small letters in a row.
fn is_prose(text: &str) -> bool {
    text.as_bytes().windows(2).any(|pair| pair.iter().all(u8::is_ascii_lowercase))
}

#[test]
fn every_language_has_its_own_words_for_what_findings_expect() {
    const TYPES: [&str; 7] = ["array", "boolean", "integer", "null", "number", "object", "string"];
    let mut phrases = phrases_of_parameters();
    phrases.extend(TYPES.map(str::to_owned));
    phrases.retain(|phrase| is_prose(phrase));
    assert!(phrases.len() > 40, "the walk found only {phrases:?}");
    for locale in [Locale::De, Locale::Es] {
        for phrase in &phrases {
            let told = locale.phrase(phrase);
            assert!(told.is_some_and(|told| told != phrase), "{locale:?} has no words for {phrase:?}");
        }
        let vain: Vec<_> = locale.phrases().filter(|phrase| !phrases.contains(*phrase)).collect();
        assert!(vain.is_empty(), "{locale:?} has words for what nobody says: {vain:?}");
    }
}

//! Every lint, on a small form of its own: `tests/lints/<lint>.json`. `«name»` in a file marks the place where the lint
//! of that name must be found; the marks are taken out before the form is read, and nothing else may be found.

#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

use rules::lint::{Level, Lint, WARNINGS, lint};
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

const FILES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/lints");
const SCHEMAS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schemas");

/// A form without its marks, and `line:column name` of each.
fn unmarked(marked: &str) -> (String, Vec<String>) {
    let mut text = String::new();
    let mut places = Vec::new();
    let mut rest = marked;
    while let Some((before, after)) = rest.split_once('«') {
        text.push_str(before);
        let (name, after) = after.split_once('»').unwrap();
        let line = text.matches('\n').count() + 1;
        let column = text.rsplit('\n').next().unwrap().chars().count() + 1;
        places.push(format!("{line}:{column} {name}"));
        rest = after;
    }
    text.push_str(rest);
    (text, places)
}

fn told(lint: &Lint) -> String {
    format!("{}:{} {}", lint.line, lint.column, lint.name)
}

fn files() -> Vec<PathBuf> {
    let mut files: Vec<_> = fs::read_dir(FILES).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

#[test]
fn every_lint_is_found_at_its_place_and_no_other() {
    let mut differ = Vec::new();
    for file in files() {
        let (text, places) = unmarked(&fs::read_to_string(&file).unwrap());
        let found = lint("sample/1.json", &text);
        let shown: Vec<_> = found.iter().map(told).collect();
        let name = file.file_stem().unwrap().to_str().unwrap();
        assert!(places.iter().any(|place| place.ends_with(name)), "{name}: the file does not mark its own lint");
        if shown != places {
            differ.push(format!("{name}:\n  marked {places:#?}\n  found {found:#?}"));
        }
        for lint in found.iter().filter(|lint| lint.level == Level::Warning) {
            assert!(lint.hint.as_ref().is_some_and(|hint| !hint.is_empty()), "{lint:?}");
        }
    }
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}

#[test]
fn every_warning_has_a_file_that_shows_it() {
    let shown: BTreeSet<_> =
        files().iter().map(|file| file.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    for (name, what) in WARNINGS {
        assert!(shown.contains(*name), "tests/lints/{name}.json is missing: {what}");
    }
    assert!(WARNINGS.is_sorted());
    let page = fs::read_to_string(Path::new(SCHEMAS).join("../docs/forms.md")).unwrap();
    for (name, what) in WARNINGS {
        assert!(page.contains(&format!("| `{name}` | {what} |")), "docs/forms.md does not list {name}");
    }
}

/// The forms of the repository are examples to learn from: none has anything to say against it.
#[test]
fn the_forms_of_the_repository_have_no_mistake() {
    let mut told = Vec::new();
    let mut count = 0;
    for form in fs::read_dir(SCHEMAS).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()) {
        for file in fs::read_dir(form).unwrap().map(|entry| entry.unwrap().path()) {
            if file.extension().is_some_and(|extension| extension == "json") {
                count += 1;
                told.extend(lint(&shown(&file), &fs::read_to_string(&file).unwrap()));
            }
        }
    }
    assert!(count >= 2, "only {count} forms were found");
    assert!(told.is_empty(), "{told:#?}");
}

fn shown(file: &Path) -> String {
    file.display().to_string()
}

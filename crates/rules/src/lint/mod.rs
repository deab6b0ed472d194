//! What is wrong with a form, and what its author probably did not mean: the mistakes that refuse a form, and warnings
//! about a form that loads. Each has a short name, a place and a suggestion.
//!
//! A warning is given only for what can be shown from the form itself; nothing here guesses about data. The exceptions
//! say so in their name: `class-missing` goes by names that people give to personal data.

mod condition;
mod extent;
mod field;
mod personal;
mod record_rules;
mod root;
mod value;

use crate::{
    Form, FormError,
    json::{self, Place},
    site,
};
use std::borrow::Cow;

pub(crate) use personal::{suspect, word as class_word};

/// How much a lint weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// The form is refused.
    Error,
    /// The form loads.
    Warning,
}

impl Level {
    /// As written: `error`, `warning`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// One mistake of a form, or something that its author probably did not mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lint {
    /// Short name, as in `pattern-length`.
    pub name: Cow<'static, str>,
    /// Whether it refuses the form.
    pub level: Level,
    /// The file, as named by the caller.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub hint: Option<String>,
}

/// Names of all warnings and what each finds, for documentation.
pub const WARNINGS: &[(&str, &str)] = &[
    ("check-length", "a check whose values never have the length that the field allows"),
    ("check-twice", "a check that is listed twice"),
    ("class-missing", "a field that by its name, normalizer or check holds personal data, without a class"),
    ("decimal-pattern", "a pattern that refuses a decimal within the field's bounds"),
    ("definition-unused", "a definition that nothing refers to"),
    ("description-missing", "a form or field without a description"),
    ("enum-unreachable", "an allowed value that no record can have"),
    ("file-name", "a file whose name is not the form's name and version"),
    ("if-always", "a condition that every record meets"),
    ("if-never", "a condition that no record meets"),
    ("if-optional", "a condition that also holds when the field it speaks of is missing"),
    ("list-unbounded", "a list without maxItems"),
    ("normalizer-twice", "a normalizer that is listed twice"),
    ("normalizer-undone", "a normalizer whose work a later one undoes"),
    (
        "pattern-branch",
        "an alternative of a pattern that is tied to the start or the end of the text, and others that are not",
    ),
    ("pattern-length", "a pattern whose matches never have the length that the field allows"),
    ("pattern-unmatched", "a pattern that no normalized text matches"),
    ("rule-always-false", "a record rule that no record can fulfil"),
    ("rule-always-true", "a record rule that the form fulfils already"),
    ("rule-duplicate", "a record rule that is there twice"),
    ("rule-part", "a condition within a record rule that always comes out the same"),
    ("rule-path", "a record rule that accuses a field it does not use"),
    ("rule-related", "a record rule that uses a field it does not name"),
    ("text-unbounded", "a text without a greatest length"),
    ("title-missing", "a form or field without a title"),
    ("values-target", "an entry of values that means something that is not allowed"),
];

/// Everything there is to say about a form, in the order of the file. `file` names it in the answers.
#[must_use]
pub fn lint(file: &str, text: &str) -> Vec<Lint> {
    let form = match Form::parse(file, text) {
        Ok(form) => form,
        Err(errors) => return errors.into_iter().map(Lint::from).collect(),
    };
    // A form that loads is JSON.
    let Ok(document) = json::read(text.as_bytes()) else { return Vec::new() };
    let sites = site::of(&document.root, form.shape());
    let mut linter = Linter { found: Vec::new() };
    root::run(&mut linter, file, &document.root, &form);
    sites.iter().for_each(|site| field::run(&mut linter, site));
    condition::run(&mut linter, &document.root, form.shape());
    record_rules::run(&mut linter, text, &document.root, &sites);
    linter.finish(file, text)
}

impl From<FormError> for Lint {
    fn from(error: FormError) -> Self {
        let FormError { file, line, column, name, what, hint } = error;
        Self { name, level: Level::Error, file, line, column, what, hint }
    }
}

/// Collects warnings.
struct Linter {
    found: Vec<Found>,
}

struct Found {
    at: usize,
    name: &'static str,
    what: String,
    hint: String,
}

impl Linter {
    fn warn(&mut self, at: usize, name: &'static str, what: impl Into<String>, hint: impl Into<String>) {
        self.found.push(Found { at, name, what: what.into(), hint: hint.into() });
    }

    fn finish(mut self, file: &str, text: &str) -> Vec<Lint> {
        self.found.sort_by(|a, b| (a.at, a.name).cmp(&(b.at, b.name)));
        // A definition is looked at once for each field that refers to it.
        self.found.dedup_by(|a, b| (a.at, a.name, &a.what) == (b.at, b.name, &b.what));
        let lint = |Found { at, name, what, hint }| {
            let Place { line, column } = Place::of(text.as_bytes(), at);
            let (name, file, hint) = (Cow::Borrowed(name), file.to_owned(), Some(hint));
            Lint { name, level: Level::Warning, file, line, column, what, hint }
        };
        self.found.into_iter().map(lint).collect()
    }
}

//! The configuration as text with places: every value knows the line or the environment variable it came from, and
//! whether anybody asked for it. What nobody asked for is misspelt.

use crate::failure::Mistake;
use std::{collections::BTreeMap, fmt};
use toml::de::{DeTable, DeValue};

/// What environment variables that override the file begin with: `FAIRCOPY__STORE__DIR` is `store.dir`.
pub const ENVIRONMENT_PREFIX: &str = "FAIRCOPY__";

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Built in.
    Default,
    /// A line of the file, from 1.
    File(String, usize),
    /// An environment variable.
    Environment(String),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(file, line) => write!(f, "{file}:{line}"),
            Self::Environment(name) => f.write_str(name),
        }
    }
}

/// A value before it is checked.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Text(String),
    Integer(i64),
    Flag(bool),
    /// Anything that no setting takes; the word names its type.
    Other(&'static str),
}

/// One setting in force, for `config show`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Section, as in `store`.
    pub section: String,
    /// Key within it.
    pub key: String,
    /// The value as TOML.
    pub value: String,
    /// Where it came from.
    pub place: Place,
}

/// The file and the environment laid over each other, and what was found wrong so far.
#[derive(Debug, Default)]
pub(super) struct Document {
    file: String,
    /// Values by dotted path.
    values: BTreeMap<String, (Value, Place)>,
    /// Tables by dotted path, with the line of the first thing in them.
    tables: BTreeMap<String, usize>,
    /// Variables that begin like those that override the file, but for an underscore.
    near: Vec<String>,
    pub(super) shown: Vec<Shown>,
    pub(super) mistakes: Vec<Mistake>,
}

impl Document {
    /// Reads the text of `file`, and variables that override it.
    pub(super) fn new(file: &str, text: &str, variables: impl Iterator<Item = (String, String)>) -> Self {
        let mut document = Self { file: file.to_owned(), ..Self::default() };
        match DeTable::parse(text) {
            Ok(table) => document.walk("", table.get_ref(), text),
            Err(error) => {
                let line = error.span().map_or(1, |span| line_at(text, span.start));
                let what = error.message().lines().collect::<Vec<_>>().join(": ");
                document.mistake(&Place::File(file.to_owned(), line), &what, None);
            }
        }
        for (name, value) in variables {
            if let Some(path) = name.strip_prefix(ENVIRONMENT_PREFIX) {
                let path = path.to_lowercase().replace("__", ".");
                document.values.insert(path, (Value::Text(value), Place::Environment(name)));
            } else if name.starts_with(ENVIRONMENT_PREFIX.trim_end_matches('_')) {
                document.near.push(name);
            }
        }
        document
    }

    fn walk(&mut self, prefix: &str, table: &DeTable<'_>, text: &str) {
        for (key, value) in table {
            let path = join(prefix, key.get_ref());
            let line = line_at(text, key.span().start);
            let value = match value.get_ref() {
                DeValue::Table(table) => {
                    self.tables.insert(path.clone(), line);
                    self.walk(&path, table, text);
                    continue;
                }
                DeValue::String(value) => Value::Text(value.to_string()),
                DeValue::Integer(value) => {
                    let digits = value.as_str().replace('_', "");
                    i64::from_str_radix(&digits, value.radix()).map_or(Value::Other("a huge integer"), Value::Integer)
                }
                DeValue::Boolean(value) => Value::Flag(*value),
                other => Value::Other(other.type_str()),
            };
            self.values.insert(path, (value, Place::File(self.file.clone(), line)));
        }
    }

    /// Notes a mistake.
    pub(super) fn mistake(&mut self, place: &Place, what: &str, hint: Option<String>) {
        self.mistakes.push(Mistake { what: format!("{place}: {what}"), hint });
    }

    /// Where a section is said: the first thing in it.
    pub(super) fn place_of(&self, section: &str) -> Place {
        let below = format!("{section}.");
        let value = self.values.iter().find(|(path, _)| path.starts_with(&below)).map(|(_, (_, place))| place.clone());
        let table = self.tables.get(section).map(|line| Place::File(self.file.clone(), *line));
        table.or(value).unwrap_or(Place::Default)
    }

    /// Notes what is wrong with a section as a whole.
    pub(super) fn refuse(&mut self, section: &str, what: &str, hint: String) {
        let place = self.place_of(section);
        self.mistake(&place, &format!("{section} {what}"), Some(hint));
    }

    /// The names directly below a section, as in the sources of `[sources.acme]`.
    pub(super) fn names_below(&self, section: &str) -> Vec<String> {
        let paths = self.values.keys().chain(self.tables.keys());
        let mut names: Vec<_> = paths
            .filter_map(|path| path.strip_prefix(section)?.strip_prefix('.')?.split('.').next())
            .map(str::to_owned)
            .collect();
        names.sort();
        names.dedup();
        names
    }

    /// The values anywhere below a section, by what follows its name, as in `sasl.password`.
    pub(super) fn paths_below(&self, section: &str) -> Vec<String> {
        let below = format!("{section}.");
        self.values.keys().filter_map(|path| path.strip_prefix(&below)).map(str::to_owned).collect()
    }

    /// Takes the value at a path, if there is one.
    pub(super) fn value(&self, section: &str, key: &str) -> Option<(Value, Place)> {
        self.values.get(&join(section, key)).cloned()
    }

    /// Reports every value and table that nobody asked for.
    pub(super) fn refuse_unknown(&mut self) {
        let known: Vec<String> = self.shown.iter().map(|shown| join(&shown.section, &shown.key)).collect();
        let mut unknown = Vec::new();
        for (path, (_, place)) in &self.values {
            if !known.contains(path) {
                unknown.push((path.clone(), place.clone()));
            }
        }
        for (path, line) in &self.tables {
            let below = format!("{path}.");
            let used = known.iter().chain(self.values.keys()).any(|path| path.starts_with(&below));
            if !used {
                unknown.push((path.clone(), Place::File(self.file.clone(), *line)));
            }
        }
        for name in std::mem::take(&mut self.near) {
            let slip = |known: &&String| {
                name.to_lowercase().replace("__", "_") == format!("faircopy_{}", known.replace('.', "_"))
            };
            if let Some(known) = known.iter().find(slip) {
                let meant = format!("{ENVIRONMENT_PREFIX}{}", known.to_uppercase().replace('.', "__"));
                let hint = Some(format!("two underscores stand for each dot: {meant}"));
                self.mistake(&Place::Environment(name), &format!("does not set {known}"), hint);
            }
        }
        for (path, place) in unknown {
            let hint = suggestion(&path, &known);
            self.mistake(&place, &format!("there is no setting {path}"), Some(hint));
        }
    }
}

/// The setting or section that was probably meant; otherwise where to look.
fn suggestion(path: &str, known: &[String]) -> String {
    let key = path.rsplit('.').next().unwrap_or(path);
    let last = |known: &String| known.rsplit('.').next().is_some_and(|last| last == key);
    let near = rules::nearest(path, known.iter().map(String::as_str))
        .or_else(|| known.iter().find(|known| last(known)).map(String::as_str))
        .or_else(|| rules::nearest(path, known.iter().filter_map(|known| known.split('.').next())));
    match near {
        Some(near) => format!("did you mean {near}?"),
        None => "`faircopy config show` prints every setting".to_owned(),
    }
}

fn join(prefix: &str, key: &str) -> String {
    if prefix.is_empty() { key.to_owned() } else { format!("{prefix}.{key}") }
}

fn line_at(text: &str, byte: usize) -> usize {
    1 + text.bytes().take(byte).filter(|byte| *byte == b'\n').count()
}

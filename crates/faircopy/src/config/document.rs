//! The configuration as text with places: every value knows the line or the environment variable it came from, and
//! whether anybody asked for it. What nobody asked for is misspelt.

use super::name::Name;
use crate::failure::Mistake;
use std::{collections::BTreeMap, fmt};
use toml::de::{DeTable, DeValue};

/// What environment variables that override the file begin with: `FAIRCOPY__STORE__DIR` is `store.dir`.
pub const ENVIRONMENT_PREFIX: &str = "FAIRCOPY__";

/// The section of properties of the Kafka client. Their names have dots, so what stands below it is one name however it is written:
/// `ssl.ca.location` and `"ssl.ca.location"` are the same.
pub(super) const CLIENT: [&str; 2] = ["kafka", "client"];

/// How a file is written that the parser of TOML does not understand: its own words are of bits of numbers where quotes are missing.
const HOW: &str =
    "a text stands in quotes, as in level = \"info\"; the name of a section in brackets; each stands only once";

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
    pub section: Name,
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
    values: BTreeMap<Name, (Value, Place)>,
    /// Tables with the line they begin in.
    tables: BTreeMap<Name, usize>,
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
            Ok(table) => document.walk(&Name::default(), table.get_ref(), text),
            Err(error) => {
                let line = error.span().map_or(1, |span| line_at(text, span.start));
                let what = error.message().lines().collect::<Vec<_>>().join(": ");
                document.mistake(&Place::File(file.to_owned(), line), &what, Some(HOW.to_owned()));
            }
        }
        for (name, value) in variables {
            if let Some(path) = name.strip_prefix(ENVIRONMENT_PREFIX) {
                let path = setting(path.to_lowercase().split("__").map(str::to_owned).collect());
                document.values.insert(path, (Value::Text(value), Place::Environment(name)));
            } else if name.starts_with(ENVIRONMENT_PREFIX.trim_end_matches('_')) {
                document.near.push(name);
            }
        }
        document
    }

    fn walk(&mut self, above: &Name, table: &DeTable<'_>, text: &str) {
        for (key, value) in table {
            let path = above.below(key.get_ref());
            let line = line_at(text, key.span().start);
            let value = match value.get_ref() {
                DeValue::Table(table) => {
                    if property(&path).is_none() {
                        self.tables.insert(path.clone(), line);
                    }
                    self.walk(&path, table, text);
                    continue;
                }
                DeValue::String(value) => Value::Text(value.to_string()),
                DeValue::Integer(value) => {
                    let digits = value.as_str().replace('_', "");
                    i64::from_str_radix(&digits, value.radix()).map_or(Value::Other("a huge integer"), Value::Integer)
                }
                DeValue::Boolean(value) => Value::Flag(*value),
                DeValue::Float(_) => Value::Other("a decimal"),
                DeValue::Datetime(_) => Value::Other("a date or time"),
                DeValue::Array(_) => Value::Other("a list"),
            };
            let path = setting(path);
            let place = Place::File(self.file.clone(), line);
            if self.values.contains_key(&path) {
                self.mistake(&place, &format!("{path} is set twice"), None);
            }
            self.values.insert(path, (value, place));
        }
    }

    /// Notes a mistake.
    pub(super) fn mistake(&mut self, place: &Place, what: &str, hint: Option<String>) {
        self.mistakes.push(Mistake { what: format!("{place}: {what}"), hint });
    }

    /// Where a section is said: the first thing in it.
    pub(super) fn place_of(&self, section: &Name) -> Place {
        let below = |(path, _): &(&Name, _)| section.next(path).is_some();
        let value = self.values.iter().find(below).map(|(_, (_, place))| place.clone());
        let table = self.tables.get(section).map(|line| Place::File(self.file.clone(), *line));
        table.or(value).unwrap_or(Place::Default)
    }

    /// Notes what is wrong with a section as a whole.
    pub(super) fn refuse(&mut self, section: &Name, what: &str, hint: String) {
        let place = self.place_of(section);
        self.mistake(&place, &format!("{section} {what}"), Some(hint));
    }

    /// The keys directly below a section, as in the sources of `[sources.acme]`.
    pub(super) fn keys_below(&self, section: &Name) -> Vec<String> {
        let paths = self.values.keys().chain(self.tables.keys());
        let mut keys: Vec<_> = paths.filter_map(|path| section.next(path)).map(str::to_owned).collect();
        keys.sort();
        keys.dedup();
        keys
    }

    /// Takes the value at a path, if there is one.
    pub(super) fn value(&self, path: &Name) -> Option<(Value, Place)> {
        self.values.get(path).cloned()
    }

    /// Reports every value and table that nobody asked for.
    pub(super) fn refuse_unknown(&mut self) {
        let known: Vec<Name> = self.shown.iter().map(|shown| shown.section.below(&shown.key)).collect();
        let mut unknown = Vec::new();
        for (path, (_, place)) in &self.values {
            if !known.contains(path) {
                unknown.push((path.clone(), place.clone()));
            }
        }
        for (table, line) in &self.tables {
            let used = known.iter().chain(self.values.keys()).any(|path| table.next(path).is_some());
            if !used {
                unknown.push((table.clone(), Place::File(self.file.clone(), *line)));
            }
        }
        for name in std::mem::take(&mut self.near) {
            let squeezed = |name: &str| name.to_uppercase().replace("__", "_");
            if let Some(known) = known.iter().find(|known| squeezed(&known.variable()) == squeezed(&name)) {
                let hint = Some(format!("two underscores stand for each dot: {}", known.variable()));
                self.mistake(&Place::Environment(name), &format!("does not set {known}"), hint);
            }
        }
        for (path, place) in unknown {
            let hint = suggestion(&path, &known);
            self.mistake(&place, &format!("there is no setting {path}"), Some(hint));
        }
    }
}

/// The setting that a path leads to.
fn setting(path: Name) -> Name {
    property(&path).unwrap_or(path)
}

/// The property of the Kafka client that a path leads to, or to a part of its name; `None` when it leads elsewhere.
fn property(path: &Name) -> Option<Name> {
    let part @ [_, ..] = path.keys().strip_prefix(&CLIENT.map(str::to_owned))? else { return None };
    Some(Name::from(CLIENT).below(&part.join(".")))
}

/// The setting or section that was probably meant; otherwise where to look.
fn suggestion(path: &Name, known: &[Name]) -> String {
    if let Some(meant) = path.in_section_of_names() {
        return format!("did you mean {meant}?");
    }
    let written: Vec<String> = known.iter().map(Name::to_string).collect();
    let sections = known.iter().filter_map(|known| known.keys().first());
    let near = rules::nearest(&path.keys().join("."), written.iter().map(String::as_str))
        .or_else(|| {
            written
                .iter()
                .zip(known)
                .find(|(_, known)| known.keys().last() == path.keys().last())
                .map(|(written, _)| written.as_str())
        })
        .or_else(|| rules::nearest(&path.to_string(), sections.map(String::as_str)));
    match near {
        Some(near) => format!("did you mean {near}?"),
        None => "`faircopy config show` prints every setting".to_owned(),
    }
}

fn line_at(text: &str, byte: usize) -> usize {
    1 + text.bytes().take(byte).filter(|byte| *byte == b'\n').count()
}

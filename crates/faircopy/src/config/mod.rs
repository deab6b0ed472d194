//! The configuration: one TOML file and the environment, read once into checked types. `config/faircopy.toml` explains
//! every key; a test holds it equal to the defaults here.

mod document;
mod forms_dir;
mod kafka;
mod name;
mod section;
mod table;

pub use document::{ENVIRONMENT_PREFIX, Place, Shown};
pub use forms_dir::FormsDir;
pub use name::Name;
pub use table::{TableOrigin, TableSetting};

use crate::{
    failure::{Failure, Mistake},
    telemetry::LogFormat,
    text,
};
use document::Document;
use pipeline::{LineSettings, Source, Sources, WorkerSettings};
use record::{chunk::Bound, limits, time::DAY_MS};
use rules::{DateOrder, DecimalSign, Profile, Soft};
use section::Section;
use std::{
    env,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};
use transport::local::{self, Retention};

/// Everything that can be set, checked.
#[derive(Clone, Debug)]
pub struct Config {
    /// Directory of the store.
    pub store: PathBuf,
    /// The local topics.
    pub local: local::Settings,
    /// The workers' end of a Kafka cluster; `None`: the embedded store.
    pub kafka: Option<transport::kafka::Settings>,
    /// Directory of forms that are added to the built-in ones, or replace them.
    pub schemas: Option<FormsDir>,
    /// Form of records that name none.
    pub default_form: Option<String>,
    /// Every form that a setting names.
    pub named_forms: Vec<NamedForm>,
    /// Judging threads and attempts.
    pub line: LineSettings,
    /// Bounds of a chunk, and how long to wait for one.
    pub worker: WorkerSettings,
    /// The window of claimed keys.
    pub dedupe: dedupe::Settings,
    /// Where `/metrics` and health are served; `None`: nowhere.
    pub listen: Option<SocketAddr>,
    /// How log lines are written.
    pub log_format: LogFormat,
    /// Which log lines are written, as in `info` or `warn,pipeline=debug`.
    pub log_level: String,
    /// How the text of each source is to be read.
    pub sources: Sources,
    /// Reference tables, by name.
    pub tables: Vec<TableSetting>,
}

/// A form that a setting names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedForm {
    /// The form.
    pub name: String,
    /// The setting, with its place before it.
    pub said: String,
}

impl Config {
    /// Reads the file, if one is named, and the environment of the process.
    ///
    /// # Errors
    /// When the file cannot be read, and for every setting that is unknown or out of bounds.
    pub fn load(file: Option<&Path>) -> Result<Self, Failure> {
        Self::load_shown(file).map(|(config, _)| config)
    }

    /// As [`Self::load`], with every setting in force and where it comes from.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub fn load_shown(file: Option<&Path>) -> Result<(Self, Vec<Shown>), Failure> {
        Self::load_with(file, None)
    }

    /// As [`Self::load_shown`], with a variable that overrides those of the environment.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub fn load_with(file: Option<&Path>, variable: Option<(String, String)>) -> Result<(Self, Vec<Shown>), Failure> {
        let text = match file {
            None => String::new(),
            Some(path) => text::of_file(path)?,
        };
        let mut variables = Vec::new();
        for (name, value) in env::vars_os() {
            // A name that is no UTF-8 is none of ours.
            let Ok(name) = name.into_string() else { continue };
            match value.into_string() {
                Ok(value) => variables.push((name, value)),
                Err(_) if name.starts_with(ENVIRONMENT_PREFIX) => {
                    return Err(Failure::usage(format!("{name}: this is no UTF-8")));
                }
                Err(_) => {}
            }
        }
        let variables = variables.into_iter().chain(variable);
        Self::parse(file.unwrap_or(Path::new("")), &text, variables).map_err(Failure::mistakes)
    }

    /// Reads the text of a file and the variables that override it.
    ///
    /// # Errors
    /// Every mistake found.
    pub fn parse(
        file: &Path,
        text: &str,
        variables: impl Iterator<Item = (String, String)>,
    ) -> Result<(Self, Vec<Shown>), Vec<Mistake>> {
        let mut document = Document::new(&file.display().to_string(), text, variables);
        let config = Self::read(&mut document, file.parent().unwrap_or(Path::new("")));
        document.refuse_unknown();
        if document.mistakes.is_empty() { Ok((config, document.shown)) } else { Err(document.mistakes) }
    }

    fn read(document: &mut Document, dir: &Path) -> Self {
        let mut store = Section::new(document, "store");
        let path = store.directory("dir", "faircopy-data", dir).unwrap_or_default();
        let segment_bytes = store.size("segment_bytes", 1 << 20..=1 << 40, 128 << 20);
        let backlog_bytes = store.size("backlog_bytes", 1 << 20..=1 << 40, 1 << 30);
        let mut section = Section::new(document, "forms");
        let schemas = section.path("dir", "", dir).map(|path| FormsDir::set(path, &section.place()));
        let default_form = section.optional("default");
        let said = format!("{}: forms.default", section.place());
        let mut named_forms: Vec<_> =
            default_form.iter().map(|name| NamedForm { name: name.clone(), said: said.clone() }).collect();
        let (line, worker) = read_judge(&mut Section::new(document, "judge"));
        let dedupe = read_dedupe(&mut Section::new(document, "dedupe"));
        let kafka = kafka::read(document, dedupe);
        let mut keep = Section::new(document, "retention");
        let local = local::Settings {
            sync: store::Sync::Full,
            segment_bytes,
            backlog_bytes,
            raw: read_retention(&mut keep, "raw"),
            clean: read_retention(&mut keep, "clean"),
            rejects: read_retention(&mut keep, "rejects"),
            duplicates: read_retention(&mut keep, "duplicates"),
        };
        let listen = Section::new(document, "ops").parsed("listen", "127.0.0.1:9464", |text| match text {
            "" => Ok(None),
            text => {
                text.parse().map(Some).map_err(|_| "must be an address and port, as in \"127.0.0.1:9464\"".to_owned())
            }
        });
        let mut log = Section::new(document, "log");
        let formats = [("auto", LogFormat::Auto), ("text", LogFormat::Text), ("json", LogFormat::Json)];
        let log_format = log.word("format", &formats, "auto").unwrap_or_default();
        let log_level = log.parsed("level", "info", crate::telemetry::check_level).unwrap_or_default();
        let sources = read_sources(document, &mut named_forms);
        let tables = read_tables(document, dir, kafka.is_some());
        let listen = listen.flatten();
        Self {
            store: path,
            local,
            kafka,
            schemas,
            default_form,
            named_forms,
            line,
            worker,
            dedupe,
            listen,
            log_format,
            log_level,
            sources,
            tables,
        }
    }
}

impl Default for Config {
    /// What is in force without a file and without variables.
    fn default() -> Self {
        Self::read(&mut Document::default(), Path::new(""))
    }
}

fn read_judge(judge: &mut Section<'_>) -> (LineSettings, WorkerSettings) {
    let line = LineSettings {
        threads: count(judge.number("threads", 0..=256, 0)),
        attempts_max: u32::try_from(judge.number("attempts_max", 1..=100, 3)).unwrap_or(u32::MAX),
    };
    let chunk = Bound {
        records: count(judge.number("chunk_records", 1..=65_536, 4096)),
        bytes: count(judge.size("chunk_bytes", limits::RECORD_BYTES_MAX as u64..=256 << 20, 8 << 20)),
    };
    let judging = Duration::from_millis(judge.number("chunk_ms", 1..=60_000, 200));
    let wait = Duration::from_millis(judge.number("wait_ms", 1..=1000, 50));
    (line, WorkerSettings { chunk, judging, wait })
}

fn read_dedupe(dedupe: &mut Section<'_>) -> dedupe::Settings {
    dedupe::Settings {
        shards: u32::try_from(dedupe.number("shards", 1..=1024, 64)).unwrap_or(u32::MAX),
        window_ms: days(dedupe.number("window_days", 1..=3650, 400)),
        slices: u32::try_from(dedupe.number("slices", 1..=100, 10)).unwrap_or(u32::MAX),
    }
}

fn read_retention(keep: &mut Section<'_>, topic: &str) -> Retention {
    let age = keep.number(&format!("{topic}_days"), 0..=36_500, 0);
    let bytes = keep.size(&format!("{topic}_bytes"), 0..=1 << 50, 0);
    Retention { bytes: (bytes > 0).then_some(bytes), age_ms: (age > 0).then(|| days(age)) }
}

/// `[sources.NAME]`, and `[sources.NAME.forms.FORM]` where one form of the source is written differently.
fn read_sources(document: &mut Document, named_forms: &mut Vec<NamedForm>) -> Sources {
    let mut sources = Sources::default();
    for name in document.keys_below(&"sources".into()) {
        let section = Name::from(["sources", &name]);
        let mut source = Source { profile: read_profile(document, section.clone()), ..Source::default() };
        let forms = section.below("forms");
        for form in document.keys_below(&forms) {
            let section = forms.below(&form);
            let said = format!("{}: {section}", document.place_of(&section));
            named_forms.push(NamedForm { name: form.clone(), said });
            let profile = read_profile(document, section);
            source.forms.insert(form, profile);
        }
        if name == "default" {
            sources.default = source;
        } else {
            sources.named.insert(name, source);
        }
    }
    sources
}

/// `[tables.NAME]`: a file, or the topic of the embedded store. On a cluster each host would have rows of its own there, and give
/// other outcomes.
fn read_tables(document: &mut Document, dir: &Path, is_cluster: bool) -> Vec<TableSetting> {
    let mut settings = Vec::new();
    for name in document.keys_below(&"tables".into()) {
        let section = Name::from(["tables", &name]);
        let mut table = Section::new(document, section.clone());
        let file = table.path("file", "", dir);
        let said = table.place();
        let topic = table.word("topic", &[("tables", ())], "");
        let mut column = |key: &str| table.parsed(key, key, |text| Ok(text.to_owned())).unwrap_or_default();
        let (key, from, to) = (column("key"), column("from"), column("to"));
        let max_age_days = table.number("max_age_days", 0..=36_500, 0);
        let origin = match (file, topic) {
            (Some(file), None) => TableOrigin::File(file),
            (None, Some(())) if is_cluster => {
                let hint = format!("give every worker the same file, as in file = \"{name}.csv\"");
                document.refuse(&section, "is read from a file where kafka.brokers is set", hint);
                continue;
            }
            (None, Some(())) => TableOrigin::Topic,
            _ => {
                let hint = format!("as in file = \"{name}.csv\", or topic = \"tables\"");
                document.refuse(&section, "is read either from a file or from a topic", hint);
                continue;
            }
        };
        settings.push(TableSetting { name, origin, key, from, to, max_age_days, said });
    }
    settings
}

fn read_profile(document: &mut Document, section: Name) -> Profile {
    let mut profile = Section::new(document, section);
    let orders = [("dmy", DateOrder::Dmy), ("mdy", DateOrder::Mdy), ("ymd", DateOrder::Ymd)];
    let signs = [("point", DecimalSign::Point), ("comma", DecimalSign::Comma)];
    let softs = [("warn", Soft::Warn), ("reject", Soft::Reject)];
    let date_order = profile.word("date_order", &orders, "");
    let decimal_sign = profile.word("decimal_sign", &signs, "");
    let region = profile.parsed("region", "", |text| {
        let good = text.is_empty() || (text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase()));
        if good { Ok(text.to_owned()) } else { Err("must be two capital letters, as in \"DE\" (ISO 3166)".to_owned()) }
    });
    let soft = profile.word("soft", &softs, "");
    Profile { date_order, decimal_sign, region: region.filter(|region| !region.is_empty()), soft }
}

/// A number that bounds have checked to be small.
fn count(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// Days in milliseconds; bounds have checked the number to be small.
fn days(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX).saturating_mul(DAY_MS)
}

#[cfg(test)]
mod tests;

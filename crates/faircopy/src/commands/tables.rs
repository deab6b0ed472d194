//! `faircopy tables`: what forms declare, what is configured, and rows of the topic.

use super::{Place, put::now};
use crate::{
    config::{Config, FormsDir, TableOrigin, TableSetting},
    failure::{Exit, Failure},
    forms, service,
    tables::{self, Loaded},
    text,
};
use rules::{Form, table::Declaration};
use std::{collections::BTreeMap, fmt::Write as _, path::PathBuf};
use transport::local::TableAppender;

/// Arguments of `faircopy tables`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub action: Action,
}

/// What `faircopy tables` can do.
#[derive(Debug, clap::Subcommand)]
pub enum Action {
    /// Append the rows of a file to the topic of the store; a row with a key and first day that is there replaces it
    Put(Put),
    /// List the tables that forms declare, and what is configured of them
    List(Look),
    /// Load every configured table as a start would, and report every mistake
    Check(Look),
}

/// What to put.
#[derive(Debug, clap::Args)]
pub struct Put {
    /// The table, as forms declare it
    #[arg(value_name = "NAME")]
    table: String,
    /// CSV or NDJSON, UTF-8
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Name of the column with the keys
    #[arg(long, value_name = "COLUMN", default_value = "key")]
    key: String,
    /// Name of the column with the first day in force; empty when rows have none
    #[arg(long, value_name = "COLUMN", default_value = "from")]
    from: String,
    /// Name of the column with the last day in force; empty when rows have none
    #[arg(long, value_name = "COLUMN", default_value = "to")]
    to: String,
    /// Take back the rows that the file does not have
    #[arg(long)]
    replace: bool,
    #[command(flatten)]
    look: Look,
}

/// Where to look.
#[derive(Debug, clap::Args)]
pub struct Look {
    #[command(flatten)]
    place: Place,
    /// Directory of forms, as `<name>/<version>.json`, added to the built-in ones
    #[arg(long, value_name = "DIR")]
    schemas: Option<FormsDir>,
}

impl Look {
    fn open(&self) -> Result<(Config, Vec<Form>), Failure> {
        let mut config = self.place.open()?;
        config.schemas = self.schemas.clone().or(config.schemas);
        let forms = forms::load(config.schemas.as_ref())?;
        Ok((config, forms))
    }
}

/// Runs the command.
///
/// # Errors
/// When the setup is wrong, a table has bad rows, or the store fails.
pub fn run(args: &Args) -> Result<Exit, Failure> {
    match &args.action {
        Action::Put(args) => put(args),
        Action::List(look) => list(look),
        Action::Check(look) => check(look),
    }
}

fn put(args: &Put) -> Result<Exit, Failure> {
    let (config, forms) = args.look.open()?;
    service::expect_embedded(&config)?;
    let setting = TableSetting {
        name: args.table.clone(),
        origin: TableOrigin::File(args.file.clone()),
        key: args.key.clone(),
        from: args.from.clone(),
        to: args.to.clone(),
        max_age_days: 0,
        said: format!("tables put {}", args.table),
    };
    // Read as a whole before the first row is put: what is wrong with one of them must not stand on the topic.
    let [Loaded { table, .. }] = load(&forms, &setting, &config)?;
    let mut appender = TableAppender::open(&config.store, config.local)?;
    let before = TableSetting { origin: TableOrigin::Topic, ..setting.clone() };
    let before = if args.replace { load(&forms, &before, &config).ok() } else { None };
    let rows = tables::put(&args.file, &setting, now(), &mut appender)?;
    let removed = match &before {
        Some([before]) => tables::remove_missing(&before.table, &table, now(), &mut appender)?,
        None => 0,
    };
    let rows = text::counted(rows, "row");
    let removed = if removed > 0 { format!(", took back {}", text::grouped(removed)) } else { String::new() };
    text::print(&format!("put {rows} of {}{removed}; a worker reads them when it starts\n", args.table))?;
    Ok(Exit::Clean)
}

fn load(forms: &[Form], setting: &TableSetting, config: &Config) -> Result<[Loaded; 1], Failure> {
    let loaded = tables::load(forms, std::slice::from_ref(setting), &config.store)?;
    <[Loaded; 1]>::try_from(loaded).map_err(|_| Failure::usage("one table is loaded as one"))
}

fn check(look: &Look) -> Result<Exit, Failure> {
    let (config, forms) = look.open()?;
    let loaded = tables::load(&forms, &config.tables, &config.store)?;
    let mut page = String::new();
    for Loaded { table, origin, age } in &loaded {
        let (name, version) = (table.name(), table.version());
        let (rows, size) = (text::counted(rows(table.rows()), "row"), text::grouped(rows(table.bytes() >> 10)));
        // Writing to a String cannot fail.
        let days = text::counted(age.as_secs() / 86_400, "day");
        let _infallible = writeln!(page, "{name}: {rows}, {size} KiB, {days} old, {origin}");
        let _infallible = writeln!(page, "  version {version}");
    }
    forms::bind_tables(&forms, &config, &tables::only(loaded))?;
    page.push_str(if config.tables.is_empty() { "no table is configured\n" } else { "the tables are good\n" });
    text::print(&page)?;
    Ok(Exit::Clean)
}

fn rows(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

fn list(look: &Look) -> Result<Exit, Failure> {
    let (config, forms) = look.open()?;
    let mut declared: BTreeMap<&str, Vec<(&Form, &Declaration)>> = BTreeMap::new();
    for form in &forms {
        for table in form.tables() {
            declared.entry(&table.name).or_default().push((form, table));
        }
    }
    let mut page = String::new();
    for (name, users) in declared {
        let users: Vec<String> = users.iter().map(|(form, table)| user(form, table)).collect();
        let configured = config.tables.iter().find(|setting| setting.name == name);
        let origin = configured.map_or_else(|| "not configured".to_owned(), |setting| setting.origin.to_string());
        // Writing to a String cannot fail.
        let _infallible = writeln!(page, "{name}: {origin}\n  {}", users.join("\n  "));
    }
    text::print(&page)?;
    Ok(Exit::Clean)
}

/// What a form says of a table, in a line.
fn user(form: &Form, table: &Declaration) -> String {
    let columns: Vec<String> =
        table.columns.iter().map(|column| format!("{} ({})", column.name, column.kind.as_str())).collect();
    let columns = if columns.is_empty() { "no columns".to_owned() } else { columns.join(", ") };
    let required = if table.required { "required" } else { "optional" };
    format!("{}/{}: {required}; {columns}", form.name(), form.version())
}

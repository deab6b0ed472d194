//! Reference tables: read when a command starts, held in memory, never changed while it runs.
//!
//! | module | is |
//! |---|---|
//! | [`file`] | rows of a CSV or NDJSON file |
//! | [`topic`] | rows of the topic `tables`, the last word of each holding |

mod file;
mod topic;

pub use topic::{put, remove_missing};

use crate::{
    config::{TableOrigin, TableSetting},
    failure::{Failure, Mistake},
    text,
};
use record::metric;
use rules::{
    Form,
    table::{Builder, Declaration, RowError, Same, Table, Tables},
};
use std::{
    path::Path,
    time::{Duration, SystemTime},
};

const DAY_SECONDS: u64 = 86_400;
/// So far ahead a table may be dated: other hosts have other clocks, and archives the time of another zone.
const AHEAD_MAX: Duration = Duration::from_secs(DAY_SECONDS);

/// Adds the tables of the command line, which replace configured ones of the same name.
pub fn override_with(settings: &mut Vec<TableSetting>, more: &[TableSetting]) {
    settings.retain(|setting| more.iter().all(|other| other.name != setting.name));
    settings.extend_from_slice(more);
}

/// A table that was loaded.
#[derive(Debug)]
pub struct Loaded {
    /// Its rows.
    pub table: Table,
    /// Where they came from.
    pub origin: TableOrigin,
    /// How old they were: since the file was written, or a row was put last.
    pub age: Duration,
}

/// Loads every configured table.
///
/// # Errors
/// Everything that is wrong with any of them: one that no form declares, cannot be read, has bad rows, or is too old.
pub fn load(forms: &[Form], settings: &[TableSetting], store: &Path) -> Result<Vec<Loaded>, Failure> {
    let mut mistakes = Vec::new();
    let mut loaded = Vec::new();
    for setting in settings {
        match load_one(forms, setting, store) {
            Ok(table) => loaded.push(table),
            Err(mut found) => mistakes.append(&mut found),
        }
    }
    if mistakes.is_empty() { Ok(loaded) } else { Err(Failure::mistakes(mistakes)) }
}

/// The tables alone, for judging.
#[must_use]
pub fn only(loaded: Vec<Loaded>) -> Tables {
    loaded.into_iter().map(|loaded| loaded.table).collect()
}

/// Tells the log and the metrics which tables are in force, and which are not configured.
pub fn announce(forms: &[Form], loaded: &[Loaded]) {
    for Loaded { table, origin, age } in loaded {
        let (name, version) = (table.name().to_owned(), table.version().to_owned());
        let age_s = age.as_secs();
        tracing::info!(table = %name, %version, bytes = table.bytes(), age_s, origin = %origin, "reference table in force");
        metrics::gauge!(metric::REFERENCE_AGE_SECONDS, "table" => name.clone()).set(age.as_secs_f64());
        metrics::gauge!(metric::REFERENCE_INFO, "table" => name, "version" => version).set(1.0);
    }
    let configured = |name: &str| loaded.iter().any(|loaded| loaded.table.name() == name);
    let mut missing: Vec<&str> =
        declared(forms).map(|table| table.name.as_str()).filter(|name| !configured(name)).collect();
    missing.sort_unstable();
    missing.dedup();
    if !missing.is_empty() {
        tracing::info!(tables = missing.join(","), "reference tables not configured: their look-ups are skipped");
    }
}

fn declared(forms: &[Form]) -> impl Iterator<Item = &Declaration> {
    forms.iter().flat_map(Form::tables)
}

/// What the forms declare of a table, together.
///
/// # Errors
/// When no form declares it, or two read it in different ways.
pub fn declaration(forms: &[Form], setting: &TableSetting) -> Result<Declaration, Mistake> {
    let name = setting.name.as_str();
    let same: Vec<&Declaration> = declared(forms).filter(|table| table.name == name).collect();
    match Declaration::merged(&same) {
        Ok(Some(declaration)) => Ok(declaration),
        Ok(None) => {
            let near = rules::nearest(name, declared(forms).map(|table| table.name.as_str()));
            let hint = near.map_or_else(
                || "`faircopy tables list` names the tables that forms declare".to_owned(),
                |near| format!("did you mean {near}?"),
            );
            Err(Mistake { what: format!("{}: no form declares a table {name}", setting.said), hint: Some(hint) })
        }
        Err(what) => Err(Mistake {
            what: format!("{}: {what}", setting.said),
            hint: Some("give the column the same type and field in both forms, or two tables two names".to_owned()),
        }),
    }
}

fn load_one(forms: &[Form], setting: &TableSetting, store: &Path) -> Result<Loaded, Vec<Mistake>> {
    let declaration = declaration(forms, setting).map_err(|mistake| vec![mistake])?;
    let (table, written) = match &setting.origin {
        TableOrigin::File(path) => {
            let table = read_file(path, &declaration, setting)?;
            (table, file::written(path, setting).map_err(|mistake| vec![mistake])?)
        }
        TableOrigin::Topic => topic::read(store, &declaration, setting)?,
    };
    let age = age(written, setting).map_err(|mistake| vec![mistake])?;
    Ok(Loaded { table, origin: setting.origin.clone(), age })
}

/// How old a table is that was written then; nothing, where the clock that says so is ahead of ours.
///
/// # Errors
/// When that is more than the setting allows; and where it sets a bound, when a clock was wrong: until that day comes, the table
/// would pass for a fresh one.
fn age(written: SystemTime, setting: &TableSetting) -> Result<Duration, Mistake> {
    let TableSetting { said, name, origin, max_age_days, .. } = setting;
    let (age, ahead) = match written.elapsed() {
        Ok(age) => (age, Duration::ZERO),
        Err(error) => (Duration::ZERO, error.duration()),
    };
    if *max_age_days > 0 && ahead > AHEAD_MAX {
        let days = text::counted(ahead.as_secs() / DAY_SECONDS, "day");
        return Err(Mistake {
            what: format!(
                "{said}: the table {name} ({origin}) was written {days} from now, so nobody knows how old it is"
            ),
            hint: Some("set the clock of this host, or write or put the table again".to_owned()),
        });
    }
    if *max_age_days > 0 && age > Duration::from_secs(max_age_days * DAY_SECONDS) {
        let days = text::counted(age.as_secs() / DAY_SECONDS, "day");
        return Err(Mistake {
            what: format!("{said}: the table {name} ({origin}) is {days} old, more than {max_age_days}"),
            hint: Some("bring it up to date, or allow more with max_age_days".to_owned()),
        });
    }
    Ok(age)
}

/// Reads a file as a table.
///
/// # Errors
/// What is wrong with it, row by row.
pub fn read_file(path: &Path, declaration: &Declaration, setting: &TableSetting) -> Result<Table, Vec<Mistake>> {
    let mut builder = Builder::new(declaration, setting.names(), Same::Refuse);
    file::rows(path, setting, &declaration.columns, &mut |line, row| match row {
        file::Row::Cells { get, .. } => builder.row(line, get),
        file::Row::Object(node) => builder.object(line, node),
        file::Row::Bad(what, hint) => builder.refuse(line, what, hint),
    })
    .map_err(|mistake| vec![mistake])?;
    builder.finish().map_err(|(errors, count)| mistakes(&path.display().to_string(), &setting.said, errors, count))
}

/// Bad rows as mistakes: file, line and column of each.
fn mistakes(origin: &str, said: &str, errors: Vec<RowError>, count: usize) -> Vec<Mistake> {
    let more = count - errors.len();
    let told = errors.into_iter().map(|RowError { line, column, what, hint }| {
        let line = if line > 0 || origin.ends_with("offset") { format!(":{line}") } else { String::new() };
        let column = if column.is_empty() { column } else { format!(" column {column}:") };
        Mistake { what: format!("{origin}{line}:{column} {what}"), hint: hint.map(str::to_owned) }
    });
    let mut mistakes: Vec<Mistake> = told.collect();
    if more > 0 {
        let what = format!("{origin}: {more} more rows are wrong ({said})");
        mistakes.push(Mistake { what, hint: None });
    }
    mistakes
}

#[cfg(test)]
mod tests;

//! `faircopy judge`: files in, clean records and rejects out.

use super::reading::{self, Reading};
use crate::{
    config::{Config, FormsDir, TableSetting},
    failure::{Exit, Failure, tell},
    input::{Bytes, Options},
    judge::{self, Findings, Outputs, Paths},
    signals,
    summary::{Format, Summary},
    tables, telemetry, text,
};
use indicatif::{ProgressBar, ProgressStyle};
use pipeline::Tally;
use record::{Locale, RecordTime};
use rules::Form;
use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

/// Arguments of `faircopy judge`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    reading: Reading,
    /// Where clean records go; NDJSON or CSV by the end of the name, `.gz` and `.zst` compress, `-` is standard output
    #[arg(long, value_name = "OUT")]
    clean: PathBuf,
    /// Where rejects go, each with file, line and all its errors
    #[arg(long, value_name = "OUT")]
    rejects: PathBuf,
    /// Where duplicates go, each with the place of the first; only counted when left out
    #[arg(long, value_name = "OUT")]
    duplicates: Option<PathBuf>,
    /// Where the changes go that normalizers made to clean records
    #[arg(long, value_name = "OUT")]
    changes: Option<PathBuf>,
    /// Where the warnings of clean records go, each with file and line
    #[arg(long, value_name = "OUT")]
    warnings: Option<PathBuf>,
    /// Configuration: source profiles and forms
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Directory of forms, as `<name>/<version>.json`, added to the built-in ones
    #[arg(long, value_name = "DIR")]
    schemas: Option<FormsDir>,
    /// A reference table: its name and a CSV or NDJSON file with the columns key, from and to; once for each table
    #[arg(long = "table", value_name = "NAME=FILE", value_parser = TableSetting::parse)]
    tables: Vec<TableSetting>,
    /// How the summary is printed
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    summary: Format,
    /// Threads that judge; one per core when left out. The outcome does not depend on it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: Option<u16>,
}

/// Runs the command.
///
/// # Errors
/// When the setup is wrong, an input cannot be read or an output cannot be written. What is wrong with records is no
/// error.
pub fn run(args: &Args, locale: Locale) -> Result<Exit, Failure> {
    let began = Instant::now();
    let config = args.settings()?;
    telemetry::start_log(config.log_format, &config.log_level);
    let paths = args.paths();
    if args.summary == Format::Json && paths.to_stdout() {
        return Err(Failure::usage("--summary json and an output both want standard output")
            .hint("give the output a file name"));
    }

    let heading = args.reading.heading(RecordTime::UNKNOWN);
    let (line, schema) = reading::line(&config, &heading)?;
    let sources = args.reading.open(&schema, &heading)?;
    sources.notes.iter().for_each(|note| tell(&format!("note: {note}")));
    if heading.time == RecordTime::UNKNOWN {
        tell_of_timeless(&schema);
    }
    // Unfinished outputs and the scratch store would stay behind.
    let stop = signals::raised_by_all()?;
    let mut outputs = Outputs::create(&paths, &args.reading.files, &Options::fields(&schema))?;

    let bar = Progress::new(sources.bytes(), sources.length, began);
    let report = judge::run(&line, sources, &mut outputs, &stop, &mut |tally| bar.update(tally))?;
    outputs.finish()?;
    bar.finish();

    let mut summary = Summary::new(&report.tally, began.elapsed());
    summary.reference_versions = line.forms().reference_versions();
    match args.summary {
        Format::Json => text::print(&summary.json())?,
        Format::Text if paths.to_stdout() => tell(page(&summary, &report.findings, args, locale).trim_end()),
        Format::Text => text::print(&page(&summary, &report.findings, args, locale))?,
    }
    Ok(if report.tally.ledger.reject == 0 { Exit::Clean } else { Exit::Findings })
}

/// Tells which record rules of the form nothing is held against. The form was loaded before.
fn tell_of_timeless(schema: &str) {
    let Ok(form) = Form::parse("", schema) else { return };
    let named = form.rules().iter().filter(|rule| rule.rule.names_time());
    let ids: Vec<&str> = named.map(|rule| rule.id.as_str()).collect();
    if !ids.is_empty() {
        let ids = ids.join(", ");
        tell(&format!("note: skipped, for nobody says when the records were keyed (--keyed-on DATE does): {ids}"));
    }
}

impl Args {
    /// The configuration, and what the arguments say instead.
    fn settings(&self) -> Result<Config, Failure> {
        let mut config = Config::load(self.config.as_deref())?;
        config.schemas = self.schemas.clone().or(config.schemas);
        config.line.threads = self.threads.map_or(config.line.threads, usize::from);
        tables::override_with(&mut config.tables, &self.tables);
        Ok(config)
    }

    fn paths(&self) -> Paths {
        Paths {
            clean: self.clean.clone(),
            rejects: self.rejects.clone(),
            duplicates: self.duplicates.clone(),
            changes: self.changes.clone(),
            warnings: self.warnings.clone(),
        }
    }
}

/// The summary for people: outcomes with the files they went to, then errors by code and field.
fn page(summary: &Summary, findings: &Findings, args: &Args, locale: Locale) -> String {
    let mut page = String::new();
    for (word, numbers) in summary.outcomes() {
        let place = match word {
            "received" => {
                let time = text::duration(Duration::try_from_secs_f64(summary.seconds).unwrap_or_default());
                let rate = text::grouped(summary.records_per_s);
                locale.word("speed").replace("{time}", &time).replace("{rate}", &rate)
            }
            "clean" => args.clean.display().to_string(),
            "reject" => args.rejects.display().to_string(),
            "duplicate" => args.duplicates.as_ref().map_or_else(
                || {
                    if summary.duplicate > 0 { locale.word("not_written").to_owned() } else { String::new() }
                },
                |path| path.display().to_string(),
            ),
            _ => String::new(),
        };
        page.push_str(format!("{:<10}{numbers:<24}  {place}", locale.word(word)).trim_end());
        page.push('\n');
    }
    for (name, version) in &summary.reference_versions {
        page.push_str(&format!("table     {name} {version}\n"));
    }
    let table = findings.table(locale);
    if !table.is_empty() {
        page.push_str(&format!("\n{}\n", locale.word("errors")));
        page.push_str(&table);
    }
    page
}

/// The bar on a terminal; nothing otherwise.
struct Progress {
    bar: ProgressBar,
    bytes: Bytes,
    began: Instant,
}

impl Progress {
    fn new(bytes: Bytes, length: Option<u64>, began: Instant) -> Self {
        // Drawn on standard error, and only when that is a terminal.
        let bar = length.map_or_else(ProgressBar::new_spinner, ProgressBar::new);
        let template = if length.is_some() {
            "{bar:30} {percent:>3} %  {bytes}/{total_bytes}  {msg}  {eta} left"
        } else {
            "{spinner} {bytes}  {msg}"
        };
        // A template that does not parse would cost the layout, not the run.
        bar.set_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self { bar, bytes, began }
    }

    fn update(&self, tally: &Tally) {
        if self.bar.is_hidden() {
            return;
        }
        let ledger = tally.ledger;
        let rate = text::grouped(text::per_second(ledger.received, self.began.elapsed()));
        self.bar.set_position(self.bytes.read());
        self.bar.set_message(format!(
            "{rate} records/s  clean {}  reject {}  duplicate {}",
            text::grouped(ledger.clean),
            text::grouped(ledger.reject),
            text::grouped(ledger.duplicate)
        ));
    }

    fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser as _;

    #[derive(clap::Parser)]
    struct Command {
        #[command(flatten)]
        args: Args,
    }

    #[test]
    fn arguments_win_over_the_configuration() {
        let said = "judge in --form x --clean c --rejects r --threads 3 --schemas forms --table books=b.csv";
        let config = Command::parse_from(said.split(' ')).args.settings().unwrap();
        assert_eq!((config.line.threads, config.tables.len()), (3, 1));
        assert_eq!(config.schemas, Some(std::ffi::OsString::from("forms").into()));
        let config = Command::parse_from("judge in --form x --clean c --rejects r".split(' ')).args.settings().unwrap();
        assert_eq!(config.line.threads, Config::default().line.threads);
    }
}

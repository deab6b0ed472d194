//! The outputs of a file run: NDJSON or CSV by the end of the name, gzip or zstd likewise, `-` for standard output.
//!
//! A file is written beside its name and takes it over only when the run is complete: a run that fails leaves what was
//! there before, and never a half of it.

use super::table::{Columns, Table};
use crate::failure::Failure;
use flate2::write::GzEncoder;
use pipeline::{Decided, InFiles, Places as _, Settled};
use record::{Origin, Outcome, Position};
use serde::Serialize;
use std::{
    fs::{File, Permissions},
    io::{self, BufWriter, Write},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};
use tempfile::{NamedTempFile, TempPath};

/// Where the outputs go.
#[derive(Clone, Debug, Default)]
pub struct Paths {
    /// Clean records.
    pub clean: PathBuf,
    /// Rejects.
    pub rejects: PathBuf,
    /// Duplicates, if wanted.
    pub duplicates: Option<PathBuf>,
    /// Changes, if wanted.
    pub changes: Option<PathBuf>,
    /// Warnings of clean records, if wanted.
    pub warnings: Option<PathBuf>,
}

impl Paths {
    /// Every path that is given.
    pub fn all(&self) -> impl Iterator<Item = &Path> {
        let optional = [&self.duplicates, &self.changes, &self.warnings].into_iter().flatten();
        [&self.clean, &self.rejects].into_iter().chain(optional).map(PathBuf::as_path)
    }

    /// Whether records go to standard output.
    #[must_use]
    pub fn to_stdout(&self) -> bool {
        self.all().any(is_stdout)
    }

    /// # Errors
    /// When two outputs are the same, or an output is one of the inputs.
    fn check(&self, inputs: &[PathBuf]) -> Result<(), Failure> {
        let known = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let outputs: Vec<_> = self.all().collect();
        for (at, output) in outputs.iter().enumerate() {
            if is_null(output) {
                continue;
            }
            if outputs[..at].iter().any(|before| known(before) == known(output)) {
                return Err(Failure::usage(format!("{}: two outputs go to the same place", output.display()))
                    .hint("give every output a name of its own"));
            }
            if !is_stdout(output) && inputs.iter().any(|input| known(input) == known(output)) {
                return Err(Failure::usage(format!("{}: an output would overwrite an input", output.display()))
                    .hint("choose another name for the output"));
            }
        }
        Ok(())
    }
}

fn is_stdout(path: &Path) -> bool {
    path == Path::new("-")
}

fn is_null(path: &Path) -> bool {
    path == Path::new("/dev/null")
}

/// The outputs, open.
#[derive(Debug)]
pub struct Outputs {
    clean: Sink,
    rejects: Sink,
    duplicates: Option<Sink>,
    changes: Option<Sink>,
    warnings: Option<Sink>,
}

/// One change of one record.
#[derive(Serialize)]
struct ChangeLine<'a> {
    #[serde(flatten)]
    origin: Origin<'a>,
    #[serde(flatten)]
    change: record::Change<'a>,
}

/// One warning of one clean record.
#[derive(Serialize)]
struct WarningLine<'a> {
    #[serde(flatten)]
    origin: Origin<'a>,
    #[serde(flatten)]
    warning: &'a record::Finding,
}

const REJECT_COLUMNS: [&str; 9] = ["file", "line", "reject_id", "form", "code", "severity", "path", "rule", "message"];
const DUPLICATE_COLUMNS: [&str; 5] = ["file", "line", "first_file", "first_line", "key"];
const CHANGE_COLUMNS: [&str; 6] = ["file", "line", "path", "raw", "value", "by"];
const WARNING_COLUMNS: [&str; 6] = ["file", "line", "code", "path", "rule", "message"];

impl Outputs {
    /// Opens them. `fields`: pointers of the form's fields, the columns of clean CSV.
    ///
    /// # Errors
    /// When two are the same, one is an input, or one cannot be written.
    pub fn create(paths: &Paths, inputs: &[PathBuf], fields: &[String]) -> Result<Self, Failure> {
        paths.check(inputs)?;
        let fixed = |columns: &[&'static str]| Columns::Fixed(columns.to_vec());
        let optional = |path: &Option<PathBuf>, columns: &[&'static str]| {
            path.as_deref().map(|path| Sink::create(path, fixed(columns))).transpose()
        };
        Ok(Self {
            clean: Sink::create(&paths.clean, Columns::Fields(fields.to_vec()))?,
            rejects: Sink::create(&paths.rejects, fixed(&REJECT_COLUMNS))?,
            duplicates: optional(&paths.duplicates, &DUPLICATE_COLUMNS)?,
            changes: optional(&paths.changes, &CHANGE_COLUMNS)?,
            warnings: optional(&paths.warnings, &WARNING_COLUMNS)?,
        })
    }

    /// Writes what became of a chunk, in its order.
    ///
    /// # Errors
    /// When an output cannot be written.
    pub fn write(&mut self, decided: &Decided, places: &InFiles) -> Result<(), Failure> {
        for (raw, settled) in decided.chunk.records.iter().zip(&decided.records) {
            match settled.outcome {
                Outcome::Clean => {
                    self.clean.record(&settled.message.value)?;
                    self.write_changes(settled, raw.position, places)?;
                    self.write_warnings(settled, raw.position, places)?;
                }
                Outcome::Reject => self.write_reject(settled, raw.position, places)?,
                Outcome::Duplicate => self.write_duplicate(settled, raw.position, places)?,
                Outcome::Gap => {}
            }
        }
        Ok(())
    }

    fn write_reject(&mut self, settled: &Settled, position: Position, places: &InFiles) -> Result<(), Failure> {
        if !self.rejects.is_table() {
            return self.rejects.record(&settled.message.value);
        }
        let (file, line) = place(places, position);
        let id = places.name(position);
        for error in &settled.findings {
            let severity = if error.severity == record::Severity::Hard { "hard" } else { "soft" };
            let form = settled.form.as_deref().unwrap_or_default();
            self.rejects.row(&[
                file,
                &line,
                &id,
                form,
                error.code.as_str(),
                severity,
                &error.path,
                &error.rule,
                &error.message,
            ])?;
        }
        Ok(())
    }

    fn write_duplicate(&mut self, settled: &Settled, position: Position, places: &InFiles) -> Result<(), Failure> {
        let Some(duplicates) = &mut self.duplicates else { return Ok(()) };
        if !duplicates.is_table() {
            return duplicates.record(&settled.message.value);
        }
        let (file, line) = place(places, position);
        let (first_file, first_line) = settled.first.map(|first| place(places, first)).unwrap_or_default();
        duplicates.row(&[file, &line, first_file, &first_line, &String::from_utf8_lossy(&settled.message.key)])
    }

    fn write_changes(&mut self, settled: &Settled, position: Position, places: &InFiles) -> Result<(), Failure> {
        let Some(changes) = &mut self.changes else { return Ok(()) };
        let (file, line) = place(places, position);
        for change in settled.changes.iter() {
            if changes.is_table() {
                let value = change.value.unwrap_or_default();
                changes.row(&[file, &line, change.path, change.raw, value, &change.by.join(" ")])?;
            } else {
                let line = ChangeLine { origin: places.origin(position), change };
                // Only a map with keys that are no text could fail.
                changes.record(&serde_json::to_vec(&line).unwrap_or_default())?;
            }
        }
        Ok(())
    }

    fn write_warnings(&mut self, settled: &Settled, position: Position, places: &InFiles) -> Result<(), Failure> {
        let Some(warnings) = &mut self.warnings else { return Ok(()) };
        let (file, line) = place(places, position);
        for warning in &settled.findings {
            if warnings.is_table() {
                let code = warning.code.as_str();
                warnings.row(&[file, &line, code, &warning.path, &warning.rule, &warning.message])?;
            } else {
                let line = WarningLine { origin: places.origin(position), warning };
                // Only a map with keys that are no text could fail.
                warnings.record(&serde_json::to_vec(&line).unwrap_or_default())?;
            }
        }
        Ok(())
    }

    /// Completes every output and gives it its name.
    ///
    /// # Errors
    /// When one cannot be written.
    pub fn finish(self) -> Result<(), Failure> {
        let Self { clean, rejects, duplicates, changes, warnings } = self;
        // Outputs are named only after all of them are complete.
        let mut complete = Vec::new();
        for sink in [Some(clean), Some(rejects), duplicates, changes, warnings].into_iter().flatten() {
            complete.push(sink.complete()?);
        }
        complete.into_iter().try_for_each(Part::publish)
    }
}

/// File and line of a position.
fn place(places: &InFiles, position: Position) -> (&str, String) {
    match places.origin(position) {
        Origin::File { file, line } => (file, line.to_string()),
        Origin::Topic { topic, offset, .. } => (topic, offset.to_string()),
    }
}

/// One output.
#[derive(Debug)]
struct Sink {
    part: Part,
    body: Body,
}

#[derive(Debug)]
enum Body {
    Lines(Stream),
    Table(Box<Table<Stream>>),
}

impl Sink {
    fn create(path: &Path, columns: Columns) -> Result<Self, Failure> {
        let (part, stream) = Part::create(path)?;
        let body = if is_csv(path) {
            Body::Table(Box::new(Table::new(stream, columns).map_err(|error| part.failed(&error))?))
        } else {
            Body::Lines(stream)
        };
        Ok(Self { part, body })
    }

    fn is_table(&self) -> bool {
        matches!(self.body, Body::Table(_))
    }

    /// A record of JSON.
    fn record(&mut self, json: &[u8]) -> Result<(), Failure> {
        let written = match &mut self.body {
            Body::Lines(stream) => stream.write_all(json).and_then(|()| stream.write_all(b"\n")),
            Body::Table(table) => table.record(json),
        };
        written.map_err(|error| self.part.failed(&error))
    }

    /// A row of fixed columns.
    fn row(&mut self, cells: &[&str]) -> Result<(), Failure> {
        let written = match &mut self.body {
            Body::Lines(_) => Ok(()),
            Body::Table(table) => table.row(cells),
        };
        written.map_err(|error| self.part.failed(&error))
    }

    fn complete(self) -> Result<Part, Failure> {
        let Self { part, body } = self;
        let stream = match body {
            Body::Lines(stream) => Ok(stream),
            Body::Table(table) => table.finish(),
        };
        stream.and_then(Stream::finish).map_err(|error| part.failed(&error))?;
        Ok(part)
    }
}

/// A file that does not have its name yet; dropping it removes it.
#[derive(Debug)]
struct Part {
    path: PathBuf,
    /// Beside its name, and nobody else's; `None` for what is no regular file.
    temporary: Option<TempPath>,
}

impl Part {
    fn create(path: &Path) -> Result<(Self, Stream), Failure> {
        if is_stdout(path) {
            let part = Self { path: PathBuf::from("standard output"), temporary: None };
            return Ok((part, Stream::Plain(BufWriter::new(Box::new(io::stdout())))));
        }
        let failed = |error: io::Error| Failure::io(path.display(), &error);
        let special = path.metadata().is_ok_and(|metadata| !metadata.is_file());
        let (file, temporary) = if special {
            (File::create(path).map_err(failed)?, None)
        } else {
            let (file, temporary) = beside(path).map_err(failed)?.into_parts();
            (file, Some(temporary))
        };
        let part = Self { path: path.to_owned(), temporary };
        let file = BufWriter::with_capacity(1 << 16, Box::new(file) as Box<dyn Write>);
        let stream = match path.extension().and_then(|extension| extension.to_str()) {
            Some("gz") => Stream::Gzip(GzEncoder::new(file, flate2::Compression::default())),
            Some("zst") => Stream::Zstd(zstd::stream::write::Encoder::new(file, 0).map_err(failed)?),
            _ => Stream::Plain(file),
        };
        Ok((part, stream))
    }

    fn failed(&self, error: &io::Error) -> Failure {
        Failure::io(self.path.display(), error)
    }

    fn publish(self) -> Result<(), Failure> {
        let Self { path, temporary } = self;
        let Some(temporary) = temporary else { return Ok(()) };
        temporary.persist(&path).map_err(|error| Failure::io(path.display(), &error.error))
    }
}

/// A new file in the directory of `path`, with the rights that any new file has.
fn beside(path: &Path) -> io::Result<NamedTempFile> {
    let name = path.file_name().unwrap_or_default();
    let dir = path.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(&name).suffix(".part").permissions(Permissions::from_mode(0o666));
    builder.tempfile_in(dir)
}

/// Bytes on their way out.
enum Stream {
    Plain(BufWriter<Box<dyn Write>>),
    Gzip(GzEncoder<BufWriter<Box<dyn Write>>>),
    Zstd(zstd::stream::write::Encoder<'static, BufWriter<Box<dyn Write>>>),
}

impl std::fmt::Debug for Stream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Plain(_) => "Plain",
            Self::Gzip(_) => "Gzip",
            Self::Zstd(_) => "Zstd",
        })
    }
}

impl Stream {
    fn finish(self) -> io::Result<()> {
        match self {
            Self::Plain(mut stream) => stream.flush(),
            Self::Gzip(stream) => stream.finish()?.flush(),
            Self::Zstd(stream) => stream.finish()?.flush(),
        }
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.write(bytes),
            Self::Gzip(stream) => stream.write(bytes),
            Self::Zstd(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(stream) => stream.flush(),
            Self::Gzip(stream) => stream.flush(),
            Self::Zstd(stream) => stream.flush(),
        }
    }
}

/// Whether a name ends in `.csv`, compressed or not.
fn is_csv(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    name.trim_end_matches(".gz").trim_end_matches(".zst").ends_with(".csv")
}

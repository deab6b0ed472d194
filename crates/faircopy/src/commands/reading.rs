//! Arguments of the commands that read records from files, and what follows from them.

use crate::{
    config::{Config, Name},
    failure::Failure,
    forms::{self, Texts},
    input::{Mapping, Options},
    judge::{Heading, Sources},
    time,
};
use pipeline::{Forms, Line};
use record::{Param, RecordTime};
use std::path::PathBuf;

/// What is to be read, and as what.
#[derive(Debug, clap::Args)]
pub struct Reading {
    /// Files of records: NDJSON, a JSON array or CSV, plain, gzip or zstd; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Form of the records, as in `vendor_invoice`; the newest version unless one is named
    #[arg(long, value_name = "NAME[/VERSION]", required_unless_present = "envelopes")]
    pub form: Option<String>,
    /// Each record stands in a JSON envelope, which names its form, source and client, and may carry overrides
    #[arg(long, conflicts_with_all = ["form", "source", "client", "mapping", "delimiter"])]
    pub envelopes: bool,
    /// Source profile of the configuration: how dates and amounts are to be read
    #[arg(long, value_name = "PROFILE")]
    pub source: Option<String>,
    /// Client on whose behalf the records were keyed; part of every business key
    #[arg(long, value_name = "NAME")]
    pub client: Option<String>,
    /// Day on which the records were keyed; rules that compare with it are skipped when left out
    #[arg(long, value_name = "DATE", value_parser = time::parse)]
    pub keyed_on: Option<RecordTime>,
    /// TOML file that says which column, or which member of JSON records, is which field
    #[arg(long, value_name = "FILE")]
    pub mapping: Option<PathBuf>,
    /// Encoding of the files, as in `windows-1252`; found when left out
    #[arg(long, value_name = "NAME")]
    pub encoding: Option<String>,
    /// Delimiter of CSV: one character, or `tab`; found when left out
    #[arg(long, value_name = "C")]
    pub delimiter: Option<String>,
}

impl Reading {
    /// What the command line says of every record. `time`: record time unless `--keyed-on` says otherwise.
    #[must_use]
    pub fn heading(&self, time: RecordTime) -> Heading {
        Heading {
            form: self.form.clone(),
            client: self.client.clone(),
            source: self.source.clone(),
            time: self.keyed_on.unwrap_or(time),
        }
    }

    /// Opens the files as records of `schema`.
    ///
    /// # Errors
    /// When one cannot be read, or its header does not fit the form.
    pub fn open(&self, schema: &str, heading: &Heading) -> Result<Sources, Failure> {
        if self.files.iter().filter(|file| file.as_os_str() == "-").count() > 1 {
            return Err(Failure::usage("standard input can be read only once"));
        }
        let mapping = self.mapping.as_deref().map(Mapping::load).transpose()?.unwrap_or_default();
        let mut options = if self.envelopes {
            Options::only_json("CSV holds no envelopes", "leave out --envelopes, and name the --form")
        } else {
            Options::new(schema, mapping)
        };
        self.encoding.as_deref().map_or(Ok(()), |label| options.encoding(label))?;
        self.delimiter.as_deref().map_or(Ok(()), |text| options.delimiter(text))?;
        Sources::open(&self.files, options, heading)
    }
}

/// The line over all forms, and the text of the form that the heading names; empty when each record names its own.
///
/// # Errors
/// When a form has a mistake, or the heading names no form or source that is there.
pub fn line(config: &Config, heading: &Heading) -> Result<(Line, String), Failure> {
    let texts = Texts::read(config.schemas.as_ref())?;
    let bound = forms::bind(&texts.parse()?, config)?;
    let mut schema = String::new();
    if let Some(form) = &heading.form {
        check(&bound, form, heading, config)?;
        let (name, version) = form.split_once('/').unwrap_or((form, ""));
        schema = texts.get(name, version.parse().ok()).unwrap_or_default().1.to_owned();
    }
    Ok((Line::new(bound, config.line)?, schema))
}

/// Finds out before the first record what every record would be rejected for.
fn check(forms: &Forms, form: &str, heading: &Heading, config: &Config) -> Result<(), Failure> {
    if let Some(source) = &heading.source
        && !config.sources.named.contains_key(source)
    {
        let near = rules::nearest(source, config.sources.named.keys().map(String::as_str));
        let hint = near.map_or_else(
            || format!("add [{}] to the configuration and name it with --config", Name::from(["sources", source])),
            |near| format!("did you mean {near}?"),
        );
        return Err(Failure::usage(format!("the configuration has no source {source}")).hint(hint));
    }
    forms.find(&heading.message()).map(|_| ()).map_err(|finding| {
        let suggestion = finding.params.0.iter().find_map(|(name, value)| match value {
            Param::Text(text) if *name == "suggestion" => Some(format!("did you mean {text}?")),
            _ => None,
        });
        Failure::usage(format!("--form {form}: {}", finding.code.sentence())).hint(
            suggestion.unwrap_or_else(|| "`faircopy config check` lists the forms; --schemas adds others".to_owned()),
        )
    })
}

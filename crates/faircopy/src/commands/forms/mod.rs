//! `faircopy forms`: what authors of forms need.

mod explain;
mod lint;
mod list;
mod new;
mod show;
mod test;

use crate::{
    config::FormsDir,
    failure::{Exit, Failure},
    forms::{self, Source, Texts},
    text,
};
use record::Locale;
use rules::Form;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Arguments of `faircopy forms`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub action: Action,
}

/// What `faircopy forms` can do.
#[derive(Debug, clap::Subcommand)]
pub enum Action {
    /// List the forms that are loaded
    List(list::Args),
    /// Show a form as a table: fields, bounds, normalizers, checks, rules, key
    Show(show::Args),
    /// Find mistakes in forms, each with file, line, column and a suggestion
    Lint(lint::Args),
    /// Run the cases beside a form
    Test(test::Args),
    /// Draw up a form from a sample of records, and say how sure each guess is
    New(new::Args),
    /// Explain what happens to a field, in order
    Explain(explain::Args),
}

/// Runs the command.
///
/// # Errors
/// When a form or file cannot be read.
pub fn run(args: &Args, locale: Locale) -> Result<Exit, Failure> {
    match &args.action {
        Action::List(args) => list::run(args),
        Action::Show(args) => show::run(args),
        Action::Lint(args) => lint::run(args),
        Action::Test(args) => test::run(args, locale),
        Action::New(args) => new::run(args),
        Action::Explain(args) => explain::run(args),
    }
}

/// Which form is meant.
#[derive(Debug, clap::Args)]
pub struct Which {
    /// Form by name, as in `vendor_invoice` or `vendor_invoice/1`, or its file
    #[arg(value_name = "FORM")]
    pub form: String,
    /// Directory of further forms, `<name>/<version>.json`
    #[arg(long, value_name = "DIR")]
    pub schemas: Option<FormsDir>,
}

impl Which {
    /// Finds and parses it.
    ///
    /// # Errors
    /// When there is no such form, or it has mistakes.
    pub fn open(&self) -> Result<(Form, Source), Failure> {
        let source = self.source()?;
        match Form::parse(&source.file, &source.text) {
            Ok(form) => Ok((form, source)),
            Err(errors) => Err(Failure::mistakes(errors.into_iter().map(forms::mistake).collect())),
        }
    }

    fn source(&self) -> Result<Source, Failure> {
        if Path::new(&self.form).extension().is_some_and(|extension| extension == "json") {
            return read(Path::new(&self.form));
        }
        let texts = Texts::read(self.schemas.as_ref())?;
        let (name, version) = self.form.split_once('/').map_or((self.form.as_str(), None), |(name, v)| (name, Some(v)));
        let number = version.map(str::parse).transpose().map_err(|_| {
            Failure::usage(format!("{}: the version of a form is a number", self.form)).hint("as in vendor_invoice/1")
        })?;
        texts.source(name, number).cloned().ok_or_else(|| {
            let names = texts.names();
            let near = rules::nearest(&self.form, names.iter().flat_map(|name| [name.as_str(), without_version(name)]));
            let hint = match near {
                _ if Path::new(name).is_dir() => format!("name its file, as in {name}/1.json, or give --schemas ."),
                Some(near) => format!("did you mean {near}?"),
                None => "`faircopy forms list` names them; --schemas adds others".to_owned(),
            };
            Failure::usage(format!("no form {} is loaded", self.form)).hint(hint)
        })
    }
}

fn without_version(name: &str) -> &str {
    name.split('/').next().unwrap_or(name)
}

fn read(file: &Path) -> Result<Source, Failure> {
    let text = text::of_file(file)?;
    Ok(Source { file: file.display().to_string(), text, built_in: false })
}

/// The forms that a path means: a file, the directory of a form, or a directory of such directories.
fn files_at(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let entries = fs::read_dir(path).map_err(|error| Failure::io(path.display(), &error))?;
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).filter(|file| is_form(file)).collect();
    if files.is_empty() {
        files = forms::files_of(path).map_err(|error| Failure::io(path.display(), &error))?;
        files.retain(|file| is_form(file));
    }
    if files.is_empty() {
        return Err(Failure::usage(format!("{}: there is no form here", path.display()))
            .hint("forms are files <name>/<version>.json"));
    }
    files.sort();
    Ok(files)
}

/// Whether a file is called as forms are: by a version.
fn is_form(file: &Path) -> bool {
    let number = |stem: &str| !stem.is_empty() && stem.bytes().all(|byte| byte.is_ascii_digit());
    file.extension().is_some_and(|extension| extension == "json")
        && file.file_stem().and_then(|stem| stem.to_str()).is_some_and(number)
}

/// One JSON document and a line end, for machines.
fn json(value: &serde_json::Value) -> String {
    format!("{value:#}\n")
}

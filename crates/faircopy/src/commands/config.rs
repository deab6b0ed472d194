//! `faircopy config`: check the configuration, or show what is in force.

use crate::{
    config::{Config, Place},
    failure::{Exit, Failure},
    forms, text,
};
use std::{fmt::Write as _, path::PathBuf};

/// Arguments of `faircopy config`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to do with it.
    #[command(subcommand)]
    pub action: Action,
}

/// What `faircopy config` can do.
#[derive(Debug, clap::Subcommand)]
pub enum Action {
    /// Read the configuration and the forms, and report every mistake
    Check(File),
    /// Print every setting in force and where it comes from
    Show(File),
}

/// The file to look at.
#[derive(Debug, clap::Args)]
pub struct File {
    /// Configuration; built-in defaults when left out
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// When the configuration is wrong.
pub fn run(args: &Args) -> Result<Exit, Failure> {
    match &args.action {
        Action::Check(file) => check(file),
        Action::Show(file) => show(file),
    }
}

fn check(file: &File) -> Result<Exit, Failure> {
    let config = Config::load(file.config.as_deref())?;
    let forms = forms::load(config.schemas.as_deref())?;
    forms::bind(&forms, &config)?;
    let names: Vec<_> = forms.iter().map(|form| format!("{}/{}", form.name(), form.version())).collect();
    text::print(&format!("the configuration is good; forms: {}\n", names.join(", ")))?;
    Ok(Exit::Clean)
}

/// Prints TOML that could be the file again.
fn show(file: &File) -> Result<Exit, Failure> {
    let (_, settings) = Config::load_shown(file.config.as_deref())?;
    let mut page = String::new();
    let mut section = "";
    for setting in &settings {
        if setting.section != section {
            let gap = if section.is_empty() { "" } else { "\n" };
            section = &setting.section;
            // Writing to a String cannot fail.
            let _infallible = writeln!(page, "{gap}[{section}]");
        }
        let line = format!("{} = {}", key(&setting.key), setting.value);
        let _infallible = match &setting.place {
            Place::Default => writeln!(page, "{line}"),
            place => writeln!(page, "{line:<40} # {place}"),
        };
    }
    text::print(&page)?;
    Ok(Exit::Clean)
}

/// A key as TOML: one with points in it is quoted, since otherwise it would be a table.
fn key(key: &str) -> String {
    if key.contains('.') { format!("\"{key}\"") } else { key.to_owned() }
}

//! `faircopy config`: check the configuration, or show what is in force.

use crate::{
    config::{Config, Place, Shown},
    failure::{Exit, Failure},
    forms, text,
};
use std::{borrow::Cow, fmt::Write as _, path::PathBuf};

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

fn show(file: &File) -> Result<Exit, Failure> {
    let (_, settings) = Config::load_shown(file.config.as_deref())?;
    text::print(&page(&settings))?;
    Ok(Exit::Clean)
}

/// Settings as TOML that could be the file again.
#[must_use]
pub fn page(settings: &[Shown]) -> String {
    let mut page = String::new();
    let mut section = "";
    for setting in settings {
        if setting.section != section {
            let gap = if section.is_empty() { "" } else { "\n" };
            section = &setting.section;
            let names: Vec<_> = section.split('.').map(key).collect();
            // Writing to a String cannot fail.
            let _infallible = writeln!(page, "{gap}[{}]", names.join("."));
        }
        let line = format!("{} = {}", key(&setting.key), setting.value);
        let _infallible = match &setting.place {
            Place::Default => writeln!(page, "{line}"),
            place => writeln!(page, "{line:<40} # {place}"),
        };
    }
    page
}

/// A key as TOML: quoted unless it is a bare one. With points in it, it would be a table.
fn key(key: &str) -> Cow<'_, str> {
    let is_bare = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
    if is_bare { Cow::Borrowed(key) } else { Cow::Owned(toml::Value::String(key.to_owned()).to_string()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{iter, path::Path};

    #[test]
    fn what_is_shown_could_be_the_file_again() {
        let text =
            "[sources.\"a b\"]\ndate_order = \"dmy\"\n[sources.\"M\u{fc}ller \\\"1\\\"\"]\ndecimal_sign = \"comma\"\n";
        let shown = |text: &str| {
            let (_, shown) = Config::parse(Path::new("f.toml"), text, iter::empty()).unwrap();
            shown.into_iter().map(|Shown { section, key, value, .. }| [section, key, value]).collect::<Vec<_>>()
        };
        let (_, settings) = Config::parse(Path::new("f.toml"), text, iter::empty()).unwrap();
        assert_eq!(shown(&page(&settings)), shown(text));
    }
}

//! `faircopy config`: check the configuration, or show what is in force.

use crate::{
    config::{Config, Name, Place, Shown},
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
    let forms = forms::load(config.schemas.as_ref())?;
    forms::bind(&forms, &config)?;
    if let Some(kafka) = &config.kafka {
        kafka.check().map_err(|error| Failure::usage(&error).hint(error.hint()))?;
    }
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
    let mut section = None;
    for setting in settings {
        if section.replace(&setting.section) != Some(&setting.section) {
            let gap = if page.is_empty() { "" } else { "\n" };
            // Writing to a String cannot fail.
            let _infallible = writeln!(page, "{gap}[{}]", setting.section);
        }
        let line = format!("{} = {}", Name::from(setting.key.as_str()), setting.value);
        let _infallible = match &setting.place {
            Place::Default => writeln!(page, "{line}"),
            place => writeln!(page, "{line:<40} # {place}"),
        };
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{iter, path::Path};

    #[test]
    fn what_is_shown_could_be_the_file_again() {
        let text = "[kafka]\nbrokers = \"b\"\n[kafka.client]\nssl.ca.location = \"c\"\n[sources.\"acme.example\".forms.timesheet]\ndate_order = \"ymd\"\n[sources.\"a b\"]\ndate_order = \"dmy\"\n[sources.\"M\u{fc}ller \\\"1\\\"\"]\ndecimal_sign = \"comma\"\n";
        let shown = |text: &str| {
            let (_, shown) = Config::parse(Path::new("f.toml"), text, iter::empty()).unwrap();
            shown.into_iter().map(|Shown { section, key, value, .. }| (section, key, value)).collect::<Vec<_>>()
        };
        let (_, settings) = Config::parse(Path::new("f.toml"), text, iter::empty()).unwrap();
        assert_eq!(shown(&page(&settings)), shown(text));
    }
}

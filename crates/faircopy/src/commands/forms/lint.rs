//! `faircopy forms lint`: every mistake of forms, with place and suggestion.

use crate::{
    failure::{Exit, Failure},
    forms::{Source, Texts},
    text,
};
use rules::lint::{Level, Lint, lint};
use serde_json::{Value, json};
use std::{fmt::Write as _, path::PathBuf};

/// Arguments of `faircopy forms lint`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Exit codes:
  0   no form is refused; there may be warnings
  1   a form is refused, or there are warnings and --deny-warnings is given
  2   wrong usage, or a file that cannot be read")]
pub struct Args {
    /// Forms, directories of a form's versions, or directories of such; the built-in forms when left out
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// End with code 1 on warnings too
    #[arg(long)]
    deny_warnings: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> Result<Exit, Failure> {
    let sources = sources(&args.paths)?;
    let lints: Vec<Lint> = sources.iter().flat_map(|source| lint(&source.file, &source.text)).collect();
    let count = |level: Level| lints.iter().filter(|lint| lint.level == level).count();
    let (errors, warnings) = (count(Level::Error), count(Level::Warning));
    let page = if args.json {
        let lints: Vec<Value> = lints.iter().map(document).collect();
        super::json(&json!({ "forms": sources.len(), "errors": errors, "warnings": warnings, "lints": lints }))
    } else {
        let counts = [(sources.len(), "form"), (errors, "error"), (warnings, "warning")];
        page(&lints) + &counts.map(|(count, noun)| text::counted(count as u64, noun)).join(", ") + "\n"
    };
    text::print(&page)?;
    Ok(if errors > 0 || (args.deny_warnings && warnings > 0) { Exit::Findings } else { Exit::Clean })
}

fn sources(paths: &[PathBuf]) -> Result<Vec<Source>, Failure> {
    if paths.is_empty() {
        return Ok(Texts::read(None)?.sources().cloned().collect());
    }
    let mut sources = Vec::new();
    for path in paths {
        for file in super::files_at(path)? {
            sources.push(super::read(&file)?);
        }
    }
    Ok(sources)
}

/// Laid out as compilers do, so that editors find the place.
fn page(lints: &[Lint]) -> String {
    let mut page = String::new();
    for Lint { name, level, file, line, column, what, hint } in lints {
        // Writing to a String cannot fail.
        let _infallible = writeln!(page, "{file}:{line}:{column}: {}: {what} [{name}]", level.as_str());
        if let Some(hint) = hint {
            let _infallible = writeln!(page, "  hint: {hint}");
        }
    }
    page
}

fn document(lint: &Lint) -> Value {
    let Lint { name, level, file, line, column, what, hint } = lint;
    json!({
        "name": name, "level": level.as_str(), "file": file, "line": line, "column": column, "message": what,
        "hint": hint,
    })
}

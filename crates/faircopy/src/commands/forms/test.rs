//! `faircopy forms test`: the cases beside a form, held against it.

use crate::{
    config::TableSetting,
    failure::{Exit, Failure},
    forms, tables, text,
};
use record::{Code, Locale};
use rules::{
    Form,
    case::{Case, Difference},
    table::Tables,
};
use serde_json::{Value, json};
use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

/// Arguments of `faircopy forms test`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Cases are files cases/clean/*.json and cases/reject/*.json beside the form; docs/forms.md has their
layout. Of a case that fails, lines with - are what the case says, lines with + what was judged.

Exit codes:
  0   every case is judged as it says
  1   some case is not
  2   wrong usage, no case, or a form that has mistakes (`faircopy forms lint`)"
)]
pub struct Args {
    /// Forms, directories of a form's versions, or directories of such
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Run only cases whose path contains this
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
    /// A reference table for the cases that do not bring their own rows of it: its name and a CSV or NDJSON file with the
    /// columns key, from and to; once for each table
    #[arg(long = "table", value_name = "NAME=FILE", value_parser = TableSetting::parse)]
    tables: Vec<TableSetting>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args, locale: Locale) -> Result<Exit, Failure> {
    let mut tested = Vec::new();
    for directory in directories(&args.paths)? {
        tested.push((versions(&directory)?, directory));
    }
    let forms: Vec<Form> = tested.iter().flat_map(|(versions, _)| versions.iter().cloned()).collect();
    // All of them are files: no store is looked into.
    let tables = tables::only(tables::load(&forms, &args.tables, Path::new(""))?);
    let mut results = Vec::new();
    for (versions, directory) in &tested {
        results.push(of_form(versions, directory, &tables, args.filter.as_deref())?);
    }
    if results.iter().all(|result| result.run == 0) {
        return Err(Failure::usage("no case was found")
            .hint("cases are files cases/clean/*.json and cases/reject/*.json beside a form"));
    }
    text::print(&if args.json { super::json(&document(&results)) } else { page(&results, locale) })?;
    Ok(if results.iter().all(|result| result.failures.is_empty()) { Exit::Clean } else { Exit::Findings })
}

/// The directories of the forms that are named, each once.
fn directories(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut directories = Vec::new();
    for path in paths {
        for file in super::files_at(path)? {
            let directory = file.parent().map(Path::to_owned).unwrap_or_default();
            if !directories.contains(&directory) {
                directories.push(directory);
            }
        }
    }
    Ok(directories)
}

/// The versions of the form in a directory.
fn versions(directory: &Path) -> Result<Vec<Form>, Failure> {
    let parsed = super::files_at(directory)?.into_iter().map(|file| {
        let source = super::read(&file)?;
        Form::parse(&source.file, &source.text)
            .map_err(|errors| Failure::mistakes(errors.into_iter().map(forms::mistake).collect()))
    });
    parsed.collect()
}

/// What came of the cases of one form.
struct Outcome<'d> {
    directory: &'d Path,
    run: usize,
    failures: Vec<(PathBuf, Vec<Difference>)>,
}

fn of_form<'d>(
    versions: &[Form],
    directory: &'d Path,
    tables: &Tables,
    filter: Option<&str>,
) -> Result<Outcome<'d>, Failure> {
    let mut outcome = Outcome { directory, run: 0, failures: Vec::new() };
    for (file, is_reject) in cases(directory)? {
        if filter.is_some_and(|text| !file.display().to_string().contains(text)) {
            continue;
        }
        let case = read(&file)?;
        outcome.run += 1;
        let version = case.version();
        let Some(form) = versions.iter().find(|form| form.version() == version) else {
            return Err(Failure::usage(format!(
                "{}: the case is for version {version}, which is not here",
                file.display()
            ))
            .hint("name another in the case's \"version\""));
        };
        let mut differences = case.check(form, tables);
        if case.is_reject() != is_reject {
            let of = |reject: bool| vec![if reject { "reject" } else { "clean" }.to_owned()];
            differences.push(Difference { what: "directory", missing: of(is_reject), surplus: of(case.is_reject()) });
        }
        if !differences.is_empty() {
            outcome.failures.push((file, differences));
        }
    }
    Ok(outcome)
}

/// The case files of a form, and whether each is among the rejects.
fn cases(directory: &Path) -> Result<Vec<(PathBuf, bool)>, Failure> {
    let mut cases = Vec::new();
    for (kind, is_reject) in [("clean", false), ("reject", true)] {
        let directory = directory.join("cases").join(kind);
        if !directory.is_dir() {
            continue;
        }
        let entries = fs::read_dir(&directory).map_err(|error| Failure::io(directory.display(), &error))?;
        let files = entries.flatten().map(|entry| entry.path());
        cases.extend(
            files.filter(|file| file.extension().is_some_and(|end| end == "json")).map(|file| (file, is_reject)),
        );
    }
    cases.sort();
    Ok(cases)
}

fn read(file: &Path) -> Result<Case, Failure> {
    let text = text::of_file(file)?;
    Case::parse(&text).map_err(|error| {
        let hint = error.hint.clone();
        Failure::usage(format!("{}:{error}", file.display())).maybe_hint(hint)
    })
}

fn page(outcomes: &[Outcome<'_>], locale: Locale) -> String {
    let mut page = String::new();
    for Outcome { directory, run, failures } in outcomes {
        for (file, differences) in failures {
            for difference in differences {
                // Writing to a String cannot fail.
                let _infallible = writeln!(page, "{}: {}", file.display(), explained(difference, locale));
            }
        }
        let good = run - failures.len();
        let _infallible =
            writeln!(page, "{}: {good} of {} as they say", directory.display(), text::counted(*run as u64, "case"));
    }
    page
}

/// A difference with what its codes mean.
fn explained(difference: &Difference, locale: Locale) -> String {
    let explain = |line: &str| {
        let word = line.trim_start_matches([' ', '-', '+']).split(' ').next().unwrap_or_default();
        word.parse::<Code>().map_or_else(|_| line.to_owned(), |code| format!("{line}: {}", locale.sentence(code)))
    };
    difference.to_string().lines().map(explain).collect::<Vec<_>>().join("\n")
}

fn document(outcomes: &[Outcome<'_>]) -> Value {
    let difference = |Difference { what, missing, surplus }: &Difference| json!({ "what": what, "expected": missing, "judged": surplus });
    let failure = |(file, differences): &(PathBuf, Vec<Difference>)| json!({ "case": file.display().to_string(), "differences": differences.iter().map(difference).collect::<Vec<_>>() });
    let form = |Outcome { directory, run, failures }: &Outcome<'_>| {
        json!({
            "form": directory.display().to_string(), "cases": run, "failed": failures.len(),
            "failures": failures.iter().map(failure).collect::<Vec<_>>(),
        })
    };
    outcomes.iter().map(form).collect()
}

//! `faircopy forms new`: a first form from a sample of records.

mod cases;
mod report;

use crate::{
    failure::{Exit, Failure},
    input::{self, Mapping, Options, Sampled},
    text,
};
use cases::Cases;
use rules::{
    DateOrder, DecimalSign, Form, Profile,
    infer::{Draft, Habits, ROWS_MAX, Sample},
};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Arguments of `faircopy forms new`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Name of the form, in small letters, as in `purchase_order`
    #[arg(value_name = "NAME")]
    name: String,
    /// File of records: CSV, NDJSON or a JSON array, plain, gzip or zstd
    #[arg(long, value_name = "FILE")]
    from: PathBuf,
    /// Directory in which NAME/1.json is written
    #[arg(long, value_name = "DIR", default_value = ".")]
    out: PathBuf,
    /// Read at most this many rows of the sample
    #[arg(long, value_name = "N", default_value_t = ROWS_MAX, value_parser = clap::value_parser!(u64).range(1..=ROWS_MAX))]
    rows: u64,
    /// Encoding of the file, as in `windows-1252`; found when left out
    #[arg(long, value_name = "NAME")]
    encoding: Option<String>,
    /// Delimiter of CSV: one character, or `tab`; found when left out
    #[arg(long, value_name = "C")]
    delimiter: Option<String>,
}

pub(super) fn run(args: &Args) -> Result<Exit, Failure> {
    check_name(&args.name)?;
    // `./receipt` is nobody's way to say it.
    let directory = if args.out == Path::new(".") { PathBuf::from(&args.name) } else { args.out.join(&args.name) };
    if directory.exists() {
        return Err(Failure::usage(format!("{}: there is a form of this name already", directory.display()))
            .hint("choose another name, or remove the directory"));
    }
    let (sampled, draft) = draft(args)?;
    if draft.key.is_empty() {
        let what = format!(
            "{}: no field outside lists is in every record, so that nothing tells records apart",
            args.from.display()
        );
        return Err(Failure::usage(what)
            .hint("where a list in the file holds the records, write its items to a file of their own"));
    }
    let Ok(form) = Form::parse(&format!("{}/1.json", args.name), &draft.form) else {
        return Err(Failure::new(Exit::Defect, "the form that was drawn up does not load")
            .hint("report this with the sample's columns"));
    };
    let mut files = Files { directory, written: Vec::new() };
    files.write("1.json", &draft.form)?;
    if !draft.renamed.is_empty() {
        files.write("mapping.toml", &mapping(&draft, &args.from))?;
    }
    let profile = profile(&draft.habits);
    if profile != Profile::default() {
        files.write("source.toml", &source(&args.name, &draft.habits))?;
    }
    let cases = cases(args, &form, &draft, &profile, &files)?;
    for (name, case) in &cases.files {
        files.write(name, case)?;
    }
    text::print(&report::page(args, &sampled, &draft, &cases, &files))?;
    Ok(Exit::Clean)
}

fn check_name(name: &str) -> Result<(), Failure> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if name.starts_with(|first: char| first.is_ascii_lowercase()) && name.bytes().all(plain) {
        return Ok(());
    }
    Err(Failure::usage(format!("{name}: a form's name has small letters, digits and underscores only"))
        .hint("as in purchase_order"))
}

fn options(args: &Args, mut options: Options) -> Result<Options, Failure> {
    args.encoding.as_deref().map_or(Ok(()), |label| options.encoding(label))?;
    args.delimiter.as_deref().map_or(Ok(()), |text| options.delimiter(text))?;
    Ok(options)
}

fn draft(args: &Args) -> Result<(Sampled, Draft), Failure> {
    let sample = std::cell::RefCell::new(Sample::default());
    let sampled = input::sample(
        &args.from,
        &options(args, Options::default())?,
        args.rows,
        &mut |names| sample.borrow_mut().header(names),
        &mut |record| sample.borrow_mut().record(record),
    )?;
    let sample = sample.into_inner();
    let file = file_name(&args.from);
    if sample.rows() == 0 {
        return Err(Failure::usage(format!("{}: there is no record to learn from", args.from.display())));
    }
    Ok((sampled, sample.draft(&args.name, &file)))
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// The files of the form.
struct Files {
    directory: PathBuf,
    written: Vec<PathBuf>,
}

impl Files {
    fn write(&mut self, name: &str, text: &str) -> Result<(), Failure> {
        let path = self.directory.join(name);
        let parent = path.parent().unwrap_or(&self.directory);
        fs::create_dir_all(parent).map_err(|error| Failure::io(parent.display(), &error))?;
        fs::write(&path, text).map_err(|error| Failure::io(path.display(), &error))?;
        self.written.push(path);
        Ok(())
    }

    /// One of the files, if it was written.
    fn path(&self, name: &str) -> Option<&PathBuf> {
        self.written.iter().find(|path| path.ends_with(name))
    }
}

/// A JSON string is a TOML string, too.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn mapping(draft: &Draft, from: &Path) -> String {
    let mut text = format!("# Which column of {} is which field.\n\n[fields]\n", file_name(from));
    for (written, pointer) in &draft.renamed {
        text.push_str(&format!("{} = {}\n", quoted(written), quoted(pointer)));
    }
    text
}

fn profile(habits: &Habits) -> Profile {
    Profile { date_order: habits.date_order, decimal_sign: habits.decimal_sign, ..Profile::default() }
}

/// The profile as a configuration has it.
fn source(name: &str, habits: &Habits) -> String {
    let mut text = format!("# How the sample writes dates and amounts.\n\n[sources.{name}]\n");
    for (setting, word) in words(habits) {
        text.push_str(&format!("{setting} = \"{word}\"\n"));
    }
    text
}

/// The settings of a profile that the sample decides.
fn words(habits: &Habits) -> Vec<(&'static str, &'static str)> {
    let order = habits.date_order.map(|order| match order {
        DateOrder::Dmy => "dmy",
        DateOrder::Mdy => "mdy",
        DateOrder::Ymd => "ymd",
    });
    let sign = habits.decimal_sign.map(|sign| match sign {
        DecimalSign::Point => "point",
        DecimalSign::Comma => "comma",
    });
    let settings = [("date_order", order), ("decimal_sign", sign)];
    settings.into_iter().filter_map(|(setting, word)| Some((setting, word?))).collect()
}

/// Judges the sample by the form, read as `faircopy judge` reads it.
fn cases(args: &Args, form: &Form, draft: &Draft, profile: &Profile, files: &Files) -> Result<Cases, Failure> {
    let mapping = files.path("mapping.toml").map(|path| Mapping::load(path)).transpose()?.unwrap_or_default();
    let options = options(args, Options::new(&draft.form, mapping))?;
    let mut opened = input::open(&args.from, &options, &input::Bytes::default())?;
    let name = args.from.display().to_string();
    let key = draft.key.first().map(String::as_str).unwrap_or_default();
    let mut cases = Cases::new(form, key, profile, &file_name(&args.from), words(&draft.habits));
    let mut rows = 0;
    while rows < args.rows {
        let Some(record) = opened.reader.read().map_err(|error| input::damaged(&name, &error))? else { break };
        rows += 1;
        cases.judge(&record.bytes);
    }
    cases.finish();
    Ok(cases)
}

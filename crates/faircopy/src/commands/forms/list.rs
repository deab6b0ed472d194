//! `faircopy forms list`: which forms are loaded, and from where.

use crate::{
    config::FormsDir,
    failure::{Exit, Failure},
    forms::{self, Source, Texts},
    text,
};
use rules::{Form, describe};
use serde_json::json;

/// Arguments of `faircopy forms list`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Directory of further forms, `<name>/<version>.json`
    #[arg(long, value_name = "DIR")]
    schemas: Option<FormsDir>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> Result<Exit, Failure> {
    let texts = Texts::read(args.schemas.as_ref())?;
    let mut rows = Vec::new();
    let mut mistakes = Vec::new();
    for source in texts.sources() {
        match Form::parse(&source.file, &source.text) {
            Ok(form) => rows.push(row(&form, source)),
            Err(errors) => mistakes.extend(errors.into_iter().map(forms::mistake)),
        }
    }
    if !mistakes.is_empty() {
        return Err(Failure::mistakes(mistakes));
    }
    text::print(&if args.json { super::json(&listed(&rows)) } else { table(&rows) })?;
    Ok(Exit::Clean)
}

struct Row {
    name: String,
    title: String,
    fields: usize,
    rules: usize,
    from: String,
}

fn row(form: &Form, source: &Source) -> Row {
    let fields = describe::fields(form, &source.text);
    Row {
        name: format!("{}/{}", form.name(), form.version()),
        title: form.title().to_owned(),
        fields: fields.iter().filter(|field| field.is_scalar).count(),
        rules: form.rules().len() + form.earlier().len(),
        from: if source.built_in { "built in".to_owned() } else { source.file.clone() },
    }
}

fn listed(rows: &[Row]) -> serde_json::Value {
    let row = |Row { name, title, fields, rules, from }: &Row| json!({ "form": name, "title": title, "fields": fields, "rules": rules, "from": from });
    rows.iter().map(row).collect()
}

fn table(rows: &[Row]) -> String {
    let head = ["form", "title", "fields", "rules", "from"].map(str::to_owned).to_vec();
    let row = |Row { name, title, fields, rules, from }: &Row| {
        vec![name.clone(), title.clone(), format!("{fields:>6}"), format!("{rules:>5}"), from.clone()]
    };
    text::columns(&std::iter::once(head).chain(rows.iter().map(row)).collect::<Vec<_>>())
}

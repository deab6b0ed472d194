//! `faircopy forms show`: a form as tables that people read.

use super::Which;
use crate::{
    failure::{Exit, Failure},
    text,
};
use record::{Class, Severity};
use rules::{
    Form,
    describe::{self, Field},
    form::{EarlierRule, KeyPart, RecordRule},
};
use serde_json::{Value, json};

/// Arguments of `faircopy forms show`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    which: Which,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> Result<Exit, Failure> {
    let (form, source) = args.which.open()?;
    let fields = describe::fields(&form, &source.text);
    let key = describe::key(&source.text);
    text::print(&if args.json { super::json(&document(&form, &fields, &key)) } else { page(&form, &fields, &key) })?;
    Ok(Exit::Clean)
}

fn page(form: &Form, fields: &[Field], key: &[String]) -> String {
    let key = key.join(", ");
    let mut page = format!("{}/{}  {}\nkey: client, {key}\n\n", form.name(), form.version(), form.title());
    let head = ["field", "", "is", "allowed", "normalized by", "checked by", "class"].map(str::to_owned).to_vec();
    page.push_str(&text::columns(&std::iter::once(head).chain(fields.iter().map(row)).collect::<Vec<_>>()));
    if !form.tables().is_empty() {
        page.push_str("\nreference tables\n");
        let table = |table: &rules::table::Declaration| {
            let needed = if table.required { "required" } else { "skipped where none is configured" };
            vec![table.name.clone(), needed.to_owned()]
        };
        page.push_str(&text::columns(&form.tables().iter().map(table).collect::<Vec<_>>()));
    }
    if !form.rules().is_empty() {
        page.push_str("\nrules\n");
        page.push_str(&text::columns(&form.rules().iter().map(rule).collect::<Vec<_>>()));
    }
    if let Some(home) = form.home().filter(|_| !form.earlier().is_empty()) {
        let home: Vec<String> = std::iter::once("client".to_owned()).chain(home.map(ToString::to_string)).collect();
        page.push_str(&format!("\nheld against earlier records of the same {}\n", home.join(", ")));
        page.push_str(&text::columns(&form.earlier().iter().map(earlier).collect::<Vec<_>>()));
    }
    page
}

fn row(field: &Field) -> Vec<String> {
    let mut allowed = field.bounds.clone();
    if !field.choices.is_empty() {
        allowed.insert(0, some_of(&field.choices));
    }
    let mut checked: Vec<String> = field.check.iter().map(|name| (*name).to_owned()).collect();
    checked.extend(field.table.iter().map(|table| format!("table {table}")));
    checked.extend(field.or_earlier.iter().map(|answer| format!("or earlier {answer}")));
    if field.soft {
        checked.push("(warns only)".to_owned());
    }
    vec![
        field.pointer.clone(),
        if field.required { "required".to_owned() } else { String::new() },
        field.kind.to_owned(),
        allowed.join(", "),
        field.normalize.join(", "),
        checked.join(", "),
        class(field.class).to_owned(),
    ]
}

/// A long list would bury the table.
fn some_of(choices: &[String]) -> String {
    const SHOWN: usize = 6;
    let shown = choices.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(" | ");
    match choices.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} | … {more} more"),
    }
}

/// As forms write it; nothing when there is none.
pub(super) const fn class(class: Class) -> &'static str {
    match class {
        Class::None => "",
        Class::Pii => "pii",
        Class::Phi => "phi",
        Class::Pci => "pci",
        Class::Secret => "secret",
    }
}

fn rule(rule: &RecordRule) -> Vec<String> {
    vec![rule.id.clone(), severity(rule.severity).to_owned(), rule.code.to_string(), rule.message.clone()]
}

fn earlier(rule: &EarlierRule) -> Vec<String> {
    vec![rule.id.clone(), severity(rule.severity).to_owned(), rule.code.to_string(), rule.message.clone()]
}

const fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Hard => "rejects",
        Severity::Soft => "warns",
    }
}

fn document(form: &Form, fields: &[Field], key: &[String]) -> Value {
    let field = |field: &Field| {
        json!({
            "pointer": field.pointer, "title": field.title, "description": field.description,
            "required": field.required, "kind": field.kind, "bounds": field.bounds, "choices": field.choices,
            "normalize": field.normalize, "check": field.check, "class": field.class, "soft": field.soft,
            "table": field.table, "or_earlier": field.or_earlier, "key": field.key, "rules": field.rules,
        })
    };
    let rule = |rule: &RecordRule| json!({ "id": rule.id, "severity": rule.severity, "code": rule.code, "path": rule.path, "each": rule.each, "message": rule.message });
    let parts = |parts: &[KeyPart]| parts.iter().map(ToString::to_string).collect::<Vec<_>>();
    let earlier = |rule: &EarlierRule| json!({ "id": rule.id, "severity": rule.severity, "code": rule.code, "path": rule.path, "on": parts(&rule.on), "days": rule.days, "message": rule.message });
    json!({
        "form": form.name(), "version": form.version(), "title": form.title(), "key": key,
        "fields": fields.iter().map(field).collect::<Vec<_>>(),
        "tables": form.tables().iter().map(|table| json!({ "name": table.name, "required": table.required })).collect::<Vec<_>>(),
        "rules": form.rules().iter().map(rule).collect::<Vec<_>>(),
        "home": form.home().map(|home| home.map(ToString::to_string).collect::<Vec<_>>()),
        "earlier": form.earlier().iter().map(earlier).collect::<Vec<_>>(),
    })
}

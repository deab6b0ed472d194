//! `faircopy forms explain`: what happens to a field, in the order in which it happens.

use super::{Which, show};
use crate::{
    failure::{Exit, Failure},
    text,
};
use record::Severity;
use rules::{
    Elsewhere, Form,
    describe::{self, Field},
};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// Arguments of `faircopy forms explain`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    which: Which,
    /// Pointer of the field, as in `/total` or `/lines/*/amount`; all fields when left out
    #[arg(value_name = "POINTER")]
    pointer: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> Result<Exit, Failure> {
    let (form, source) = args.which.open()?;
    let fields = describe::fields(&form, &source.text);
    let chosen = match &args.pointer {
        Some(pointer) => vec![find(&fields, pointer)?],
        None => fields.iter().filter(|field| field.is_scalar).collect(),
    };
    let page = if args.json {
        super::json(&chosen.iter().map(|field| document(field, &steps(&form, field, true))).collect())
    } else {
        // What holds for many fields is told once, in front of all of them.
        let is_one = args.pointer.is_some();
        let foretold = (!is_one).then(|| foretold(&form)).filter(|lines| !lines.is_empty());
        let pages = chosen.iter().map(|field| page(field, &steps(&form, field, is_one)));
        foretold.into_iter().chain(pages).collect::<Vec<_>>().join("\n")
    };
    text::print(&page)?;
    Ok(Exit::Clean)
}

fn find<'f>(fields: &'f [Field], pointer: &str) -> Result<&'f Field, Failure> {
    let index = |step: &str| !step.is_empty() && step.bytes().all(|byte| byte.is_ascii_digit());
    let wanted: Vec<&str> = pointer.split('/').map(|step| if index(step) { "*" } else { step }).collect();
    let wanted = wanted.join("/");
    fields.iter().find(|field| field.pointer == wanted).ok_or_else(|| {
        let near = rules::nearest(&wanted, fields.iter().map(|field| field.pointer.as_str()));
        Failure::usage(format!("the form has no field {pointer}"))
            .maybe_hint(near.map(|near| format!("did you mean {near}?")))
    })
}

/// One thing that happens to a value.
struct Step {
    stage: &'static str,
    name: String,
    what: String,
}

fn step(stage: &'static str, name: impl Into<String>, what: impl Into<String>) -> Step {
    Step { stage, name: name.into(), what: what.into() }
}

/// `foretell`: with what makes records take the slower way.
fn steps(form: &Form, field: &Field, foretell: bool) -> Vec<Step> {
    let mut steps = vec![step("decode", "json", decoded(field))];
    let runs_text =
        field.is_scalar && field.kind != "condition" && field.kind != "integer" || !field.normalize.is_empty();
    let normalizers = runs_text.then_some("text").into_iter().chain(field.normalize.iter().copied());
    for name in normalizers {
        steps.push(step("normalize", name, describe::normalizer(name).unwrap_or_default()));
    }
    if field.normalize.contains(&"date") {
        steps.push(step(
            "profile",
            "date_order",
            "of the source; without it a date that could be read in two ways is refused",
        ));
    }
    if field.normalize.iter().any(|name| matches!(*name, "decimal" | "money" | "percent" | "integer")) {
        steps.push(step(
            "profile",
            "decimal_sign",
            "of the source; without it an amount that could be read in two ways is refused",
        ));
    }
    steps.push(step("schema", field.kind, schema(field)));
    if foretell {
        steps.extend(form.uncompiled().map(|keyword| step("schema", "plan", uncompiled(keyword))));
        steps.extend(form.worded_elsewhere().iter().filter_map(|elsewhere| slower(elsewhere, field)));
    }
    for name in &field.check {
        let soft = if field.soft { " (a warning only)" } else { "" };
        steps.push(step("check", *name, format!("{}{soft}", describe::check(name).unwrap_or_default())));
    }
    if let Some(table) = &field.table {
        let required = form.tables().iter().any(|declared| declared.name == *table && declared.required);
        let otherwise =
            if required { "the program does not start without it" } else { "skipped where none is configured" };
        let earlier = field
            .or_earlier
            .as_ref()
            .map_or_else(String::new, |answer| format!(", or be {answer} of an accepted earlier record of the client"));
        let what = format!("must be in the reference table of this name{earlier}; {otherwise}");
        steps.push(step("table", table, what));
    }
    for rule in form.rules().iter().filter(|rule| field.rules.contains(&rule.id)) {
        let severity = if rule.severity == Severity::Hard { "rejects" } else { "warns" };
        steps.push(step("rule", &rule.id, format!("{} ({}, {severity})", rule.message, rule.code)));
    }
    for rule in form.earlier().iter().filter(|rule| field.rules.contains(&rule.id)) {
        let severity = if rule.severity == Severity::Hard { "rejects" } else { "warns" };
        steps.push(step("earlier", &rule.id, format!("{} ({}, {severity})", rule.message, rule.code)));
    }
    for look_up in form.or_earlier().iter().filter(|look_up| look_up.answer == field.pointer) {
        let what = "once the record is accepted its value answers this look-up of later records of the client";
        steps.push(step("earlier", &look_up.path, what));
    }
    if let Some(place) = field.key {
        steps.push(step("key", place.to_string(), "part of the business key by which duplicates are found"));
    }
    steps.push(step("shown", "found value", shown(field)));
    steps
}

fn uncompiled(keyword: &str) -> String {
    format!("none: {keyword} is not compiled, so every record of this form takes the slower validator")
}

/// What makes records of the form take the slower way, a line each.
fn foretold(form: &Form) -> String {
    let all = form.uncompiled().map(|keyword| format!("plan: {}\n", uncompiled(keyword)));
    let broken = form.worded_elsewhere().into_iter().map(|Elsewhere { pointer, keyword }| {
        let place = if pointer.is_empty() { "the record" } else { pointer.as_str() };
        let broken = match keyword {
            "" => format!("more than one keyword of the schemas that say what {place} is"),
            keyword => format!("the {keyword} that {place} is under"),
        };
        format!("plan: {}\n", slower_way(&broken))
    });
    all.into_iter().chain(broken).collect()
}

fn slower_way(broken: &str) -> String {
    format!("a record that breaks {broken} takes the slower validator, for its words")
}

/// What of the schema takes a record that breaks it the slower way, when that is of this field or of its object.
fn slower(elsewhere: &Elsewhere, field: &Field) -> Option<Step> {
    let Elsewhere { pointer, keyword } = elsewhere;
    let object = field.pointer.rsplit_once('/').map(|(object, _)| object);
    let broken = match *keyword {
        "" if field.pointer == *pointer => "more than one keyword of the schemas that say what it is".to_owned(),
        keyword if !keyword.is_empty() && object == Some(pointer.as_str()) => {
            format!("the {keyword} that its object is under")
        }
        _ => return None,
    };
    Some(step("schema", "plan", slower_way(&broken)))
}

fn decoded(field: &Field) -> &'static str {
    match field.kind {
        "decimal" => "a text, or a number whose digits are taken from the source text",
        "integer" => "a number, or a text that is one",
        "condition" => "true or false, or a text that the normalizers turn into one",
        "list" => "a list; its items are treated one by one",
        "object" => "an object; its fields are treated one by one",
        _ => "a text; null and blanks mean that it is missing",
    }
}

fn schema(field: &Field) -> String {
    let mut says = vec![if field.required { "required" } else { "may be missing" }.to_owned()];
    if !field.choices.is_empty() {
        says.push(format!("one of {}", field.choices.join(", ")));
    }
    says.extend(field.bounds.iter().cloned());
    says.join("; ")
}

fn shown(field: &Field) -> &'static str {
    match show::class(field.class) {
        "" => "as it is, cut at 64 characters: the field has no class of personal data",
        "secret" => "never: the field is secret",
        _ => "by its shape only, as in Aaa 99: the field is personal data",
    }
}

fn page(field: &Field, steps: &[Step]) -> String {
    let mut page = field.pointer.clone();
    if !field.title.is_empty() {
        // Writing to a String cannot fail.
        let _infallible = write!(page, "  {}", field.title);
    }
    page.push('\n');
    if !field.description.is_empty() {
        let _infallible = writeln!(page, "  {}", field.description);
    }
    let mut rows = Vec::new();
    let mut last = "";
    for Step { stage, name, what } in steps {
        let shown = if last == *stage { "" } else { *stage };
        last = stage;
        rows.push(vec![format!("  {shown}"), name.clone(), what.clone()]);
    }
    page + &text::columns(&rows)
}

fn document(field: &Field, steps: &[Step]) -> Value {
    let step = |Step { stage, name, what }: &Step| json!({ "stage": stage, "name": name, "what": what });
    json!({ "pointer": field.pointer, "title": field.title, "steps": steps.iter().map(step).collect::<Vec<_>>() })
}

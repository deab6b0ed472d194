//! A form in words: its fields with everything that is done to them. For people who look at a form, not for judging.

use crate::{
    Form,
    json::{self, Node},
    rule::analysis::{self, Facts},
    shape::Kind,
    site::{self, Site},
};
use record::{Class, Severity};

include!(concat!(env!("OUT_DIR"), "/sentences.rs"));

/// A field of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its pointer, `*` for the items of a list.
    pub pointer: String,
    /// Title for people; empty when the form has none.
    pub title: String,
    /// What it is; empty when the form does not say.
    pub description: String,
    /// Whether every record, or every item of its list, has it.
    pub required: bool,
    /// Whether it is a single value, not an object or a list.
    pub is_scalar: bool,
    /// What it is, as in `text`, `decimal`, `list`.
    pub kind: &'static str,
    /// Its bounds in words, as in `at most 20 characters`.
    pub bounds: Vec<String>,
    /// The values allowed; empty when any is.
    pub choices: Vec<String>,
    /// Normalizers in the order they run, after `text`.
    pub normalize: Vec<&'static str>,
    /// Checks in the order they run.
    pub check: Vec<&'static str>,
    /// Class of personal data.
    pub class: Class,
    /// Whether findings of its checks and bounds are only warnings.
    pub soft: bool,
    /// The reference table it is looked up in.
    pub table: Option<String>,
    /// Pointer of the field in which accepted earlier records answer where the table does not have the value.
    pub or_earlier: Option<String>,
    /// Place in the business key, from 1.
    pub key: Option<usize>,
    /// Ids of the record rules that use or accuse it.
    pub rules: Vec<String>,
}

/// The first sentence of a normalizer's documentation; `None` when there is no such normalizer.
#[must_use]
pub fn normalizer(name: &str) -> Option<&'static str> {
    NORMALIZERS.iter().find(|(known, _)| *known == name).map(|(_, sentence)| *sentence)
}

/// The first sentence of a check's documentation; `None` when there is no such check.
#[must_use]
pub fn check(name: &str) -> Option<&'static str> {
    CHECKS.iter().find(|(known, _)| *known == name).map(|(_, sentence)| *sentence)
}

/// The fields of a form in form order. `text` is the text it was parsed from.
#[must_use]
pub fn fields(form: &Form, text: &str) -> Vec<Field> {
    // A form that was parsed is JSON.
    let Ok(document) = json::read(text.as_bytes()) else { return Vec::new() };
    let sites = site::of(&document.root, form.shape());
    let (uses, key) = (uses(&document.root, &sites), keyed(&document.root, &sites));
    sites.iter().map(|site| field(site, &uses, &key)).collect()
}

/// The parts of the business key as they are written: pointers, and expressions. `text` is the form's.
#[must_use]
pub fn key(text: &str) -> Vec<String> {
    let Ok(document) = json::read(text.as_bytes()) else { return Vec::new() };
    key_parts(&document.root).into_iter().map(str::to_owned).collect()
}

fn key_parts<'n>(root: &'n Node<'_>) -> Vec<&'n str> {
    parts(root.member("x-faircopy").and_then(|annotation| annotation.member("key")))
}

/// The parts that a list writes: pointers, and expressions.
pub(crate) fn parts<'n>(list: Option<&'n Node<'n>>) -> Vec<&'n str> {
    let text = |part: &'n Node<'_>| part.text().or_else(|| part.member("expr")?.text());
    list.and_then(Node::items).unwrap_or_default().iter().filter_map(text).collect()
}

/// The fields that a part takes.
pub(crate) fn taken(part: &str, facts: &Facts) -> Vec<String> {
    match analysis::analyse(part, None, facts) {
        Some(found) if !part.starts_with('/') => found.fields.into_keys().collect(),
        _ => vec![part.to_owned()],
    }
}

/// The fields that each part of the key takes.
fn keyed(root: &Node<'_>, sites: &[Site<'_>]) -> Vec<Vec<String>> {
    let facts = site::facts(sites);
    key_parts(root).into_iter().map(|part| taken(part, &facts)).collect()
}

/// Id and pointers of every rule.
fn uses(root: &Node<'_>, sites: &[Site<'_>]) -> Vec<(String, Vec<String>)> {
    let facts = site::facts(sites);
    let rules = root.member("x-faircopy").and_then(|annotation| annotation.member("rules")).and_then(Node::items);
    let of_rule = |rule: &Node<'_>| {
        let member = |name: &str| rule.member(name).and_then(Node::text).unwrap_or_default();
        let each = member("each");
        let item = Some((member("as"), each)).filter(|(name, _)| !name.is_empty());
        let found = analysis::analyse(member("rule"), item, &facts);
        let base = if each.is_empty() { String::new() } else { format!("{each}/*") };
        let mut pointers = vec![format!("{base}{}", member("path"))];
        pointers.extend(found.into_iter().flat_map(|found| found.fields.into_keys()));
        (member("id").to_owned(), pointers)
    };
    let earlier = root.member("x-faircopy").and_then(|annotation| annotation.member("earlier")).and_then(Node::items);
    let of_earlier = |rule: &Node<'_>| {
        let text = |name: &str| rule.member(name).and_then(Node::text).unwrap_or_default().to_owned();
        (text("id"), compared(rule, &facts).into_iter().chain([text("path")]).collect())
    };
    rules.unwrap_or_default().iter().map(of_rule).chain(earlier.unwrap_or_default().iter().map(of_earlier)).collect()
}

/// The fields that a rule about earlier records compares.
pub(crate) fn compared(rule: &Node<'_>, facts: &Facts) -> Vec<String> {
    let lists = ["on", "days"].map(|name| parts(rule.member(name)));
    lists.concat().into_iter().flat_map(|part| taken(part, facts)).collect()
}

fn field(site: &Site<'_>, uses: &[(String, Vec<String>)], key: &[Vec<String>]) -> Field {
    let annotation = &site.shape.annotation;
    let text = |name: &str| site.keyword(name).and_then(Node::text).unwrap_or_default().to_owned();
    let table = site.annotation("table").and_then(|table| table.member("name").or(Some(table))?.text());
    let used = |(_, pointers): &&(String, Vec<String>)| pointers.contains(&site.pointer);
    Field {
        pointer: site.pointer.clone(),
        title: site.shape.title.clone(),
        description: text("description"),
        required: site.always,
        is_scalar: site.shape.is_scalar(),
        kind: kind(site),
        bounds: bounds(site),
        choices: match &site.shape.kind {
            Kind::Text { choices, .. } => choices.clone(),
            _ => Vec::new(),
        },
        normalize: annotation.normalize.iter().map(|(name, _)| *name).collect(),
        check: annotation.check.iter().map(|(name, _)| *name).collect(),
        class: annotation.class,
        soft: annotation.severity == Some(Severity::Soft),
        table: table.map(str::to_owned),
        or_earlier: annotation.table.as_ref().and_then(|look| look.or_earlier.clone()),
        key: key.iter().position(|part| part.contains(&site.pointer)).map(|place| place + 1),
        rules: uses.iter().filter(used).map(|(id, _)| id.clone()).collect(),
    }
}

fn kind(site: &Site<'_>) -> &'static str {
    match &site.shape.kind {
        Kind::Text { .. } if site.shape.annotation.decimal.is_some() => "decimal",
        Kind::Text { date: true, .. } => "date",
        Kind::Text { choices, .. } if !choices.is_empty() => "choice",
        Kind::Text { .. } => "text",
        Kind::Integer => "integer",
        Kind::Bool => "condition",
        Kind::List(_) => "list",
        Kind::Record(_) => "object",
    }
}

fn bounds(site: &Site<'_>) -> Vec<String> {
    let between = |min: Option<String>, max: Option<String>, unit: &str| match (min, max) {
        (Some(min), Some(max)) if min == max => Some(format!("exactly {max}{unit}")),
        (Some(min), Some(max)) => Some(format!("{min} to {max}{unit}")),
        (Some(min), None) => Some(format!("at least {min}{unit}")),
        (None, Some(max)) => Some(format!("at most {max}{unit}")),
        (None, None) => None,
    };
    let number = |name: &str| site.number(name).map(|number| number.to_string());
    let mut bounds = Vec::new();
    bounds.extend(between(number("minLength"), number("maxLength"), " characters"));
    bounds.extend(between(number("minItems"), number("maxItems"), " items"));
    bounds.extend(between(number("minimum"), number("maximum"), ""));
    if let Some(range) = site.shape.annotation.decimal {
        let text = |bound: Option<rust_decimal::Decimal>| bound.map(|bound| bound.to_string());
        bounds.extend(between(text(range.min), text(range.max), ""));
        bounds.extend(between(Some(range.scale_min.to_string()), Some(range.scale_max.to_string()), " decimals"));
    } else if let Some(pattern) = site.keyword("pattern").and_then(Node::text) {
        bounds.push(format!("pattern {pattern}"));
    }
    if let Some(constant) = site.keyword("const").and_then(Node::text) {
        bounds.push(format!("always {constant}"));
    }
    bounds
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{check::NAMES as CHECKED, normalize::NAMES as NORMALIZED};

    #[test]
    fn every_normalizer_and_check_says_what_it_is() {
        for name in NORMALIZED {
            assert!(normalizer(name).is_some_and(|sentence| sentence.len() > 8), "{name}: {:?}", normalizer(name));
        }
        for name in CHECKED {
            assert!(check(name).is_some_and(|sentence| sentence.len() > 8), "{name}: {:?}", check(name));
        }
        assert_eq!(normalizer("bic"), Some("A BIC (ISO 9362): upper case, without blanks"));
        assert_eq!(normalizer("bci"), None);
    }

    #[test]
    fn a_field_is_told_with_everything_that_is_done_to_it() {
        let text = include_str!("../../../schemas/timesheet/1.json");
        let form = Form::parse("timesheet/1.json", text).unwrap();
        let fields = fields(&form, text);
        let find = |pointer: &str| fields.iter().find(|field| field.pointer == pointer).unwrap();
        let end = find("/period_end");
        assert_eq!((end.kind, end.required, end.key, end.normalize.as_slice()), ("date", true, Some(2), &["date"][..]));
        assert!(end.rules.contains(&"ts.period_order".to_owned()), "{:?}", end.rules);
        let regular = find("/days/*/regular");
        assert_eq!(regular.bounds, ["0 to 24", "exactly 2 decimals"]);
        assert!(regular.required && regular.rules.contains(&"ts.total_regular".to_owned()), "{:?}", regular.rules);
        assert_eq!(find("/days").bounds, ["1 to 31 items"]);
    }
}

//! Warnings about one field.

use super::{
    Linter,
    extent::{self, Extent},
    personal,
    value::{self, Fate},
};
use crate::{
    json::Node,
    shape::Kind,
    site::{Site, texts},
};
use record::Class;
use rust_decimal::Decimal;

pub(super) fn run(linter: &mut Linter, site: &Site<'_>) {
    described(linter, site);
    class(linter, site);
    match &site.shape.kind {
        Kind::List(_) if site.keyword("maxItems").is_none() => {
            linter.warn(site.at, "list-unbounded", "the list has no greatest number of items", "add \"maxItems\"");
        }
        Kind::Text { .. } => {
            unbounded(linter, site);
            pattern(linter, site);
            checks(linter, site);
            allowed(linter, site);
            meanings(linter, site);
            decimal(linter, site);
        }
        _ => {}
    }
    normalizers(linter, site);
}

/// Items have no name and need none; whoever keys a field looks for its title.
fn described(linter: &mut Linter, site: &Site<'_>) {
    for (keyword, lint) in [("title", "title-missing"), ("description", "description-missing")] {
        if !site.name.is_empty() && site.keyword(keyword).is_none() {
            linter.warn(
                site.at,
                lint,
                format!("the field \"{}\" has no {keyword}", site.name),
                format!("add a \"{keyword}\""),
            );
        }
    }
}

fn class(linter: &mut Linter, site: &Site<'_>) {
    let annotation = &site.shape.annotation;
    if annotation.class != Class::None || site.annotation("class").is_some() || !site.shape.is_scalar() {
        return;
    }
    let checks = annotation.check.iter().map(|(name, _)| *name);
    let treatments = annotation.normalize.iter().map(|(name, _)| *name).chain(checks);
    if let Some((class, why)) = personal::suspect(site.name, treatments) {
        let what = format!("\"{}\" looks like personal data, but has no class: {why}", site.name);
        let hint = format!("add \"class\": \"{}\" under \"x-faircopy\", or \"none\"", personal::word(class));
        linter.warn(site.at, "class-missing", what, hint);
    }
}

/// The length that the schema leaves open is bounded by what else the field must be.
fn unbounded(linter: &mut Linter, site: &Site<'_>) {
    let Kind::Text { date, choices } = &site.shape.kind else { return };
    let annotation = &site.shape.annotation;
    let bounded = *date
        || !choices.is_empty()
        || annotation.decimal.is_some()
        || site.keyword("const").is_some()
        || site.keyword("maxLength").is_some()
        || pattern_of(site).and_then(|hir| extent::of_pattern(&hir)).is_some_and(|extent| extent.max.is_some())
        || annotation.check.iter().any(|(name, _)| longest(name).is_some())
        || annotation.normalize.iter().any(|(name, _)| matches!(*name, "country" | "currency" | "date"));
    if !bounded {
        let what = format!("\"{}\" may be as long as a record", site.name);
        linter.warn(site.at, "text-unbounded", what, "add \"maxLength\"");
    }
}

fn longest(check: &str) -> Option<u64> {
    extent::of_name(check)?.max
}

fn pattern_of(site: &Site<'_>) -> Option<regex_syntax::hir::Hir> {
    regex_syntax::parse(site.keyword("pattern").and_then(Node::text)?).ok()
}

fn pattern(linter: &mut Linter, site: &Site<'_>) {
    let Some(hir) = pattern_of(site) else { return };
    let (min, max) = (site.number("minLength"), site.number("maxLength"));
    if let Some(extent) = extent::of_pattern(&hir).filter(|extent| extent.misses(min, max)) {
        let what =
            format!("what the pattern matches has {} characters, which the field does not allow", extent.words());
        linter.warn(
            site.place("pattern"),
            "pattern-length",
            what,
            "correct \"minLength\", \"maxLength\" or the pattern",
        );
    }
    if extent::has_uneven_branches(&hir) {
        linter.warn(
            site.place("pattern"),
            "pattern-branch",
            "`^` and `$` belong to one alternative each: others match a part of a longer text",
            "put the alternatives in a group, as in \"^(?:a|b)$\"",
        );
    }
    let characters = Characters::after(site);
    if !extent::can_match(&hir, &|c| characters.allow(c)) {
        let by = characters.by;
        linter.warn(
            site.place("pattern"),
            "pattern-unmatched",
            format!("no text matches this pattern once the normalizer \"{by}\" has run"),
            format!("write the pattern for what \"{by}\" leaves, or drop the normalizer"),
        );
    }
}

/// The ASCII characters that normalizers leave.
struct Characters {
    left: [bool; 128],
    /// The normalizer that took the last ones away.
    by: &'static str,
}

impl Characters {
    fn after(site: &Site<'_>) -> Self {
        let mut characters = Self { left: [true; 128], by: "text" };
        for (name, _) in &site.shape.annotation.normalize {
            let keep: fn(char) -> bool = match *name {
                // These take away what is not part of the value, and add nothing.
                "trim" | "squeeze" | "digits" => continue,
                "upper" | "id" | "id_squeeze" => |c| !c.is_ascii_lowercase(),
                "lower" => |c| !c.is_ascii_uppercase(),
                "date" => |c| c.is_ascii_digit() || c == '-',
                "decimal" | "money" | "percent" => |c| c.is_ascii_digit() || matches!(c, '-' | '.'),
                "country" | "currency" => |c| c.is_ascii_uppercase(),
                _ => |_| true,
            };
            for (left, c) in characters.left.iter_mut().zip('\0'..) {
                *left = keep(c);
            }
            characters.by = name;
        }
        characters
    }

    fn allow(&self, c: char) -> bool {
        self.left.get(c as usize).copied().unwrap_or(true)
    }
}

fn checks(linter: &mut Linter, site: &Site<'_>) {
    let (min, max) = (site.number("minLength"), site.number("maxLength"));
    for (name, at) in texts(site.annotation("check")) {
        if let Some(extent) = extent::of_name(name).filter(|extent: &Extent| extent.misses(min, max)) {
            let what =
                format!("what passes \"{name}\" has {} characters, which the field does not allow", extent.words());
            linter.warn(at, "check-length", what, "correct \"minLength\" or \"maxLength\", or drop the check");
        }
    }
    twice(linter, site, "check", "check-twice");
}

fn twice(linter: &mut Linter, site: &Site<'_>, member: &str, lint: &'static str) {
    let names: Vec<_> = texts(site.annotation(member)).collect();
    for (index, (name, at)) in names.iter().enumerate() {
        if names[..index].iter().any(|(earlier, _)| earlier == name) {
            linter.warn(*at, lint, format!("\"{name}\" is listed twice"), "list it once");
        }
    }
}

/// Values that the schema allows and no record can have.
fn allowed(linter: &mut Linter, site: &Site<'_>) {
    for (text, at) in site.allowed() {
        let why = match value::fate(site.shape, text, 0) {
            Fate::Becomes(other) => (format!("the normalizers make \"{other}\" of it"), format!("write \"{other}\"")),
            Fate::Refused(name) => (format!("the normalizer \"{name}\" refuses it"), "correct or drop it".to_owned()),
            Fate::Stays => match (value::violated(site, text), value::refusing_check(site, text)) {
                (Some(keyword), _) => (format!("it violates \"{keyword}\""), "correct one of the two".to_owned()),
                (None, Some(check)) => (format!("the check \"{check}\" refuses it"), "correct or drop it".to_owned()),
                (None, None) => continue,
            },
        };
        linter.warn(at, "enum-unreachable", format!("no record can have \"{text}\": {}", why.0), why.1);
    }
    if let (Some(constant), Kind::Text { choices, .. }) = (site.keyword("const").and_then(Node::text), &site.shape.kind)
        && !choices.is_empty()
        && !choices.iter().any(|choice| choice == constant)
    {
        let what = format!("no record can have \"{constant}\": it is not in \"enum\"");
        linter.warn(site.place("const"), "enum-unreachable", what, "drop one of the two");
    }
}

/// Entries of `values` that mean something which is not allowed.
fn meanings(linter: &mut Linter, site: &Site<'_>) {
    let Kind::Text { choices, .. } = &site.shape.kind else { return };
    let annotation = &site.shape.annotation;
    let Some(place) = annotation.normalize.iter().position(|(name, _)| *name == "values") else { return };
    for member in site.annotation("values").and_then(Node::members).unwrap_or_default() {
        let Some(meaning) = member.node.text() else { continue };
        let result = match value::fate(site.shape, meaning, place + 1) {
            Fate::Stays => meaning.to_owned(),
            Fate::Becomes(other) => other,
            Fate::Refused(_) => String::new(),
        };
        let listed = choices.is_empty() || choices.contains(&result);
        if !listed || value::violated(site, &result).is_some() {
            let near = crate::suggest::nearest(meaning, choices.iter().map(String::as_str));
            let hint = near.map_or_else(|| "add it to \"enum\"".to_owned(), |near| format!("did you mean \"{near}\"?"));
            let what = format!("\"{}\" means \"{meaning}\", which the field does not allow", member.name);
            linter.warn(member.node.start, "values-target", what, hint);
        }
    }
}

/// The canonical text of the bounds must match the pattern: it is what clean records hold.
fn decimal(linter: &mut Linter, site: &Site<'_>) {
    let Some(range) = site.shape.annotation.decimal else { return };
    if pattern_of(site).is_none() {
        return;
    }
    for bound in [range.min, range.max, range.min.is_none().then_some(Decimal::ZERO)].into_iter().flatten() {
        let text = match value::fate(site.shape, &bound.to_string(), 0) {
            Fate::Becomes(text) => text,
            Fate::Stays => bound.to_string(),
            Fate::Refused(_) => continue,
        };
        if value::violated(site, &text) == Some("pattern") {
            let what = format!("the pattern refuses \"{text}\", which the bounds of the decimal allow");
            linter.warn(
                site.place("pattern"),
                "decimal-pattern",
                what,
                "write the pattern for every decimal in bounds",
            );
            return;
        }
    }
}

/// Normalizers that a later one makes useless.
fn normalizers(linter: &mut Linter, site: &Site<'_>) {
    twice(linter, site, "normalize", "normalizer-twice");
    let names: Vec<_> = texts(site.annotation("normalize")).collect();
    for (index, (name, at)) in names.iter().enumerate() {
        let undone_by: &[&str] = match *name {
            "upper" => &["lower", "email"],
            "lower" => &["upper", "id", "id_squeeze"],
            "id" | "id_squeeze" => &["lower"],
            _ => &[],
        };
        if let Some((by, _)) = names[index + 1..].iter().find(|(later, _)| undone_by.contains(later)) {
            linter.warn(
                *at,
                "normalizer-undone",
                format!("\"{by}\" undoes what \"{name}\" does"),
                format!("drop \"{name}\" or \"{by}\""),
            );
        }
    }
}

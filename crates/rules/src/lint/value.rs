//! Which values a field can have once its normalizers have run.

use crate::{
    DateOrder, DecimalSign, Profile,
    field::{Normalizer, Settings},
    normalize,
    schema::Pattern,
    shape::Shape,
    site::Site,
};

/// What becomes of a text that is keyed into a field.
pub(super) enum Fate {
    /// It stays.
    Stays,
    /// The normalizers make another text of it.
    Becomes(String),
    /// A normalizer refuses it.
    Refused(&'static str),
}

/// A profile under which nothing is ambiguous: what no source could key is what is looked for.
fn decided() -> Profile {
    Profile {
        date_order: Some(DateOrder::Ymd),
        decimal_sign: Some(DecimalSign::Point),
        region: Some("US".to_owned()),
        soft: None,
    }
}

/// Runs the normalizers of a field, from `first` on, over a text.
pub(super) fn fate(shape: &Shape, text: &str, first: usize) -> Fate {
    let profile = decided();
    let settings = Settings { profile: &profile, annotation: &shape.annotation, time: None };
    let own = shape.annotation.normalize.iter().skip(first).copied();
    let all: Vec<(&'static str, Normalizer)> = normalize::normalizer("text").into_iter().chain(own).collect();
    let mut value = text.to_owned();
    for (name, normalizer) in all {
        match normalizer(&value, &settings) {
            Ok(None) => {}
            Ok(Some(changed)) => value = changed,
            Err(_) => return Fate::Refused(name),
        }
    }
    if value == text { Fate::Stays } else { Fate::Becomes(value) }
}

/// The check that refuses a text, if one does.
pub(super) fn refusing_check(site: &Site<'_>, text: &str) -> Option<&'static str> {
    let profile = decided();
    let settings = Settings { profile: &profile, annotation: &site.shape.annotation, time: None };
    site.shape.annotation.check.iter().find(|(_, check)| check(text, &settings).is_err()).map(|(name, _)| *name)
}

/// What of its own schema a text violates.
pub(super) fn violated(site: &Site<'_>, text: &str) -> Option<&'static str> {
    let length = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
    if site.number("minLength").is_some_and(|min| length < min) {
        return Some("minLength");
    }
    if site.number("maxLength").is_some_and(|max| length > max) {
        return Some("maxLength");
    }
    let pattern = site.keyword("pattern").and_then(crate::json::Node::text);
    pattern
        .is_some_and(|pattern| Pattern::compile(pattern).is_none_or(|pattern| !pattern.matches(text)))
        .then_some("pattern")
}

//! `values`: the table of the annotation.

use crate::field::{Refusal, Settings};

/// Replaces what was keyed by what the form's table says it means. An entry matches exactly, or without regard to
/// ASCII case when exactly one entry does. A text that is itself a meaning stays, so that the result is stable; a text
/// that the table lacks stays too, and the form's `enum` says what it thinks of it.
pub(super) fn values(text: &str, settings: &Settings<'_>) -> Result<Option<String>, Refusal> {
    let table = &settings.annotation.values;
    if table.iter().any(|(_, meaning)| meaning == text) {
        return Ok(None);
    }
    if let Some((_, meaning)) = table.iter().find(|(keyed, _)| keyed == text) {
        return Ok(Some(meaning.clone()));
    }
    let mut alike = table.iter().filter(|(keyed, _)| keyed.eq_ignore_ascii_case(text)).map(|(_, meaning)| meaning);
    Ok(match (alike.next(), alike.next()) {
        (Some(meaning), None) => Some(meaning.clone()),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{Case, POINT};
    use crate::field::Annotation;

    #[test]
    fn table() {
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        let annotation = Annotation {
            values: vec![pair("Yes", "true"), pair("N", "no"), pair("n", "never"), pair("true", "x")],
            ..Annotation::default()
        };
        let case = Case { annotation: &annotation, ..POINT.with("values") };
        case.check("Yes", "true");
        case.check("YES", "true");
        case.check("true", "true");
        case.check("n", "never");
        case.check("other", "other");
    }
}

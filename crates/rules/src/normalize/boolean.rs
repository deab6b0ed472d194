//! `boolean`: what people key for yes and no.

use super::fold::{trimmed, word_key};
use crate::field::{Refusal, Settings};
use record::Code;

/// `true` or `false` for the words of English, German, French and Spanish, for `1`, `0`, `Y`, `N`, `T`, `F`, `on`, `off`.
///
/// Refused as `VAL.ENUM`: `X` (ticked or crossed out?), `O` (oui or zero?) and every other text; a form whose boxes are
/// filled so says what it means in `values`. With the annotation `blank_is_false` the field is a box to tick: `X`, `✓`, `✔`
/// and `☑` are true, and the judge takes a field that is there and blank for false.
pub(super) fn boolean(text: &str, settings: &Settings<'_>) -> Result<Option<String>, Refusal> {
    const TRUE: &[&str] = &["1", "y", "yes", "t", "true", "on", "j", "ja", "wahr", "oui", "vrai", "si", "verdadero"];
    const FALSE: &[&str] = &["0", "n", "no", "f", "false", "off", "nein", "falsch", "non", "faux", "falso"];
    if text == "true" || text == "false" {
        return Ok(None);
    }
    let key = word_key(trimmed(text));
    let is_tick = settings.annotation.blank_is_false && matches!(key.as_str(), "x" | "✓" | "✔" | "☑");
    if is_tick || TRUE.contains(&key.as_str()) {
        Ok(Some("true".to_owned()))
    } else if FALSE.contains(&key.as_str()) {
        Ok(Some("false".to_owned()))
    } else {
        Err(Refusal::new(Code::ValEnum).with("expected", vec!["true".to_owned(), "false".to_owned()]))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{Case, POINT, check, check_refused};
    use crate::field::Annotation;

    #[test]
    fn yes_and_no() {
        for yes in ["Y", "YES", "T", "1", "JA", "Oui", "SI", "Sí", "true"] {
            check("boolean", yes, "true");
        }
        for no in ["N", "No", "F", "0", "NEIN", "non", "false"] {
            check("boolean", no, "false");
        }
        let annotation = Annotation { blank_is_false: true, ..Annotation::default() };
        let case = Case { annotation: &annotation, ..POINT.with("boolean") };
        ["x", "X", "✔", "yes"].iter().for_each(|tick| case.check(tick, "true"));
        case.check("no", "false");
        for other in ["maybe", "x", "O", "2", "yes no", ""] {
            check_refused("boolean", other, "VAL.ENUM");
        }
    }
}

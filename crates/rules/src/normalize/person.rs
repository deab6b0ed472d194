//! `name` and `suffix`: names of people.

use super::fold::{changed, nfc};
use super::spacing::squeezed;
use crate::field::{NameCase, Refusal, Settings};
use std::borrow::Cow;

/// A person's name: blanks squeezed, the typographic apostrophe (U+2019, U+02BC) as `'`. Case and order are kept:
/// nobody can know how a person writes `McDonald`, `van der Berg` or `O'BRIEN`.
///
/// With the annotation `"case": "title"` a name that is keyed in one case only, as old systems print it, is written
/// in mixed case: `O'BRIEN, MARY-ANN JR` as `O'Brien, Mary-Ann Jr`, `LUDWIG VAN BEETHOVEN` as `Ludwig van Beethoven`. That is
/// a convention, not a certainty (`MACEY` stays `Macey`, but who writes `MacKay`?), so the form asks for it. A name in mixed
/// case is never touched, nor one with letters other than Latin ones.
pub(super) fn name(text: &str, settings: &Settings<'_>) -> Result<Option<String>, Refusal> {
    let is_apostrophe = |c| matches!(c, '\u{2019}' | '\u{02BC}');
    let mut plain = Cow::Borrowed(text);
    if !text.is_ascii() && text.contains(is_apostrophe) {
        plain = Cow::Owned(text.replace(is_apostrophe, "'"));
    }
    if let Some(squeezed) = squeezed(&plain) {
        plain = Cow::Owned(squeezed);
    }
    if settings.annotation.case == Some(NameCase::Title)
        && let Some(titled) = titled(&plain)
    {
        plain = Cow::Owned(titled);
    }
    Ok(changed(text, plain))
}

/// What stands behind a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Suffix {
    /// Tells father from son: `Jr`, `III`.
    Generation(&'static str),
    /// A degree or profession: `MD`, `PhD`.
    Degree(&'static str),
}

/// The suffix that a word is, however it is keyed: without regard to case and points.
pub(crate) fn suffix_of(word: &str) -> Option<Suffix> {
    // No suffix is longer; a word that is, need not be copied.
    const LENGTH_MAX: usize = 12;
    if word.len() > LENGTH_MAX {
        return None;
    }
    let bare: String = word.chars().filter(|c| *c != '.').map(|c| c.to_ascii_uppercase()).collect();
    Some(match bare.as_str() {
        "JR" | "JNR" | "JUNIOR" => Suffix::Generation("Jr"),
        "SR" | "SNR" | "SENIOR" => Suffix::Generation("Sr"),
        "II" | "2ND" => Suffix::Generation("II"),
        "III" | "3RD" => Suffix::Generation("III"),
        "IV" | "4TH" => Suffix::Generation("IV"),
        "MD" => Suffix::Degree("MD"),
        "PHD" => Suffix::Degree("PhD"),
        "DDS" => Suffix::Degree("DDS"),
        "DMD" => Suffix::Degree("DMD"),
        "DVM" => Suffix::Degree("DVM"),
        "JD" => Suffix::Degree("JD"),
        "RN" => Suffix::Degree("RN"),
        "CPA" => Suffix::Degree("CPA"),
        "ESQ" => Suffix::Degree("Esq"),
        _ => return None,
    })
}

/// The suffix of a person's name in one spelling: `Jr`, `Sr`, `II` to `V`, `MD`, `PhD`, `DDS`, `DMD`, `DVM`, `JD`, `RN`,
/// `CPA`, `Esq`, whatever its case and points, `2nd` and `Junior` too; several with a comma and a blank between. A text
/// with anything else in it stays as it is, for the form's `enum` to judge.
pub(super) fn suffix(text: &str, _: &Settings<'_>) -> Result<Option<String>, Refusal> {
    let alone = |word: &str| match word.trim_end_matches('.').to_ascii_uppercase().as_str() {
        "V" | "5TH" => Some("V"),
        _ => suffix_of(word).map(|(Suffix::Generation(name) | Suffix::Degree(name))| name),
    };
    // `Ph. D.` is one suffix, `Jr MD` are two.
    if let Some(name) = alone(&text.replace(' ', "")) {
        return Ok(changed(text, Cow::Borrowed(name)));
    }
    let words = text.split([' ', ',']).filter(|word| !word.is_empty());
    match words.map(alone).collect::<Option<Vec<_>>>() {
        Some(names) if !names.is_empty() => Ok(changed(text, Cow::Owned(names.join(", ")))),
        _ => Ok(squeezed(text)),
    }
}

/// Words that are written small within a name.
const PARTICLES: &[&str] = &[
    "af", "al", "av", "bin", "bint", "da", "das", "de", "del", "della", "dem", "den", "der", "des", "di", "do", "dos",
    "du", "el", "ibn", "la", "las", "los", "ten", "ter", "und", "van", "vom", "von", "y", "zu", "zum", "zur",
];

/// What follows `Mac` in the names that are written with two capitals. `Mack`, `Macey` and `Machado` are not.
const MAC: &[&str] = &[
    "arthur", "aulay", "bride", "callum", "donald", "dougall", "farlane", "gregor", "innes", "intyre", "isaac", "kay",
    "kenzie", "kinnon", "lachlan", "laren", "lean", "leod", "millan", "namara", "neil", "pherson", "rae", "tavish",
];

/// The name in mixed case; `None` when it is so already, or has letters whose case is not that simple.
fn titled(text: &str) -> Option<String> {
    let letters = || text.chars().filter(|c| c.is_alphabetic());
    let is_mixed = letters().any(char::is_lowercase) && letters().any(char::is_uppercase);
    if is_mixed || !letters().all(is_simple) {
        return None;
    }
    let lower: String = text.chars().flat_map(char::to_lowercase).collect();
    let words: Vec<&str> = lower.split(' ').collect();
    let mut result = String::with_capacity(text.len());
    for (at, word) in words.iter().enumerate() {
        let bare = word.trim_end_matches(',');
        let behind_comma = at > 0 && words[at - 1].ends_with(',');
        let is_last = at + 1 == words.len();
        if at > 0 {
            result.push(' ');
        }
        match suffix_of(bare) {
            Some(Suffix::Generation(suffix) | Suffix::Degree(suffix)) if at > 0 && (is_last || behind_comma) => {
                result.push_str(suffix);
            }
            _ if at > 0 && !is_last && !behind_comma && PARTICLES.contains(&bare) => result.push_str(bare),
            _ => capitalize(bare, at > 0, &mut result),
        }
        result.push_str(&word[bare.len()..]);
    }
    // A letter and its mark may be one character in one case only.
    Some(nfc(&result).into_owned())
}

/// Latin letters that have exactly one other case.
fn is_simple(c: char) -> bool {
    let one = |mut mapped: std::char::ToUppercase| mapped.next().filter(|_| mapped.next().is_none());
    let lower = c.to_lowercase().next().filter(|_| c.to_lowercase().count() == 1);
    c < '\u{250}' && lower.is_some_and(|lower| one(lower.to_uppercase()).is_some_and(|upper| upper != lower))
}

/// Capital letters at the beginning of each part of a word, after `Mc`, and after `Mac` where it is known.
fn capitalize(word: &str, inside: bool, result: &mut String) {
    let mut rest = word;
    while !rest.is_empty() {
        let end = rest.find(['-', '\'', '.']).map_or(rest.len(), |at| at + 1);
        let (part, after) = rest.split_at(end);
        let is_first = rest.len() == word.len();
        // `al-Rashid`, but `Al-Rashid` at the beginning; `John's`.
        let is_small =
            inside && is_first && matches!(part, "al-" | "el-") || !is_first && word.ends_with("'s") && part == "s";
        let prefix = match part {
            _ if part.len() > 3 && part.starts_with("mc") => "mc",
            _ if MAC.contains(&part.strip_prefix("mac").unwrap_or_default()) => "mac",
            _ => "",
        };
        if is_small {
            result.push_str(part);
        } else {
            push_capital(prefix, result);
            push_capital(&part[prefix.len()..], result);
        }
        rest = after;
    }
}

fn push_capital(text: &str, result: &mut String) {
    let mut chars = text.chars();
    result.extend(chars.next().into_iter().flat_map(char::to_uppercase));
    result.push_str(chars.as_str());
}

#[cfg(test)]
mod tests {
    use super::super::tests::{Case, POINT, check};
    use crate::field::{Annotation, NameCase};

    #[test]
    fn names_are_kept_as_keyed() {
        check("name", "O\u{2019}Brien,  Mary-Ann", "O'Brien, Mary-Ann");
        check("name", "van  der Berg", "van der Berg");
        check("name", "O'BRIEN, MARY-ANN JR", "O'BRIEN, MARY-ANN JR");
    }

    #[test]
    fn names_in_one_case_on_demand() {
        let annotation = Annotation { case: Some(NameCase::Title), ..Annotation::default() };
        let case = Case { annotation: &annotation, ..POINT.with("name") };
        for (text, expected) in [
            ("O'BRIEN, MARY-ANN JR", "O'Brien, Mary-Ann Jr"),
            ("O\u{2019}BRIEN", "O'Brien"),
            ("mary ann smith", "Mary Ann Smith"),
            ("LUDWIG VAN BEETHOVEN", "Ludwig van Beethoven"),
            ("VAN DER BERG", "Van der Berg"),
            ("DE LA CRUZ", "De la Cruz"),
            ("RONALD MCDONALD", "Ronald McDonald"),
            ("MACDONALD", "MacDonald"),
            ("MACHADO", "Machado"),
            ("HARUN AL-RASHID", "Harun al-Rashid"),
            ("JOHN SMITH III", "John Smith III"),
            ("ROE, JANE, M.D.", "Roe, Jane, MD"),
            ("J.R. EWING", "J.R. Ewing"),
            ("JOSÉ NÚÑEZ", "José Núñez"),
            ("D'ANGELO", "D'Angelo"),
            ("McDONALD", "McDonald"),
            ("de Souza", "de Souza"),
            ("Iii", "Iii"),
            ("ИВАНОВ", "ИВАНОВ"),
            ("東京", "東京"),
            ("STRAUß", "STRAUß"),
            ("i\u{307}brahim", "İbrahim"),
            ("AJ\u{30c}", "Aǰ"),
        ] {
            // `McDONALD` is in mixed case already.
            case.check(text, if text == "McDONALD" { text } else { expected });
        }
    }

    #[test]
    fn suffixes() {
        for (text, expected) in [
            ("jr.", "Jr"),
            ("JUNIOR", "Jr"),
            ("Snr", "Sr"),
            ("iii", "III"),
            ("2nd", "II"),
            ("v", "V"),
            ("M.D.", "MD"),
            ("Ph. D.", "PhD"),
            ("jr, md", "Jr, MD"),
            ("Jr MD", "Jr, MD"),
            ("Duke  of York", "Duke of York"),
        ] {
            check("suffix", text, expected);
        }
    }
}

//! `id` and `id_squeeze`: identifiers that people copy from documents.

use super::{
    case::settle,
    fold::{compatible, is_code, trimmed},
};
use crate::field::{Refusal, Settings};
use record::Code;

/// An identifier: NFKC (UAX #15; `１２３` becomes `123`), smart dashes and quotes to ASCII, blanks at the ends cut,
/// upper case. A character that shows nothing and is no blank (soft hyphen, variation selector, filler; UAX #44
/// `Default_Ignorable_Code_Point`) is `CHR.INVALID`: two ids that look alike would not be equal. So is a Cyrillic or Greek
/// letter among Latin ones that looks like one of them.
pub(super) fn id(text: &str, _: &Settings<'_>) -> Result<Option<String>, Refusal> {
    normalized(text, false)
}

/// As `id`, with all blanks removed: `INV 12 34` and `INV1234` are the same number.
pub(super) fn id_squeeze(text: &str, _: &Settings<'_>) -> Result<Option<String>, Refusal> {
    normalized(text, true)
}

fn normalized(text: &str, squeeze: bool) -> Result<Option<String>, Refusal> {
    if is_code(text) {
        return Ok(None);
    }
    if text.is_ascii() {
        return Ok(ascii(text, squeeze));
    }
    if let Some(c) = text.chars().find(|c| is_invisible(*c)) {
        let character = format!("U+{:04X}", u32::from(c));
        return Err(Refusal::new(Code::ChrInvalid).with("reason", "invisible").with("character", character));
    }
    let settled = settle(text, |text| {
        // Alone among letters the capital sharp s is no upper case of its small letter, whose upper case is SS.
        let upper = compatible(text).to_uppercase().replace('ẞ', "SS");
        let folded = compatible(&upper);
        if squeeze { folded.replace(' ', "") } else { trimmed(&folded).to_owned() }
    });
    match look_alike(settled.as_deref().unwrap_or(text)) {
        Some(c) => {
            let character = format!("U+{:04X}", u32::from(c));
            Err(Refusal::new(Code::ChrInvalid).with("reason", "look_alike").with("character", character))
        }
        None => Ok(settled),
    }
}

/// A Cyrillic or Greek capital that looks like a Latin one, beside Latin letters (UTS #39, confusable characters).
fn look_alike(id: &str) -> Option<char> {
    let latin = id.bytes().any(|byte| byte.is_ascii_alphabetic());
    let is_alike = |c: &char| {
        matches!(
            c,
            'Ѕ' | 'І' | 'Ј' | 'А' | 'В' | 'Е' | 'К' | 'М' | 'Н' | 'О' | 'Р' | 'С' | 'Т' | 'У' | 'Х' // Cyrillic
            | 'Α' | 'Β' | 'Ε' | 'Ζ' | 'Η' | 'Ι' | 'Κ' | 'Μ' | 'Ν' | 'Ο' | 'Ρ' | 'Τ' | 'Υ' | 'Χ'
        ) // Greek
    };
    if latin { id.chars().find(is_alike) } else { None }
}

fn ascii(text: &str, squeeze: bool) -> Option<String> {
    let trimmed = trimmed(text);
    let has_blank = squeeze && trimmed.contains(' ');
    if trimmed.len() == text.len() && !has_blank && !text.bytes().any(|b| b.is_ascii_lowercase()) {
        return None;
    }
    let mut upper = trimmed.to_ascii_uppercase();
    if has_blank {
        upper.retain(|c| c != ' ');
    }
    Some(upper)
}

const fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFF8}' | '\u{1BCA0}'..='\u{1BCA3}'
        | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, check_refused};

    #[test]
    fn identifiers() {
        check("id", "inv-12 3", "INV-12 3");
        check("id", "１２３－Ａ", "123-A");
        check("id", "A–1 “x” 5′", "A-1 \"X\" 5'");
        check("id_squeeze", " inv 12 34 ", "INV1234");
        check("id_squeeze", "ＩＮＶ　１２", "INV12");
        check("id", "ﬁ-1", "FI-1");
        check("id", "straße-1", "STRASSE-1");
        check("id", "STRAẞE-1", "STRASSE-1");
        check_refused("id", "A\u{AD}B", "CHR.INVALID");
        check("id", "АВС-1", "АВС-1");
        check_refused("id", "АBC-1", "CHR.INVALID");
        check_refused("id", "inv-\u{3bf}1", "CHR.INVALID");
        check_refused("id_squeeze", "A\u{FE0F}", "CHR.INVALID");
        for invisible in ['\u{FFF8}', '\u{1BCA0}', '\u{1D173}'] {
            check_refused("id", &format!("A{invisible}B"), "CHR.INVALID");
        }
    }
}

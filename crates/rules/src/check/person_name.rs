//! `person_name`: what names of people do not have.

use crate::field::{Refusal, Settings};
use record::Code;

/// A text that can be a person's name: letters of any script, with blanks, hyphens, apostrophes, points and commas.
/// Digits (`SM1TH`, or the next column), signs (`@`, `/`, `&`: two people, or an address) and a text without letters are
/// `FMT.NAME` with a reason. No law says what a name is, so a form may make it a warning.
pub(super) fn person_name(text: &str, _: &Settings<'_>) -> Result<(), Refusal> {
    // Most names are plain ASCII.
    let bytes = text.as_bytes();
    if bytes.iter().all(|b| b.is_ascii_alphabetic() || matches!(b, b' ' | b'-' | b'\'' | b'.' | b','))
        && bytes.iter().any(u8::is_ascii_alphabetic)
    {
        return Ok(());
    }
    let refused = |reason: &str| Err(Refusal::new(Code::FmtName).with("reason", reason));
    // Letters of other scripts come with marks that are no letters themselves.
    let is_usual = |c: char| c.is_alphabetic() || matches!(c, ' ' | '-' | '\'' | '.' | ',') || is_mark(c);
    if text.contains(char::is_numeric) {
        return refused("digits");
    }
    if !text.chars().all(is_usual) {
        return refused("signs");
    }
    if !text.contains(char::is_alphabetic) { refused("no letters") } else { Ok(()) }
}

/// Characters beside ASCII that are no punctuation or signs of Latin texts: combining marks, the middle dot of Catalan and
/// of Japanese names, the typographic apostrophes and hyphens.
const fn is_mark(c: char) -> bool {
    matches!(c,
        '\u{B4}' | '\u{B7}' | '\u{2B9}'..='\u{2BF}' | '\u{300}'..='\u{36F}' | '\u{483}'..='\u{487}' | '\u{591}'..='\u{5F4}'
        | '\u{610}'..='\u{65F}' | '\u{6D6}'..='\u{6ED}' | '\u{900}'..='\u{DFF}' | '\u{E31}'..='\u{E4E}' | '\u{EB1}'..='\u{F3F}'
        | '\u{102B}'..='\u{103E}' | '\u{2010}' | '\u{2011}' | '\u{2018}' | '\u{2019}' | '\u{3099}'..='\u{309C}' | '\u{30FB}')
}

//! Foldings that several normalizers share: other forms of the same ASCII character.

use std::borrow::Cow;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick, is_nfkc_quick};

/// `Some(result)` when it differs from what was given, so that an unchanged value is not recorded as a change.
pub(super) fn changed(original: &str, result: Cow<'_, str>) -> Option<String> {
    // Nothing was done: they need not be compared.
    if let Cow::Borrowed(same) = result
        && std::ptr::eq(same, original)
    {
        return None;
    }
    (result != original).then(|| result.into_owned())
}

/// The text without blanks at its ends.
pub(super) fn trimmed(text: &str) -> &str {
    // Byte by byte: most texts have none, and to look for them character by character is slow.
    let blanks = text.bytes().take_while(|byte| *byte == b' ').count();
    let text = &text[blanks..];
    let blanks = text.bytes().rev().take_while(|byte| *byte == b' ').count();
    &text[..text.len() - blanks]
}

/// The ASCII form of a dash, quote, blank or full-width character; any other character stays.
///
/// For numbers and dates this is used instead of NFKC, which would also read `12²` as 122 and `1½` as 11⁄2.
pub(super) const fn ascii_form(c: char) -> char {
    match c {
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}' => '-',
        '\u{2018}'..='\u{201B}' | '\u{2032}' | '\u{02B9}' | '\u{02BC}' | '\u{00B4}' => '\'',
        '\u{201C}'..='\u{201F}' | '\u{2033}' => '"',
        '\u{00A0}' | '\u{1680}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}' => ' ',
        // The full-width block repeats ASCII from `!` to `~` at a fixed distance; its hyphen and apostrophe too.
        '\u{FF01}'..='\u{FF5E}' => match char::from_u32(c as u32 - 0xFEE0) {
            Some(ascii) => ascii,
            None => c,
        },
        _ => c,
    }
}

/// Text of a number, date or code with dashes, quotes, blanks and full-width characters in ASCII.
pub(super) fn narrow(text: &str) -> Cow<'_, str> {
    if text.is_ascii() { Cow::Borrowed(text) } else { Cow::Owned(text.chars().map(ascii_form).collect()) }
}

/// Text of an identifier: NFKC, then dashes and quotes in ASCII.
pub(super) fn compatible(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let folded = nfkc(text);
    if folded.chars().all(|c| ascii_form(c) == c) {
        return folded;
    }
    Cow::Owned(nfkc(&folded.chars().map(ascii_form).collect::<String>()).into_owned())
}

fn nfkc(text: &str) -> Cow<'_, str> {
    match is_nfkc_quick(text.chars()) {
        IsNormalized::Yes => Cow::Borrowed(text),
        _ => Cow::Owned(text.nfkc().collect()),
    }
}

/// Unicode normalization form C (UAX #15).
pub(super) fn nfc(text: &str) -> Cow<'_, str> {
    // No character before U+0300 composes with another or has another form.
    if text.bytes().all(|byte| byte < 0xCC) {
        return Cow::Borrowed(text);
    }
    match is_nfc_quick(text.chars()) {
        IsNormalized::Yes => Cow::Borrowed(text),
        _ => Cow::Owned(text.nfc().collect()),
    }
}

/// Text without the characters that `unwanted` names; borrowed when there are none.
pub(super) fn without(text: &str, unwanted: impl Fn(char) -> bool) -> Cow<'_, str> {
    if text.contains(&unwanted) {
        Cow::Owned(text.chars().filter(|c| !unwanted(*c)).collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// ASCII letters in upper case; borrowed when there is nothing to do.
pub(super) fn ascii_upper(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.bytes().any(|b| b.is_ascii_lowercase()) { Cow::Owned(text.to_ascii_uppercase()) } else { text }
}

/// A key for look-ups in tables of words: lower case, without accents, dots and apostrophes.
pub(crate) fn word_key(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let is_mark = |c: &char| ('\u{0300}'..='\u{036F}').contains(c);
    text.chars().map(ascii_form).nfd().filter(|c| !is_mark(c)).collect::<String>().to_lowercase()
}

//! `text`: the repairs of Unicode text that are certain, applied to every string first.

use super::fold::{HIGH, ONES, any_word, changed, nfc, trimmed};
use crate::field::{Refusal, Settings};
use record::Code;
use std::borrow::Cow;

/// Repairs what has one right form only (Unicode Standard, UAX #9, UAX #15, UAX #44):
///
/// * marks that show nothing (BOM, zero-width characters, directional marks and embeddings) are dropped;
/// * non-breaking and typographic spaces, tab, CR LF, CR, LF and the line and paragraph separators become one space;
/// * the rest is composed to NFC, and blanks at both ends are cut. The result is empty when nothing is left.
///
/// Refused as `CHR.INVALID` with `reason` and `character`: other control characters (C0, DEL, C1), U+FFFD, which says
/// that a decoder already lost data, and noncharacters. Zero-width joiners are dropped too: they break the equality
/// of keys, and what they cost (the looks of some scripts and emoji) is recorded as a change.
pub(super) fn text(text: &str, _: &Settings<'_>) -> Result<Option<String>, Refusal> {
    if is_plain(text.as_bytes()) {
        return Ok(None);
    }
    let bare = trimmed(text);
    if is_latin(bare) {
        return Ok(changed(text, Cow::Borrowed(bare)));
    }
    let mut mapped = Cow::Borrowed(text);
    if text.chars().any(|c| !matches!(kind(c), Kind::Kept)) {
        mapped = Cow::Owned(repair(text)?);
    }
    let composed = nfc(&mapped);
    Ok(changed(text, Cow::Borrowed(trimmed(&composed))))
}

/// Printable ASCII and letters from U+00C0 to U+02FF, of which none has another form: nothing to do but at its ends.
fn is_latin(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~' | 0x80..=0xBF | 0xC3..=0xCB))
}

/// Printable ASCII without blanks at its ends: nothing to do.
pub(crate) fn is_plain(bytes: &[u8]) -> bool {
    !any_word(bytes, is_strange) && bytes.first() != Some(&b' ') && bytes.last() != Some(&b' ')
}

/// Whether a byte of these is no printable ASCII (Hacker's Delight, section 6-1). The carry of a strange byte may make its
/// neighbour look strange, too.
const fn is_strange(word: u64) -> bool {
    (word | word.wrapping_add(ONES) | word.wrapping_sub(ONES * 0x20)) & HIGH != 0
}

enum Kind {
    Kept,
    Blank,
    Dropped,
    Invalid(&'static str),
}

const fn kind(c: char) -> Kind {
    match c {
        '\t' | '\r' | '\n' | '\u{2028}' | '\u{2029}' => Kind::Blank,
        '\u{00A0}' | '\u{1680}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}' => Kind::Blank,
        '\u{FEFF}' | '\u{200B}'..='\u{200F}' | '\u{2060}' => Kind::Dropped,
        '\u{061C}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => Kind::Dropped,
        '\0'..='\u{1F}' | '\u{7F}'..='\u{9F}' => Kind::Invalid("control"),
        '\u{FFFD}' => Kind::Invalid("replacement"),
        '\u{FDD0}'..='\u{FDEF}' => Kind::Invalid("noncharacter"),
        c if c as u32 & 0xFFFE == 0xFFFE => Kind::Invalid("noncharacter"),
        _ => Kind::Kept,
    }
}

fn repair(text: &str) -> Result<String, Refusal> {
    let mut repaired = String::with_capacity(text.len());
    let mut before = ' ';
    for c in text.chars() {
        match kind(c) {
            Kind::Kept => repaired.push(c),
            Kind::Blank if before == '\r' && c == '\n' => {}
            Kind::Blank => repaired.push(' '),
            Kind::Dropped => {}
            Kind::Invalid(reason) => return Err(invalid(c, reason)),
        }
        before = c;
    }
    Ok(repaired)
}

/// Names the character itself: a control or replacement character is no data of a person.
fn invalid(c: char, reason: &str) -> Refusal {
    Refusal::new(Code::ChrInvalid).with("reason", reason).with("character", format!("U+{:04X}", u32::from(c)))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, check_refused};
    use super::{Kind, kind};
    use unicode_normalization::UnicodeNormalization;

    #[test]
    fn latin_letters_have_no_other_form() {
        for c in '\u{C0}'..='\u{2FF}' {
            assert!(matches!(kind(c), Kind::Kept), "{c}");
            assert_eq!(c.nfc().collect::<String>(), c.to_string());
            check("text", &format!("a{c} "), &format!("a{c}"));
        }
    }

    #[test]
    fn certain_repairs_only() {
        check("text", "plain", "plain");
        check("text", " a b ", "a b");
        check("text", "a\u{A0}b\u{202F}c\u{2009}d\u{3000}", "a b c d");
        check("text", "\u{FEFF}1\u{200B}2\u{200D}3\u{202E}4", "1234");
        check("text", "e\u{301}", "é");
        check("text", "e\u{200B}\u{301}", "é");
        check("text", "a\tb\r\nc\nd", "a b c d");
        check("text", "\u{200B} \u{A0}", "");
        check("text", "", "");
        check("text", "²½Ａ “q” –", "²½Ａ “q” –");
        check("text", "ÃƒÂ© stays", "ÃƒÂ© stays");
    }

    #[test]
    fn plain_is_printable_ascii_without_blanks_at_its_ends() {
        for byte in 0..=u8::MAX {
            for (len, at) in (1..20).flat_map(|len| (0..len).map(move |at| (len, at))) {
                let mut text = vec![b'a'; len];
                text[at] = byte;
                let inside = at > 0 && at + 1 < len;
                let plain = (0x21..=0x7E).contains(&byte) || byte == b' ' && inside;
                assert_eq!(super::is_plain(&text), plain, "{text:?}");
            }
        }
        assert!(super::is_plain(b""));
    }

    #[test]
    fn lost_or_harmful_characters_are_refused() {
        for bad in ["M\0", "\u{1B}[31m", "a\u{7F}", "a\u{85}b", "\u{FFFD}", "\u{FDD0}", "\u{1FFFE}", "\u{10FFFF}"] {
            check_refused("text", bad, "CHR.INVALID");
        }
    }
}

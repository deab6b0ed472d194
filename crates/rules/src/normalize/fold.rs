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

/// A word of bytes 1, and of the highest bits.
pub(super) const ONES: u64 = 0x0101_0101_0101_0101;
pub(super) const HIGH: u64 = 0x8080_8080_8080_8080;

/// Whether any eight bytes are such a word: most texts are short, and to look at each byte takes long. A short text is filled up
/// with zeros, and some bytes may be looked at twice.
#[inline]
pub(super) fn any_word(bytes: &[u8], is_such: impl Fn(u64) -> bool) -> bool {
    let (words, _) = bytes.as_chunks();
    let half = |bytes: &[u8; 4]| u64::from(u32::from_le_bytes(*bytes));
    match (bytes.last_chunk(), bytes.first_chunk(), bytes.last_chunk()) {
        (Some(last), ..) => words.iter().chain([last]).any(|word| is_such(u64::from_le_bytes(*word))),
        (None, Some(first), Some(last)) => is_such(half(first) | half(last) << 32),
        _ => bytes.iter().any(|byte| is_such((ONES * u64::from(b'0')) ^ u64::from(b'0' ^ byte))),
    }
}

/// Whether a character of ASCII other than `0` stands in the text.
pub(crate) fn contains(text: &str, wanted: u8) -> bool {
    // Some byte is zero when 1 can be taken off it only from the next one (Hacker's Delight, section 6-1).
    any_word(text.as_bytes(), |word| {
        let zeros = word ^ (ONES * u64::from(wanted));
        zeros.wrapping_sub(ONES) & !zeros & HIGH != 0
    })
}

/// Whether the text is ASCII without small letters and blanks, as codes and numbers are written.
pub(super) fn is_code(text: &str) -> bool {
    // Each sum has the highest bit of a byte where that is at least `a`, greater than `z`, or no blank (Hacker's Delight, section 6-1).
    let is_other = |word: u64| {
        let small = word.wrapping_add(ONES * 0x1F) & !word.wrapping_add(ONES * 0x05);
        let blank = !(word ^ (ONES * 0x20)).wrapping_add(ONES * 0x7F);
        (word | small | blank) & HIGH != 0
    };
    !any_word(text.as_bytes(), is_other)
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

#[cfg(test)]
mod tests {
    use super::{contains, is_code};

    #[test]
    fn a_character_is_found_wherever_it_stands() {
        for (length, at) in (1..20).flat_map(|length| (0..length).map(move |at| (length, at))) {
            for other in [b'?', b'A', b' ', b'0', 0, 0x7F] {
                let mut text = vec![other; length];
                assert!(!contains(str::from_utf8(&text).unwrap(), b'@'), "{text:?}");
                text[at] = b'@';
                assert!(contains(str::from_utf8(&text).unwrap(), b'@'), "{text:?}");
            }
        }
        assert!(!contains("", b'@') && !contains("\u{c0}\u{1c0}\u{10040}", b'@') && contains("\u{c0}\u{1c0}@", b'@'));
    }

    #[test]
    fn codes_have_no_small_letters_and_no_blanks() {
        for byte in 0..0x80 {
            for (len, at) in (1..20).flat_map(|len| (0..len).map(move |at| (len, at))) {
                let mut text = vec![b'7'; len];
                text[at] = byte;
                let text = String::from_utf8(text).unwrap();
                let is_other = byte == b' ' || byte.is_ascii_lowercase();
                assert_eq!(is_code(&text), !is_other, "{text:?}");
            }
        }
        assert!(is_code(""));
        for other in ["é", "AÉ", "ABCDEFGÉ", "１２３４", "É234567890123456"] {
            assert!(!is_code(other), "{other}");
        }
    }
}

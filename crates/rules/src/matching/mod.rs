//! Match forms: what two spellings of the same thing have in common. One file each, one line in the registry.
//!
//! A match form is for comparing only, in keys and record rules; it is never stored. It loses what does not tell two
//! things apart (case, accents, punctuation, legal forms, the spelling of `Street`) and keeps the rest, so that a
//! difference that matters is still one. A text that is not empty has a match form that is not, and the match form of a
//! match form is itself.

mod address;
mod company;
mod document_no;
mod person;

pub(crate) use address::address;
pub(crate) use company::company;
pub(crate) use document_no::document_no;
pub(crate) use person::person;

use crate::{field::MatchForm, normalize::word_key};

macro_rules! registry {
    ($($name:literal => $function:path;)*) => {
        /// Names of all match forms, for suggestions.
        pub const NAMES: &[&str] = &[$($name),*];

        /// Finds a match form by name.
        #[must_use]
        pub fn match_form(name: &str) -> Option<MatchForm> {
            match name {
                $($name => Some(MatchForm { name: $name, form: $function }),)*
                _ => None,
            }
        }
    };
}

registry! {
    "address" => address::address;
    "company" => company::company;
    "document_no" => document_no::document_no;
    "person" => person::person;
}

/// The words of a text: lower case, without accents, points and apostrophes; any other punctuation parts words, and
/// `&` is `and`. Letters that are no accented form of another are written as their country does
/// without them (`ß` as `ss`, `ø` as `o`). Other scripts stay: to write them in Latin letters would make one of many names.
fn words(text: &str) -> Vec<String> {
    let mut plain = String::with_capacity(text.len());
    for c in word_key(text).chars() {
        match c {
            '.' | '\'' => {}
            '&' => plain.push_str(" and "),
            'ß' => plain.push_str("ss"),
            'æ' => plain.push_str("ae"),
            'œ' => plain.push_str("oe"),
            'þ' => plain.push_str("th"),
            'ø' => plain.push('o'),
            'ł' => plain.push('l'),
            'đ' | 'ð' => plain.push('d'),
            'ı' => plain.push('i'),
            _ if c.is_alphanumeric() || is_mark(c) => plain.push(c),
            _ => plain.push(' '),
        }
    }
    // Where a point or apostrophe parted two marks, they may not stand in canonical order now.
    let plain = if plain.is_ascii() { plain } else { word_key(&plain) };
    plain.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// A mark that is part of a letter in its script, or a sign that stands for something by itself.
fn is_mark(c: char) -> bool {
    let is_punctuation = matches!(c,
        '\u{A1}'..='\u{BF}' | '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205E}' | '\u{2117}' | '\u{2120}' | '\u{2122}'
        | '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{3011}');
    !c.is_ascii() && !c.is_whitespace() && !is_punctuation
}

/// The words of a match form, or the text in lower case when nothing else is left of it.
fn joined(words: &[String], text: &str) -> String {
    if words.is_empty() { text.to_lowercase() } else { words.join(" ") }
}

#[cfg(test)]
mod tests;

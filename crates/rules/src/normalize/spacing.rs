//! `trim`, `squeeze`, `company`: blanks, and nothing but blanks.

use super::fold::{changed, trimmed};
use crate::field::{Refusal, Settings};
use std::borrow::Cow;

/// Cuts blanks at both ends. `text` did so already: it stands in forms for readers.
pub(super) fn trim(text: &str, _: &Settings<'_>) -> Result<Option<String>, Refusal> {
    if !text.starts_with(' ') && !text.ends_with(' ') {
        return Ok(None);
    }
    Ok(changed(text, Cow::Borrowed(trimmed(text))))
}

/// Cuts blanks at both ends and makes one of each run within.
pub(super) fn squeeze(text: &str, _: &Settings<'_>) -> Result<Option<String>, Refusal> {
    Ok(squeezed(text))
}

/// A company's name is stored as keyed, blanks apart: `Inc.` or `GmbH` in one form is for comparing, not for storing.
pub(super) fn company(text: &str, _: &Settings<'_>) -> Result<Option<String>, Refusal> {
    Ok(squeezed(text))
}

pub(super) fn squeezed(text: &str) -> Option<String> {
    let has_run = || text.as_bytes().windows(2).any(|pair| pair == b"  ");
    if !text.starts_with(' ') && !text.ends_with(' ') && !has_run() {
        return None;
    }
    let mut result = String::with_capacity(text.len());
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        if !result.is_empty() {
            result.push(' ');
        }
        result.push_str(word);
    }
    Some(result)
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    #[test]
    fn blanks() {
        check("trim", " a  b ", "a  b");
        check("squeeze", "a  b   c", "a b c");
        check("squeeze", " ", "");
        check("company", "ACME,  Inc.", "ACME, Inc.");
    }
}

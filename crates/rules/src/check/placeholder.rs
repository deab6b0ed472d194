//! `not_placeholder`: what people key when they have nothing to key.

use super::placeholder;
use crate::field::{Refusal, Settings};
use crate::normalize::contains;

/// Words, without regard to ASCII case. `null`, `na`, `nil` and `nan` are not among them: people are
/// called so.
const WORDS: &[&str] = &[
    "-",
    "--",
    "---",
    ".",
    "?",
    "??",
    "???",
    "n/a",
    "n.a.",
    "#n/a",
    "#ref!",
    "#value!",
    "#name?",
    "#div/0!",
    "#null!",
    "#num!",
    "#spill!",
    "#calc!",
    "none",
    "tbd",
    "tba",
    "unknown",
    "not applicable",
    "not available",
    "not provided",
    "dummy",
    "asdf",
    "asdfasdf",
    "qwerty",
    "test",
    "testing",
    "test test",
    "foo",
    "foobar",
    "lorem ipsum",
];

/// Domains reserved for examples and tests (RFC 2606, RFC 6761), and the one that people invent.
const DOMAINS: &[&str] =
    &["test", "example", "example.com", "example.net", "example.org", "invalid", "localhost", "test.com"];

/// Dates that stand for "none" in forms and databases; real ones of these are rare in every field that has this check.
const DATES: &[&str] = &["1900-01-01", "1899-12-30", "1899-12-31", "1111-11-11", "9999-12-31", "9999-09-09"];

/// Refuses, as `VAL.PLACEHOLDER`: words such as `n/a`, what a spreadsheet shows in place of a value (`#REF!`, `####`), runs of
/// one letter (`xxx`), at least three zeros, five nines or seven of another digit, `123456789` with or without a zero at either
/// end, addresses such as `test@test`, and dates such as 1900-01-01. Punctuation between digits is not counted: `999-99-9999`.
pub(super) fn not_placeholder(text: &str, _: &Settings<'_>) -> Result<(), Refusal> {
    let is_date = text.len() == 10 && DATES.contains(&text);
    if is_word(text) || is_narrow_cell(text) || is_one_letter(text) || is_digit_run(text) || is_address(text) || is_date
    {
        return Err(placeholder());
    }
    Ok(())
}

fn is_word(text: &str) -> bool {
    // Most texts begin as none of the words does.
    let begins = |first: &u8| b"-.?#ntudaqfl".contains(&first.to_ascii_lowercase());
    text.as_bytes().first().is_some_and(begins) && WORDS.iter().any(|word| word.eq_ignore_ascii_case(text))
}

/// `####`: what a spreadsheet shows, and prints, in a column too narrow for the value.
fn is_narrow_cell(text: &str) -> bool {
    text.len() >= 3 && text.bytes().all(|b| b == b'#')
}

fn is_one_letter(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 3
        && bytes[0].is_ascii_alphabetic()
        && bytes.iter().all(|b| b.eq_ignore_ascii_case(&bytes[0]))
        && !is_roman(text)
}

/// `III` and its like: suffixes of names.
fn is_roman(text: &str) -> bool {
    text.len() == 3 && matches!(text.as_bytes()[0].to_ascii_uppercase(), b'I' | b'M' | b'C')
}

fn is_digit_run(text: &str) -> bool {
    let mut digits = text.bytes().filter(|b| !matches!(b, b'-' | b'/' | b' ' | b'(' | b')'));
    let Some(first) = digits.next() else { return false };
    // A decimal point makes a number of it, for which zero is a value.
    if !first.is_ascii_digit() || text.starts_with('-') {
        return false;
    }
    let (mut count, mut same, mut rising) = (1_u32, true, true);
    let mut before = first;
    for digit in digits {
        if !digit.is_ascii_digit() {
            return false;
        }
        same &= digit == first;
        rising &= digit == if before == b'9' { b'0' } else { before + 1 };
        before = digit;
        count += 1;
    }
    let least = match first {
        b'0' => 3,
        b'9' => 5,
        _ => 7,
    };
    same && count >= least || rising && count >= 9 && matches!(first, b'0' | b'1')
}

fn is_address(text: &str) -> bool {
    if !contains(text, b'@') {
        return false;
    }
    let Some((local, domain)) = text.split_once('@') else { return false };
    let name = domain.split('.').next().unwrap_or_default();
    let says_nothing = local.len() == 1 || is_word(local);
    says_nothing && local.eq_ignore_ascii_case(name) || DOMAINS.iter().any(|known| known.eq_ignore_ascii_case(domain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_one() {
        assert!(WORDS.iter().all(|word| is_word(word) && is_word(&word.to_ascii_uppercase())));
        assert!(DATES.iter().all(|date| date.len() == 10));
    }
}

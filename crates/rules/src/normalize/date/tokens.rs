//! The words and numbers of a date, and what stands between them.

use super::{unknown, words};
use crate::field::Refusal;

/// Numbers of a date: day, month, year, or fewer.
const NUMBERS_MAX: usize = 3;

/// Words of a date that say something: weekday and month, or fewer.
const WORDS_MAX: usize = 2;

/// A run of at most eight digits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Number {
    pub(super) value: u32,
    pub(super) len: usize,
}

/// A date text taken apart.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    /// In the order written, and how many there are.
    numbers: [Number; NUMBERS_MAX],
    count: usize,
    /// Month by name, and how many numbers stand before it.
    pub(super) month: Option<(u32, usize)>,
    /// 0 for Monday.
    pub(super) weekday: Option<i32>,
    /// What separates the numbers, blanks trimmed, blank itself being `' '`; `None` when it is not the same everywhere.
    pub(super) separator: Option<char>,
}

impl Tokens {
    /// The numbers in the order written.
    pub(super) fn numbers(&self) -> &[Number] {
        &self.numbers[..self.count]
    }
}

/// Takes a folded text apart; refuses words that no date has.
pub(super) fn tokens(text: &str) -> Result<Tokens, Refusal> {
    if !text.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return Err(unknown("layout"));
    }
    let mut tokens = Tokens::default();
    // Dates have few words and numbers: they need no memory.
    let (mut words, mut word_count, mut between) = ([("", 0); WORDS_MAX], 0, [""; NUMBERS_MAX]);
    let (mut rest, mut gap) = (text, "");
    // A character beyond ASCII is between numbers and words with all its bytes.
    let kind = |byte: u8| (byte.is_ascii_digit(), byte.is_ascii_alphabetic());
    while let Some(&first) = rest.as_bytes().first() {
        let end = rest.bytes().position(|byte| kind(byte) != kind(first)).unwrap_or(rest.len());
        let (token, after) = rest.split_at(end);
        rest = after;
        if first.is_ascii_digit() {
            let (Some(place), Some(before)) = (tokens.numbers.get_mut(tokens.count), between.get_mut(tokens.count))
            else {
                return Err(unknown("layout"));
            };
            (*place, *before) = (number(token)?, gap);
            tokens.count += 1;
        } else if !first.is_ascii_alphabetic() {
            gap = separator(token).ok_or_else(|| unknown("layout"))?;
            continue;
        } else if !(words::is_filler(token) || gap.is_empty() && tokens.count > 0 && words::is_ordinal(token)) {
            if let Some(word) = words.get_mut(word_count) {
                *word = (token, tokens.count);
            }
            word_count += 1;
        }
        gap = "";
    }
    if !matches!(gap, "" | ".") {
        return Err(unknown("layout"));
    }
    tokens.separator = same(between.get(1..tokens.count).unwrap_or_default());
    classify(&mut tokens, words.get(..word_count).ok_or_else(|| unknown("word"))?)?;
    Ok(tokens)
}

fn number(digits: &str) -> Result<Number, Refusal> {
    if digits.len() > 8 {
        return Err(unknown("layout"));
    }
    Ok(Number { value: digits.parse().map_err(|_| unknown("layout"))?, len: digits.len() })
}

/// The separator without the blanks around it; `None` for one that no date has.
fn separator(gap: &str) -> Option<&'static str> {
    Some(match gap.trim_matches(' ') {
        "" => " ",
        "." => ".",
        "-" => "-",
        "/" => "/",
        "," | ".," => ",",
        _ => return None,
    })
}

fn same(gaps: &[&str]) -> Option<char> {
    let first = gaps.first()?;
    gaps.iter().all(|gap| gap == first).then(|| first.chars().next()).flatten()
}

/// A word is the weekday when it comes first and something else tells the month; any other is the month.
fn classify(tokens: &mut Tokens, words: &[(&str, usize)]) -> Result<(), Refusal> {
    let month =
        |&(word, at): &(&str, usize)| words::month(word).map(|month| (month, at)).ok_or_else(|| unknown("word"));
    let weekday = |&(word, at): &(&str, usize)| match words::weekday(word) {
        Some(day) if at == 0 => Ok(day),
        _ => Err(unknown("word")),
    };
    match words {
        [] => {}
        [only] if tokens.count == NUMBERS_MAX => tokens.weekday = Some(weekday(only)?),
        [only] => tokens.month = Some(month(only)?),
        [first, second] => {
            tokens.weekday = Some(weekday(first)?);
            tokens.month = Some(month(second)?);
        }
        _ => return Err(unknown("word")),
    }
    Ok(())
}

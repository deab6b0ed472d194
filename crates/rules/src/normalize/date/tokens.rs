//! The words and numbers of a date, and what stands between them.

use super::{unknown, words};
use crate::field::Refusal;

/// Numbers of a date: day, month, year, or fewer.
const NUMBERS_MAX: usize = 3;

/// A run of at most eight digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Number {
    pub(super) value: u32,
    pub(super) len: usize,
}

/// A date text taken apart.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    /// In the order written.
    pub(super) numbers: Vec<Number>,
    /// Month by name, and how many numbers stand before it.
    pub(super) month: Option<(u32, usize)>,
    /// 0 for Monday.
    pub(super) weekday: Option<i64>,
    /// What separates the numbers, blanks trimmed, blank itself being `' '`; `None` when it is not the same everywhere.
    pub(super) separator: Option<char>,
}

/// Takes a folded text apart; refuses words that no date has.
pub(super) fn tokens(text: &str) -> Result<Tokens, Refusal> {
    if !text.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return Err(unknown("layout"));
    }
    let mut tokens = Tokens::default();
    let (mut words, mut between) = (Vec::new(), Vec::new());
    let (mut rest, mut gap) = (text, "");
    while let Some(first) = rest.chars().next() {
        let is_same: fn(&char) -> bool = match first {
            c if c.is_ascii_digit() => char::is_ascii_digit,
            c if c.is_ascii_alphabetic() => char::is_ascii_alphabetic,
            _ => |c| !c.is_ascii_alphanumeric(),
        };
        let end = rest.find(|c| !is_same(&c)).unwrap_or(rest.len());
        let (token, after) = rest.split_at(end);
        rest = after;
        if first.is_ascii_digit() {
            if tokens.numbers.len() == NUMBERS_MAX {
                return Err(unknown("layout"));
            }
            between.push(gap);
            tokens.numbers.push(number(token)?);
        } else if !first.is_ascii_alphabetic() {
            gap = separator(token).ok_or_else(|| unknown("layout"))?;
            continue;
        } else if !(words::is_filler(token) || gap.is_empty() && !between.is_empty() && words::is_ordinal(token)) {
            words.push((token, tokens.numbers.len()));
        }
        gap = "";
    }
    if !matches!(gap, "" | ".") {
        return Err(unknown("layout"));
    }
    tokens.separator = same(between.get(1..).unwrap_or_default());
    classify(&mut tokens, &words)?;
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
        [only] if tokens.numbers.len() == NUMBERS_MAX => tokens.weekday = Some(weekday(only)?),
        [only] => tokens.month = Some(month(only)?),
        [first, second] => {
            tokens.weekday = Some(weekday(first)?);
            tokens.month = Some(month(second)?);
        }
        _ => return Err(unknown("word")),
    }
    Ok(())
}

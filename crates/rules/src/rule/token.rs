//! Splits a rule into tokens.

use super::RuleError;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token<'t> {
    /// Digits, with or without a fraction.
    Number(&'t str),
    /// A string literal, unescaped.
    Text(String),
    /// An identifier or a word of the language.
    Name(&'t str),
    /// An operator or a bracket.
    Symbol(&'static str),
    End,
}

/// Longest first, so that `<=` is not read as `<` and `=`.
const SYMBOLS: [&str; 21] =
    ["&&", "||", "==", "!=", "<=", ">=", "<", ">", "!", "+", "-", "*", "/", "?", ":", "(", ")", "[", "]", ",", "."];

/// Reads the token that begins at or after byte `from`: where it begins, what it is, where it ends.
pub(super) fn next(text: &str, from: usize) -> Result<(usize, Token<'_>, usize), RuleError> {
    let rest = text[from..].trim_start_matches([' ', '\t', '\n', '\r']);
    let at = text.len() - rest.len();
    let Some(first) = rest.chars().next() else { return Ok((at, Token::End, at)) };
    if first.is_ascii_digit() {
        return number(rest, at);
    }
    if first == '\'' || first == '"' {
        return string(rest, at, first);
    }
    if first.is_ascii_alphabetic() || first == '_' {
        let name = &rest[..word_length(rest)];
        return Ok((at, Token::Name(name), at + name.len()));
    }
    match SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol)) {
        Some(symbol) => Ok((at, Token::Symbol(symbol), at + symbol.len())),
        None => Err(stray(at, first)),
    }
}

/// Bytes of letters, digits and underscores that `text` begins with.
fn word_length(text: &str) -> usize {
    text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len())
}

fn number(rest: &str, at: usize) -> Result<(usize, Token<'_>, usize), RuleError> {
    let digits = |text: &str| text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let mut length = digits(rest);
    if let Some(fraction) = rest[length..].strip_prefix('.')
        && fraction.starts_with(|c: char| c.is_ascii_digit())
    {
        length += 1 + digits(fraction);
    }
    if word_length(&rest[length..]) > 0 {
        return Err(RuleError::new(at, "this is not a plain number")
            .hint("write digits with an optional fraction, as 1000 or 0.01: no exponent, no suffix, no hexadecimal"));
    }
    Ok((at, Token::Number(&rest[..length]), at + length))
}

fn string(rest: &str, at: usize, quote: char) -> Result<(usize, Token<'_>, usize), RuleError> {
    let mut text = String::new();
    let mut chars = rest.char_indices().skip(1);
    while let Some((offset, c)) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some((_, escaped @ ('\\' | '\'' | '"'))) => text.push(escaped),
                _ => {
                    return Err(RuleError::new(at + offset, "this escape is not part of the language")
                        .hint("only \\\\, \\' and \\\" are"));
                }
            },
            c if c == quote => return Ok((at, Token::Text(text), at + offset + 1)),
            c => text.push(c),
        }
    }
    Err(RuleError::new(at, "the string does not end").hint(format!("close it with {quote}")))
}

fn stray(at: usize, c: char) -> RuleError {
    let hint = match c {
        '=' => "equality is written ==",
        '&' => "\"and\" is written &&",
        '|' => "\"or\" is written ||",
        '%' => "remainders are not part of the language",
        '{' | '}' => "maps are not part of the language",
        _ => "see docs/record-rules.md for what a rule may hold",
    };
    RuleError::new(at, format!("unexpected {c:?}")).hint(hint)
}

//! The words of JSON: blanks, strings, numbers, literals, exactly as RFC 8259 has them.

use super::{Fault, Kind};
use record::limits::NUMBER_BYTES_MAX;
use std::borrow::Cow;

/// A place in the text.
pub(super) struct Lexer<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
}

/// A string's source, between its quotes.
#[derive(Clone, Copy)]
pub(super) struct Quoted<'a> {
    source: &'a str,
    escaped: bool,
}

impl<'a> Quoted<'a> {
    /// The string itself; borrowed when it has no escapes.
    pub(super) fn unescape(self) -> Cow<'a, str> {
        if self.escaped { Cow::Owned(unescape(self.source)) } else { Cow::Borrowed(self.source) }
    }
}

/// Most bytes a string may have, and the name of that limit.
#[derive(Clone, Copy)]
pub(super) struct Bound(pub(super) usize, pub(super) &'static str);

impl<'a> Lexer<'a> {
    /// The byte here; `None` at the end.
    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    pub(super) fn skip_blanks(&mut self) {
        // Anything else that can stand here is greater than a blank.
        while let Some(byte) = self.peek().filter(|byte| *byte <= b' ') {
            if !matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
                return;
            }
            self.at += 1;
        }
    }

    /// Takes `byte` when it is here.
    pub(super) fn take(&mut self, byte: u8) -> bool {
        let here = self.peek() == Some(byte);
        if here {
            self.at += 1;
        }
        here
    }

    pub(super) fn fault(&self, kind: Kind) -> Fault {
        Fault { at: self.at, path: String::new(), kind }
    }

    pub(super) fn syntax(&self, what: &'static str, hint: Option<&'static str>) -> Fault {
        self.fault(Kind::Syntax(if self.peek().is_none() { "the data end too early" } else { what }, hint))
    }

    /// A string, its opening quote being here. No memory is taken.
    pub(super) fn string(&mut self, bound: Bound) -> Result<Quoted<'a>, Fault> {
        let opening = self.at;
        self.at += 1;
        let start = self.at;
        // Escapes are longer than what they stand for: `saved` is by how much.
        let mut saved = 0;
        loop {
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => saved += self.escape()?,
                Some(0..0x20) => {
                    let hint = "write it as an escape, as in \\n or \\u0009";
                    return Err(self.syntax("a control character within a string", Some(hint)));
                }
                Some(_) => self.at += 1,
                None => return Err(self.syntax("", Some("a string is not closed"))),
            }
        }
        let source = &self.text[start..self.at];
        if source.len() - saved > bound.0 {
            return Err(Fault { at: opening, path: String::new(), kind: Kind::TooLarge(bound.1, bound.0) });
        }
        self.at += 1;
        Ok(Quoted { source, escaped: saved > 0 })
    }

    /// Skips an escape; says how many bytes it is longer than the UTF-8 of its character.
    fn escape(&mut self) -> Result<usize, Fault> {
        let start = self.at;
        let invalid = || Fault { at: start, path: String::new(), kind: Kind::InvalidEscape };
        self.at += 1;
        match self.peek() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => {
                self.at += 1;
                return Ok(1);
            }
            Some(b'u') => self.at += 1,
            Some(_) => return Err(invalid()),
            None => return Err(self.syntax("", Some("a string is not closed"))),
        }
        let first = self.hex4().ok_or_else(invalid)?;
        let char = if (0xd800..0xdc00).contains(&first) {
            let paired = self.take(b'\\') && self.take(b'u');
            let second = if paired { self.hex4() } else { None }.ok_or_else(invalid)?;
            pair(first, second)
        } else {
            char::from_u32(first)
        };
        Ok(self.at - start - char.ok_or_else(invalid)?.len_utf8())
    }

    fn hex4(&mut self) -> Option<u32> {
        let digits = self.text.as_bytes().get(self.at..self.at + 4)?;
        let mut value = 0;
        for &digit in digits {
            value = value * 16 + char::from(digit).to_digit(16)?;
        }
        self.at += 4;
        Some(value)
    }

    /// A number as written, its first character being here.
    pub(super) fn number(&mut self) -> Result<&'a str, Fault> {
        let start = self.at;
        self.take(b'-');
        if self.take(b'0') {
            if self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
                return Err(
                    self.syntax("a number with a leading zero", Some("send it as a string if the zero matters"))
                );
            }
        } else {
            self.digits()?;
        }
        if self.take(b'.') {
            self.digits()?;
        }
        if self.take(b'e') || self.take(b'E') {
            let _signed = self.take(b'+') || self.take(b'-');
            self.digits()?;
        }
        let source = &self.text[start..self.at];
        if source.len() > NUMBER_BYTES_MAX {
            let kind = Kind::TooLarge("number_bytes", NUMBER_BYTES_MAX);
            return Err(Fault { at: start, path: String::new(), kind });
        }
        Ok(source)
    }

    fn digits(&mut self) -> Result<(), Fault> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at == start {
            return Err(self.syntax("a digit is missing in a number", Some("JSON has no NaN, Infinity, .5 or 5.")));
        }
        Ok(())
    }

    /// Takes the word when it is here.
    pub(super) fn word(&mut self, word: &'static str) -> Result<(), Fault> {
        if self.text.as_bytes()[self.at..].starts_with(word.as_bytes()) {
            self.at += word.len();
            return Ok(());
        }
        Err(self.fault(Kind::Syntax("an unknown word", Some("JSON has the words true, false and null only"))))
    }

    /// Why no value can begin here.
    pub(super) fn no_value(&self) -> Fault {
        let hint = match self.peek() {
            Some(b'\'') => Some("JSON strings stand in double quotes"),
            Some(b'/' | b'#') => Some("JSON has no comments"),
            Some(b',' | b']' | b'}') => Some("remove the comma without a value"),
            Some(b'N' | b'I' | b'i') => Some("JSON has no NaN and no Infinity"),
            Some(b'+' | b'.') => Some("a JSON number begins with a digit or a minus"),
            Some(b'T' | b'F' | b'U' | b'u') => Some("JSON has the words true, false and null only"),
            Some(b'<') => Some("this looks like XML or HTML: send JSON"),
            _ => None,
        };
        self.syntax("no value begins here", hint)
    }
}

/// The character of a surrogate pair.
fn pair(high: u32, low: u32) -> Option<char> {
    let low = low.checked_sub(0xdc00).filter(|&low| low < 0x400)?;
    char::from_u32(0x10000 + ((high - 0xd800) << 10) + low)
}

/// Unescapes what [`Lexer::string`] has passed.
fn unescape(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(backslash) = rest.find('\\') {
        out.push_str(&rest[..backslash]);
        let (char, length) = unescape_one(&rest[backslash + 1..]);
        out.push(char);
        rest = &rest[backslash + 1 + length..];
    }
    out.push_str(rest);
    out
}

/// The character and the length of an escape without its backslash.
fn unescape_one(escape: &str) -> (char, usize) {
    let hex = |range| escape.get(range).and_then(|digits| u32::from_str_radix(digits, 16).ok());
    match escape.as_bytes().first() {
        Some(b'b') => ('\u{8}', 1),
        Some(b'f') => ('\u{c}', 1),
        Some(b'n') => ('\n', 1),
        Some(b'r') => ('\r', 1),
        Some(b't') => ('\t', 1),
        // The lexer has passed the digits and the pairing, so a replacement character is never made.
        Some(b'u') => match hex(1..5) {
            Some(high) if (0xd800..0xdc00).contains(&high) => {
                (hex(7..11).and_then(|low| pair(high, low)).unwrap_or(char::REPLACEMENT_CHARACTER), 11)
            }
            unit => (unit.and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER), 5),
        },
        Some(&same) => (char::from(same), 1),
        None => (char::REPLACEMENT_CHARACTER, 0),
    }
}

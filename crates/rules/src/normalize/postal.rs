//! `zip` and `postcode`: postal codes.

use super::fold::{ascii_upper, changed, narrow, trimmed};
use super::spacing::squeezed;
use crate::field::{Refusal, Settings};
use record::Code;
use std::borrow::Cow;

/// A US ZIP code, `99999` or `99999-9999` (USPS Publication 28, section 2); nine digits in one piece, or with a blank after
/// the fifth, get their hyphen.
///
/// Anything else is `FMT.POSTAL`. Four digits, and eight, have most likely lost the zero that they began with in a spreadsheet, or a
/// digit while they were keyed: the reason is `leading_zero`, and nothing is filled in.
pub(super) fn zip(text: &str, _: &Settings<'_>) -> Result<Option<String>, Refusal> {
    if is_digits(text, 5) {
        return Ok(None);
    }
    let narrow = narrow(text);
    let trimmed = trimmed(&narrow);
    let (five, rest) = trimmed.split_at_checked(5).unwrap_or((trimmed, ""));
    let four = rest.strip_prefix(['-', ' ']).unwrap_or(rest);
    match (is_digits(five, 5), four.len()) {
        (true, 0) if rest.is_empty() => Ok(changed(text, Cow::Borrowed(five))),
        (true, 4) if is_digits(four, 4) && rest.starts_with('-') => Ok(changed(text, Cow::Borrowed(trimmed))),
        (true, 4) if is_digits(four, 4) => Ok(changed(text, Cow::Owned(format!("{five}-{four}")))),
        _ => Err(refused(trimmed)),
    }
}

fn refused(text: &str) -> Refusal {
    let refusal = Refusal::new(Code::FmtPostal).with("expected", "99999 or 99999-9999");
    let front = text.split(['-', ' ']).next().unwrap_or_default();
    let is_short = is_digits(front, 4) || is_digits(text, 8);
    if is_short { refusal.with("reason", "leading_zero") } else { refusal }
}

/// A postal code of any country: upper case, one blank between parts, dashes and full-width characters in ASCII. Where
/// the shape belongs to one country only the blank that it is written with is put in: `A9A 9A9` (Canada), `9999 AA` (the
/// Netherlands), and those of the United Kingdom, whose last three characters are a digit and two letters.
///
/// Nothing is refused, and nothing else is known without the country: the check `uk_postcode` and the rule function
/// `is_postcode` look at the shape.
pub(super) fn postcode(text: &str, _: &Settings<'_>) -> Result<Option<String>, Refusal> {
    let narrow = narrow(text);
    if !narrow.is_ascii() {
        return Ok(None);
    }
    let upper = ascii_upper(narrow);
    let single = squeezed(&upper).map_or(upper, Cow::Owned);
    Ok(match blank_at(single.as_bytes()) {
        Some(at) => Some(format!("{} {}", &single[..at], &single[at..])),
        None => changed(text, single),
    })
}

/// Where the blank belongs in a text without any.
fn blank_at(text: &[u8]) -> Option<usize> {
    const LENGTH_MAX: usize = 8;
    let mut shape = [0; LENGTH_MAX];
    let shape = shape.get_mut(..text.len())?;
    for (kind, b) in shape.iter_mut().zip(text) {
        *kind = match b {
            b'0'..=b'9' => b'9',
            b'A'..=b'Z' => b'A',
            other => *other,
        };
    }
    match &*shape {
        b"A9A9A9" => Some(3),
        b"9999AA" => Some(4),
        b"A99AA" | b"A999AA" | b"AA99AA" | b"AA999AA" | b"A9A9AA" | b"AA9A9AA" | b"AAAA9AA" => Some(text.len() - 3),
        b"AAA9AA" if text == b"GIR0AA" => Some(3),
        b"AAAA9" | b"AAAA99" | b"AAAA999" | b"AAAA9999" if text.starts_with(b"BFPO") => Some(4),
        _ => None,
    }
}

fn is_digits(text: &str, len: usize) -> bool {
    text.len() == len && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{POINT, check, check_refused};
    use record::Param;

    #[test]
    fn zip_codes() {
        check("zip", "10001", "10001");
        check("zip", " 10001-1234", "10001-1234");
        check("zip", "100011234", "10001-1234");
        check("zip", "10001 1234", "10001-1234");
        check("zip", "１０００１–１２３４", "10001-1234");
        for text in
            ["1001", "1001-1234", "10011234", "100", "10001-", "10001-123", "10001--1234", "1000A", "W1A 0AX", "", "é"]
        {
            check_refused("zip", text, "FMT.POSTAL");
        }
        for (text, lost) in
            [("1001", true), ("1001-1234", true), ("10011234", true), ("10001-123", false), ("100", false)]
        {
            let params = POINT.with("zip").run(text).unwrap_err().params;
            assert_eq!(params.contains(&("reason", Param::from("leading_zero"))), lost, "{text}");
        }
    }

    #[test]
    fn postal_codes() {
        for (text, expected) in [
            ("sw1a1aa", "SW1A 1AA"),
            ("SW1A  1AA", "SW1A 1AA"),
            ("m11ae", "M1 1AE"),
            ("gir0aa", "GIR 0AA"),
            ("bfpo57", "BFPO 57"),
            ("fiqq1zz", "FIQQ 1ZZ"),
            ("k1a0b1", "K1A 0B1"),
            ("1012ab", "1012 AB"),
            ("１０００００１", "1000001"),
            ("100-0001", "100-0001"),
            ("11122", "11122"),
            ("111 22", "111 22"),
            ("d6wf4e2", "D6WF4E2"),
            ("A65F4E2", "A65F4E2"),
            ("c1425cla", "C1425CLA"),
            ("é1", "é1"),
        ] {
            check("postcode", text, expected);
        }
    }
}

//! Tax numbers with letters. Each rule gets a text of the shape that it is listed with.

use crate::calendar::CivilDate;
use crate::check::digits::number;

/// Personal identity code: date of birth (its sign of the century apart) and a sum modulo 31.
pub(super) fn finland(text: &[u8]) -> bool {
    const CHECK: &[u8; 31] = b"0123456789ABCDEFHJKLMNPRSTUVWXY";
    let all: Vec<u32> =
        text.iter().take(text.len() - 1).filter(|b| b.is_ascii_digit()).map(|b| u32::from(b - b'0')).collect();
    let centuries: &[u32] = match text.get(6) {
        Some(b'A'..=b'F') => &[2000],
        Some(b'U'..=b'Y') => &[1900],
        Some(b'0'..=b'9') => &[1900],
        _ => return false,
    };
    let is_born =
        |century: &u32| CivilDate::new(century + number(&all[4..6]), number(&all[2..4]), number(&all[..2])).is_some();
    centuries.iter().any(is_born) && CHECK.get(number(&all) as usize % 31) == text.last()
}

/// National insurance number: letters that are never used first or second, pairs that are not given out, a suffix A to D.
pub(super) fn britain(text: &[u8]) -> bool {
    let [first, second, ..] = *text else { return false };
    !b"DFIQUV".contains(&first)
        && !b"DFIOQUV".contains(&second)
        && !matches!(&text[..2], b"BG" | b"GB" | b"KN" | b"NK" | b"NT" | b"TN" | b"ZZ")
        && text.last().is_some_and(|suffix| (b'A'..=b'D').contains(suffix))
}

/// PAN: the fourth letter is the kind of holder, the digits are not 0000.
pub(super) fn india(text: &[u8]) -> bool {
    text.get(3).is_some_and(|kind| b"ABCFGHJKLPT".contains(kind)) && text.get(5..9) != Some(b"0000")
}

/// Codice fiscale: characters at odd places by a table, those at even ones by their own value, modulo 26. Digits may be
/// written as letters where two persons would have the same code.
pub(super) fn italy(text: &[u8]) -> bool {
    const ODD: [u32; 26] =
        [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
    let Some((last, front)) = text.split_last() else { return false };
    let value = |b: u8| u32::from(if b.is_ascii_digit() { b - b'0' } else { b.saturating_sub(b'A') });
    let odd = |b: u8| ODD.get(value(b) as usize).copied().unwrap_or(0);
    let sum: u32 = front.iter().enumerate().map(|(at, b)| if at % 2 == 0 { odd(*b) } else { value(*b) }).sum();
    let digit = |at: usize| {
        let b = text.get(at).copied()?;
        let by_letter =
            b"LMNPQRSTUV".iter().position(|letter| *letter == b).and_then(|value| u32::try_from(value).ok());
        if b.is_ascii_digit() { Some(u32::from(b - b'0')) } else { by_letter }
    };
    let two = |at: usize| Some(digit(at)? * 10 + digit(at + 1)?);
    let month =
        b"ABCDEHLMPRST".iter().position(|letter| Some(letter) == text.get(8)).and_then(|at| u32::try_from(at).ok());
    let born = |century: u32| {
        let (year, day) = (two(6)?, two(9)?);
        CivilDate::new(century + year, month? + 1, if day > 40 { day - 40 } else { day })
    };
    (born(1900).is_some() || born(2000).is_some()) && value(*last) == sum % 26
}

/// Identity card number: a letter of the register.
pub(super) fn malta(text: &[u8]) -> bool {
    text.last().is_some_and(|register| b"ABGHLMPZ".contains(register)) && !text.starts_with(b"0000000")
}

/// Entity's number: its first two digits are the same.
pub(super) fn malta_nine(text: &[u8]) -> bool {
    matches!(text, [a @ b'1'..=b'8', b, ..] if a == b)
}

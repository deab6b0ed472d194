//! Countries with letters in their numbers.

use super::Answer;
use crate::check::digits::{digits, is_luhn, mod97, number, weighted};

/// Eight digits and a letter; does not begin with 12. Digits at odd places count by a table, the sum names the letter.
pub(super) fn cyprus(text: &str) -> Answer {
    const ODD: [u32; 10] = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21];
    let (number, letter) = split_last(text)?;
    let all = digits::<8>(number).filter(|all| all[..2] != [1, 2])?;
    let value =
        |(at, &digit): (usize, &u32)| if at % 2 == 0 { ODD.get(digit as usize).copied().unwrap_or(0) } else { digit };
    let sum: u32 = all.iter().enumerate().map(value).sum();
    letter.is_ascii_uppercase().then(|| u32::from(letter - b'A') == sum % 26)
}

/// Nine characters: a person's number (DNI; NIE with X, Y, Z; K, L, M) ends in a letter modulo 23, a company's (CIF)
/// begins with a letter and ends in a Luhn digit or the letter that stands for it.
pub(super) fn spain(text: &str) -> Answer {
    const PERSON: &[u8; 23] = b"TRWAGMYFPDXBNJZSQVHLCKE";
    const COMPANY: &[u8; 10] = b"JABCDEFGHI";
    let (front, last) = split_last(text)?;
    let letter =
        |number: u32| Some(PERSON.get(number as usize % 23) == Some(&last)).filter(|_| last.is_ascii_uppercase());
    if let Some(all) = digits::<8>(front) {
        return letter(number(&all));
    }
    let (first, seven) = front.split_at_checked(1)?;
    let all = digits::<7>(seven)?;
    let kind = *first.as_bytes().first()?;
    match kind {
        b'X'..=b'Z' => letter(u32::from(kind - b'X') * 10_000_000 + number(&all)),
        b'K' | b'L' | b'M' => letter(number(&all)),
        b'A'..=b'H' | b'J' | b'N' | b'P'..=b'S' | b'U'..=b'W' => {
            let check = (0..10).find(|check| is_luhn(all.into_iter().chain([*check])))?;
            let as_digit = last.is_ascii_digit() && u32::from(last - b'0') == check;
            let as_letter = COMPANY.get(check as usize) == Some(&last);
            let shaped = match kind {
                b'A' | b'B' | b'E' | b'H' => last.is_ascii_digit(),
                b'P' | b'Q' | b'S' => last.is_ascii_uppercase(),
                _ => last.is_ascii_digit() || last.is_ascii_uppercase(),
            };
            shaped.then_some(as_digit || as_letter)
        }
        _ => None,
    }
}

/// Two check characters and a SIREN with its Luhn digit (Monaco's begin with 000 and have none). Digits: the SIREN
/// with 12 behind it, modulo 97. With letters (never I or O): by their places in the alphabet without them.
pub(super) fn france(text: &str) -> Answer {
    let (key, siren) = text.split_at_checked(2)?;
    let all = digits::<9>(siren)?;
    let siren = number(&all);
    if all[..3] != [0, 0, 0] && !is_luhn(all.into_iter()) {
        return is_french_key(key).then_some(false);
    }
    if let Some(key) = digits::<2>(key) {
        return Some(number(&key) == (siren % 97 * 100 + 12) % 97);
    }
    let &[first, second] = key.as_bytes() else { return None };
    let (value, other) = (french_value(first)?, french_value(second)?);
    let key = if first.is_ascii_digit() { value * 24 + other - 10 } else { value * 34 + other - 100 };
    Some((siren + 1 + key / 11) % 11 == key % 11)
}

fn is_french_key(key: &str) -> bool {
    key.bytes().all(|b| french_value(b).is_some())
}

fn french_value(b: u8) -> Option<u32> {
    let at = b"0123456789ABCDEFGHJKLMNPQRSTUVWXYZ".iter().position(|known| *known == b)?;
    u32::try_from(at).ok()
}

/// Seven digits and one or two letters, the first of them a sum modulo 23; the old form has a letter or `+` or `*` in the
/// second place, which then counts as the first digit's 0.
pub(super) fn ireland(text: &str) -> Answer {
    let bytes = text.as_bytes();
    let (&first, second) = (bytes.first()?, bytes.get(1)?);
    let letter = *bytes.get(7)?;
    let is_old = bytes.len() == 8 && (second.is_ascii_uppercase() || matches!(second, b'+' | b'*'));
    let extra = match bytes.get(8) {
        None => 0,
        Some(b'W') if bytes.len() == 9 => 0,
        Some(b @ b'A'..=b'V') if bytes.len() == 9 => u32::from(b - b'A') + 1,
        Some(_) => return None,
    };
    let sum = if is_old && first.is_ascii_digit() {
        let five = digits::<5>(text.get(2..7)?)?;
        weighted(&five, &[7, 6, 5, 4, 3]) + u32::from(first - b'0') * 2
    } else {
        weighted(&digits::<7>(text.get(..7)?)?, &[8, 7, 6, 5, 4, 3, 2]) + 9 * extra
    };
    let expected = b"WABCDEFGHIJKLMNOPQRSTUV".get(sum as usize % 23);
    matches!(letter, b'A'..=b'W').then(|| expected == Some(&letter))
}

/// Nine digits, `B`, two digits: the citizen service number's sum modulo 11, or, for sole traders since 2020,
/// ISO/IEC 7064 MOD 97-10 over the whole with its prefix.
pub(super) fn netherlands(text: &str) -> Answer {
    let (front, suffix) = text.split_once('B')?;
    let all = digits::<9>(front)?;
    digits::<2>(suffix).filter(|suffix| number(suffix) > 0)?;
    let by_eleven = weighted(&all[..8], &[9, 8, 7, 6, 5, 4, 3, 2]) % 11 == all[8] && number(&all) > 0;
    Some(by_eleven || mod97(b"NL".iter().chain(text.as_bytes()).copied()) == Some(1))
}

/// British rules: nine digits (and three of a branch) modulo 97 or, since 2010, 55 more than that; or GD000-499 for
/// departments and HA500-999 for health authorities.
pub(super) fn northern_ireland(text: &str) -> Answer {
    if let Some(department) = text.strip_prefix("GD") {
        return digits::<3>(department).filter(|all| number(all) < 500).map(|_| true);
    }
    if let Some(authority) = text.strip_prefix("HA") {
        return digits::<3>(authority).filter(|all| number(all) >= 500).map(|_| true);
    }
    let (front, branch) = text.split_at_checked(9)?;
    let all = digits::<9>(front).filter(|all| number(all) > 0)?;
    if !branch.is_empty() {
        digits::<3>(branch)?;
    }
    let rest = (weighted(&all[..7], &[8, 7, 6, 5, 4, 3, 2]) + number(&all[7..])) % 97;
    Some(rest == 0 || number(&all[..3]) >= 100 && (rest == 42 || rest == 55))
}

fn split_last(text: &str) -> Option<(&str, u8)> {
    let (front, last) = text.split_at_checked(text.len().checked_sub(1)?)?;
    Some((front, *last.as_bytes().first()?))
}

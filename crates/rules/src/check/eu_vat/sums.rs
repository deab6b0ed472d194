//! Countries whose numbers are digits with a weighted sum.

use super::Answer;
use super::people::birth_number;
use crate::check::digits::{digits, is_luhn, is_mod11_10, number, weighted};

/// `U` and eight digits: Luhn sum of the first seven plus 4.
pub(super) fn austria(text: &str) -> Answer {
    let all = digits::<8>(text.strip_prefix('U')?)?;
    let doubled = |digit: u32| if digit > 4 { 2 * digit - 9 } else { 2 * digit };
    let sum: u32 =
        all[..7].iter().enumerate().map(|(at, &digit)| if at % 2 == 1 { doubled(digit) } else { digit }).sum();
    Some((10 - (sum + 4) % 10) % 10 == all[7])
}

/// Ten digits, the first 0 or 1: the last two are 97 less the rest modulo 97.
pub(super) fn belgium(text: &str) -> Answer {
    let all = digits::<10>(text).filter(|all| all[0] < 2 && number(&all[..8]) > 0)?;
    Some(97 - number(&all[..8]) % 97 == number(&all[8..]))
}

/// Nine digits, ISO/IEC 7064 MOD 11,10.
pub(super) fn germany(text: &str) -> Answer {
    digits::<9>(text).filter(|all| all[0] > 0).map(|all| is_mod11_10(&all))
}

/// Eight digits, modulo 11.
pub(super) fn denmark(text: &str) -> Answer {
    let all = digits::<8>(text).filter(|all| all[0] > 0)?;
    Some(weighted(&all, &[2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11))
}

/// Nine digits, modulo 10.
pub(super) fn estonia(text: &str) -> Answer {
    Some(weighted(&digits::<9>(text)?, &[3, 7, 1, 3, 7, 1, 3, 7, 1]).is_multiple_of(10))
}

/// Nine digits: powers of two, modulo 11, 10 counting as 0.
pub(super) fn greece(text: &str) -> Answer {
    let all = digits::<9>(text).filter(|all| number(all) > 0)?;
    Some(weighted(&all[..8], &[256, 128, 64, 32, 16, 8, 4, 2]) % 11 % 10 == all[8])
}

/// Eight digits, modulo 11.
pub(super) fn finland(text: &str) -> Answer {
    let all = digits::<8>(text).filter(|all| number(all) > 0)?;
    Some(weighted(&all, &[7, 9, 10, 5, 8, 4, 2, 1]).is_multiple_of(11))
}

/// Eleven digits, ISO/IEC 7064 MOD 11,10.
pub(super) fn croatia(text: &str) -> Answer {
    digits::<11>(text).map(|all| is_mod11_10(&all))
}

/// Eight digits, modulo 10.
pub(super) fn hungary(text: &str) -> Answer {
    let all = digits::<8>(text).filter(|all| number(all) > 0)?;
    Some(weighted(&all, &[9, 7, 3, 1, 9, 7, 3, 1]).is_multiple_of(10))
}

/// Eleven digits with a Luhn digit; digits 8 to 10 name the issuing office.
pub(super) fn italy(text: &str) -> Answer {
    let all = digits::<11>(text)?;
    let is_office = matches!(number(&all[7..10]), 1..=100 | 120 | 121 | 888 | 999);
    (number(&all[..7]) > 0 && is_office).then(|| is_luhn(all.into_iter()))
}

/// Nine digits (companies) or twelve (temporary), the last but one 1: two rounds of weights modulo 11.
pub(super) fn lithuania(text: &str) -> Answer {
    digits::<9>(text).map(|all| all.to_vec()).or_else(|| digits::<12>(text).map(|all| all.to_vec())).and_then(|all| {
        let (check, rest) = all.split_last()?;
        let round = |first: u32| -> u32 {
            rest.iter().zip(first - 1..).map(|(digit, at)| digit * (at % 9 + 1)).sum::<u32>() % 11
        };
        let sum = if round(1) == 10 { round(3) % 10 } else { round(1) };
        (rest.last() == Some(&1)).then_some(sum == *check)
    })
}

/// Eight digits: the last two are the others modulo 89.
pub(super) fn luxembourg(text: &str) -> Answer {
    let all = digits::<8>(text).filter(|all| number(all) > 0)?;
    Some(number(&all[..6]) % 89 == number(&all[6..]))
}

/// Eight digits, modulo 37.
pub(super) fn malta(text: &str) -> Answer {
    let all = digits::<8>(text).filter(|all| all[0] > 0)?;
    Some((weighted(&all[..6], &[3, 4, 6, 7, 8, 9]) + number(&all[6..])).is_multiple_of(37))
}

/// Ten digits, modulo 11.
pub(super) fn poland(text: &str) -> Answer {
    let all = digits::<10>(text).filter(|all| all[..3].iter().any(|digit| *digit > 0))?;
    Some(weighted(&all[..9], &[6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11 == all[9])
}

/// Nine digits, modulo 11, 10 and 11 counting as 0.
pub(super) fn portugal(text: &str) -> Answer {
    let all = digits::<9>(text).filter(|all| all[0] > 0)?;
    Some((11 - weighted(&all[..8], &[9, 8, 7, 6, 5, 4, 3, 2]) % 11) % 11 % 10 == all[8])
}

/// Ten digits with a Luhn digit, and `01`.
pub(super) fn sweden(text: &str) -> Answer {
    let all = digits::<10>(text.strip_suffix("01")?).filter(|all| *all != [0; 10])?;
    Some(is_luhn(all.into_iter()))
}

/// Eight digits, modulo 11; 10 counts as 0, and 11 is never issued.
pub(super) fn slovenia(text: &str) -> Answer {
    let all = digits::<8>(text).filter(|all| all[0] > 0)?;
    let rest = weighted(&all[..7], &[8, 7, 6, 5, 4, 3, 2]) % 11;
    Some(rest > 0 && (11 - rest) % 10 == all[7])
}

/// Ten digits, the third one of 2, 3, 4, 7, 8, 9: a multiple of 11. Or, of a person, a birth number.
pub(super) fn slovakia(text: &str) -> Answer {
    let all = digits::<10>(text)?;
    let is_shaped = all[0] > 0 && matches!(all[2], 2..=4 | 7..=9);
    if is_shaped && all.iter().fold(0, |rest, digit| (rest * 10 + digit) % 11) == 0 {
        return Some(true);
    }
    birth_number(text).or(is_shaped.then_some(false))
}

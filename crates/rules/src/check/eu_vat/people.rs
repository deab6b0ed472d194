//! Countries whose VAT numbers may be a person's, with the date of birth in it.

use super::Answer;
use crate::calendar::CivilDate;
use crate::check::digits::{digits, number, weighted};

/// Nine digits (companies) with two rounds of weights; ten digits: a citizen's number, a foreigner's, or another.
pub(super) fn bulgaria(text: &str) -> Answer {
    if let Some(all) = digits::<9>(text) {
        let round = |first: u32| all[..8].iter().zip(first..).map(|(digit, weight)| digit * weight).sum::<u32>() % 11;
        return Some(if round(1) == 10 { round(3) % 10 } else { round(1) } == all[8]);
    }
    let all = digits::<10>(text)?;
    let (front, check) = (&all[..9], all[9]);
    let (year, month, day) = (number(&all[..2]), number(&all[2..4]), number(&all[4..6]));
    let born = match month {
        41.. => CivilDate::new(2000 + year, month - 40, day),
        21.. => CivilDate::new(1800 + year, month - 20, day),
        _ => CivilDate::new(1900 + year, month, day),
    };
    let citizen = born.is_some() && weighted(front, &[2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11 % 10 == check;
    let foreigner = weighted(front, &[21, 19, 17, 13, 11, 9, 7, 3, 1]) % 10 == check;
    let other = (11 - weighted(front, &[4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 11 == check;
    Some(citizen || foreigner || other)
}

/// Eight digits (companies, not beginning with 9); nine beginning with 6 (special); nine or ten: a birth number, which
/// has a check, the whole a multiple of 11, since 1954.
pub(super) fn czechia(text: &str) -> Answer {
    if let Some(all) = digits::<8>(text) {
        let rest = weighted(&all[..7], &[8, 7, 6, 5, 4, 3, 2]) % 11;
        return (all[0] != 9)
            .then(|| matches!(rest, 0 | 10) && all[7] == 1 || rest == 1 && all[7] == 0 || 11 - rest == all[7]);
    }
    if let Some(all) = digits::<9>(text) {
        if all[0] == 6 {
            let rest = weighted(&all[1..8], &[8, 7, 6, 5, 4, 3, 2]) % 11;
            return Some((rest + 8) % 10 == all[8]);
        }
        let (year, month, day) = (number(&all[..2]), number(&all[2..4]), number(&all[4..6]));
        let month = if month > 50 { month - 50 } else { month };
        let serial = number(&all[6..]);
        return (year < 54).then(|| CivilDate::new(1900 + year, month, day).is_some() && serial > 0);
    }
    birth_number(text)
}

/// A Czech or Slovak birth number of ten digits: the last is the rest of the others modulo 11, 10 counting as 0.
pub(super) fn birth_number(text: &str) -> Answer {
    let all = digits::<10>(text)?;
    let year = match number(&all[..2]) {
        year @ 0..54 => 2000 + year,
        year => 1900 + year,
    };
    // 50 is added to a woman's month, 20 more when the day's numbers are used up.
    let month = match number(&all[2..4]) {
        month @ 71.. => month - 70,
        month @ 51.. => month - 50,
        month @ 21.. => month - 20,
        month => month,
    };
    CivilDate::new(year, month, number(&all[4..6]))?;
    Some(number(&all[..9]) % 11 % 10 == all[9])
}

/// Eleven digits: companies begin with 4 to 9; a person's number has the date of birth, or since 2017 begins with 32.
pub(super) fn latvia(text: &str) -> Answer {
    let all = digits::<11>(text)?;
    if all[0] > 3 {
        return Some(weighted(&all, &[9, 1, 4, 8, 3, 10, 2, 5, 7, 6, 1]) % 11 == 3);
    }
    if all[..2] != [3, 2] {
        let century = [1800, 1900, 2000].get(all[6] as usize)?;
        CivilDate::new(century + number(&all[4..6]), number(&all[2..4]), number(&all[..2]))?;
    }
    Some((1 + weighted(&all[..10], &[10, 5, 8, 4, 2, 1, 6, 3, 7, 9])) % 11 % 10 == all[10])
}

/// Two to ten digits, not beginning with 0: weighted from the right, ten times the sum modulo 11, 10 counting as 0.
pub(super) fn romania(text: &str) -> Answer {
    const WEIGHTS: [u32; 9] = [2, 3, 5, 7, 1, 2, 3, 5, 7];
    let bytes = text.as_bytes();
    if !(2..=10).contains(&bytes.len()) || bytes[0] == b'0' || !bytes.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let mut from_right = bytes.iter().rev().map(|b| u32::from(b - b'0'));
    let check = from_right.next()?;
    let sum: u32 = from_right.zip(WEIGHTS).map(|(digit, weight)| digit * weight).sum();
    Some(sum * 10 % 11 % 10 == check)
}

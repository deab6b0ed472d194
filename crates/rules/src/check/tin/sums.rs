//! Tax numbers of digits with weighted sums. Each rule gets digits of the number it is listed with.

use crate::calendar::CivilDate;
use crate::check::digits::{is_gs1, is_luhn, is_mod11_10, number, weighted};

/// The digits of a text of digits; none for any other byte.
fn digits(text: &[u8]) -> Vec<u32> {
    text.iter().filter(|b| b.is_ascii_digit()).map(|b| u32::from(b - b'0')).collect()
}

/// All but the last digit, and the last.
fn parted(text: &[u8]) -> Option<(Vec<u32>, u32)> {
    let mut all = digits(text);
    let last = all.pop()?;
    Some((all, last))
}

fn is_date(century: u32, year: &[u32], month: u32, day: u32) -> bool {
    CivilDate::new(century + number(year), month, day).is_some()
}

/// Luhn: the tax account of Austria, the SIREN of France, the numbers of Canada and Israel.
pub(super) fn luhn(text: &[u8]) -> bool {
    let all = digits(text);
    all.iter().any(|digit| *digit > 0) && is_luhn(all.into_iter())
}

/// CUIT: modulo 11, with 10 as 9.
pub(super) fn argentina(text: &[u8]) -> bool {
    let check = |all: &[u32]| ((11 - weighted(all, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 11).min(9);
    parted(text).is_some_and(|(all, last)| check(&all) == last)
}

/// Tax file number, of nine digits or of eight as in earlier years: modulo 11.
pub(super) fn australia_person(text: &[u8]) -> bool {
    weighted(&digits(text), &[1, 4, 3, 7, 5, 8, 6, 9, 10]).is_multiple_of(11)
}

/// Business number: 1 less in the first place, modulo 89.
pub(super) fn australia_business(text: &[u8]) -> bool {
    let all = digits(text);
    let sum = weighted(&all, &[10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19]);
    all.first().is_some_and(|first| *first > 0) && (sum - 10).is_multiple_of(89)
}

/// National register number: 97 less the rest of the first nine modulo 97, with a 2 before them for who was born after 1999.
pub(super) fn belgium(text: &[u8]) -> bool {
    let all = digits(text);
    let (front, check) = all.split_at(9);
    let fits = |rest: u32| 97 - rest % 97 == number(check);
    const MILLENNIUM: u32 = 2_000_000_000 % 97;
    fits(number(front)) || fits(number(front) % 97 + MILLENNIUM)
}

/// CPF and, with capital letters for digits since 2026, CNPJ: two check digits modulo 11; never all the same.
pub(super) fn brazil(text: &[u8]) -> bool {
    let values: Vec<u32> = text.iter().map(|b| u32::from(b.saturating_sub(b'0'))).collect();
    let weight_max = if values.len() == 11 { 11 } else { 9 };
    let fits = |len: usize| {
        let front = values.iter().take(len).rev();
        let sum: u32 = front.zip((2..=weight_max).cycle()).map(|(value, weight)| value * weight).sum();
        values.get(len) == Some(&(if sum % 11 < 2 { 0 } else { 11 - sum % 11 }))
    };
    let varied = values.iter().any(|value| Some(value) != values.first());
    varied && fits(values.len() - 2) && fits(values.len() - 1)
}

/// Old-age insurance number: 756 and a GS1 digit.
pub(super) fn switzerland_person(text: &[u8]) -> bool {
    text.starts_with(b"756") && is_gs1(text.iter().copied())
}

/// Enterprise number: `CHE` and nine digits, modulo 11.
pub(super) fn switzerland_business(text: &[u8]) -> bool {
    let Some((all, last)) = parted(text) else { return false };
    text.starts_with(b"CHE") && (11 - weighted(&all, &[5, 4, 3, 2, 7, 6, 5, 4]) % 11) % 11 == last
}

/// RUT: weights 2 to 7 from the right, modulo 11, 10 as K.
pub(super) fn chile(text: &[u8]) -> bool {
    let Some((last, front)) = text.split_last() else { return false };
    let sum: u32 = digits(front).iter().rev().zip((2..=7).cycle()).map(|(digit, weight)| digit * weight).sum();
    b"0K987654321".get(sum as usize % 11) == Some(last)
}

/// Identification number: MOD 11,10; of the first ten digits one stands there two or three times, no other twice.
pub(super) fn germany(text: &[u8]) -> bool {
    let all = digits(text);
    let counts: Vec<usize> = (0..10).map(|digit| all.iter().take(10).filter(|d| **d == digit).count()).collect();
    let repeated = counts.iter().filter(|count| **count > 1).count();
    let most = counts.iter().max().copied().unwrap_or(0);
    repeated == 1 && most <= 3 && all.first() != Some(&0) && is_mod11_10(&all)
}

/// Person's number: the date of birth with a century that its seventh digit tells. Its last digit is no check since 2007.
pub(super) fn denmark(text: &[u8]) -> bool {
    let all = digits(text);
    let year = number(&all[4..6]);
    let century = match (all[6], year) {
        (0..=3, _) | (4 | 9, 37..) => 1900,
        (5..=8, 58..) => 1800,
        _ => 2000,
    };
    is_date(century, &all[4..6], number(&all[2..4]), number(&all[..2]))
}

/// Estonia and Lithuania: century, date of birth, serial, and two rounds of weights modulo 11.
pub(super) fn baltic_person(text: &[u8]) -> bool {
    let all = digits(text);
    let (month, day) = (number(&all[3..5]), number(&all[5..7]));
    let century = match all[0] {
        century @ 1..=8 => 1800 + (century - 1) / 2 * 100,
        _ => return false,
    };
    is_date(century, &all[1..3], month, day) && two_rounds(text)
}

/// Weights that begin with 1 or, when that leaves 10, with 3, modulo 11.
pub(super) fn two_rounds(text: &[u8]) -> bool {
    let Some((all, last)) = parted(text) else { return false };
    let round = |first: u32| all.iter().zip(first - 1..).map(|(digit, at)| digit * (at % 9 + 1)).sum::<u32>() % 11;
    (if round(1) == 10 { round(3) % 10 } else { round(1) }) == last
}

/// Tax number of a person: the first ten modulo 511.
pub(super) fn france(text: &[u8]) -> bool {
    let all = digits(text);
    let front = all.iter().take(10).fold(0, |rest, digit| (rest * 10 + digit) % 511);
    all[0] < 4 && front == number(&all[10..])
}

/// SIRET of an establishment: a SIREN, and a Luhn digit of the whole, but for the post office, which has too many.
pub(super) fn france_establishment(text: &[u8]) -> bool {
    text.starts_with(b"356000000") || luhn(text) && text.get(..9).is_some_and(luhn)
}

/// Tax number of a company: that of its VAT number, how it pays tax (1 to 5), its county.
pub(super) fn hungary_company(text: &[u8]) -> bool {
    let all = digits(text);
    weighted(&all[..8], &[9, 7, 3, 1, 9, 7, 3, 1]).is_multiple_of(10) && matches!(all[8], 1..=5)
}

/// Tax number of a person: begins with 8, weights 1 to 9, modulo 11.
pub(super) fn hungary(text: &[u8]) -> bool {
    let Some((all, last)) = parted(text) else { return false };
    all[0] == 8 && weighted(&all, &[1, 2, 3, 4, 5, 6, 7, 8, 9]) % 11 == last
}

/// Year, month, day, serial, a Luhn digit and one of Verhoeff's, both over the first eleven.
pub(super) fn luxembourg(text: &[u8]) -> bool {
    let all = digits(text);
    let is_born = CivilDate::new(number(&all[..4]), number(&all[4..6]), number(&all[6..8])).is_some();
    let verhoeff = all[..11].iter().chain(&all[12..]).copied().collect::<Vec<_>>();
    is_born && is_luhn(all[..12].iter().copied()) && is_verhoeff(&verhoeff)
}

/// Check by the symmetries of a pentagon (J. Verhoeff, "Error Detecting Decimal Codes", 1969).
fn is_verhoeff(digits: &[u32]) -> bool {
    const NEXT: [u32; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
    // 0 to 4 turn the pentagon, 5 to 9 mirror it.
    let product = |a: u32, b: u32| match (a < 5, b < 5) {
        (true, true) => (a + b) % 5,
        (true, false) => 5 + (a + b) % 5,
        (false, true) => 5 + (a + 5 - b) % 5,
        (false, false) => (a + 5 - b) % 5,
    };
    let placed = |(at, digit): (usize, &u32)| {
        (0..at % 8).fold(*digit, |digit, _| NEXT.get(digit as usize).copied().unwrap_or(0))
    };
    digits.iter().rev().enumerate().map(placed).fold(0, product) == 0
}

/// Citizen service number: modulo 11.
pub(super) fn netherlands(text: &[u8]) -> bool {
    parted(text).is_some_and(|(all, last)| weighted(&all, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11 == last && number(&all) > 0)
}

/// Birth number: two check digits modulo 11.
pub(super) fn norway_person(text: &[u8]) -> bool {
    let all = digits(text);
    weighted(&all, &[3, 7, 6, 1, 8, 9, 4, 5, 2, 1]).is_multiple_of(11)
        && weighted(&all, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11)
}

/// Organization number, with `MVA` behind it or not: modulo 11.
pub(super) fn norway_business(text: &[u8]) -> bool {
    let suffix = text.get(9..).unwrap_or_default();
    matches!(suffix, b"" | b"MVA") && weighted(&digits(text), &[3, 2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11)
}

/// PESEL: date of birth, the century added to the month, modulo 10.
pub(super) fn poland(text: &[u8]) -> bool {
    let all = digits(text);
    let month = number(&all[2..4]);
    let century = [1900, 2000, 2100, 2200, 1800].get(month as usize / 20).copied().unwrap_or(0);
    is_date(century, &all[..2], month % 20, number(&all[4..6]))
        && weighted(&all, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]).is_multiple_of(10)
}

/// CNP: century and sex, date of birth, county, modulo 11 with 10 as 1. What the tax office gives to others begins with 9000.
pub(super) fn romania(text: &[u8]) -> bool {
    if text.starts_with(b"9000") {
        return true;
    }
    let Some((all, last)) = parted(text) else { return false };
    let centuries: &[u32] = match all[0] {
        1 | 2 => &[1900],
        3 | 4 => &[1800],
        5 | 6 => &[2000],
        7..=9 => &[1900, 2000],
        _ => return false,
    };
    let (month, day) = (number(&all[3..5]), number(&all[5..7]));
    let rest = weighted(&all, &[2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11;
    centuries.iter().any(|century| is_date(*century, &all[1..3], month, day))
        && (if rest == 10 { 1 } else { rest }) == last
}

/// INN of a company (ten digits) or a person (twelve, the last two checked): modulo 11.
pub(super) fn russia(text: &[u8]) -> bool {
    let all = digits(text);
    let fits = |weights: &[u32]| all.get(weights.len()) == Some(&(weighted(&all, weights) % 11 % 10));
    if all.len() == 10 {
        fits(&[2, 4, 10, 3, 5, 9, 4, 6, 8])
    } else {
        fits(&[7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) && fits(&[3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8])
    }
}

/// Person's number (60 added to the day of a coordination number) or a company's (third digit at least 2): a Luhn digit.
pub(super) fn sweden(text: &[u8]) -> bool {
    let all = digits(text);
    let (century, ten) = all.split_at(all.len() - 10);
    let day = number(&ten[4..6]) % 60;
    let centuries = if century.is_empty() { vec![1800, 1900, 2000] } else { vec![number(century) * 100] };
    let is_born = centuries.iter().any(|century| is_date(*century, &ten[..2], number(&ten[2..4]), day));
    (is_born || century.is_empty() && ten[2] >= 2) && is_luhn(ten.iter().copied())
}

/// Modulo 11, weights 13 to 2.
pub(super) fn thailand(text: &[u8]) -> bool {
    let weights: Vec<u32> = (2..=13).rev().collect();
    parted(text).is_some_and(|(all, last)| (11 - weighted(&all, &weights) % 11) % 10 == last)
}

/// Identity number: the tenth from seven times the odd places less the even ones, the last from the sum of all.
pub(super) fn turkey(text: &[u8]) -> bool {
    let all = digits(text);
    let every_second = |from: usize, to: usize| all[from..to].iter().step_by(2).sum::<u32>();
    all[0] > 0
        && (every_second(0, 9) * 7 + 40 - every_second(1, 8)) % 10 == all[9]
        && all[..10].iter().sum::<u32>() % 10 == all[10]
}

/// Modulo 11, the first digit taken off, 10 as 0.
pub(super) fn ukraine(text: &[u8]) -> bool {
    let Some((all, last)) = parted(text) else { return false };
    // 10 is what is left of -1 modulo 11.
    weighted(&all, &[10, 5, 7, 9, 4, 6, 10, 5, 7]) % 11 % 10 == last
}

/// Nine digits of before 1954, a date of birth and a serial without a check.
pub(super) fn slovakia(text: &[u8]) -> bool {
    let all = digits(text);
    let month = number(&all[2..4]);
    number(&all[..2]) < 54
        && is_date(1900, &all[..2], if month > 50 { month - 50 } else { month }, number(&all[4..6]))
        && number(&all[6..]) > 0
}

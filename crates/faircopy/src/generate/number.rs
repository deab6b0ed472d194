//! Identification numbers with a valid check digit. The arithmetic is written here a second time, apart from the
//! judge's, so that a mistake in one of the two shows.

use super::random::Random;

/// Appends `count` random digits.
fn digits(out: &mut String, random: &mut Random, count: usize) {
    for _ in 0..count {
        out.push(digit(random.below(10)));
    }
}

fn digit(value: u64) -> char {
    char::from(b'0' + u8::try_from(value % 10).unwrap_or(0))
}

fn value(byte: u8) -> u64 {
    u64::from(byte.wrapping_sub(b'0'))
}

/// Appends `count` random letters A-Z.
fn letters(out: &mut String, random: &mut Random, count: usize) {
    for _ in 0..count {
        out.push(char::from(b'A' + u8::try_from(random.below(26)).unwrap_or(0)));
    }
}

/// Countries whose IBANs are made: code, letters of the bank, digits that follow (ISO 13616 registry).
const IBAN_SHAPES: [(&str, usize, usize); 7] =
    [("DE", 0, 18), ("GB", 4, 14), ("NL", 4, 10), ("ES", 0, 20), ("AT", 0, 16), ("BE", 0, 12), ("BH", 4, 14)];

/// An IBAN of the country (ISO 13616: mod 97 = 1), or `None` for a country that has none here.
pub(crate) fn iban(country: &str, random: &mut Random) -> Option<String> {
    let (_, bank, rest) = IBAN_SHAPES.iter().find(|(code, ..)| *code == country)?;
    let mut body = String::with_capacity(34);
    letters(&mut body, random, *bank);
    digits(&mut body, random, *rest);
    let remainder = body.bytes().chain(country.bytes()).chain(*b"00").fold(0, iban_step);
    Some(format!("{country}{:02}{body}", 98 - remainder))
}

/// One character more of the number modulo 97; letters count 10 to 35.
pub(crate) fn iban_step(remainder: u64, byte: u8) -> u64 {
    match byte {
        b'0'..=b'9' => (remainder * 10 + value(byte)) % 97,
        _ => (remainder * 100 + u64::from(byte - b'A') + 10) % 97,
    }
}

/// A BIC of the country (ISO 9362).
pub(crate) fn bic(country: &str, random: &mut Random) -> String {
    let mut bic = String::with_capacity(11);
    letters(&mut bic, random, 4);
    bic.push_str(country);
    letters(&mut bic, random, 2);
    if random.chance(1, 3) {
        digits(&mut bic, random, 3);
    }
    bic
}

/// An ABA routing number: weights 3, 7, 1; the sum is a multiple of 10.
pub(crate) fn aba(random: &mut Random) -> String {
    let mut aba = format!("{:02}", random.within(1, 12));
    digits(&mut aba, random, 6);
    let sum: u64 = aba.bytes().zip([3, 7, 1].into_iter().cycle()).map(|(byte, weight)| value(byte) * weight).sum();
    aba.push(digit((10 - sum % 10) % 10));
    aba
}

/// A bank account number of the United States.
pub(crate) fn account(random: &mut Random) -> String {
    let mut account = String::new();
    digits(&mut account, random, 10);
    account
}

/// A national provider identifier: begins with 1 or 2; the sum of Luhn over 80840 and all ten digits is a multiple of 10.
pub(crate) fn npi(random: &mut Random) -> String {
    let mut npi = format!("{}", random.within(1, 2));
    digits(&mut npi, random, 8);
    let check = digit((10 - luhn(&format!("80840{npi}0")) % 10) % 10);
    npi.push(check);
    npi
}

/// Sum of the digits, every second one from the right doubled (ISO/IEC 7812-1, annex B).
fn luhn(number: &str) -> u64 {
    let doubled = |digit: u64| if digit < 5 { digit * 2 } else { digit * 2 - 9 };
    let digits = number.bytes().rev().map(value);
    digits.enumerate().map(|(at, digit)| if at % 2 == 1 { doubled(digit) } else { digit }).sum()
}

/// Campus prefixes of the IRS that are used here, from the list every EIN check knows.
const EIN_PREFIXES: [&str; 12] = ["04", "13", "20", "26", "27", "36", "46", "52", "75", "81", "91", "95"];

/// An EIN with its hyphen.
pub(crate) fn ein(random: &mut Random) -> String {
    let mut ein = format!("{}-", random.pick(&EIN_PREFIXES));
    digits(&mut ein, random, 7);
    ein
}

/// A German VAT number: ISO 7064 mod 11,10 over eight digits.
pub(crate) fn vat_de(random: &mut Random) -> String {
    let mut vat = format!("DE{}", random.within(1, 9));
    digits(&mut vat, random, 7);
    let product = vat.bytes().skip(2).fold(10, |product, byte| {
        let sum = (value(byte) + product) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    vat.push(digit(11 - product));
    vat
}

/// A Belgian VAT number: begins with 0 or 1; the last two digits are 97 minus the first eight modulo 97.
pub(crate) fn vat_be(random: &mut Random) -> String {
    let head = random.within(2_000_000, 19_999_999);
    format!("BE{:010}", head * 100 + 97 - head % 97)
}

/// A GTIN-13: weights 1, 3 from the left; the sum is a multiple of 10.
pub(crate) fn gtin(random: &mut Random) -> String {
    let mut gtin = "40".to_owned();
    digits(&mut gtin, random, 10);
    let sum: u64 = gtin.bytes().zip([1, 3].into_iter().cycle()).map(|(byte, weight)| value(byte) * weight).sum();
    gtin.push(digit((10 - sum % 10) % 10));
    gtin
}

/// A legal entity identifier (ISO 17442): 18 digits and letters, then two check digits so that the whole is 1 modulo 97.
pub(crate) fn lei(random: &mut Random) -> String {
    let mut lei = "5493".to_owned();
    for _ in 0..7 {
        letters(&mut lei, random, 1);
        digits(&mut lei, random, 1);
    }
    let remainder = lei.bytes().chain(*b"00").fold(0, iban_step);
    format!("{lei}{:02}", 98 - remainder)
}

/// Social security numbers that can be given out: area without 666, group, serial.
const SSNS: u64 = 898 * 99 * 9_999;
/// Individual taxpayer numbers that are made: area, group of [`itin_group`], serial.
const ITINS: u64 = 100 * 34 * 10_000;
/// A prime that divides neither: its multiples visit every number once before one comes again.
const STRIDE: u64 = 472_882_027;
/// Numbers of advertisements and samples, which nobody has.
const FAKES: [&str; 4] = ["078-05-1120", "219-09-9999", "123-45-6789", "123-45-4321"];

/// A social security number (20 CFR 422.103), for one record in 16 an individual taxpayer number. No two records of a run have the same,
/// because it is the key of an employee.
pub(crate) fn ssn(seed: u64, index: u64) -> String {
    if index % 16 == 7 {
        return itin(index / 16);
    }
    let offset = Random::of(seed, 0, 0x7373_6e00).below(SSNS);
    let number = (index % SSNS * STRIDE + offset) % SSNS;
    let (area, group, serial) = (1 + number / (99 * 9_999), 1 + number / 9_999 % 99, 1 + number % 9_999);
    let ssn = format!("{:03}-{group:02}-{serial:04}", if area < 666 { area } else { area + 1 });
    let first = ssn.as_bytes().first().copied();
    let is_one_digit = ssn.bytes().all(|byte| byte == b'-' || Some(byte) == first);
    // Group 92 is kept for the few records that would have a fake number.
    if is_one_digit || FAKES.contains(&&*ssn) {
        format!("9{:02}-92-{:04}", index / 10_000 % 100, index % 10_000)
    } else {
        ssn
    }
}

fn itin(index: u64) -> String {
    let number = index % ITINS * STRIDE % ITINS;
    format!("9{:02}-{:02}-{:04}", number / 340_000, itin_group(number / 10_000 % 34), number % 10_000)
}

/// Groups 50 to 65 and 70 to 87.
const fn itin_group(at: u64) -> u64 {
    if at < 16 { 50 + at } else { 54 + at }
}

/// Swaps two adjacent digits that differ, and by other than 5: the two changes that mod 97 and the 3-7-1 scheme both
/// see. The first four characters of an IBAN stay, so that its country does. `None` when there is no such pair.
pub(crate) fn transpose(number: &str, random: &mut Random) -> Option<String> {
    let mut bytes = number.as_bytes().to_vec();
    let keep = if bytes.first()?.is_ascii_alphabetic() { 4 } else { 2 };
    let pairs: Vec<usize> = (keep..bytes.len().saturating_sub(1))
        .filter(|&at| bytes[at].is_ascii_digit() && bytes[at + 1].is_ascii_digit())
        .filter(|&at| !matches!(bytes[at].abs_diff(bytes[at + 1]), 0 | 5))
        .collect();
    let at = *pairs.get(random.position(pairs.len()))?;
    bytes.swap(at, at + 1);
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_numbers_pass_the_same_arithmetic() {
        let remainder = |iban: &str| iban[4..].bytes().chain(iban[..4].bytes()).fold(0, iban_step);
        assert_eq!(remainder("GB82WEST12345698765432"), 1);
        assert_eq!(remainder("DE89370400440532013000"), 1);
        let mut random = Random::of(7, 7, 7);
        for (country, ..) in IBAN_SHAPES {
            assert_eq!(remainder(&iban(country, &mut random).unwrap()), 1, "{country}");
        }
        assert!(iban("US", &mut random).is_none());
        assert_eq!(luhn("808401234567893") % 10, 0);
        assert_eq!(luhn("79927398713") % 10, 0);
        for _ in 0..100 {
            assert_eq!(luhn(&format!("80840{}", npi(&mut random))) % 10, 0);
        }
    }

    #[test]
    fn the_number_of_an_lei_is_1_modulo_97() {
        let remainder = |lei: &str| lei.bytes().fold(0, iban_step);
        assert_eq!(remainder("213800KUD8LAJWSQ9D15"), 1);
        let mut random = Random::of(3, 3, 3);
        for _ in 0..200 {
            let lei = lei(&mut random);
            assert!(lei.len() == 20 && remainder(&lei) == 1, "{lei}");
        }
    }

    #[test]
    fn no_two_records_share_a_social_security_number() {
        let mut seen = std::collections::HashSet::new();
        for index in 0..50_000 {
            let ssn = ssn(11, index);
            assert!(ssn.len() == 11 && !ssn.starts_with("000") && !ssn.starts_with("666"), "{ssn}");
            assert_eq!(index % 16 == 7, ssn.starts_with('9'), "{ssn}");
            assert!(seen.insert(ssn));
        }
    }

    #[test]
    fn a_transposition_changes_the_check_sum() {
        let mut random = Random::of(1, 1, 1);
        for _ in 0..200 {
            let right = aba(&mut random);
            let Some(wrong) = transpose(&right, &mut random) else { continue };
            let sum = |aba: &str| -> u64 { aba.bytes().zip([3, 7, 1].iter().cycle()).map(|(b, w)| value(b) * w).sum() };
            assert_eq!(sum(&right) % 10, 0);
            assert_ne!(sum(&wrong) % 10, 0, "{right} {wrong}");
            assert_eq!(wrong[..2], right[..2]);
        }
    }
}

//! Arithmetic that several check-digit schemes share.

/// The digits of a text of exactly `N` ASCII digits.
pub(super) fn digits<const N: usize>(text: &str) -> Option<[u32; N]> {
    let bytes: &[u8; N] = text.as_bytes().try_into().ok()?;
    bytes.iter().all(u8::is_ascii_digit).then(|| bytes.map(|b| u32::from(b - b'0')))
}

/// Sum of digits times weights, pairwise from the left; what is longer is cut.
pub(super) fn weighted(digits: &[u32], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum()
}

/// The number that the digits write, for at most nine digits.
pub(super) fn number(digits: &[u32]) -> u32 {
    digits.iter().fold(0, |number, digit| number * 10 + digit)
}

/// Whether the last digit is the Luhn digit of the others (ISO/IEC 7812-1, Annex B): every second digit from the right
/// doubled, the sums of the digits of the results add up to a multiple of 10.
pub(super) fn is_luhn(digits: impl DoubleEndedIterator<Item = u32>) -> bool {
    let doubled = |digit: u32| if digit > 4 { 2 * digit - 9 } else { 2 * digit };
    let sum: u32 = digits.rev().enumerate().map(|(at, digit)| if at % 2 == 1 { doubled(digit) } else { digit }).sum();
    sum.is_multiple_of(10)
}

/// Whether the last digit is the GS1 digit of the others: weights 3 and 1 from the right, a multiple of 10 (GS1 General
/// Specifications, 7.9.1). All bytes must be digits.
pub(super) fn is_gs1(digits: impl DoubleEndedIterator<Item = u8>) -> bool {
    let weighted = |(at, b): (usize, u8)| u32::from(b.wrapping_sub(b'0')) * if at % 2 == 1 { 3 } else { 1 };
    digits.rev().enumerate().map(weighted).sum::<u32>().is_multiple_of(10)
}

/// ISO/IEC 7064 MOD 97-10: letters count 10 to 35, the whole taken modulo 97. `None` for other characters.
pub(super) fn mod97(bytes: impl Iterator<Item = u8>) -> Option<u32> {
    bytes.into_iter().try_fold(0, |rest, b| match b {
        b'0'..=b'9' => Some((rest * 10 + u32::from(b - b'0')) % 97),
        b'A'..=b'Z' => Some((rest * 100 + u32::from(b - b'A') + 10) % 97),
        _ => None,
    })
}

/// ISO/IEC 7064 MOD 11,10 over digits, the check digit last.
pub(super) fn is_mod11_10(digits: &[u32]) -> bool {
    let Some((check, payload)) = digits.split_last() else { return false };
    let product = payload.iter().fold(10, |product, digit| {
        let sum = (product + digit) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    (product + check) % 10 == 1
}

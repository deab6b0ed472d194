//! `icd10` and `hcpcs`: codes of diagnoses and procedures.

use super::fold::{ascii_upper, changed, is_code, narrow, trimmed};
use crate::field::{Refusal, Settings};
use std::borrow::Cow;

/// An ICD-10-CM code as it is printed, upper case with a dot after the third character: claims carry it without
/// (X12 837, HI segment). A text that has not the shape of one, with the dot or without, stays for the check but for its case.
pub(super) fn icd10(text: &str, _: &Settings<'_>) -> Result<Option<String>, Refusal> {
    if text.as_bytes().get(3) == Some(&b'.') && is_code(text) {
        return Ok(None);
    }
    let narrow = narrow(text);
    if !narrow.is_ascii() {
        return Ok(None);
    }
    let upper = ascii_upper(narrow);
    let trimmed = trimmed(&upper);
    let is_part = |b: u8| b.is_ascii_digit() || b.is_ascii_uppercase();
    if let Some((category, rest)) = trimmed.split_at_checked(3)
        && is_icd10cm(category)
        && (1..=4).contains(&rest.len())
        && rest.bytes().all(is_part)
    {
        return Ok(Some([category, ".", rest].concat()));
    }
    Ok(changed(text, Cow::Borrowed(trimmed)))
}

/// Whether a text has the shape of an ICD-10-CM code with its dot (NCHS, "ICD-10-CM official guidelines", I.A.2): a letter, a
/// digit, a digit or letter and, after a dot, one to four more. U is a letter like others: U07.1 is COVID-19.
pub(crate) fn is_icd10cm(text: &str) -> bool {
    let is_part = |b: &u8| b.is_ascii_digit() || b.is_ascii_uppercase();
    match text.as_bytes() {
        [b'A'..=b'Z', b'0'..=b'9', third, rest @ ..] if is_part(third) => match rest {
            [] => true,
            [b'.', rest @ ..] => (1..=4).contains(&rest.len()) && rest.iter().all(is_part),
            _ => false,
        },
        _ => false,
    }
}

/// A HCPCS or CPT code: upper case, without blanks at the ends. A modifier behind it is not cut off.
pub(super) fn hcpcs(text: &str, _: &Settings<'_>) -> Result<Option<String>, Refusal> {
    if is_code(text) {
        return Ok(None);
    }
    let narrow = narrow(text);
    if !narrow.is_ascii() {
        return Ok(None);
    }
    let upper = ascii_upper(narrow);
    Ok(changed(text, Cow::Borrowed(trimmed(&upper))))
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    #[test]
    fn codes() {
        for (text, expected) in [
            ("e119", "E11.9"),
            ("E11.9", "E11.9"),
            (" s72001a", "S72.001A"),
            ("I10", "I10"),
            ("Ｕ０７１", "U07.1"),
            ("E11.", "E11."),
            ("E1", "E1"),
            ("e11-9", "E11-9"),
            ("I1012345", "I1012345"),
            ("é", "é"),
        ] {
            check("icd10", text, expected);
        }
        for (text, expected) in [("j1885 ", "J1885"), ("99213", "99213"), ("99213-25", "99213-25"), ("é", "é")] {
            check("hcpcs", text, expected);
        }
    }
}

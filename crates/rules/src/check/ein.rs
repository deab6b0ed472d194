//! `ein` and `tax_id`: tax numbers of companies.

use super::{eu_vat, pattern};
use crate::field::{Refusal, Settings};
use record::Code;

/// A US employer identification number `NN-NNNNNNN` (26 CFR 301.7701-12) whose first two digits the IRS assigns to a
/// campus or to the internet ("How EINs are assigned and valid EIN prefixes"). There is no check digit.
pub(super) fn ein(text: &str, _: &Settings<'_>) -> Result<(), Refusal> {
    let &[p0 @ b'0'..=b'9', p1 @ b'0'..=b'9', b'-', ref serial @ ..] = text.as_bytes() else {
        return Err(pattern("NN-NNNNNNN"));
    };
    if serial.len() != 7 || !serial.iter().all(u8::is_ascii_digit) {
        return Err(pattern("NN-NNNNNNN"));
    }
    match (p0 - b'0') * 10 + (p1 - b'0') {
        0 | 7..=9 | 17..=19 | 28 | 29 | 49 | 69 | 70 | 78 | 79 | 89 | 96 | 97 => {
            Err(Refusal::new(Code::FmtPattern).with("expected", "NN-NNNNNNN").with("reason", "prefix"))
        }
        _ => Ok(()),
    }
}

/// A tax number that begins with two letters must be an EU VAT number, any other an EIN.
pub(super) fn tax_id(text: &str, settings: &Settings<'_>) -> Result<(), Refusal> {
    if text.starts_with(|c: char| c.is_ascii_alphabetic()) {
        eu_vat::eu_vat(text, settings)
    } else {
        ein(text, settings)
    }
}

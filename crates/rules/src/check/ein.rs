//! `ein`, `ein_or_ssn` and `tax_id`: tax numbers of companies.

use super::{eu_vat, pattern, ssn};
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
    if is_prefix((p0 - b'0') * 10 + (p1 - b'0')) {
        return Ok(());
    }
    Err(Refusal::new(Code::FmtPattern).with("expected", "NN-NNNNNNN").with("reason", "prefix"))
}

/// Prefixes that the IRS lists.
const fn is_prefix(prefix: u8) -> bool {
    matches!(prefix, 1..=6 | 10..=16 | 20..=27 | 30..=48 | 50..=68 | 71..=77 | 80..=88 | 90..=95 | 98 | 99)
}

/// An `ein` when it is written as one, otherwise an `ssn`; nine digits without hyphens are taken when they can be one
/// of the two (CMS-1500, item 25: the box beside the number says which, not the number).
pub(super) fn ein_or_ssn(text: &str, settings: &Settings<'_>) -> Result<(), Refusal> {
    if text.as_bytes().get(2) == Some(&b'-') {
        return ein(text, settings);
    }
    ssn::ssn(text, settings).or_else(|refusal| match text.as_bytes() {
        // A known fake stays one, even where its digits could be a company's.
        [p0 @ b'0'..=b'9', p1 @ b'0'..=b'9', serial @ ..]
            if refusal.code != Code::ValPlaceholder
                && serial.len() == 7
                && serial.iter().all(u8::is_ascii_digit)
                && is_prefix((p0 - b'0') * 10 + (p1 - b'0')) =>
        {
            Ok(())
        }
        _ => Err(refusal.with("or", "NN-NNNNNNN")),
    })
}

/// A tax number that begins with two letters must be an EU VAT number, any other an EIN.
pub(super) fn tax_id(text: &str, settings: &Settings<'_>) -> Result<(), Refusal> {
    if text.starts_with(|c: char| c.is_ascii_alphabetic()) {
        eu_vat::eu_vat(text, settings)
    } else {
        ein(text, settings)
    }
}

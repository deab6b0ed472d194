//! Semantic checks of one normalized value: one file each, one line in the registry.
//!
//! A check reads the text as normalizers left it, changes nothing and allocates nothing unless it refuses. A check
//! digit that fails is `VAL.CHECK_DIGIT` with `scheme`; a wrong shape is `FMT.PATTERN` with `expected`, or
//! `VAL.COUNTRY_LENGTH` where the country decides the shape.

mod aba;
mod bic;
mod digits;
mod ein;
mod email;
mod eu_vat;
mod gtin;
mod iban;
mod iso;
mod luhn;
mod npi;
mod placeholder;
mod quarter_step;
mod ssn;
mod us_state;

pub use iban::country_of_iban;
pub use iso::minor_unit;

use crate::field::{Check, Refusal};
use record::Code;

macro_rules! registry {
    ($($name:literal => $function:path;)*) => {
        /// Names of all checks, for suggestions.
        pub const NAMES: &[&str] = &[$($name),*];

        /// Finds a check by name.
        #[must_use]
        pub fn check(name: &str) -> Option<(&'static str, Check)> {
            match name {
                $($name => Some(($name, $function)),)*
                _ => None,
            }
        }
    };
}

registry! {
    "aba" => aba::aba;
    "bic" => bic::bic;
    "ein" => ein::ein;
    "email" => email::email;
    "eu_vat" => eu_vat::eu_vat;
    "gtin" => gtin::gtin;
    "iban" => iban::iban;
    "iso3166" => iso::iso3166;
    "iso4217" => iso::iso4217;
    "itin" => ssn::itin;
    "luhn" => luhn::luhn;
    "not_placeholder" => placeholder::not_placeholder;
    "npi" => npi::npi;
    "quarter_step" => quarter_step::quarter_step;
    "ssn" => ssn::ssn;
    "tax_id" => ein::tax_id;
    "us_state" => us_state::us_state;
}

fn pattern(expected: &str) -> Refusal {
    Refusal::new(Code::FmtPattern).with("expected", expected)
}

fn check_digit(scheme: &str) -> Refusal {
    Refusal::new(Code::ValCheckDigit).with("scheme", scheme)
}

fn placeholder() -> Refusal {
    Refusal::new(Code::ValPlaceholder)
}

#[cfg(test)]
mod tests;

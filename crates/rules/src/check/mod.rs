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
mod hcpcs;
mod iban;
mod icd10cm;
mod isbn;
mod isin;
mod iso;
mod lei;
mod luhn;
mod no_po_box;
mod npi;
mod person_name;
mod phone;
mod placeholder;
pub mod postal;
mod quarter_step;
mod ssn;
mod structure;
mod tin;
mod us_state;
mod vin;
mod zip_state;

pub use iban::country_of_iban;
pub use iso::minor_unit;
pub use tin::tin_fits;
pub use zip_state::zip_state;

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
    "atin" => ssn::atin;
    "bic" => bic::bic;
    "ein" => ein::ein;
    "ein_or_ssn" => ein::ein_or_ssn;
    "email" => email::email;
    "eu_vat" => eu_vat::eu_vat;
    "gtin" => gtin::gtin;
    "hcpcs" => hcpcs::hcpcs;
    "iban" => iban::iban;
    "icd10cm" => icd10cm::icd10cm;
    "isbn" => isbn::isbn;
    "isin" => isin::isin;
    "iso3166" => iso::iso3166;
    "iso4217" => iso::iso4217;
    "itin" => ssn::itin;
    "lei" => lei::lei;
    "luhn" => luhn::luhn;
    "no_po_box" => no_po_box::no_po_box;
    "not_placeholder" => placeholder::not_placeholder;
    "npi" => npi::npi;
    "person_name" => person_name::person_name;
    "phone" => phone::phone;
    "quarter_step" => quarter_step::quarter_step;
    "ssn" => ssn::ssn;
    "ssn_or_itin" => ssn::ssn_or_itin;
    "tax_id" => ein::tax_id;
    "uk_postcode" => postal::uk_postcode;
    "us_state" => us_state::us_state;
    "us_zip" => postal::us_zip;
    "vin" => vin::vin;
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

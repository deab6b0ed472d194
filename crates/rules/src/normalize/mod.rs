//! Normalizers: one file each, one line in the registry.
//!
//! Each is pure and makes only repairs that are certain: what could be read in two ways is refused with a code that
//! says so. The result of each normalizes to itself under the same settings. None of them allocates when nothing changes.

mod address;
mod boolean;
pub(crate) mod calendar;
mod case;
mod codes;
mod country;
mod currency;
mod date;
mod decimal;
mod email;
mod fold;
mod id;
mod integer;
mod medical;
mod mojibake;
mod number;
mod person;
mod phone;
mod postal;
mod spacing;
mod ssn;
mod text;
mod us_state;
mod values;

pub(crate) use country::find as find_country;
pub(crate) use currency::find as find_currency;
pub use decimal::currencies_of;
pub(crate) use fold::word_key;
pub use mojibake::mojibake;
pub(crate) use person::{Suffix, suffix_of};
pub(crate) use phone::is_phone;
pub(crate) use text::is_plain;
pub(crate) use us_state::find as find_us_state;

use crate::field::Normalizer;

macro_rules! registry {
    ($($name:literal => $function:path;)*) => {
        /// Names of all normalizers, for suggestions.
        pub const NAMES: &[&str] = &[$($name),*];

        /// Finds a normalizer by name. `text` is among them: the judge runs it on every string first.
        #[must_use]
        pub fn normalizer(name: &str) -> Option<(&'static str, Normalizer)> {
            match name {
                $($name => Some(($name, $function)),)*
                _ => None,
            }
        }
    };
}

registry! {
    "address" => address::address;
    "bic" => codes::bic;
    "boolean" => boolean::boolean;
    "company" => spacing::company;
    "country" => country::country;
    "currency" => currency::currency;
    "date" => date::date;
    "decimal" => decimal::decimal;
    "digits" => codes::digits;
    "ein" => codes::ein;
    "email" => email::email;
    "eu_vat" => codes::eu_vat;
    "hcpcs" => medical::hcpcs;
    "iban" => codes::iban;
    "icd10" => medical::icd10;
    "id" => id::id;
    "id_squeeze" => id::id_squeeze;
    "integer" => integer::integer;
    "isbn" => codes::isbn;
    "lower" => case::lower;
    "money" => decimal::money;
    "name" => person::name;
    "percent" => decimal::percent;
    "phone" => phone::phone;
    "postcode" => postal::postcode;
    "squeeze" => spacing::squeeze;
    "ssn" => ssn::ssn;
    "suffix" => person::suffix;
    "text" => text::text;
    "trim" => spacing::trim;
    "upper" => case::upper;
    "us_state" => us_state::us_state;
    "values" => values::values;
    "zip" => postal::zip;
}

#[cfg(test)]
mod tests;

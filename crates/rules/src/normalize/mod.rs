//! Normalizers: one file each, one line in the registry.
//!
//! Each is pure and makes only repairs that are certain: what could be read in two ways is refused with a code that
//! says so. The result of each normalizes to itself under the same settings. None of them allocates when nothing changes.

mod address;
mod boolean;
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
mod settled;
mod spacing;
mod ssn;
mod text;
mod us_state;
mod values;

pub(crate) use address::{DIRECTIONS, STREETS, UNITS};
pub(crate) use country::find as find_country;
pub(crate) use currency::find as find_currency;
pub use decimal::currencies_of;
pub(crate) use fold::{contains, word_key};
pub(crate) use medical::is_icd10cm;
pub use mojibake::mojibake;
pub(crate) use person::{Suffix, suffix_of};
pub(crate) use phone::is_phone;
pub(crate) use settled::Settled;
pub(crate) use text::is_plain;
pub(crate) use us_state::find as find_us_state;

use crate::field::Normalizer;

macro_rules! registry {
    ($($name:literal => $function:path, for $kind:ident $(| $more:ident)*;)*) => {
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

        fn left_by(name: &str) -> Settled {
            match name {
                $($name => Settled::$kind$(.and(Settled::$more))*,)*
                _ => Settled::NONE,
            }
        }
    };
}

// Behind `for`: the texts that it neither changes nor refuses, whatever the settings, of those that are printable ASCII without
// blanks at their ends. `NONE` is always right.
registry! {
    "address" => address::address, for NONE;
    "bic" => codes::bic, for NO_SMALL | NO_BLANK;
    "boolean" => boolean::boolean, for NONE;
    "company" => spacing::company, for NO_BLANK;
    "country" => country::country, for NONE;
    "currency" => currency::currency, for NONE;
    "date" => date::date, for NONE;
    "decimal" => decimal::decimal, for NONE;
    "digits" => codes::digits, for NONE;
    "ein" => codes::ein, for NONE;
    "email" => email::email, for NO_CAPITAL;
    "eu_vat" => codes::eu_vat, for NONE;
    "hcpcs" => medical::hcpcs, for NO_SMALL;
    "iban" => codes::iban, for NONE;
    "icd10" => medical::icd10, for NONE;
    "id" => id::id, for NO_SMALL;
    "id_squeeze" => id::id_squeeze, for NO_SMALL | NO_BLANK;
    "integer" => integer::integer, for NONE;
    "isbn" => codes::isbn, for NONE;
    "lower" => case::lower, for NO_CAPITAL;
    "money" => decimal::money, for NONE;
    "name" => person::name, for NO_BLANK;
    "percent" => decimal::percent, for NONE;
    "phone" => phone::phone, for NONE;
    "postcode" => postal::postcode, for NONE;
    "squeeze" => spacing::squeeze, for NO_BLANK;
    "ssn" => ssn::ssn, for NONE;
    "suffix" => person::suffix, for NONE;
    "text" => text::text, for ALL;
    "trim" => spacing::trim, for ALL;
    "upper" => case::upper, for NO_SMALL;
    "us_state" => us_state::us_state, for NONE;
    "values" => values::values, for NONE;
    "zip" => postal::zip, for NONE;
}

#[cfg(test)]
mod tests;

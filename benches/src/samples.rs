//! A value of every kind of field: what a person keys, and what it is in a clean record.
//!
//! A normalizer or check without a line here fails a test: adding one is adding a line.

use record::RecordTime;
use rules::field::{Annotation, DecimalRange, Settings, TwoDigitYear};
use rules::{DateOrder, DecimalSign, Profile};

/// A normalizer's name, a value as keyed, and what the normalizer makes of it.
pub const NORMALIZERS: &[(&str, &str, &str)] = &[
    ("address", "123 north main street, apartment 4", "123 N MAIN ST APT 4"),
    ("bic", "deut de ff 500", "DEUTDEFF500"),
    ("boolean", "Yes", "true"),
    ("company", "ACME  Industries,  Inc.", "ACME Industries, Inc."),
    ("country", "United Kingdom", "GB"),
    ("currency", "us$", "USD"),
    ("date", "31.12.2026", "2026-12-31"),
    ("decimal", "1,234.50", "1234.5"),
    ("digits", "111-000-025", "111000025"),
    ("ein", "911144442", "91-1144442"),
    ("email", "A.Person@Example.COM", "A.Person@example.com"),
    ("eu_vat", "de 136.695.976", "DE136695976"),
    ("hcpcs", "j1885", "J1885"),
    ("iban", "GB82 WEST 1234 5698 7654 32", "GB82WEST12345698765432"),
    ("icd10", "s72001a", "S72.001A"),
    ("id", "inv-2026/0042 a", "INV-2026/0042 A"),
    ("id_squeeze", "inv 2026 0042", "INV20260042"),
    ("integer", "1,200", "1200"),
    ("isbn", "978-0-306-40615-7", "9780306406157"),
    ("lower", "ACCOUNTS PAYABLE", "accounts payable"),
    ("money", "$1,234.50-", "-1234.5"),
    ("name", "O\u{2019}Brien,  Mary-Ann", "O'Brien, Mary-Ann"),
    ("percent", "12.5 %", "12.5"),
    ("phone", "(415) 555-2671", "+14155552671"),
    ("postcode", "sw1a1aa", "SW1A 1AA"),
    ("squeeze", "12  North  Main  Street", "12 North Main Street"),
    ("ssn", "536904399", "536-90-4399"),
    ("suffix", "jr.", "Jr"),
    ("text", "Cafe\u{301} au lait\u{a0}", "Caf\u{e9} au lait"),
    ("trim", " North ", "North"),
    ("upper", "accounts payable", "ACCOUNTS PAYABLE"),
    ("us_state", "N. Mex.", "NM"),
    ("values", "male", "M"),
    ("zip", "100011234", "10001-1234"),
];

/// A check's name and a value that passes it.
pub const CHECKS: &[(&str, &str)] = &[
    ("aba", "021000021"),
    ("atin", "912-93-3456"),
    ("bic", "DEUTDEFF500"),
    ("ein", "91-1144442"),
    ("ein_or_ssn", "536-90-4399"),
    ("email", "a.person@example.com"),
    ("eu_vat", "DE136695976"),
    ("gtin", "4006381333931"),
    ("hcpcs", "J1885"),
    ("iban", "GB82WEST12345698765432"),
    ("icd10cm", "S72.001A"),
    ("isbn", "9780306406157"),
    ("isin", "US0378331005"),
    ("iso3166", "GB"),
    ("iso4217", "USD"),
    ("itin", "912-90-3456"),
    ("lei", "213800KUD8LAJWSQ9D15"),
    ("luhn", "4111111111111111"),
    ("no_po_box", "123 N Main St Apt 4"),
    ("not_placeholder", "Anne-Marie Duff"),
    ("npi", "1234567893"),
    ("person_name", "Anne-Marie Duff"),
    ("phone", "+442079460958"),
    ("quarter_step", "7.75"),
    ("ssn", "536-90-4399"),
    ("ssn_or_itin", "536-90-4399"),
    ("tax_id", "91-1144442"),
    ("uk_postcode", "SW1A 1AA"),
    ("us_state", "NM"),
    ("us_zip", "10001-1234"),
    ("vin", "1M8GDM9AXKP042788"),
];

/// Profile and annotation under which every sample is certain.
#[derive(Debug)]
pub struct Field {
    profile: Profile,
    annotation: Annotation,
}

impl Default for Field {
    fn default() -> Self {
        let profile = Profile {
            date_order: Some(DateOrder::Dmy),
            decimal_sign: Some(DecimalSign::Point),
            region: Some("US".to_owned()),
            soft: None,
        };
        let annotation = Annotation {
            decimal: Some(DecimalRange { scale_min: 0, scale_max: 6, min: None, max: None }),
            two_digit_year: Some(TwoDigitYear::Nearest),
            values: vec![("female".to_owned(), "F".to_owned()), ("male".to_owned(), "M".to_owned())],
            ..Annotation::default()
        };
        Self { profile, annotation }
    }
}

impl Field {
    /// What its normalizers and checks are told.
    #[must_use]
    pub const fn settings(&self) -> Settings<'_> {
        Settings { profile: &self.profile, annotation: &self.annotation, time: Some(RecordTime(1_795_348_800_000)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rules::{check, normalize};

    #[test]
    fn every_normalizer_has_a_sample_that_it_changes() {
        let sampled: Vec<&str> = NORMALIZERS.iter().map(|(name, ..)| *name).collect();
        assert_eq!(sampled, normalize::NAMES, "one line for each, in their order");
        let field = Field::default();
        for (name, keyed, clean) in NORMALIZERS {
            let (_, normalizer) = normalize::normalizer(name).unwrap();
            assert_eq!(normalizer(keyed, &field.settings()), Ok(Some((*clean).to_owned())), "{name}");
            assert_eq!(normalizer(clean, &field.settings()), Ok(None), "{name}");
        }
    }

    #[test]
    fn every_check_has_a_sample_that_passes() {
        let sampled: Vec<&str> = CHECKS.iter().map(|(name, _)| *name).collect();
        assert_eq!(sampled, check::NAMES, "one line for each, in their order");
        let field = Field::default();
        for (name, text) in CHECKS {
            let (_, check) = check::check(name).unwrap();
            assert_eq!(check(text, &field.settings()), Ok(()), "{name}");
        }
    }
}

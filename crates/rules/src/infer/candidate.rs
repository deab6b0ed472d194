//! Kinds of values that are recognised by their check: what normalizes them, what checks them, and what columns of the
//! kind are called.

use crate::{
    Profile, check,
    field::{Annotation, Settings},
    normalize,
};

/// A kind of value.
#[derive(Debug)]
pub(super) struct Candidate {
    /// What it is, for people.
    pub(super) words: &'static str,
    pub(super) normalize: &'static [&'static str],
    pub(super) check: &'static [&'static str],
    /// Words that the names of such columns have.
    pub(super) named: &'static [&'static str],
    /// How many different values without such a name are enough; chance passes weak checks. `None`: the name is needed.
    pub(super) different: Option<usize>,
    /// Greatest length of a value.
    pub(super) max: u32,
}

const fn kind(
    words: &'static str,
    normalize: &'static [&'static str],
    check: &'static [&'static str],
    named: &'static [&'static str],
    different: Option<usize>,
    max: u32,
) -> Candidate {
    Candidate { words, normalize, check, named, different, max }
}

/// From the most to the least particular.
pub(super) const CANDIDATES: &[Candidate] = &[
    kind("IBAN", &["iban"], &["iban"], &["iban"], Some(2), 34),
    kind("LEI", &["id_squeeze"], &["lei"], &["lei"], Some(2), 20),
    kind("ISIN", &["id_squeeze"], &["isin"], &["isin"], Some(5), 12),
    kind("VIN", &["id_squeeze"], &["vin"], &["vin"], Some(5), 17),
    kind("e-mail address", &["email"], &["email"], &["email", "mail"], Some(1), 254),
    kind("ISBN", &["isbn"], &["isbn"], &["isbn"], None, 13),
    kind("BIC", &["bic"], &["bic"], &["bic", "swift"], None, 11),
    kind("NPI", &["digits"], &["npi"], &["npi"], Some(20), 10),
    kind("bank routing number", &["digits"], &["aba"], &["aba", "routing", "rtn"], Some(40), 9),
    kind("EIN", &["ein"], &["ein"], &["ein", "fein", "tin"], None, 10),
    kind("SSN", &["ssn"], &["ssn"], &["ssn", "social"], None, 11),
    kind("GTIN", &["digits"], &["gtin"], &["gtin", "ean", "upc", "barcode"], None, 14),
    kind("EU VAT number", &["eu_vat"], &["eu_vat"], &["vat", "ust", "uid"], None, 14),
    kind("ZIP code", &["zip"], &["us_zip"], &["zip", "zipcode", "postal", "postcode"], None, 10),
    kind("US state", &["us_state"], &["us_state"], &["state", "st"], None, 2),
    kind("country", &["country"], &["iso3166"], &["country", "nation", "nationality"], None, 2),
    kind("currency", &["currency"], &["iso4217"], &["currency", "ccy", "curr"], None, 3),
    kind("telephone number", &["phone"], &["phone"], &["phone", "tel", "telephone", "mobile", "fax", "cell"], None, 20),
    kind("ICD-10-CM code", &["icd10"], &["icd10cm"], &["icd", "icd10", "dx", "diagnosis"], None, 8),
    kind("HCPCS code", &["hcpcs"], &["hcpcs"], &["hcpcs", "cpt"], None, 5),
];

impl Candidate {
    /// Whether a text is of this kind once it is normalized.
    pub(super) fn fits(&self, text: &str) -> bool {
        let profile = Profile { region: Some("US".to_owned()), ..Profile::default() };
        let annotation = Annotation::default();
        let settings = Settings { profile: &profile, annotation: &annotation, time: None };
        let mut value = text.to_owned();
        for name in self.normalize {
            let Some((_, normalizer)) = normalize::normalizer(name) else { return false };
            match normalizer(&value, &settings) {
                Ok(changed) => value = changed.unwrap_or(value),
                Err(_) => return false,
            }
        }
        self.check.iter().all(|name| check::check(name).is_some_and(|(_, check)| check(&value, &settings).is_ok()))
    }

    /// Whether a name says that the column is of this kind.
    pub(super) fn is_named(&self, name: &str) -> bool {
        name.split('_').any(|word| self.named.contains(&word))
    }
}

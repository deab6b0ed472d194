//! Tax numbers of many countries: their shapes, and their check digits where they have some.

mod letters;
mod sums;

use super::eu_vat::{self, Answer};
use super::structure::fits;
use super::{ein, ssn};
use crate::Profile;
use crate::field::{Annotation, Settings};

/// Whether a text can be a tax number of a country (ISO 3166-1 alpha-2), of a person or a company; `None` where the
/// country's are not known. Blanks, hyphens, dots and slashes do not count, except in the US, where they tell an EIN from an SSN.
///
/// US: a social security, individual taxpayer, adoption or employer number by the rules of `ssn`, `itin`, `atin` and
/// `ein`. EU: a VAT number, with its prefix or without, by the rules of `eu_vat`. Besides, what persons and companies of a
/// country have for other taxes (OECD and European Commission, "Tax identification numbers" by country). That a number
/// was ever issued nobody can tell from its digits.
#[must_use]
pub fn tin_fits(country: &str, text: &str) -> Option<bool> {
    if country == "US" {
        return Some(is_us(text));
    }
    let at = KINDS.binary_search_by(|(known, _)| (*known).cmp(country)).ok()?;
    let (_, kinds) = KINDS.get(at)?;
    let mut bare = Vec::with_capacity(text.len());
    bare.extend(text.bytes().filter(|b| !matches!(b, b' ' | b'-' | b'.' | b'/')));
    let is_kind = |kind: &Kind| fits(&bare, kind.0) && kind.1.is_none_or(|rule| rule(&bare));
    Some(kinds.iter().any(is_kind) || vat_answer(country, &bare) == Some(true))
}

/// What the rules of EU VAT numbers say of the number, with its prefix or without.
fn vat_answer(country: &str, bare: &[u8]) -> Answer {
    let text = std::str::from_utf8(bare).ok()?;
    let (prefix, rule) = match country {
        "GR" => ("EL", "EL"),
        // What is left of Great Britain's in the EU, its rules.
        "GB" => ("GB", "XI"),
        other => (other, other),
    };
    eu_vat::rule(rule)?(text.strip_prefix(prefix).unwrap_or(text))
}

fn is_us(text: &str) -> bool {
    let (profile, annotation) = (Profile::default(), Annotation::default());
    let settings = Settings { profile: &profile, annotation: &annotation, time: None };
    [ein::ein_or_ssn, ssn::itin, ssn::atin].iter().any(|check| check(text, &settings).is_ok())
}

/// A shape without separators, as runs of `n` digits, `a` upper-case letters, `c` either, and what must hold besides.
type Kind = (&'static str, Option<fn(&[u8]) -> bool>);

/// Countries and their kinds of numbers besides VAT numbers of the EU, which `eu_vat` knows; sorted. Without a rule: there is
/// no check digit, or how it is made is not published.
const KINDS: &[(&str, &[Kind])] = &[
    ("AR", &[("11n", Some(sums::argentina))]),
    ("AT", &[("9n", Some(sums::luhn))]),
    (
        "AU",
        &[
            ("9n", Some(sums::australia_person)),
            ("8n", Some(sums::australia_person)),
            ("11n", Some(sums::australia_business)),
        ],
    ),
    ("BE", &[("11n", Some(sums::belgium))]),
    ("BG", &[("13n", None)]),
    ("BR", &[("11n", Some(sums::brazil)), ("12c2n", Some(sums::brazil))]),
    ("CA", &[("9n", Some(sums::luhn)), ("9n2a4n", None), ("1a8n", None)]),
    ("CH", &[("13n", Some(sums::switzerland_person)), ("3a9n", Some(sums::switzerland_business))]),
    ("CL", &[("7n1c", Some(sums::chile)), ("8n1c", Some(sums::chile))]),
    ("CN", &[("15n", None), ("18c", None)]),
    ("CY", &[]),
    ("CZ", &[]),
    ("DE", &[("11n", Some(sums::germany)), ("10n", None), ("13n", None)]),
    ("DK", &[("10n", Some(sums::denmark))]),
    ("EE", &[("11n", Some(sums::baltic_person)), ("8n", Some(sums::two_rounds))]),
    ("ES", &[]),
    ("FI", &[("6n1a3n1c", Some(letters::finland)), ("6n3n1c", Some(letters::finland))]),
    ("FR", &[("13n", Some(sums::france)), ("9n", Some(sums::luhn)), ("14n", Some(sums::france_establishment))]),
    ("GB", &[("10n", None), ("2a6n1a", Some(letters::britain))]),
    ("GR", &[]),
    ("HR", &[]),
    ("HU", &[("10n", Some(sums::hungary)), ("11n", Some(sums::hungary_company))]),
    ("IE", &[]),
    ("IL", &[("9n", Some(sums::luhn))]),
    ("IN", &[("5a4n1a", Some(letters::india))]),
    ("IS", &[("10n", None)]),
    ("IT", &[("6a2c1a2c1a3c1a", Some(letters::italy))]),
    ("JP", &[("12n", None), ("13n", None)]),
    ("KR", &[("10n", None), ("13n", None)]),
    ("LT", &[("11n", Some(sums::baltic_person)), ("9n", Some(sums::two_rounds))]),
    ("LU", &[("13n", Some(sums::luxembourg)), ("11n", None)]),
    ("LV", &[]),
    ("MT", &[("7n1a", Some(letters::malta)), ("9n", Some(letters::malta_nine))]),
    ("MX", &[("3a6n3c", None), ("4a6n3c", None)]),
    ("NL", &[("9n", Some(sums::netherlands))]),
    (
        "NO",
        &[
            ("11n", Some(sums::norway_person)),
            ("9n", Some(sums::norway_business)),
            ("9n3a", Some(sums::norway_business)),
        ],
    ),
    ("NZ", &[("8n", None), ("9n", None)]),
    ("PL", &[("11n", Some(sums::poland))]),
    ("PT", &[]),
    ("RO", &[("13n", Some(sums::romania))]),
    ("RU", &[("10n", Some(sums::russia)), ("12n", Some(sums::russia))]),
    ("SE", &[("10n", Some(sums::sweden)), ("12n", Some(sums::sweden))]),
    ("SI", &[]),
    ("SK", &[("9n", Some(sums::slovakia))]),
    ("TH", &[("13n", Some(sums::thailand))]),
    ("TR", &[("11n", Some(sums::turkey)), ("10n", None)]),
    ("UA", &[("10n", Some(sums::ukraine)), ("8n", None), ("12n", None)]),
    ("ZA", &[("10n", Some(sums::luhn))]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_are_sorted() {
        assert!(KINDS.is_sorted_by(|a, b| a.0 < b.0));
        assert!(KINDS.iter().all(|(country, _)| crate::normalize::find_country(country).is_some()));
    }

    #[test]
    fn tax_numbers_of_countries() {
        for (country, text) in [
            ("US", "536-90-4399"),
            ("US", "536904399"),
            ("US", "91-1144442"),
            ("US", "912-90-3456"),
            ("US", "912-93-3456"),
            ("DE", "86 095 742 719"),
            ("DE", "DE136695976"),
            ("DE", "136695976"),
            ("GR", "EL094259216"),
            ("FR", "FR40303265045"),
            ("IT", "RSSMRA85T10A562S"),
            ("GB", "AA123456C"),
            ("CH", "756.9217.0769.85"),
            ("CH", "CHE-123.456.788"),
            ("FI", "131052-308T"),
            ("FI", "131052A308T"),
            ("IN", "ABCPE1234F"),
            ("CL", "12.345.678-5"),
            ("TR", "10000000146"),
            ("NO", "974760673"),
            ("AU", "51 824 753 556"),
            ("RU", "7707083893"),
            ("BE", "00.01.25-111.48"),
            ("JP", "123456789012"),
        ] {
            assert_eq!(tin_fits(country, text), Some(true), "{country} {text}");
        }
        for (country, text) in [
            ("US", "666-12-3456"),
            ("US", "91-114444"),
            ("US", "é"),
            ("DE", "DE136695977"),
            ("DE", "1234"),
            ("GR", "EL094259217"),
            ("IT", "RSSMRA85T10A562"),
            ("GB", "123"),
            ("IN", "ABCDE12345"),
            ("FR", ""),
            ("CL", "12.345.678-K"),
            ("CH", "756.9217.0769.86"),
            ("FI", "131052-308U"),
            ("BR", "111.111.111-11"),
            ("PL", "02070803629"),
            ("TR", "10000000147"),
        ] {
            assert_eq!(tin_fits(country, text), Some(false), "{country} {text}");
        }
        for country in ["XX", "SG", ""] {
            assert_eq!(tin_fits(country, "1"), None, "{country}");
        }
    }

    /// Invented numbers that another implementation accepts, one for every century, length and check that a country has;
    /// none of them with another last digit.
    #[test]
    fn every_check_and_century_of_a_country_is_known() {
        for (country, texts) in [
            ("AU", &["087739936", "213812098", "172975923", "54065903", "82931561"][..]),
            ("BR", &["08352555227", "69381085366", "47689107544411"]),
            (
                "EE",
                &["12105241669", "21109156892", "35602189544", "43510188383", "59506033788", "68202010143", "76952329"],
            ),
            ("FR", &["61471910213072", "65668306774619", "1897558625494", "0077309843142"]),
            ("NL", &["021213902", "666591660"]),
            ("NO", &["28127894770", "08109250989", "07091868827", "504631958", "836410262", "788088132"]),
            ("PL", &["87010268828", "73211256029", "38431078075", "84641403422", "49872041087", "52251145119"]),
            (
                "RO",
                &["1130927832876", "2400608272293", "3761021160741", "4141009405392", "5470812355191", "6620822417122"],
            ),
            ("RO", &["7590928416254", "8240725279541", "9480611242085", "2330812169661"]),
            ("RU", &["2716197231", "3652272860", "5056676488", "968913690305", "052548487700", "301326158106"]),
        ] {
            for text in texts {
                assert_eq!(tin_fits(country, text), Some(true), "{country} {text}");
                let (front, last) = text.split_at(text.len() - 1);
                let wrong = (0..10).map(|digit| digit.to_string()).filter(|digit| digit != last);
                for text in wrong.map(|digit| format!("{front}{digit}")) {
                    assert_eq!(tin_fits(country, &text), Some(false), "{country} {text}");
                }
            }
        }
        // Danish numbers have no check digit, but a date of birth: 29 February was not in 1900, and was in 2004.
        for (text, fits) in [("2611440376", true), ("2902044000", true), ("2902000000", false), ("3112115571", true)] {
            assert_eq!(tin_fits("DK", text), Some(fits), "DK {text}");
        }
    }

    /// The form of customers warns where the shapes of a country are not known, by lists of its own.
    #[test]
    fn the_form_of_customers_lists_the_countries_known_here() {
        let mut known: Vec<&str> = KINDS.iter().map(|(country, _)| *country).chain(["US"]).collect();
        known.sort_unstable();
        let list = format!("in ['{}']", known.join("', '"));
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schemas/customer_kyc/1.json");
        let form: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
        let rules = form["x-faircopy"]["rules"].as_array().unwrap();
        for id in ["kyc.tin_unknown", "kyc.id_tin_unknown"] {
            let rule = rules.iter().find(|rule| rule["id"] == id).unwrap();
            assert!(rule["rule"].as_str().unwrap().ends_with(&list), "{id} should list: {list}");
        }
    }
}

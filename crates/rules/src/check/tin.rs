//! Tax numbers of many countries, by their shape.

use super::eu_vat::{self, Answer};
use super::structure::fits;
use super::{ein, ssn};
use crate::Profile;
use crate::field::{Annotation, Settings};

/// Whether a text has the shape of a tax number of a country (ISO 3166-1 alpha-2), of a person or a company; `None` where the
/// shapes are not known. Blanks, hyphens, dots and slashes do not count.
///
/// US: a social security, individual taxpayer, adoption or employer number by the rules of `ssn`, `itin`, `atin` and `ein`. EU: a VAT number with
/// its prefix by the rules of `eu_vat`, or a number of the country's other shapes (OECD and European Commission, "Tax
/// identification numbers" by country). It is shape only: that a number was ever issued nobody can tell from its digits.
#[must_use]
pub fn tin_fits(country: &str, text: &str) -> Option<bool> {
    if country == "US" {
        return Some(is_us(text));
    }
    let at = SHAPES.binary_search_by(|(known, _)| (*known).cmp(country)).ok()?;
    let (_, shapes) = SHAPES.get(at)?;
    let bare: Vec<u8> = text.bytes().filter(|b| !matches!(b, b' ' | b'-' | b'.' | b'/')).collect();
    let by_shape = shapes.iter().any(|shape| fits(&bare, shape));
    Some(by_shape || vat_answer(country, &bare) == Some(true))
}

/// What the rules of EU VAT numbers say of the number, with its prefix or without.
fn vat_answer(country: &str, bare: &[u8]) -> Answer {
    let prefix = if country == "GR" { "EL" } else { country };
    let text = std::str::from_utf8(bare).ok()?;
    eu_vat::rule(prefix)?(text.strip_prefix(prefix).unwrap_or(text))
}

fn is_us(text: &str) -> bool {
    let (profile, annotation) = (Profile::default(), Annotation::default());
    let settings = Settings { profile: &profile, annotation: &annotation, time: None };
    [ein::ein_or_ssn, ssn::itin, ssn::atin].iter().any(|check| check(text, &settings).is_ok())
}

/// Shapes without separators: runs of `n` digits, `a` upper-case letters, `c` either. Sorted by country. VAT numbers of
/// the EU stand in `eu_vat`; what is here is what persons have, and companies for other taxes.
const SHAPES: &[(&str, &[&str])] = &[
    ("AR", &["11n"]),
    ("AT", &["9n"]),
    ("AU", &["8n", "9n", "11n"]),
    ("BE", &["11n", "10n"]),
    ("BG", &["9n", "10n", "13n"]),
    ("BR", &["11n", "14n", "12c2n"]),
    ("CA", &["9n", "9n2a4n", "1a8n"]),
    ("CH", &["13n", "3a9n"]),
    ("CL", &["7n1c", "8n1c"]),
    ("CN", &["15n", "17n1c", "18c"]),
    ("CY", &["8n1a"]),
    ("CZ", &["8n", "9n", "10n"]),
    ("DE", &["10n", "11n", "13n"]),
    ("DK", &["8n", "10n"]),
    ("EE", &["8n", "11n"]),
    ("ES", &["8n1a", "1a7n1c"]),
    ("FI", &["6n1a3n1c", "6n3n1c", "8n"]),
    ("FR", &["9n", "13n", "14n"]),
    ("GB", &["10n", "2a6n1a", "9n", "12n"]),
    ("GR", &["9n"]),
    ("HR", &["11n"]),
    ("HU", &["8n", "10n", "11n"]),
    ("IE", &["7n1a", "7n2a"]),
    ("IL", &["9n"]),
    ("IN", &["5a4n1a"]),
    ("IS", &["10n"]),
    ("IT", &["6a2c1a2c1a3c1a", "11n"]),
    ("JP", &["12n", "13n"]),
    ("KR", &["10n", "13n"]),
    ("LT", &["9n", "11n", "12n"]),
    ("LU", &["8n", "11n", "13n"]),
    ("LV", &["11n"]),
    ("MT", &["7n1a", "8n", "9n"]),
    ("MX", &["3a6n3c", "4a6n3c"]),
    ("NL", &["9n"]),
    ("NO", &["9n", "9n3a", "11n"]),
    ("NZ", &["8n", "9n"]),
    ("PL", &["10n", "11n"]),
    ("PT", &["9n"]),
    ("RO", &["13n", "2n", "3n", "4n", "5n", "6n", "7n", "8n", "9n", "10n"]),
    ("RU", &["10n", "12n"]),
    ("SE", &["10n", "12n"]),
    ("SI", &["8n"]),
    ("SK", &["9n", "10n"]),
    ("TH", &["13n"]),
    ("TR", &["10n", "11n"]),
    ("UA", &["8n", "10n", "12n"]),
    ("ZA", &["10n"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_are_sorted() {
        assert!(SHAPES.is_sorted_by(|a, b| a.0 < b.0));
        assert!(SHAPES.iter().all(|(country, _)| crate::normalize::find_country(country).is_some()));
    }

    #[test]
    fn tax_numbers_of_countries() {
        for (country, text) in [
            ("US", "536-90-4399"),
            ("US", "536904399"),
            ("US", "91-1144442"),
            ("US", "912-90-3456"),
            ("US", "912-93-3456"),
            ("DE", "12345678911"),
            ("DE", "DE136695976"),
            ("DE", "136695976"),
            ("GR", "EL094259216"),
            ("FR", "FR40303265045"),
            ("IT", "RSSMRA85T10A562S"),
            ("GB", "QQ123456C"),
            ("CH", "756.9217.0769.85"),
            ("CH", "CHE-123.456.788"),
            ("FI", "131052-308T"),
            ("FI", "131052A308T"),
            ("IN", "ABCPE1234F"),
            ("CL", "12.345.678-K"),
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
        ] {
            assert_eq!(tin_fits(country, text), Some(false), "{country} {text}");
        }
        for country in ["XX", "SG", ""] {
            assert_eq!(tin_fits(country, "1"), None, "{country}");
        }
    }
}

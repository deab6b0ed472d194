//! `iban`: international bank account numbers.

use super::check_digit;
use super::digits::mod97;
use super::structure::{fits, length};
use crate::field::{Refusal, Settings};
use record::{Code, Param};

/// Country and structure of what follows the check digits: runs of `n` digits, `a` upper-case letters, `c` either.
/// All 89 countries of the SWIFT IBAN registry, release 101; sorted.
const STRUCTURES: &[(&str, &str)] = &[
    ("AD", "8n12c"),
    ("AE", "19n"),
    ("AL", "8n16c"),
    ("AT", "16n"),
    ("AZ", "4a20c"),
    ("BA", "16n"),
    ("BE", "12n"),
    ("BG", "4a6n8c"),
    ("BH", "4a14c"),
    ("BI", "23n"),
    ("BR", "23n1a1c"),
    ("BY", "4c4n16c"),
    ("CH", "5n12c"),
    ("CR", "18n"),
    ("CY", "8n16c"),
    ("CZ", "20n"),
    ("DE", "18n"),
    ("DJ", "23n"),
    ("DK", "14n"),
    ("DO", "4c20n"),
    ("EE", "16n"),
    ("EG", "25n"),
    ("ES", "20n"),
    ("FI", "14n"),
    ("FK", "2a12n"),
    ("FO", "14n"),
    ("FR", "10n11c2n"),
    ("GB", "4a14n"),
    ("GE", "2a16n"),
    ("GI", "4a15c"),
    ("GL", "14n"),
    ("GR", "7n16c"),
    ("GT", "24c"),
    ("HN", "4a20n"),
    ("HR", "17n"),
    ("HU", "24n"),
    ("IE", "4a14n"),
    ("IL", "19n"),
    ("IQ", "4a15n"),
    ("IS", "22n"),
    ("IT", "1a10n12c"),
    ("JO", "4a4n18c"),
    ("KW", "4a22c"),
    ("KZ", "3n13c"),
    ("LB", "4n20c"),
    ("LC", "4a24c"),
    ("LI", "5n12c"),
    ("LT", "16n"),
    ("LU", "3n13c"),
    ("LV", "4a13c"),
    ("LY", "21n"),
    ("MC", "10n11c2n"),
    ("MD", "20c"),
    ("ME", "18n"),
    ("MK", "3n10c2n"),
    ("MN", "16n"),
    ("MR", "23n"),
    ("MT", "4a5n18c"),
    ("MU", "4a19n3a"),
    ("NI", "4a20n"),
    ("NL", "4a10n"),
    ("NO", "11n"),
    ("OM", "3n16c"),
    ("PK", "4a16c"),
    ("PL", "24n"),
    ("PS", "4a21c"),
    ("PT", "21n"),
    ("QA", "4a21c"),
    ("RO", "4a16c"),
    ("RS", "18n"),
    ("RU", "14n15c"),
    ("SA", "2n18c"),
    ("SC", "4a20n3a"),
    ("SD", "14n"),
    ("SE", "20n"),
    ("SI", "15n"),
    ("SK", "20n"),
    ("SM", "1a10n12c"),
    ("SO", "19n"),
    ("ST", "21n"),
    ("SV", "4a20n"),
    ("TL", "19n"),
    ("TN", "20n"),
    ("TR", "6n16c"),
    ("UA", "6n19c"),
    ("VA", "18n"),
    ("VG", "4a16n"),
    ("XK", "16n"),
    ("YE", "4a4n18c"),
];

/// ISO 13616-1: a country of the registry with its length and structure (else `VAL.COUNTRY_LENGTH`), and check digits
/// 02 to 98 for which the number, its first four characters moved to the end, is 1 modulo 97. That sees every single
/// wrong character and every swap of neighbours but those that expand alike (`B1` and `1B`).
pub(super) fn iban(text: &str, _: &Settings<'_>) -> Result<(), Refusal> {
    let refused = |reason: &str| Refusal::new(Code::ValCountryLength).with("reason", reason);
    let structure = text.get(..2).and_then(find).map(|(_, structure)| structure).ok_or_else(|| refused("country"))?;
    let expected = 4 + length(structure);
    if text.len() != expected {
        return Err(refused("length").with("expected", Param::Number(i64::try_from(expected).unwrap_or(i64::MAX))));
    }
    let (start, account) = text.as_bytes().split_at(4);
    if !start[2..].iter().all(u8::is_ascii_digit) || !fits(account, structure) {
        return Err(refused("structure"));
    }
    let holds = mod97(account.iter().chain(start).copied()) == Some(1);
    if holds && !matches!(&start[2..], b"00" | b"01" | b"99") { Ok(()) } else { Err(check_digit("iban")) }
}

/// The ISO 3166-1 alpha-2 code (or `XK`) that an IBAN begins with; `None` when its country has no IBANs.
#[must_use]
pub fn country_of_iban(iban: &str) -> Option<&'static str> {
    iban.get(..2).and_then(find).map(|(country, _)| country)
}

fn find(country: &str) -> Option<(&'static str, &'static str)> {
    STRUCTURES.binary_search_by(|(known, _)| (*known).cmp(country)).ok().and_then(|at| STRUCTURES.get(at)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registry_has_every_country_once() {
        assert_eq!(STRUCTURES.len(), 89);
        assert!(STRUCTURES.is_sorted_by(|a, b| a.0 < b.0));
        assert!(STRUCTURES.iter().all(|(_, structure)| (15..=33).contains(&(4 + length(structure)))));
        assert_eq!(country_of_iban("XK05"), Some("XK"));
        assert_eq!(country_of_iban("US05"), None);
        assert_eq!(country_of_iban("é"), None);
    }
}

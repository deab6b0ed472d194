//! `us_zip` and `uk_postcode`, and what is known of the postal codes of other countries.

use super::placeholder;
use crate::field::{Refusal, Settings};
use record::Code;

/// A US ZIP code `99999` or ZIP+4 `99999-9999` (USPS Publication 28, section 2). Whether it belongs to its state is
/// [`zip_state`](super::zip_state)'s affair. All zeros and all nines were never given out.
pub(super) fn us_zip(text: &str, _: &Settings<'_>) -> Result<(), Refusal> {
    match text.as_bytes() {
        [b'0', b'0', b'0', b'0', b'0', ..] | b"99999" | b"99999-9999" if is_us_zip(text) => Err(placeholder()),
        _ if is_us_zip(text) => Ok(()),
        _ => Err(refused("99999 or 99999-9999")),
    }
}

/// A postcode of the United Kingdom with one blank before its last three characters (BS 7666-0, shape only): the areas
/// never begin with Q, V or X, nor go on with I, J or Z; a letter at the third place is one of A to H, J, K, P, S, T, U and W, at the
/// fourth one of A, B, E, H, M, N, P, R, V, W, X and Y; the last two are never C, I, K, M, O or V. Besides these `GIR 0AA`,
/// and `BFPO` with one to four digits (British Forces Post Office).
pub(super) fn uk_postcode(text: &str, _: &Settings<'_>) -> Result<(), Refusal> {
    if is_uk_postcode(text) { Ok(()) } else { Err(refused("A9 9AA, A99 9AA, AA9 9AA, AA99 9AA, A9A 9AA or AA9A 9AA")) }
}

fn refused(expected: &str) -> Refusal {
    Refusal::new(Code::FmtPostal).with("expected", expected)
}

/// Whether a text, as the normalizer `postcode` leaves it, has the shape that the postal codes of a country (ISO 3166-1
/// alpha-2) have; `None` where the shape is not known, or the country has no postal codes.
///
/// Shapes are those that the postal services publish (Universal Postal Union, "Postal addressing systems"). Where a blank or hyphen is
/// often left out, both ways fit.
#[must_use]
pub fn fits(country: &str, text: &str) -> Option<bool> {
    match country {
        "US" | "AS" | "GU" | "MP" | "PR" | "VI" => Some(is_us_zip(text)),
        "GB" => Some(is_uk_postcode(text)),
        "CA" => Some(is_canadian(text)),
        "IE" => Some(is_eircode(text)),
        "NL" => Some(is_dutch(text)),
        _ => {
            let at = SHAPES.binary_search_by(|(known, _)| (*known).cmp(country)).ok()?;
            let (_, shapes) = SHAPES.get(at)?;
            let is_shaped = shapes.iter().any(|shape| is_of_shape(text.as_bytes(), shape.as_bytes()));
            Some(is_shaped && is_region(country, text))
        }
    }
}

/// Countries and what their postal codes look like: `9` is a digit, `A` an upper-case letter, any other character itself, small
/// letters for capital ones; sorted.
const SHAPES: &[(&str, &[&str])] = &[
    ("AD", &["ad999"]),
    ("AL", &["9999"]),
    ("AM", &["9999"]),
    ("AR", &["A9999AAA", "9999"]),
    ("AT", &["9999"]),
    ("AU", &["9999"]),
    ("AX", &["22999"]),
    ("AZ", &["az 9999", "az9999", "9999"]),
    ("BA", &["99999"]),
    ("BD", &["9999"]),
    ("BE", &["9999"]),
    ("BG", &["9999"]),
    ("BN", &["AA9999"]),
    ("BR", &["99999-999", "99999999"]),
    ("BY", &["999999"]),
    ("CH", &["9999"]),
    ("CL", &["9999999", "999-9999"]),
    ("CN", &["999999"]),
    ("CO", &["999999"]),
    ("CR", &["99999"]),
    ("CU", &["99999"]),
    ("CY", &["9999"]),
    ("CZ", &["999 99", "99999"]),
    ("DE", &["99999"]),
    ("DK", &["9999"]),
    ("DO", &["99999"]),
    ("DZ", &["99999"]),
    ("EC", &["999999"]),
    ("EE", &["99999"]),
    ("ES", &["99999"]),
    ("FI", &["99999"]),
    ("FO", &["999"]),
    ("FR", &["99999"]),
    ("GE", &["9999"]),
    ("GF", &["973 99", "97399"]),
    ("GG", &["gy9 9AA", "gy99 9AA"]),
    ("GL", &["9999"]),
    ("GP", &["971 99", "97199"]),
    ("GR", &["999 99", "99999"]),
    ("GT", &["99999"]),
    ("HR", &["99999"]),
    ("HU", &["9999"]),
    ("ID", &["99999"]),
    ("IL", &["9999999", "99999"]),
    ("IM", &["im9 9AA", "im99 9AA"]),
    ("IN", &["999999", "999 999"]),
    ("IS", &["999"]),
    ("IT", &["99999"]),
    ("JE", &["je9 9AA", "je99 9AA"]),
    ("JP", &["999-9999", "9999999"]),
    ("KE", &["99999"]),
    ("KG", &["999999"]),
    ("KR", &["99999"]),
    ("KW", &["99999"]),
    ("KZ", &["999999", "A99A9A9"]),
    ("LA", &["99999"]),
    ("LI", &["9999"]),
    ("LK", &["99999"]),
    ("LT", &["lt-99999", "99999"]),
    ("LU", &["9999", "l-9999"]),
    ("LV", &["lv-9999", "9999"]),
    ("MA", &["99999"]),
    ("MC", &["98099"]),
    ("MD", &["md-9999", "md9999", "9999"]),
    ("ME", &["99999"]),
    ("MK", &["9999"]),
    ("MQ", &["972 99", "97299"]),
    ("MT", &["AAA 9999", "AAA9999"]),
    ("MX", &["99999"]),
    ("MY", &["99999"]),
    ("NG", &["999999"]),
    ("NO", &["9999"]),
    ("NP", &["99999"]),
    ("NZ", &["9999"]),
    ("PH", &["9999"]),
    ("PK", &["99999"]),
    ("PL", &["99-999"]),
    ("PT", &["9999-999"]),
    ("PY", &["9999", "999999"]),
    ("RE", &["974 99", "97499"]),
    ("RO", &["999999"]),
    ("RS", &["99999", "999999"]),
    ("RU", &["999999"]),
    ("SA", &["99999", "99999-9999"]),
    ("SE", &["999 99", "99999"]),
    ("SG", &["999999"]),
    ("SI", &["9999", "si-9999"]),
    ("SK", &["999 99", "99999"]),
    ("SM", &["47899"]),
    ("TH", &["99999"]),
    ("TN", &["9999"]),
    ("TR", &["99999"]),
    ("TW", &["999", "99999", "999-99", "999999", "999-999"]),
    ("UA", &["99999"]),
    ("UY", &["99999"]),
    ("UZ", &["999999"]),
    ("VA", &["00120"]),
    ("VE", &["9999", "9999-A"]),
    ("VN", &["99999", "999999"]),
    ("XK", &["99999"]),
    ("ZA", &["9999"]),
];

/// What the first two digits of a country's codes may be; any where it does not stand here. Sorted.
const REGIONS: &[(&str, &[std::ops::RangeInclusive<u8>])] = &[
    ("AR", &[10..=99]),
    ("BA", &[70..=89]),
    ("BD", &[10..=94]),
    ("BY", &[21..=24]),
    (
        "CO",
        &[
            5..=5,
            8..=8,
            11..=11,
            13..=13,
            15..=15,
            17..=20,
            23..=23,
            25..=25,
            27..=27,
            41..=41,
            44..=44,
            47..=47,
            50..=50,
            52..=52,
            54..=54,
            63..=63,
            66..=66,
            68..=68,
            70..=70,
            73..=73,
            76..=76,
            81..=81,
            85..=86,
            88..=88,
            91..=91,
            94..=95,
            97..=97,
            99..=99,
        ],
    ),
    ("DE", &[1..=99]),
    ("ES", &[1..=52]),
    ("FR", &[0..=95, 97..=98]),
    ("IN", &[11..=28, 30..=34, 36..=53, 56..=64, 67..=85, 90..=99]),
    ("NP", &[10..=59]),
];

fn is_region(country: &str, text: &str) -> bool {
    let known = REGIONS.binary_search_by(|(known, _)| (*known).cmp(country)).ok().and_then(|at| REGIONS.get(at));
    match (known, text.as_bytes()) {
        (Some((_, regions)), [a @ b'0'..=b'9', b @ b'0'..=b'9', ..]) => {
            let region = (a - b'0') * 10 + (b - b'0');
            regions.iter().any(|range| range.contains(&region))
        }
        // Letters of provinces of Argentina.
        (Some(("AR", _)), [province, ..]) => !matches!(province, b'I' | b'O'),
        _ => true,
    }
}

/// `9999 AA`: no zero first, and never SA, SD or SS (PostNL).
fn is_dutch(text: &str) -> bool {
    is_of_shape(text.as_bytes(), b"9999 AA")
        && !text.starts_with('0')
        && !text.ends_with("SA")
        && !text.ends_with("SD")
        && !text.ends_with("SS")
}

fn is_of_shape(text: &[u8], shape: &[u8]) -> bool {
    text.len() == shape.len()
        && text.iter().zip(shape).all(|(b, kind)| match kind {
            b'9' => b.is_ascii_digit(),
            b'A' => b.is_ascii_uppercase(),
            other => *b == other.to_ascii_uppercase(),
        })
}

pub(super) fn is_us_zip(text: &str) -> bool {
    is_of_shape(text.as_bytes(), b"99999") || is_of_shape(text.as_bytes(), b"99999-9999")
}

fn is_uk_postcode(text: &str) -> bool {
    if let Some(number) = text.strip_prefix("BFPO ") {
        return (1..=4).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
    }
    let Some((outward, inward)) = text.split_once(' ') else { return false };
    let inward_fits = match inward.as_bytes() {
        [b'0'..=b'9', unit @ ..] => {
            let is_unit = |b: &u8| b.is_ascii_uppercase() && !b"CIKMOV".contains(b);
            unit.len() == 2 && unit.iter().all(is_unit)
        }
        _ => false,
    };
    inward_fits && (is_outward(outward.as_bytes()) || text == "GIR 0AA")
}

fn is_outward(text: &[u8]) -> bool {
    let is_first = |b: u8| b.is_ascii_uppercase() && !b"QVX".contains(&b);
    let is_second = |b: u8| b.is_ascii_uppercase() && !b"IJZ".contains(&b);
    match *text {
        [a, b'0'..=b'9'] | [a, b'0'..=b'9', b'0'..=b'9'] => is_first(a),
        [a, b'0'..=b'9', c] => is_first(a) && b"ABCDEFGHJKPSTUW".contains(&c),
        [a, b, b'0'..=b'9'] | [a, b, b'0'..=b'9', b'0'..=b'9'] => is_first(a) && is_second(b),
        [a, b, b'0'..=b'9', d] => is_first(a) && is_second(b) && b"ABEHMNPRVWXY".contains(&d),
        _ => false,
    }
}

/// `A9A 9A9`, blank or not: never D, F, I, O, Q or U, and not W or Z first (Canada Post, "Addressing guidelines").
fn is_canadian(text: &str) -> bool {
    let mut letters = text.bytes().filter(u8::is_ascii_uppercase);
    (is_of_shape(text.as_bytes(), b"A9A 9A9") || is_of_shape(text.as_bytes(), b"A9A9A9"))
        && !text.starts_with(['W', 'Z'])
        && letters.all(|b| !b"DFIOQU".contains(&b))
}

/// A routing key such as `A65` or `D6W` and four characters, blank or not (Eircode, "Product guide").
fn is_eircode(text: &str) -> bool {
    let Some((key, unique)) = text.split_at_checked(3) else { return false };
    let is_key =
        matches!(key.as_bytes(), [letter, b'0'..=b'9', b'0'..=b'9'] if is_eircode_char(letter)) || key == "D6W";
    let unique = unique.strip_prefix(' ').unwrap_or(unique);
    is_key && unique.len() == 4 && unique.bytes().all(|b| b.is_ascii_digit() || is_eircode_char(&b))
}

fn is_eircode_char(b: &u8) -> bool {
    b"ACDEFHKNPRTVWXY".contains(b)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, check_refused};
    use super::*;

    #[test]
    fn zip_codes() {
        check("us_zip", "10001");
        check("us_zip", "10001-1234");
        for text in ["1001", "100011234", "10001-123", "10001 1234", "1000A", "１０００１", ""] {
            check_refused("us_zip", text, "FMT.POSTAL");
        }
        for text in ["00000", "00000-0000", "99999"] {
            check_refused("us_zip", text, "VAL.PLACEHOLDER");
        }
        check_refused("us_zip", "00000-", "FMT.POSTAL");
    }

    #[test]
    fn british_postcodes() {
        for text in [
            "SW1A 1AA", "M1 1AE", "EC1A 1BB", "GIR 0AA", "B33 8TH", "CR2 6XH", "DN55 1PT", "W1A 0AX", "BFPO 57",
            "BF1 3AA",
        ] {
            check("uk_postcode", text);
        }
        for text in [
            "SW1A1A",
            "QA1 1AA",
            "SW1A 1CA",
            "SW1A1AA",
            "sw1a 1aa",
            "AI1 1AA",
            "A1I 1AA",
            "AA1C 1AA",
            "BFPO",
            "BFPO 12345",
            "GIR 0AB",
            "É1 1AA",
            "",
        ] {
            check_refused("uk_postcode", text, "FMT.POSTAL");
        }
    }

    #[test]
    fn shapes_are_sorted_and_of_known_signs() {
        assert!(SHAPES.is_sorted_by(|a, b| a.0 < b.0));
        assert!(REGIONS.is_sorted_by(|a, b| a.0 < b.0));
        assert!(REGIONS.iter().all(|(country, _)| SHAPES.iter().any(|(known, _)| known == country)));
        for (country, shapes) in SHAPES {
            assert!(crate::normalize::find_country(country).is_some() && !shapes.is_empty(), "{country}");
            let is_sign = |b: u8| matches!(b, b'0'..=b'9' | b'A' | b'a'..=b'z' | b' ' | b'-');
            assert!(shapes.iter().all(|shape| shape.bytes().all(is_sign)), "{country}");
        }
    }

    #[test]
    fn postal_codes_of_countries() {
        for (country, text) in [
            ("US", "10001-1234"),
            ("PR", "00901"),
            ("GB", "M1 1AE"),
            ("CA", "K1A 0B1"),
            ("IE", "D6W F4E2"),
            ("DE", "10117"),
            ("NL", "1012 AB"),
            ("SE", "111 22"),
            ("JP", "100-0001"),
            ("BR", "01310-100"),
            ("PL", "00-950"),
            ("PT", "1000-205"),
            ("LV", "LV-1010"),
            ("AD", "AD500"),
            ("JE", "JE2 3AB"),
            ("AR", "C1425CLA"),
            ("MT", "VLT 1117"),
        ] {
            assert_eq!(fits(country, text), Some(true), "{country} {text}");
        }
        for (country, text) in [
            ("US", "1001"),
            ("CA", "D1A 0B1"),
            ("CA", "W1A 0B1"),
            ("IE", "B65 F4E2"),
            ("IE", "A65 B4E2"),
            ("DE", "1011"),
            ("DE", "10117 "),
            ("NL", "1012"),
            ("SE", "11 122"),
            ("PL", "00950-1"),
            ("FR", "7500A"),
            ("IE", "é"),
            ("CH", ""),
        ] {
            assert_eq!(fits(country, text), Some(false), "{country} {text}");
        }
        for (country, text) in [("AE", "1"), ("XX", "1"), ("", "1")] {
            assert_eq!(fits(country, text), None, "{country}");
        }
    }
}

//! `currency`: ISO 4217 codes from what people key.

mod table;

use super::fold::{changed, narrow};
use crate::Profile;
use crate::field::{Refusal, Settings};
use crate::suggest::Meanings;
use record::Code;
use std::{borrow::Cow, sync::LazyLock};
use table::CURRENCIES;

/// Signs that mean one currency.
const CERTAIN: &[(&str, &str)] = &[
    ("€", "EUR"),
    ("EURO", "EUR"),
    ("EUROS", "EUR"),
    ("US$", "USD"),
    ("A$", "AUD"),
    ("AU$", "AUD"),
    ("C$", "CAD"),
    ("CA$", "CAD"),
    ("HK$", "HKD"),
    ("NT$", "TWD"),
    ("NZ$", "NZD"),
    ("R$", "BRL"),
    ("S$", "SGD"),
    ("CHF.", "CHF"),
    ("SFR", "CHF"),
    ("SFR.", "CHF"),
    ("KČ", "CZK"),
    ("ZŁ", "PLN"),
    ("ГРН", "UAH"),
    ("ГРН.", "UAH"),
    ("円", "JPY"),
    ("원", "KRW"),
    ("₡", "CRC"),
    ("₦", "NGN"),
    ("₪", "ILS"),
    ("₫", "VND"),
    ("₭", "LAK"),
    ("₮", "MNT"),
    ("₱", "PHP"),
    ("₲", "PYG"),
    ("₴", "UAH"),
    ("₵", "GHS"),
    ("₸", "KZT"),
    ("₹", "INR"),
    ("₺", "TRY"),
    ("₼", "AZN"),
    ("₽", "RUB"),
    ("₾", "GEL"),
    ("฿", "THB"),
    ("៛", "KHR"),
];

/// Signs that several currencies share, with the region of the profile that decides.
const REGIONAL: &[(&str, &str, &str)] = &[
    ("$", "AU", "AUD"),
    ("$", "CA", "CAD"),
    ("$", "CL", "CLP"),
    ("$", "CO", "COP"),
    ("$", "HK", "HKD"),
    ("$", "MX", "MXN"),
    ("$", "NZ", "NZD"),
    ("$", "SG", "SGD"),
    ("$", "US", "USD"),
    ("£", "GB", "GBP"),
    ("£", "GI", "GIP"),
    ("¥", "CN", "CNY"),
    ("¥", "JP", "JPY"),
    ("₩", "KP", "KPW"),
    ("₩", "KR", "KRW"),
    ("FR", "CH", "CHF"),
    ("FR.", "CH", "CHF"),
    ("KR", "DK", "DKK"),
    ("KR", "IS", "ISK"),
    ("KR", "NO", "NOK"),
    ("KR", "SE", "SEK"),
    ("KR.", "DK", "DKK"),
    ("KR.", "IS", "ISK"),
    ("KR.", "NO", "NOK"),
    ("KR.", "SE", "SEK"),
    ("РУБ", "BY", "BYN"),
    ("РУБ", "RU", "RUB"),
    ("РУБ.", "BY", "BYN"),
    ("РУБ.", "RU", "RUB"),
    ("元", "CN", "CNY"),
    ("RS", "IN", "INR"),
    ("RS", "LK", "LKR"),
    ("RS", "NP", "NPR"),
    ("RS", "PK", "PKR"),
    ("RS.", "IN", "INR"),
    ("RS.", "LK", "LKR"),
    ("RS.", "NP", "NPR"),
    ("RS.", "PK", "PKR"),
];

/// Signs that several currencies share, with all of them: whatever the region, a `$` is no euro.
const SHARED: &[(&str, &[&str])] = &[
    (
        "$",
        &[
            "ARS", "AUD", "BBD", "BMD", "BND", "BOB", "BRL", "BSD", "BZD", "CAD", "CLP", "COP", "CUP", "CVE", "DOP",
            "FJD", "GYD", "HKD", "JMD", "KYD", "LRD", "MOP", "MXN", "NAD", "NIO", "NZD", "SBD", "SGD", "SRD", "TOP",
            "TTD", "TWD", "USD", "UYU", "WST", "XCD", "ZWG",
        ],
    ),
    ("£", &["EGP", "FKP", "GBP", "GIP", "LBP", "SDG", "SHP", "SSP", "SYP"]),
    ("¥", &["CNY", "JPY"]),
    ("₩", &["KPW", "KRW"]),
    ("FR", &["BIF", "CDF", "CHF", "DJF", "GNF", "KMF", "RWF", "XAF", "XOF", "XPF"]),
    ("KR", &["DKK", "ISK", "NOK", "SEK"]),
    ("РУБ", &["BYN", "RUB"]),
    ("元", &["CNY", "HKD", "MOP", "TWD"]),
    ("RS", &["INR", "LKR", "MUR", "NPR", "PKR", "SCR"]),
];

/// An ISO 4217 alphabetic code, from a code in any case, a numeric code, or a sign that means one currency only.
///
/// `$`, `£`, `¥`, `₩`, `kr`, `Rs` and `Fr` belong to several: the region of the profile decides, and without one they
/// are `VAL.ENUM` with the reason `ambiguous`, as is every text that names no currency in use (`unknown`).
/// A code that differs by a slip from one only has that as `suggestion`.
pub(super) fn currency(text: &str, settings: &Settings<'_>) -> Result<Option<String>, Refusal> {
    if text.len() == 3 && find(text).is_some() {
        return Ok(None);
    }
    let narrow = narrow(text);
    let key = narrow.trim_matches(' ').to_uppercase();
    let by_number = || CURRENCIES.iter().find(|(_, number, _)| *number == key).map(|(code, ..)| *code);
    match named(&key, settings.profile).or_else(by_number) {
        Some(code) => Ok(changed(text, Cow::Borrowed(code))),
        None if REGIONAL.iter().any(|(sign, ..)| *sign == key) => Err(refused("ambiguous")),
        None => Err(unknown(&key)),
    }
}

static NEAR: LazyLock<Meanings> = LazyLock::new(|| Meanings::of(CURRENCIES.iter().map(|(code, ..)| (*code, *code))));

/// Three letters that differ by a slip from one code only get it as `suggestion`.
fn unknown(key: &str) -> Refusal {
    let refusal = refused("unknown");
    match Some(key).filter(|key| (3..=4).contains(&key.len())).and_then(|key| NEAR.only(key)) {
        Some(code) => refusal.with("suggestion", code),
        None => refusal,
    }
}

/// The currency of a code or sign in upper case, when it can mean but one.
fn named(key: &str, profile: &Profile) -> Option<&'static str> {
    let by_sign = || CERTAIN.iter().find(|(sign, _)| *sign == key).map(|(_, code)| *code);
    let region = profile.region.as_deref();
    let by_region = || REGIONAL.iter().find(|(sign, at, _)| *sign == key && region == Some(at)).map(|(.., code)| *code);
    find(key).map(|(code, _)| code).or_else(by_sign).or_else(by_region)
}

/// The currencies that a mark found by [`split_mark`] can mean: one, or all that share the sign.
pub(super) fn of_mark(mark: &str, profile: &Profile) -> &'static [&'static str] {
    let key = mark.to_uppercase();
    let certain = CURRENCIES
        .iter()
        .map(|(code, ..)| (*code, code))
        .chain(CERTAIN.iter().map(|(sign, code)| (*sign, code)))
        .find(|(sign, _)| *sign == key);
    let by_region = || REGIONAL.iter().find(|(sign, at, _)| *sign == key && profile.region.as_deref() == Some(at));
    if let Some((_, code)) = certain {
        return std::slice::from_ref(code);
    }
    if let Some((.., code)) = by_region() {
        return std::slice::from_ref(code);
    }
    SHARED.iter().find(|(sign, _)| *sign == key.trim_end_matches('.')).map_or(&[], |(_, codes)| codes)
}

fn refused(reason: &str) -> Refusal {
    Refusal::new(Code::ValEnum).with("expected", "ISO 4217").with("reason", reason)
}

/// Code and decimals of the minor unit of a currency in use, by its code in upper case.
pub(crate) fn find(code: &str) -> Option<(&'static str, Option<u32>)> {
    // Three letters compare as a number: rules ask for the minor unit once for every line.
    let number =
        |code: &str| <[u8; 3]>::try_from(code.as_bytes()).ok().map(|[a, b, c]| u32::from_be_bytes([0, a, b, c]));
    let wanted = Some(number(code)?);
    let at = CURRENCIES.binary_search_by_key(&wanted, |(known, ..)| number(known)).ok()?;
    CURRENCIES.get(at).map(|&(known, _, minor)| (known, minor))
}

/// The currency code or sign at the beginning or end of a text, and the text without it; `None` when there is none.
pub(super) fn split_mark(text: &str) -> Option<(&str, &str)> {
    let is_mark_char = |c: char| c.is_alphabetic() || c == '.' || is_sign(c);
    let before = &text[..text.len() - text.trim_start_matches(is_mark_char).len()];
    for mark in [before, before.trim_end_matches('.')] {
        if is_mark(mark) {
            return text.strip_prefix(mark).map(|rest| (mark, rest));
        }
    }
    let after = &text[text.trim_end_matches(is_mark_char).len()..];
    let mark = [after, after.trim_start_matches('.')].into_iter().find(|mark| is_mark(mark))?;
    text.strip_suffix(mark).map(|rest| (mark, rest))
}

/// Whether a text is a code, a point and digits only, so that the point may be of either. `mark` is what was found of the currency.
pub(super) fn shares_point(mark: &str, text: &str) -> bool {
    let code = mark.trim_end_matches('.');
    let digits = text.strip_prefix(code).and_then(|rest| rest.strip_prefix('.')).unwrap_or_default();
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) && find(&code.to_uppercase()).is_some()
}

/// A character that is a currency sign by itself (Unicode general category Sc, where the tables above name it).
fn is_sign(c: char) -> bool {
    matches!(c, '$' | '£' | '¥' | '฿' | '៛' | '\u{20A0}'..='\u{20C1}')
}

fn is_mark(mark: &str) -> bool {
    let key = mark.to_uppercase();
    !mark.is_empty()
        && (find(&key).is_some()
            || CERTAIN.iter().any(|(sign, _)| *sign == key)
            || REGIONAL.iter().any(|(sign, ..)| *sign == key))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{Case, POINT, check, check_refused};
    use super::*;

    #[test]
    fn table_is_sorted() {
        assert!(CURRENCIES.is_sorted_by(|a, b| a.0 < b.0));
        assert!(
            CERTAIN
                .iter()
                .map(|(_, code)| code)
                .chain(REGIONAL.iter().map(|(.., code)| code))
                .all(|code| find(code).is_some())
        );
    }

    #[test]
    fn codes_and_signs() {
        check("currency", "USD", "USD");
        check("currency", " usd ", "USD");
        check("currency", "978", "EUR");
        check("currency", "€", "EUR");
        check("currency", "us$", "USD");
        check("currency", "zł", "PLN");
        for text in ["$", "£", "¥", "kr", "DEM", "XYZ", "", "dollar", "US"] {
            check_refused("currency", text, "VAL.ENUM");
        }
        let profile = Profile { region: Some("CA".to_owned()), ..Profile::default() };
        Case { profile: &profile, ..POINT.with("currency") }.check("$", "CAD");
    }

    #[test]
    fn a_slip_is_recognised() {
        let suggestion = |text| {
            let refusal = POINT.with("currency").run(text).unwrap_err();
            refusal.params.into_iter().find(|(name, _)| *name == "suggestion").map(|(_, param)| param)
        };
        for (text, code) in [("UDS", "USD"), ("jyp", "JPY"), ("EURR", "EUR"), ("CHFF", "CHF")] {
            assert_eq!(suggestion(text), Some(code.into()), "{text}");
        }
        for text in ["XYZ", "US", "DOLLAR", "MXX"] {
            assert_eq!(suggestion(text), None, "{text}");
        }
    }

    #[test]
    fn minor_units() {
        for (code, minor) in [("JPY", 0), ("USD", 2), ("BHD", 3), ("CLF", 4)] {
            assert_eq!(find(code), Some((code, Some(minor))));
        }
        assert_eq!(find("XAU"), Some(("XAU", None)));
        assert_eq!(find("usd"), None);
    }
}

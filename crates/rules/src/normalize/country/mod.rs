//! `country`: ISO 3166-1 alpha-2 codes from what people key.

mod table;

use super::fold::{changed, narrow, word_key};
use crate::field::{Refusal, Settings};
use crate::suggest::Meanings;
use record::Code;
use std::{borrow::Cow, collections::HashMap, sync::LazyLock};
use table::{ALIASES, COUNTRIES};

/// An ISO 3166-1 alpha-2 code, from an alpha-2, alpha-3 or three-digit numeric code in any case, or from an English (or
/// some native) name. `UK` and `EL` are read as GB and GR. `XK` (Kosovo) is user-assigned, and accepted because the
/// IBAN registry and the European Commission use it.
///
/// What names no country, or several, is `VAL.ENUM`; where a name or an alpha-3 code differs by a slip from those of one
/// country only, its code is `suggestion`. `XX` and the other user-assigned codes are refused.
pub(super) fn country(text: &str, _: &Settings<'_>) -> Result<Option<String>, Refusal> {
    if text.len() == 2 && find(text).is_some() {
        return Ok(None);
    }
    let narrow = narrow(text);
    let by_name = || NAMES.get(&*key(&narrow)).copied();
    match by_code(narrow.trim_matches(' ')).or_else(by_name) {
        Some(code) => Ok(changed(text, Cow::Borrowed(code))),
        None => Err(refused(&narrow)),
    }
}

/// What a code of any kind stands for, in any case and with or without points.
fn by_code(text: &str) -> Option<&'static str> {
    let is_letter = |byte: &u8| *byte != b'.';
    let letters = text.bytes().filter(is_letter).take(4).count();
    if !matches!(letters, 2 | 3) {
        return None;
    }
    let code = text.replace('.', "").to_ascii_uppercase();
    if letters == 2 { find(&code) } else { CODES.get(&*code).copied() }
}

/// Alpha-3 and numeric codes, and what they stand for.
static CODES: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| {
    COUNTRIES.iter().flat_map(|(code, alpha3, number, _)| [(*alpha3, *code), (*number, *code)]).collect()
});

/// All names in the form of [`key`], and what they stand for; of a name that stands in both tables, what the first says.
static NAMES: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| ALIASES.iter().copied().chain(names()).collect());

static NEAR_NAMES: LazyLock<Meanings> = LazyLock::new(|| Meanings::of(names().chain(ALIASES.iter().copied())));

static NEAR_ALPHA3: LazyLock<Meanings> =
    LazyLock::new(|| Meanings::of(COUNTRIES.iter().map(|(code, alpha3, ..)| (*alpha3, *code))));

fn names() -> impl Iterator<Item = (&'static str, &'static str)> {
    COUNTRIES.iter().map(|(code, .., name)| (*name, *code))
}

fn refused(text: &str) -> Refusal {
    let refusal = Refusal::new(Code::ValEnum).with("expected", "ISO 3166-1 alpha-2").with("reason", "unknown");
    let key = key(text);
    // A slip away from a code of two letters are dozens of others; from one of three, often one.
    let near = match key.len() {
        ..3 => None,
        3 => NEAR_ALPHA3.only(&key),
        _ => NEAR_NAMES.only(&key),
    };
    match near {
        Some(code) => refusal.with("suggestion", code),
        None => refusal,
    }
}

/// The code itself when it is an alpha-2 code in upper case, `XK` among them.
pub(crate) fn find(code: &str) -> Option<&'static str> {
    if code == "XK" {
        return Some("XK");
    }
    // As numbers: to compare two letters takes less time than to call what compares texts.
    let number = |code: &str| <[u8; 2]>::try_from(code.as_bytes()).ok().map(u16::from_be_bytes);
    let wanted = Some(number(code)?);
    let at = COUNTRIES.binary_search_by_key(&wanted, |(known, ..)| number(known)).ok()?;
    COUNTRIES.get(at).map(|(known, ..)| *known)
}

/// A name for look-up: lower case without accents and dots, `&` as `and`, what stands in brackets after a comma, one blank between words, no article before.
fn key(name: &str) -> String {
    let plain = word_key(name);
    let is_single = |pair: &[u8]| pair != b"  ";
    if plain.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b' ') && plain.as_bytes().windows(2).all(is_single)
    {
        let key = plain.trim_matches(' ');
        return key.strip_prefix("the ").unwrap_or(key).to_owned();
    }
    let plain = plain.replace(['.', ')'], "").replace('&', " and ").replace(" (", ", ");
    let words: Vec<&str> = plain.split(' ').filter(|word| !word.is_empty()).collect();
    let key = words.join(" ");
    key.strip_prefix("the ").map(str::to_owned).unwrap_or(key)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{POINT, check, check_refused};
    use super::*;

    #[test]
    fn tables_are_sorted() {
        assert!(COUNTRIES.is_sorted_by(|a, b| a.0 < b.0));
        assert!(ALIASES.is_sorted_by(|a, b| a.0 < b.0));
        assert!(ALIASES.iter().all(|(_, code)| find(code).is_some()));
        assert!(
            COUNTRIES
                .iter()
                .map(|(.., name)| name)
                .chain(ALIASES.iter().map(|(name, _)| name))
                .all(|name| key(name) == *name)
        );
    }

    #[test]
    fn codes_and_names() {
        for text in ["US", "usa", "840", "United States", "U.S.A.", "The United States of America", "ＵＳ"] {
            check("country", text, "US");
        }
        check("country", "UK", "GB");
        check("country", "Côte d’Ivoire", "CI");
        check("country", "Türkiye", "TR");
        check("country", "Trinidad & Tobago", "TT");
        check("country", "Bolivia (Plurinational State of)", "BO");
        check("country", "NA", "NA");
        check("country", "004", "AF");
        check("country", "XK", "XK");
        for text in ["XX", "ZZ", "Korea", "Congo", "4", "", "Atlantis", "U"] {
            check_refused("country", text, "VAL.ENUM");
        }
    }

    #[test]
    fn a_slip_is_recognised() {
        let suggestion = |text| {
            let refusal = POINT.with("country").run(text).unwrap_err();
            refusal.params.into_iter().find(|(name, _)| *name == "suggestion").map(|(_, param)| param)
        };
        for (text, code) in [
            ("Germny", "DE"),
            ("Deutchland", "DE"),
            ("Unted States", "US"),
            ("Grmany", "DE"),
            ("GRB", "GB"),
            ("Swedn", "SE"),
        ] {
            assert_eq!(suggestion(text), Some(code.into()), "{text}");
        }
        // Two letters swapped make USA or AUS of the first.
        for text in ["UAS", "XX", "Atlantis", "Nigria or Niger"] {
            assert_eq!(suggestion(text), None, "{text}");
        }
    }
}

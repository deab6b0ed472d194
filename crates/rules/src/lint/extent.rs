//! How long texts can be: those a pattern matches, and those a check or normalizer lets pass.

use regex_syntax::hir::{Class, Hir, HirKind, Look};

/// Fewest and most characters; no most: any number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Extent {
    pub(super) min: u64,
    pub(super) max: Option<u64>,
}

impl Extent {
    const fn new(min: u64, max: u64) -> Self {
        Self { min, max: Some(max) }
    }

    /// Whether no length is in both.
    pub(super) fn misses(self, min: Option<i64>, max: Option<i64>) -> bool {
        let too_long = max.and_then(|max| u64::try_from(max).ok()).is_some_and(|max| self.min > max);
        let too_short = min.and_then(|min| u64::try_from(min).ok()).zip(self.max).is_some_and(|(min, most)| most < min);
        too_long || too_short
    }

    /// As in `exactly 9`, `15 to 34`, `at least 6`.
    pub(super) fn words(self) -> String {
        match self.max {
            Some(max) if max == self.min => format!("exactly {max}"),
            Some(max) => format!("{} to {max}", self.min),
            None => format!("at least {}", self.min),
        }
    }
}

/// Lengths of the texts that pass a check, or that a normalizer makes; `None` when any length may.
pub(super) fn of_name(name: &str) -> Option<Extent> {
    Some(match name {
        "aba" => Extent::new(9, 9),
        "iso3166" | "us_state" | "country" => Extent::new(2, 2),
        "iso4217" | "currency" => Extent::new(3, 3),
        "bic" => Extent::new(8, 11),
        // Norway has the shortest, the standard (ISO 13616) allows 34.
        "iban" => Extent::new(15, 34),
        "npi" | "date" => Extent::new(10, 10),
        "gtin" => Extent::new(8, 14),
        "vin" => Extent::new(17, 17),
        "lei" => Extent::new(20, 20),
        "isin" => Extent::new(12, 12),
        "ein" => Extent::new(10, 10),
        "eu_vat" | "tax_id" => Extent::new(4, 14),
        "itin" | "ssn" => Extent::new(9, 11),
        "us_zip" | "zip" => Extent::new(5, 10),
        // RFC 5321, 4.5.3.1.3: a path of 256 octets with its brackets.
        "email" => Extent::new(3, 254),
        // ITU-T E.164: 15 digits and the plus.
        "phone" => Extent::new(4, 16),
        "hcpcs" => Extent::new(5, 5),
        "icd10" | "icd10cm" => Extent::new(3, 8),
        _ => return None,
    })
}

/// Lengths of the texts that a pattern matches as a whole; `None` when it may match a part of a longer text.
pub(super) fn of_pattern(hir: &Hir) -> Option<Extent> {
    let whole = hir.properties().look_set_prefix().contains(Look::Start)
        && hir.properties().look_set_suffix().contains(Look::End);
    whole.then(|| extent(hir))
}

// Recursion is as deep as the pattern, which its parser bounds.
fn extent(hir: &Hir) -> Extent {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Extent::new(0, 0),
        HirKind::Literal(literal) => {
            let length = String::from_utf8_lossy(&literal.0).chars().count() as u64;
            Extent::new(length, length)
        }
        HirKind::Class(_) => Extent::new(1, 1),
        HirKind::Capture(group) => extent(&group.sub),
        HirKind::Repetition(repetition) => {
            let once = extent(&repetition.sub);
            let max = repetition.max.zip(once.max).map(|(times, max)| u64::from(times).saturating_mul(max));
            Extent { min: u64::from(repetition.min).saturating_mul(once.min), max }
        }
        HirKind::Concat(parts) => parts.iter().map(extent).fold(Extent::new(0, 0), |sum, part| Extent {
            min: sum.min.saturating_add(part.min),
            max: sum.max.zip(part.max).map(|(a, b)| a.saturating_add(b)),
        }),
        HirKind::Alternation(parts) => {
            let extents: Vec<Extent> = parts.iter().map(extent).collect();
            let max = extents.iter().map(|extent| extent.max).collect::<Option<Vec<_>>>();
            Extent {
                min: extents.iter().map(|extent| extent.min).min().unwrap_or(0),
                max: max.and_then(|lengths| lengths.into_iter().max()),
            }
        }
    }
}

/// Whether some alternatives of a pattern are tied to the start or the end of the text, and others are not: `^a|b$` reads as if it
/// stood for `^(?:a|b)$`.
pub(super) fn has_uneven_branches(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Capture(group) => has_uneven_branches(&group.sub),
        HirKind::Alternation(branches) => {
            let ties = |branch: &Hir| {
                let looks = branch.properties();
                (looks.look_set_prefix().contains(Look::Start), looks.look_set_suffix().contains(Look::End))
            };
            branches.iter().any(|branch| ties(branch) != ties(&branches[0]))
        }
        _ => false,
    }
}

/// Whether a pattern matches any text whose characters are all `allowed`.
pub(super) fn can_match(hir: &Hir, allowed: &dyn Fn(char) -> bool) -> bool {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => true,
        HirKind::Literal(literal) => String::from_utf8_lossy(&literal.0).chars().all(allowed),
        HirKind::Class(Class::Unicode(class)) => {
            // Beyond ASCII no normalizer is known to remove anything.
            class.ranges().iter().any(|range| range.end() > '\u{7f}' || (range.start()..=range.end()).any(allowed))
        }
        HirKind::Class(Class::Bytes(_)) => true,
        HirKind::Repetition(repetition) => repetition.min == 0 || can_match(&repetition.sub, allowed),
        HirKind::Capture(group) => can_match(&group.sub, allowed),
        HirKind::Concat(parts) => parts.iter().all(|part| can_match(part, allowed)),
        HirKind::Alternation(parts) => parts.iter().any(|part| can_match(part, allowed)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{check, normalize};

    #[track_caller]
    fn check_pattern(pattern: &str, expected: Option<(u64, Option<u64>)>) {
        let hir = regex_syntax::parse(pattern).unwrap();
        assert_eq!(of_pattern(&hir).map(|extent| (extent.min, extent.max)), expected, "{pattern}");
    }

    #[test]
    fn lengths_of_patterns() {
        check_pattern("^[A-Z]{2}[0-9]{3,5}$", Some((5, Some(7))));
        check_pattern("^(?:ab|c)*$", Some((0, None)));
        check_pattern("^(?:ab|c)$", Some((1, Some(2))));
        check_pattern("^-?(?:0|[1-9][0-9]*)$", Some((1, None)));
        check_pattern("^é$", Some((1, Some(1))));
        check_pattern("[0-9]{4}", None);
        check_pattern("^[0-9]{4}", None);
    }

    #[test]
    fn alternatives_that_are_anchored_at_one_side_each_are_seen() {
        for (pattern, expected) in [
            ("^abc|def$", true),
            ("(^abc|def$)", true),
            ("^[0-9]{5}|[0-9]{9}$", true),
            ("^abc$|def", true),
            ("^(?:abc|def)$", false),
            ("^abc$|^def$", false),
            ("^$|^[A-Z]{2}$", false),
            ("abc|def", false),
            ("^abc|^def", false),
        ] {
            assert_eq!(has_uneven_branches(&regex_syntax::parse(pattern).unwrap()), expected, "{pattern}");
        }
    }

    #[test]
    fn a_pattern_of_letters_that_are_gone_matches_nothing() {
        let upper = |c: char| !c.is_ascii_lowercase();
        for (pattern, expected) in [
            ("^[a-z]+$", false),
            ("^[A-Za-z]+$", true),
            ("^[a-z]*$", true),
            ("^(?:ab|C)$", true),
            ("x", false),
            ("^[^A-Z]$", true),
        ] {
            assert_eq!(can_match(&regex_syntax::parse(pattern).unwrap(), &upper), expected, "{pattern}");
        }
    }

    /// Each length is held against values that pass: one that is too narrow would warn of a form that is right.
    #[test]
    fn lengths_of_checks_hold_for_values_that_pass() {
        let annotation = crate::field::Annotation::default();
        let profile = crate::Profile::default();
        let settings = crate::field::Settings { profile: &profile, annotation: &annotation, time: None };
        for (name, value) in [
            ("aba", "021000021"),
            ("bic", "DEUTDEFF"),
            ("bic", "DEUTDEFF500"),
            ("ein", "12-3456789"),
            ("email", "a@b.co"),
            ("gtin", "96385074"),
            ("gtin", "00012345600012"),
            ("iban", "NO9386011117947"),
            ("iban", "MT84MALT011000012345MTLCAST001S"),
            ("iso3166", "US"),
            ("iso4217", "USD"),
            ("npi", "1234567893"),
            ("us_state", "NY"),
            ("lei", "529900T8BM49AURSDO55"),
            ("isin", "US0378331005"),
            ("vin", "1M8GDM9AXKP042788"),
            ("us_zip", "02139"),
            ("us_zip", "02139-4307"),
            ("hcpcs", "J1885"),
            ("icd10cm", "E11.9"),
            ("ssn", "219-09-9998"),
        ] {
            let (_, function) = check::check(name).unwrap();
            assert_eq!(function(value, &settings), Ok(()), "{name} {value}");
            let (extent, length) = (of_name(name).unwrap(), value.len() as u64);
            assert!(extent.min <= length && extent.max.is_none_or(|max| length <= max), "{name} {value}");
        }
        for (name, raw) in
            [("country", "Germany"), ("currency", "usd"), ("date", "2026-01-31"), ("iban", "no93 8601 1117 947")]
        {
            let (_, function) = normalize::normalizer(name).unwrap();
            let value = function(raw, &settings).unwrap().unwrap_or_else(|| raw.to_owned());
            let (extent, length) = (of_name(name).unwrap(), value.len() as u64);
            assert!(extent.min <= length && extent.max.is_none_or(|max| length <= max), "{name} {value}");
        }
    }
}

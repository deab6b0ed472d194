use super::{NAMES, normalizer};
use crate::field::{Annotation, DecimalRange, NameCase, Settings};
use crate::{DateOrder, DecimalSign, Profile};
use proptest::prelude::*;
use record::RecordTime;
use std::{fs, path::Path};

/// A normalizer under settings.
#[derive(Clone, Copy)]
pub(super) struct Case<'a> {
    pub(super) name: &'a str,
    pub(super) profile: &'a Profile,
    pub(super) annotation: &'a Annotation,
    pub(super) time: Option<RecordTime>,
}

const BARE: Annotation = Annotation {
    normalize: Vec::new(),
    check: Vec::new(),
    class: record::Class::None,
    severity: None,
    decimal: None,
    two_digit_year: None,
    values: Vec::new(),
    unique_by: Vec::new(),
    minor_units: None,
    currency: None,
    table: None,
    region: None,
    case: None,
    matching: None,
    unit: None,
    blank_is_false: false,
    serials_1904: false,
};

const fn signed(decimal_sign: Option<DecimalSign>) -> Profile {
    Profile { date_order: None, decimal_sign, region: None, soft: None }
}

pub(super) const NONE: Case<'static> = Case { name: "", profile: &signed(None), annotation: &BARE, time: None };
pub(super) const POINT: Case<'static> = Case { profile: &signed(Some(DecimalSign::Point)), ..NONE };
pub(super) const COMMA: Case<'static> = Case { profile: &signed(Some(DecimalSign::Comma)), ..NONE };

impl<'a> Case<'a> {
    pub(super) const fn with(self, name: &'a str) -> Self {
        Self { name, ..self }
    }

    /// The normalized text, whether changed or not; a change that changes nothing fails the test.
    pub(super) fn run(self, text: &str) -> Result<String, crate::field::Refusal> {
        let (_, normalize) = normalizer(self.name).unwrap();
        let settings = Settings { profile: self.profile, annotation: self.annotation, time: self.time };
        let result = normalize(text, &settings)?;
        assert_ne!(result.as_deref(), Some(text), "{} reports a change that is none", self.name);
        Ok(result.unwrap_or_else(|| text.to_owned()))
    }

    #[track_caller]
    pub(super) fn check(self, text: &str, expected: &str) {
        assert_eq!(self.run(text).as_deref(), Ok(expected), "{} of {text:?}", self.name);
        // Every vector's result is stable, or, three decimals where the sign is no point, refused: never another value.
        match self.run(expected) {
            Ok(again) => assert_eq!(again, expected, "{} of {expected:?}", self.name),
            Err(refusal) => assert_eq!(refusal.code, record::Code::FmtMoneyAmbiguous, "{} of {expected:?}", self.name),
        }
    }

    #[track_caller]
    pub(super) fn check_refused(self, text: &str, code: &str) {
        let got = self.run(text).map_err(|refusal| refusal.code.as_str());
        assert_eq!(got, Err(code), "{} of {text:?}", self.name);
    }
}

#[track_caller]
pub(super) fn check(name: &str, text: &str, expected: &str) {
    POINT.with(name).check(text, expected);
}

#[track_caller]
pub(super) fn check_refused(name: &str, text: &str, code: &str) {
    POINT.with(name).check_refused(text, code);
}

/// Settings under which every result of every normalizer must normalize to itself.
fn stable_settings() -> Vec<(Profile, Annotation)> {
    let range = |scale_min, scale_max| Some(DecimalRange { scale_min, scale_max, min: None, max: None });
    let year = Some(crate::field::TwoDigitYear::Past);
    let values = vec![("a".to_owned(), "b".to_owned()), ("b".to_owned(), "c".to_owned())];
    let mut all = Vec::new();
    for date_order in [None, Some(DateOrder::Dmy), Some(DateOrder::Mdy), Some(DateOrder::Ymd)] {
        for decimal_sign in [None, Some(DecimalSign::Point), Some(DecimalSign::Comma)] {
            // Three decimals are stable under a point only: see `decimal::decimal`.
            let decimal = if decimal_sign == Some(DecimalSign::Point) { range(0, 6) } else { range(0, 2) };
            let profile = Profile { date_order, decimal_sign, region: Some("US".to_owned()), ..Profile::default() };
            all.push((
                profile,
                Annotation {
                    decimal,
                    two_digit_year: year,
                    values: values.clone(),
                    case: Some(NameCase::Title),
                    ..BARE
                },
            ));
        }
    }
    all
}

fn check_idempotent(text: &str) {
    for (profile, annotation) in &stable_settings() {
        for name in NAMES {
            let case = Case { name, profile, annotation, time: Some(RecordTime(1_795_348_800_000)) };
            // Every other normalizer sees what `text` left.
            let Ok(text) = case.with("text").run(text) else { continue };
            if let Ok(once) = case.run(&text) {
                assert_eq!(case.run(&once).as_deref(), Ok(once.as_str()), "{name} of {text:?} under {profile:?}");
                assert_eq!(
                    case.with("text").run(&once).as_deref(),
                    Ok(once.as_str()),
                    "{name} of {text:?} is no clean text"
                );
            }
        }
    }
}

#[test]
fn registry_names_are_sorted_and_found() {
    assert!(NAMES.is_sorted());
    assert!(NAMES.iter().all(|name| normalizer(name).is_some_and(|(found, _)| found == *name)));
    assert!(normalizer("nonesuch").is_none());
}

#[test]
fn every_normalizer_is_described() {
    let (docs, _) = include_str!("../../../../docs/fields.md").split_once("## Checks").unwrap();
    for name in NAMES {
        assert!(docs.contains(&format!("| `{name}` |")), "docs/fields.md has no row for the normalizer {name}");
    }
}

#[test]
fn naughty_strings() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/naughty_strings/blns.json");
    let Ok(text) = fs::read_to_string(file) else {
        println!("skipped: ../shared/data/naughty_strings is absent");
        return;
    };
    let strings: Vec<String> = serde_json::from_str(&text).unwrap();
    assert!(strings.len() > 500);
    strings.iter().for_each(|text| check_idempotent(text));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_stable_after_one_pass(text in "\\PC{0,24}") {
        check_idempotent(&text);
    }

    #[test]
    fn keyed_looking_text_is_stable_after_one_pass(text in "[0-9a-ciA-DEFJMNRSTUX.,/' ()$€%+\\-２．\u{301}\u{307}\u{30c}\u{345}\u{2019}ßİŉΐ]{0,14}") {
        check_idempotent(&text);
    }

    #[test]
    fn dates_are_stable_after_one_pass(text in "([0-9]{1,4}|Mar|sept)[/. -]([0-9]{1,2}|Mar|août)[/. -]([0-9]{2}|[0-9]{4})( 00:00:00)?") {
        check_idempotent(&text);
    }
}

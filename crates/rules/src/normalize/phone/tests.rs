use super::super::tests::{Case, POINT};
use crate::Profile;
use crate::field::Annotation;
use std::{fs, path::Path};

fn read(region: &str, text: &str) -> Result<String, String> {
    let profile = Profile { region: Some(region.to_owned()).filter(|region| !region.is_empty()), ..Profile::default() };
    let reason = |refusal: crate::field::Refusal| refusal.params.into_iter().map(|(_, reason)| reason);
    let case = Case { profile: &profile, ..POINT.with("phone") };
    case.run(text).map_err(|refusal| reason(refusal).map(|reason| format!("{reason:?}")).collect())
}

#[track_caller]
fn check(region: &str, text: &str, expected: &str) {
    let profile = Profile { region: Some(region.to_owned()).filter(|region| !region.is_empty()), ..Profile::default() };
    Case { profile: &profile, ..POINT.with("phone") }.check(text, expected);
}

#[track_caller]
fn check_refused(region: &str, text: &str, reason: &str) {
    assert_eq!(read(region, text), Err(format!("Text({reason:?})")), "{text:?} in {region:?}");
}

#[test]
fn layouts() {
    for text in [
        "(415) 555-2671",
        "415-555-2671",
        "415.555.2671",
        "4155552671",
        "1 415 555 2671",
        "1(415)555-2671",
        "+1 415 555 2671",
        "(+1) 415 555 2671",
        "tel:+1-415-555-2671",
        "011 1 415 555 2671",
        "＋１ ４１５ ５５５ ２６７１",
        "415–555–2671",
    ] {
        check("US", text, "+14155552671");
    }
    for text in ["020 7946 0958", "(020) 7946 0958", "0044 20 7946 0958", "+44 (0)20 7946 0958", "+44 020 7946 0958"] {
        check("GB", text, "+442079460958");
    }
    check("DE", "030/123456", "+4930123456");
    check("DE", "030/1234567-89", "+4930123456789");
    check("IT", "06 1234 5678", "+390612345678");
    // Numbers of Italy keep their zero; mobile ones never had any.
    check("", "+39 (0)6 1234 5678", "+390612345678");
    check("", "+39 (0)347 123 4567", "+393471234567");
    check("", "+39 06 1234 5678", "+390612345678");
    check("", "+390612345678", "+390612345678");
    check("FR", "01 23 45 67 89", "+33123456789");
    check("CA", "310-1234", "+13101234");
    check("RU", "8 (912) 345-67-89", "+79123456789");
    check("", "+800 1234 5678", "+80012345678");
}

#[test]
fn what_is_not_certain_is_refused() {
    check_refused("", "(415) 555-2671", "region");
    check_refused("AQ", "(415) 555-2671", "region");
    check_refused("US", "555-2671", "not assigned");
    check_refused("", "555-2671", "region");
    check_refused("US", "1-800-FLOWERS", "letters");
    check_refused("US", "call me", "letters");
    for text in ["415-555-2671 ext 12", "415-555-2671x12", "415-555-2671 #12", "tel:+1-415-555-2671;ext=12"] {
        check_refused("US", text, "extension");
    }
    check_refused("US", "415-555-2671 / 415-555-2672", "layout");
    check_refused("DE", "030 123456/78", "layout");
    check_refused("US", "415 555 26711", "not assigned");
    check_refused("US", "115 555 2671", "not assigned");
    check_refused("", "+999 123 4567", "country code");
    check_refused("", "+0 49 30 123456", "country code");
    check_refused("", "+1", "length");
    check_refused("", "+1 415 555 2671 415 555 2672", "length");
    for text in [
        "(415 555-2671",
        "415) 555-2671",
        "((415)) 555 2671",
        "+1+4155552671",
        "415-555-2671-",
        "",
        "-",
        "+",
        "++14155552671",
    ] {
        check_refused("US", text, "layout");
    }
    // 04921 is the area code of Emden, and 49 211 is Germany, Düsseldorf.
    check_refused("DE", "492112345", "ambiguous");
}

#[test]
fn the_field_overrules_the_source() {
    let annotation = Annotation { region: Some("GB".to_owned()), ..Annotation::default() };
    let profile = Profile { region: Some("US".to_owned()), ..Profile::default() };
    let case = Case { profile: &profile, annotation: &annotation, ..POINT.with("phone") };
    case.check("020 7946 0958", "+442079460958");
}

#[test]
fn a_number_with_its_country_need_not_exist_for_the_normalizer() {
    check("", "+1 201 555 012", "+1201555012");
    check("", "+1 555 555 0123", "+15555550123");
    assert_eq!(super::is_phone("+15555550123"), Err("not assigned"));
    assert_eq!(super::is_phone("+14155552671"), Ok(()));
}

/// All example numbers of eight regions, in five spellings each.
#[test]
fn examples_of_libphonenumber() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/val_phone/example_numbers.csv");
    let Ok(text) = fs::read_to_string(file) else {
        println!("skipped: ../shared/data/val_phone is absent");
        return;
    };
    let mut agreed = 0;
    for line in text.lines().skip(1) {
        let columns: Vec<&str> = line.split(',').collect();
        let [region, _, _, input, valid, expected, _] = columns[..] else { panic!("{line}") };
        let got = read(region, input).ok().filter(|number| super::is_phone(number).is_ok());
        assert_eq!(got.as_deref(), Some(expected).filter(|_| valid == "1"), "{line}");
        agreed += 1;
    }
    assert_eq!(agreed, 308);
}

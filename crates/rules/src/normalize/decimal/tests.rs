use super::super::tests::{COMMA, Case, NONE, POINT};
use crate::field::{Annotation, DecimalRange, PercentUnit};
use crate::{DecimalSign, Profile};
use proptest::prelude::*;

fn scaled(scale_min: u32, scale_max: u32) -> Annotation {
    Annotation { decimal: Some(DecimalRange { scale_min, scale_max, min: None, max: None }), ..Annotation::default() }
}

#[track_caller]
fn check(case: Case<'_>, scale: (u32, u32), text: &str, expected: &str) {
    let annotation = scaled(scale.0, scale.1);
    let case = Case { annotation: &annotation, ..case };
    if expected.starts_with("FMT") { case.check_refused(text, expected) } else { case.check(text, expected) }
}

const ANY: (u32, u32) = (0, 28);
const CENTS: (u32, u32) = (2, 2);

#[test]
fn handbook_vectors() {
    let none = NONE.with("money");
    for (text, expected) in [
        ("1.234,56", "1234.56"),
        ("(1,234.50)", "-1234.50"),
        ("$1,234.5-", "-1234.50"),
        ("USD 12", "12.00"),
        ("1\u{A0}234,56", "1234.56"),
        ("1\u{202F}234,56", "1234.56"),
        ("1'234.50", "1234.50"),
        ("1’234.50", "1234.50"),
        ("1,23,456.00", "123456.00"),
        ("1,23.45", "FMT.NUMBER"),
        ("12.34.56", "FMT.NUMBER"),
        ("1,234", "FMT.MONEY_AMBIGUOUS"),
        ("1.234", "FMT.MONEY_AMBIGUOUS"),
        ("--5", "FMT.NUMBER"),
        ("(100.00)", "-100.00"),
        ("100-", "-100.00"),
        ("USD 100", "100.00"),
        ("1_000", "FMT.NUMBER"),
        ("١٢٣", "FMT.NUMBER"),
        ("12²", "FMT.NUMBER"),
        ("1½", "FMT.NUMBER"),
        ("1e2", "FMT.NUMBER"),
        ("0x10", "FMT.NUMBER"),
        ("NaN", "FMT.NUMBER"),
        ("", "FMT.NUMBER"),
        ("-", "FMT.NUMBER"),
        ("5.", "FMT.NUMBER"),
        ("12,-", "FMT.NUMBER"),
        (".5", "0.50"),
        ("+1", "1.00"),
        ("１２．５０", "12.50"),
        ("−5,00", "-5.00"),
        ("0e9999999999", "FMT.NUMBER"),
        ("AED 8000 (USD 2179)", "FMT.NUMBER"),
    ] {
        check(none, CENTS, text, expected);
    }
}

#[test]
fn signs_and_currencies() {
    let point = POINT.with("money");
    for (text, expected) in [
        ("-$5", "-5.00"),
        ("$-5", "-5.00"),
        ("($5)", "-5.00"),
        ("$(5)", "-5.00"),
        ("5 EUR", "5.00"),
        ("5€", "5.00"),
        ("eur5", "5.00"),
        ("US$ 5", "5.00"),
        ("Rs. 500", "500.00"),
        ("500 kr.", "500.00"),
        ("Rs.50", "50.00"),
        ("Fr.50", "50.00"),
        ("kr.50", "50.00"),
        ("CHF. 50", "50.00"),
        ("CHF .50", "0.50"),
        ("CHF.1,250.50", "1250.50"),
        ("CHF.50", "FMT.MONEY_AMBIGUOUS"),
        ("-usd.50", "FMT.MONEY_AMBIGUOUS"),
        ("$.50", "0.50"),
        ("5 CR", "-5.00"),
        ("5.00DR", "5.00"),
        ("5 EUR CR", "FMT.NUMBER"),
        ("-5 CR", "FMT.NUMBER"),
        ("$5 USD", "FMT.NUMBER"),
        ("5 XYZ", "FMT.NUMBER"),
        ("5%", "FMT.NUMBER"),
        ("5 apples", "FMT.NUMBER"),
        ("(5", "FMT.NUMBER"),
        ("()", "FMT.NUMBER"),
        ("$", "FMT.NUMBER"),
    ] {
        check(point, CENTS, text, expected);
    }
    check(POINT.with("decimal"), CENTS, "$5", "FMT.NUMBER");
    check(POINT.with("percent"), (0, 4), "12.5%", "12.5");
    check(POINT.with("percent"), (0, 4), "-12.5 %", "-12.5");
    check(POINT.with("percent"), (0, 4), "0.125", "0.125");
    check(POINT.with("percent"), (0, 4), "5%%", "FMT.NUMBER");
}

#[test]
fn percentages_as_fractions_on_demand() {
    let annotation = Annotation { unit: Some(PercentUnit::Fraction), ..scaled(0, 6) };
    let case = Case { annotation: &annotation, ..POINT.with("percent") };
    for (text, expected) in
        [("12.5%", "0.125"), ("0.125", "0.125"), ("7 %", "0.07"), ("100%", "1"), ("-0.5%", "-0.005"), ("250%", "2.5")]
    {
        case.check(text, expected);
    }
    case.check_refused("0.00001%", "FMT.SCALE");
}

#[test]
fn currency_beside_an_amount() {
    let us = Profile { region: Some("US".to_owned()), ..Profile::default() };
    let of = |text: &str| super::currencies_of(text, &us);
    assert_eq!([of("USD 12"), of("(12,50 €)"), of("-$5")], [["USD"], ["EUR"], ["USD"]]);
    assert_eq!([of("5 kr"), of("5 kr.")], [["DKK", "ISK", "NOK", "SEK"]; 2]);
    assert!(of("12").is_empty() && of("--5").is_empty());
    let dollars = super::currencies_of("$5", &Profile::default());
    assert!(dollars.contains(&"USD") && dollars.contains(&"CAD") && !dollars.contains(&"EUR"));
}

#[test]
fn the_profile_decides_and_is_not_overruled() {
    let (point, comma, none) = (POINT.with("decimal"), COMMA.with("decimal"), NONE.with("decimal"));
    check(point, CENTS, "1,234", "1234.00");
    check(point, ANY, "1.234", "1.234");
    check(point, CENTS, "1.234", "FMT.SCALE");
    check(point, CENTS, "12,50", "FMT.NUMBER");
    check(point, CENTS, "1.234,56", "FMT.NUMBER");
    check(point, CENTS, "1.234.567", "FMT.NUMBER");
    check(point, CENTS, "0,125", "FMT.NUMBER");
    check(comma, CENTS, "1.234", "1234.00");
    check(comma, (0, 2), "1.234", "1234");
    check(comma, ANY, "1.234", "FMT.MONEY_AMBIGUOUS");
    check(comma, (4, 6), "1.234", "1234.0000");
    check(comma, ANY, "1,234", "1.234");
    check(comma, CENTS, "1,234", "FMT.SCALE");
    check(comma, CENTS, "1,230", "1.23");
    check(comma, CENTS, "12.50", "12.50");
    check(comma, CENTS, "1,234.56", "FMT.NUMBER");
    check(none, CENTS, "12,50", "12.50");
    check(none, ANY, "0.125", "0.125");
    check(none, ANY, "0,125", "0.125");
    check(none, ANY, "1234,567", "1234.567");
    check(none, CENTS, "1,234,567", "1234567.00");
    check(none, CENTS, "1 234", "1234.00");
    check(none, CENTS, "12 34", "FMT.NUMBER");
    check(none, CENTS, "1,234 567", "FMT.NUMBER");
    check(none, CENTS, "0,123,456", "FMT.NUMBER");
    check(none, CENTS, "1.234 567,00", "FMT.NUMBER");
}

#[test]
fn south_asian_groups_need_their_region_when_there_is_one() {
    let region = |code: &str| Profile {
        decimal_sign: Some(DecimalSign::Point),
        region: Some(code.to_owned()),
        ..Profile::default()
    };
    let (india, france) = (region("IN"), region("FR"));
    check(Case { profile: &india, ..POINT.with("money") }, CENTS, "₹1,23,456.00", "123456.00");
    check(Case { profile: &france, ..POINT.with("money") }, CENTS, "1,23,456.00", "FMT.NUMBER");
}

#[test]
fn canonical_text_by_scale() {
    let point = POINT.with("decimal");
    for (scale, text, expected) in [
        (CENTS, "119", "119.00"),
        (CENTS, "119.00", "119.00"),
        (CENTS, "119.000", "119.00"),
        (CENTS, "119.001", "FMT.SCALE"),
        (CENTS, "-0", "0.00"),
        (CENTS, "-0.00", "0.00"),
        (CENTS, "007.5", "7.50"),
        ((0, 4), "1.50", "1.5"),
        ((0, 4), "-5.5", "-5.5"),
        ((0, 0), "5.0", "5"),
        ((0, 0), "-0", "0"),
        (ANY, "12345678901234567.89", "12345678901234567.89"),
        (ANY, "18446744073709551616", "18446744073709551616"),
        (ANY, "1.0000000000000000000000000005", "FMT.NUMBER"),
        (ANY, "9999999999999999999999999999", "9999999999999999999999999999"),
        (ANY, "10000000000000000000000000000", "FMT.NUMBER"),
        (ANY, "1e400", "FMT.NUMBER"),
        (ANY, "1E5", "FMT.NUMBER"),
    ] {
        check(point, scale, text, expected);
    }
    check(point, ANY, &"9".repeat(1_000_000), "FMT.NUMBER");
}

/// Writes whole digits and decimals in a style, independently of the code under test.
fn styled(whole: &str, decimals: &str, group: &str, sign: &str) -> String {
    let mut text = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            text.push_str(group);
        }
        text.push(digit);
    }
    if decimals.is_empty() { text } else { format!("{text}{sign}{decimals}") }
}

proptest! {
    /// Whatever the style, the value is the one written: compared as integers of 10^-scale.
    #[test]
    fn every_style_gives_the_exact_value(whole in "[1-9][0-9]{0,15}", decimals in "[0-9]{0,6}", negative: bool, style in 0_usize..5) {
        // `1.000` under a comma, where three decimals may come out, is refused as ambiguous.
        prop_assume!(style != 1 || !decimals.is_empty() || !(4..=6).contains(&whole.len()));
        let (group, sign, case) = [(",", ".", POINT), (".", ",", COMMA), (" ", ",", COMMA), ("'", ".", POINT), ("", ".", POINT)][style];
        let text = styled(&whole, &decimals, group, sign);
        let text = if negative { format!("({text})") } else { text };
        let annotation = scaled(2, 6);
        let got = Case { annotation: &annotation, ..case.with("decimal") }.run(&text).unwrap();
        let (got_whole, got_decimals) = got.trim_start_matches('-').split_once('.').unwrap();
        let as_integer = |whole: &str, decimals: &str| format!("{whole}{decimals:0<6}").parse::<u128>().unwrap();
        prop_assert_eq!(as_integer(got_whole, got_decimals), as_integer(&whole, &decimals));
        prop_assert_eq!(got.starts_with('-'), negative);
        prop_assert!(rust_decimal::Decimal::from_str_exact(&got).is_ok());
    }

    /// A value read twice is the same value or refused as ambiguous, under every profile and scale.
    #[test]
    fn a_result_is_never_read_as_another_value(text in "[-(]?[0-9]{1,4}([., '][0-9]{1,4}){0,3}[)-]?", profile in 0_usize..3, least in 0_u32..5, more in 0_u32..4) {
        let case = [NONE, POINT, COMMA][profile].with("decimal");
        let annotation = scaled(least, least + more);
        let case = Case { annotation: &annotation, ..case };
        if let Ok(once) = case.run(&text) {
            let three = once.split_once('.').is_some_and(|(_, decimals)| decimals.len() == 3);
            match case.run(&once) {
                Ok(twice) => prop_assert_eq!(once, twice),
                Err(refusal) => prop_assert!(profile != 1 && three && refusal.code == record::Code::FmtMoneyAmbiguous),
            }
        }
    }
}

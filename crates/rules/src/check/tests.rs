use super::{NAMES, check as find};
use crate::Profile;
use crate::field::{Annotation, Refusal, Settings};
use proptest::prelude::*;

pub(super) fn run(name: &str, text: &str) -> Result<(), Refusal> {
    let (profile, annotation) = (Profile::default(), Annotation::default());
    find(name).unwrap().1(text, &Settings { profile: &profile, annotation: &annotation, time: None })
}

#[track_caller]
pub(super) fn check(name: &str, text: &str) {
    assert_eq!(run(name, text), Ok(()), "{name} of {text:?}");
}

#[track_caller]
pub(super) fn check_refused(name: &str, text: &str, code: &str) {
    assert_eq!(run(name, text).map_err(|refusal| refusal.code.as_str()), Err(code), "{name} of {text:?}");
}

#[track_caller]
fn check_all(name: &str, valid: &[&str], invalid: &[(&str, &str)]) {
    valid.iter().for_each(|text| check(name, text));
    invalid.iter().for_each(|(text, code)| check_refused(name, text, code));
}

const SHAPE: &str = "FMT.PATTERN";
const DIGIT: &str = "VAL.CHECK_DIGIT";
const COUNTRY: &str = "VAL.COUNTRY_LENGTH";
const FAKE: &str = "VAL.PLACEHOLDER";

#[test]
fn registry_names_are_sorted_and_found() {
    assert!(NAMES.is_sorted());
    assert!(NAMES.iter().all(|name| find(name).is_some_and(|(found, _)| found == *name)));
    assert!(find("nonesuch").is_none());
}

#[test]
fn every_check_is_described() {
    let (_, docs) = include_str!("../../../../docs/fields.md").split_once("## Checks").unwrap();
    for name in NAMES {
        assert!(docs.contains(&format!("| `{name}` |")), "docs/fields.md has no row for the check {name}");
    }
}

#[test]
fn bank_numbers() {
    check_all(
        "iban",
        &[
            "GB82WEST12345698765432",
            "DE89370400440532013000",
            "FR1420041010050500013M02606",
            "NO9386011117947",
            "PK36SCBL0000001123456702",
            "HN88CABF00000000000250005469",
        ],
        &[
            ("GB82WEST12345698765433", DIGIT),
            ("DE8937040044053201300", COUNTRY),
            ("US64SVBKUS6S3300958879", COUNTRY),
            ("GB82 WEST 1234 5698 7654 32", COUNTRY),
            ("GBL2WEST12345698765432", COUNTRY),
            ("DE8937040044053201300A", COUNTRY),
            ("", COUNTRY),
            ("É8", COUNTRY),
        ],
    );
    check_all(
        "bic",
        &["DEUTDEFF", "DEUTDEFF500", "NEDSZAJJXXX", "1234DEWWXXX"],
        &[("DEUTDEF", SHAPE), ("deutdeff", SHAPE), ("DEUTXXFF", COUNTRY), ("DEUTDEFFé", SHAPE)],
    );
    check_all(
        "aba",
        &["111000025", "021000021", "122105155"],
        &[("111000026", DIGIT), ("789456124", SHAPE), ("000000000", FAKE), ("11100002", SHAPE)],
    );
    check_all(
        "luhn",
        &["4111111111111111", "79927398713"],
        &[("79927398710", DIGIT), ("4111111111111112", DIGIT), ("0000", FAKE), ("4111 1111", SHAPE), ("", SHAPE)],
    );
}

#[test]
fn tax_numbers() {
    check_all(
        "ein",
        &["91-1144442", "04-2103594"],
        &[("07-1144442", SHAPE), ("00-1234567", SHAPE), ("911144442", SHAPE), ("91-114444", SHAPE)],
    );
    check_all(
        "tax_id",
        &["91-1144442", "DE136695976"],
        &[("07-1144442", SHAPE), ("DE136695977", DIGIT), ("136695976", SHAPE), ("", SHAPE)],
    );
    check_all(
        "ssn",
        &["536-90-4399", "536904399"],
        &[
            ("666-12-3456", SHAPE),
            ("000-12-3456", SHAPE),
            ("900-12-3456", SHAPE),
            ("123-00-4567", SHAPE),
            ("123-45-0000", SHAPE),
            ("078-05-1120", FAKE),
            ("219-09-9999", FAKE),
            ("111111111", FAKE),
            ("333333333", FAKE),
            ("123456789", FAKE),
            ("999-99-9999", FAKE),
            ("53690439", SHAPE),
            ("536-904399", SHAPE),
            ("53-690-4399", SHAPE),
            ("", SHAPE),
            ("éééééé", SHAPE),
        ],
    );
    check_all("atin", &["912-93-3456"], &[("912-90-3456", SHAPE), ("812-93-3456", SHAPE), ("999-99-9999", FAKE)]);
    check_all(
        "ssn_or_itin",
        &["536-90-4399", "912-90-3456", "912903456"],
        &[("911-93-3456", SHAPE), ("666-12-3456", SHAPE), ("078-05-1120", FAKE), ("53690439", SHAPE), ("", SHAPE)],
    );
    check_all(
        "ein_or_ssn",
        &["91-1144442", "536-90-4399", "536904399", "911144442", "666123456"],
        &[
            ("07-1144442", SHAPE),
            ("666-12-3456", SHAPE),
            ("123456789", FAKE),
            ("000123456", SHAPE),
            ("96-1144442", SHAPE),
            ("961144442", SHAPE),
            ("91-114444", SHAPE),
            ("", SHAPE),
        ],
    );
    check_all(
        "itin",
        &["912-90-3456", "912703456"],
        &[("911-89-3456", SHAPE), ("911-93-3456", SHAPE), ("812-90-3456", SHAPE)],
    );
    check_all(
        "npi",
        &["1234567893", "1245319599"],
        &[("1234567890", DIGIT), ("3234567893", SHAPE), ("123456789", SHAPE)],
    );
}

#[test]
fn codes() {
    check_all(
        "gtin",
        &["4006381333931", "73513537", "036000291452", "00012345600012"],
        &[("4006381333932", DIGIT), ("123", SHAPE), ("00000000", FAKE)],
    );
    check_all("iso4217", &["USD", "JPY", "XCG"], &[("usd", "VAL.ENUM"), ("DEM", "VAL.ENUM"), ("", "VAL.ENUM")]);
    check_all("iso3166", &["US", "NA", "XK"], &[("UK", "VAL.ENUM"), ("XX", "VAL.ENUM"), ("USA", "VAL.ENUM")]);
    check_all("us_state", &["NY", "DC", "AA"], &[("XX", "VAL.ENUM"), ("ny", "VAL.ENUM"), ("FM", "VAL.ENUM")]);
    check_all(
        "quarter_step",
        &["8", "0.25", "7.50", "-1.75", "0"],
        &[("0.1", "VAL.RANGE"), ("8.255", "VAL.RANGE"), ("", SHAPE), ("x", SHAPE), ("1.2.5", SHAPE)],
    );
    assert_eq!(
        [super::minor_unit("JPY"), super::minor_unit("BHD"), super::minor_unit("XXX"), super::minor_unit("?")],
        [Some(0), Some(3), None, None]
    );
}

#[test]
fn addresses() {
    let local = "a".repeat(64);
    check("email", &format!("{local}@example.com"));
    check_refused("email", &format!("a{local}@example.com"), "FMT.EMAIL");
    check_refused("email", &format!("a@{}.com", "b.".repeat(130)), "FMT.EMAIL");
    check_all("email", &["a.b+c@example.com", "O'Brien@sub.example.co.uk"], &[]);
    for text in [
        "a@b@c",
        "a@-b.com",
        "a@b.com.",
        "a@b",
        "@b.com",
        "a@",
        "a b@c.de",
        "a..b@c.de",
        ".a@c.de",
        "a@1.2.3.4",
        "ann＠c.de",
        "é@c.de",
        "a@é.de",
        "",
    ] {
        check_refused("email", text, "FMT.EMAIL");
    }
}

#[test]
fn people_and_where_they_live() {
    check_all(
        "phone",
        &["+14155552671", "+442079460958", "+80012345678"],
        &[("4155552671", "FMT.PHONE"), ("+15555550123", "FMT.PHONE"), ("+44121234567", "FMT.PHONE"), ("", "FMT.PHONE")],
    );
    check_all(
        "person_name",
        &["O'Brien, Mary-Ann Jr.", "Núñez", "Nguyễn Văn A", "Иванов", "山田 太郎", "அருண்", "Núria Pi·Sunyer"],
        &[
            ("SM1TH", "FMT.NAME"),
            ("john@x", "FMT.NAME"),
            ("A & B", "FMT.NAME"),
            ("-", "FMT.NAME"),
            ("Tom ½", "FMT.NAME"),
        ],
    );
    check_all(
        "no_po_box",
        &["123 Main St", "12 Box Elder Lane", "500 Post Road", "Boxwood 3"],
        &[
            ("PO Box 12", "FMT.ADDRESS"),
            ("123 Main St, P.O. Box 7", "FMT.ADDRESS"),
            ("p o box 3", "FMT.ADDRESS"),
            ("Post Office Box 3", "FMT.ADDRESS"),
            ("Lock Box 9", "FMT.ADDRESS"),
            ("Postfach 10 20 30", "FMT.ADDRESS"),
        ],
    );
}

#[test]
fn placeholders() {
    for text in [
        "n/a",
        "N/A",
        "None",
        "TBD",
        "xxx",
        "XXXX",
        "999-99-9999",
        "00000",
        "1111111",
        "123456789",
        "1234567890",
        "0123456789",
        "test@test",
        "test@test.com",
        "a@a.com",
        "me@example.com",
        "1900-01-01",
        "9999-12-31",
        "99/99/9999",
        "(000) 000-0000",
        "#REF!",
        "#Name?",
        "########",
    ] {
        check_refused("not_placeholder", text, FAKE);
    }
    for text in [
        "Null",
        "Na",
        "III",
        "0",
        "0.00",
        "1111",
        "100",
        "zoom@zoom.us",
        "536-90-4399",
        "2024-03-03",
        "ACME",
        "",
        "x",
        "-0",
        "99.99",
        "é",
        "#12",
        "##",
        "# 3 Main St",
    ] {
        check("not_placeholder", text);
    }
}

/// Replaces the digit at a place by another digit.
pub(super) fn substituted(text: &str, at: usize, by: u8) -> Option<String> {
    let mut bytes = text.as_bytes().to_vec();
    let old = bytes[at];
    let digit = b'0' + by;
    bytes[at] = digit;
    (old.is_ascii_digit() && old != digit).then(|| String::from_utf8(bytes).unwrap())
}

/// Swaps two neighbours that differ.
fn swapped(text: &str, at: usize) -> Option<(String, u8, u8)> {
    let mut bytes = text.as_bytes().to_vec();
    let (a, b) = (bytes[at], *bytes.get(at + 1)?);
    bytes.swap(at, at + 1);
    (a != b).then(|| (String::from_utf8(bytes).unwrap(), a, b))
}

/// Completes a number with the last digit that the check accepts, when there is one.
pub(super) fn completed(name: &str, front: &str) -> Option<String> {
    (0..10).map(|digit| format!("{front}{digit}")).find(|text| run(name, text).is_ok())
}

/// Every wrong digit must be refused, and every swap of neighbours but those that the scheme cannot see.
#[track_caller]
pub(super) fn check_errors_are_seen(name: &str, text: &str, may_miss: impl Fn(u8, u8) -> bool) {
    for at in 0..text.len() {
        for by in 0..10 {
            if let Some(wrong) = substituted(text, at, by) {
                assert!(run(name, &wrong).is_err(), "{name}: {text} and {wrong}");
            }
        }
    }
    check_swaps(name, text, |_, a, b| may_miss(a, b));
}

#[track_caller]
pub(super) fn check_swaps(name: &str, text: &str, may_miss: impl Fn(usize, u8, u8) -> bool) {
    for at in 0..text.len() {
        if let Some((wrong, a, b)) = swapped(text, at)
            && !may_miss(at, a, b)
        {
            assert!(run(name, &wrong).is_err(), "{name}: {text} and {wrong}");
        }
    }
}

/// Whether a swap of two characters expands to the same digits under MOD 97-10: `B1` and `1B` are both 111.
pub(super) fn expand_alike(a: u8, b: u8) -> bool {
    let expand =
        |c: u8| if c.is_ascii_digit() { u32::from(c - b'0').to_string() } else { u32::from(c - b'A' + 10).to_string() };
    expand(a) + &expand(b) == expand(b) + &expand(a)
}

proptest! {
    #[test]
    fn luhn_misses_only_swaps_of_0_and_9(front in "[1-9][0-9]{6,17}") {
        let is_missed = |a, b| matches!((a, b), (b'0', b'9') | (b'9', b'0'));
        check_errors_are_seen("luhn", &completed("luhn", &front).unwrap(), is_missed);
    }

    #[test]
    fn npi_misses_only_swaps_of_0_and_9(front in "[12][0-9]{8}") {
        let is_missed = |a, b| matches!((a, b), (b'0', b'9') | (b'9', b'0'));
        check_errors_are_seen("npi", &completed("npi", &front).unwrap(), is_missed);
    }

    #[test]
    fn weights_miss_only_swaps_of_digits_5_apart(gtin in "[1-9][0-9]{11}", aba in "(0[1-9]|1[0-2]|2[1-9]|3[0-2])[0-9]{6}") {
        let is_missed = |a: u8, b: u8| a.abs_diff(b) == 5;
        check_errors_are_seen("gtin", &completed("gtin", &gtin).unwrap(), is_missed);
        check_errors_are_seen("aba", &completed("aba", &aba).unwrap(), is_missed);
    }

    #[test]
    fn mod97_sees_every_swap_but_of_equal_expansions(account in "[A-Z]{4}[0-9]{14}") {
        let digits = (2..=98).map(|check| format!("GB{check:02}{account}")).find(|text| run("iban", text).is_ok());
        check_errors_are_seen("iban", &digits.unwrap(), expand_alike);
    }

    #[test]
    fn mod11_vat_numbers_show_every_single_error(front in "[1-9][0-9]{7}") {
        if let Some(text) = completed("eu_vat", &format!("DE{front}")) {
            check_errors_are_seen("eu_vat", &text, |_, _| true);
        }
    }

    #[test]
    fn no_text_makes_a_check_panic(text in "\\PC{0,20}", number in "[0-9A-Z@.é-]{0,30}") {
        for name in NAMES {
            let _ = (run(name, &text).is_ok(), run(name, &number).is_ok());
        }
    }
}

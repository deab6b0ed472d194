use super::super::tests::{Case, POINT, check, check_refused};
use crate::field::{Annotation, Settings, TwoDigitYear};
use crate::{DateOrder, Profile};
use proptest::prelude::*;
use record::RecordTime;

/// 2026-11-22T12:00:00Z.
const NOW: RecordTime = RecordTime(1_795_348_800_000);

#[track_caller]
fn check_order(order: Option<DateOrder>, text: &str, expected: &str) {
    let profile = Profile { date_order: order, ..Profile::default() };
    let case = Case { profile: &profile, ..POINT.with("date") };
    if expected.contains('.') { case.check_refused(text, expected) } else { case.check(text, expected) }
}

#[track_caller]
fn check_year(year: TwoDigitYear, text: &str, expected: &str) {
    let annotation = Annotation { two_digit_year: Some(year), ..Annotation::default() };
    let profile = Profile { date_order: Some(DateOrder::Dmy), ..Profile::default() };
    let case = Case { profile: &profile, annotation: &annotation, time: Some(NOW), ..POINT.with("date") };
    if expected.contains('.') { case.check_refused(text, expected) } else { case.check(text, expected) }
}

#[test]
fn certain_layouts_need_no_profile() {
    let third_of_march = [
        "2024-03-03",
        "20240303",
        "45354",
        "2024/3/3",
        "2024.03.03",
        "2024 03 03",
        "03/03/2024",
        "3.3.2024",
        "3. 3. 2024",
        "03.03.2024.",
        "３/３/２０２４",
        "2024–03–03",
        "3-Mar-2024",
        "3 March 2024",
        "March 3, 2024",
        "Mar. 3 2024",
        "MARCH 3RD, 2024",
        "3rd of March 2024",
        "03MAR2024",
        "2024-Mar-03",
        "2024 March 3",
        "3. März 2024",
        "3 Mär 2024",
        "den 3. Maerz 2024",
        "3 de marzo de 2024",
        "3 mars 2024",
        "le 3 mars 2024",
        "Sun, 3 Mar 2024",
        "Sunday, March 3, 2024",
        "So., 3. März 2024",
        "dimanche 3 mars 2024",
        "domingo, 3 de marzo de 2024",
        "So 03.03.2024",
        "2024-03-03T00:00:00Z",
        "2024-03-03 00:00:00",
        "2024-03-03T00:00",
        "3/3/2024 12:00:00 AM",
        "2024-03-03 00:00:00.000",
        "3 Mar 2024, 0:00",
    ];
    for text in third_of_march {
        check("date", text, "2024-03-03");
    }
    check("date", "31/12/1999", "1999-12-31");
    check("date", "12/31/1999", "1999-12-31");
    check("date", "31121999", "1999-12-31");
    check("date", "1er août 2024", "2024-08-01");
    check("date", "mar 5 mar 2024", "2024-03-05");
    check("date", "martes, 13/02/2024", "2024-02-13");
    check("date", "29.02.2000", "2000-02-29");
    check("date", "20000", "1954-10-03");
    check("date", "80000", "2119-01-11");
}

#[test]
fn the_profile_decides_and_is_not_overruled() {
    check_order(Some(DateOrder::Dmy), "01/02/2026", "2026-02-01");
    check_order(Some(DateOrder::Mdy), "01/02/2026", "2026-01-02");
    check_order(None, "01/02/2026", "FMT.DATE_AMBIGUOUS");
    check_order(Some(DateOrder::Ymd), "01/02/2026", "FMT.DATE_AMBIGUOUS");
    check_order(Some(DateOrder::Ymd), "13/02/2026", "2026-02-13");
    check_order(Some(DateOrder::Mdy), "13/02/2024", "FMT.DATE_IMPOSSIBLE");
    check_order(Some(DateOrder::Dmy), "02/13/2024", "FMT.DATE_IMPOSSIBLE");
    check_order(Some(DateOrder::Dmy), "2026-02-01", "2026-02-01");
    check_order(Some(DateOrder::Dmy), "01022026", "2026-02-01");
    check_order(Some(DateOrder::Mdy), "01022026", "2026-01-02");
    check_order(None, "01022026", "FMT.DATE_AMBIGUOUS");
    check_order(Some(DateOrder::Dmy), "12101112", "FMT.DATE_AMBIGUOUS");
    check_order(Some(DateOrder::Ymd), "12101112", "1210-11-12");
}

#[test]
fn serials_of_the_1904_system() {
    let annotation = Annotation { serials_1904: true, ..Annotation::default() };
    let case = Case { annotation: &annotation, ..POINT.with("date") };
    case.check("43892", "2024-03-03");
    case.check_refused("0", "FMT.DATE");
}

#[test]
fn two_digit_years_need_a_pivot() {
    check_order(Some(DateOrder::Dmy), "31/12/99", "FMT.DATE_AMBIGUOUS");
    check_year(TwoDigitYear::Past, "31/12/99", "1999-12-31");
    check_year(TwoDigitYear::Past, "22/11/26", "2026-11-22");
    check_year(TwoDigitYear::Past, "23/11/26", "1926-11-23");
    check_year(TwoDigitYear::Future, "23/11/26", "2026-11-23");
    check_year(TwoDigitYear::Future, "21/11/26", "2126-11-21");
    check_year(TwoDigitYear::Nearest, "01/01/75", "2075-01-01");
    check_year(TwoDigitYear::Nearest, "01/01/77", "1977-01-01");
    check_year(TwoDigitYear::Past, "3-Mar-24", "2024-03-03");
    check_year(TwoDigitYear::Past, "March 3, 24", "2024-03-03");
    check_year(TwoDigitYear::Past, "29/02/23", "FMT.DATE_IMPOSSIBLE");
    check_year(TwoDigitYear::Past, "32/01/23", "FMT.DATE_IMPOSSIBLE");
}

#[test]
fn without_a_profile_two_digit_years_have_three_orders() {
    let annotation = Annotation { two_digit_year: Some(TwoDigitYear::Past), ..Annotation::default() };
    let profile = Profile::default();
    let case = Case { profile: &profile, annotation: &annotation, time: Some(NOW), ..POINT.with("date") };
    case.check("31/12/99", "1999-12-31");
    case.check("12/31/99", "1999-12-31");
    case.check_refused("13/12/11", "FMT.DATE_AMBIGUOUS");
    case.check_refused("31-Mar-24", "FMT.DATE_AMBIGUOUS");
    case.check("31-Mar-99", "1999-03-31");
    Case { time: None, ..case }.check_refused("31/12/99", "FMT.DATE_AMBIGUOUS");
}

#[test]
fn what_is_no_date_is_refused() {
    for text in [
        "31/02/2024",
        "29/02/2100",
        "13/13/2024",
        "2026-02-30",
        "29/02/2025",
        "2024-13-01",
        "31 April 2024",
        "0999-01-01",
        "Mon, 3 Mar 2024",
    ] {
        check_refused("date", text, "FMT.DATE_IMPOSSIBLE");
    }
    for text in ["00/00/0000", "0000-00-00", "00000000", "99/99/9999", "99999999", "9999-99-99"] {
        check_refused("date", text, "VAL.PLACEHOLDER");
    }
    for text in [
        "60",
        "12345",
        "90000",
        "2024",
        "March 2024",
        "3 March",
        "202403",
        "010203",
        "2024-W10-7",
        "2024-065",
        "3/3-2024",
        "3/3/3/2024",
        "today",
        "",
        "-",
        "2024-03-03T10:00:00",
        "2024-03-03 24:00",
        "2024-03-03T00:00:00+02:00",
        "23:59:60",
        "3 Foo 2024",
        "+2024-03-03",
        "-2024-03-03",
        "3,3,2024",
        "012024-03-03",
        "2024-003-03",
        "٣/٣/٢٠٢٤",
        "3 Mar 2024 BC",
        "3 jui 2024",
    ] {
        check_refused("date", text, "FMT.DATE");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, ..ProptestConfig::default() })]

    /// What is read without tokens says the same as with them, refusals included.
    #[test]
    fn numbers_alone_are_read_as_any_layout_is(
        text in "[0-9]{1,9}([/.\\- ,]([0-9]{1,2}|[0-9]{4})){0,3}|[0-9]{4}[/.\\- ][0-9]{1,2}[/.\\- ][0-9]{1,2}|(0{1,4}|99)[/.-](00|99)[/.-](0{1,4}|99|9999)",
        order in prop::option::of(prop::sample::select(vec![DateOrder::Dmy, DateOrder::Mdy, DateOrder::Ymd])),
        two_digit_year in prop::option::of(Just(TwoDigitYear::Past)),
        serials_1904 in any::<bool>(),
    ) {
        let profile = Profile { date_order: order, ..Profile::default() };
        let annotation = Annotation { two_digit_year, serials_1904, ..Annotation::default() };
        let settings = Settings { profile: &profile, annotation: &annotation, time: Some(NOW) };
        if let Some(quick) = super::layout::plain(text.as_bytes(), &settings) {
            prop_assert_eq!(quick, super::general(&text, &settings), "{}", text);
        }
    }
}

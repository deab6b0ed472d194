use super::{NAMES, match_form};
use crate::normalize::{DIRECTIONS, STREETS, UNITS};
use proptest::prelude::*;

fn of(name: &str, text: &str) -> String {
    (match_form(name).unwrap().form)(text)
}

#[track_caller]
fn check(name: &str, spellings: &[&str], expected: &str) {
    for text in spellings {
        assert_eq!(of(name, text), expected, "{name} of {text:?}");
    }
}

#[test]
fn registry_names_are_sorted_and_found() {
    assert!(NAMES.is_sorted());
    assert!(NAMES.iter().all(|name| match_form(name).is_some_and(|form| form.name == *name)));
    assert!(match_form("nonesuch").is_none());
}

#[test]
fn tables_are_sorted_and_end_in_what_they_keep() {
    for table in [STREETS, DIRECTIONS, UNITS] {
        assert!(table.is_sorted_by(|a, b| a.0 < b.0), "{table:?}");
    }
    let all = || [STREETS, DIRECTIONS, UNITS].into_iter().flatten();
    for (long, short) in all() {
        assert_eq!(of("address", short), *short, "the abbreviation of {long} is abbreviated again");
    }
}

/// Every match form has a row in the page on fields, and what the row says is so.
#[test]
fn the_page_on_fields_tells_the_truth() {
    let (_, rows) = include_str!("../../../../docs/fields.md").split_once("## Match forms").unwrap();
    for name in NAMES {
        let row = rows.lines().find(|line| line.starts_with(&format!("| `{name}` |"))).unwrap();
        let quoted: Vec<&str> = row.split('`').skip(1).step_by(2).collect();
        let [_, first, second, form] = quoted[..] else { panic!("{row}") };
        check(name, &[first, second], form);
    }
}

#[test]
fn companies() {
    check("company", &["ACME, Inc.", "Acme", "ACME INC", "acme incorporated", "Acmé L.L.C.", "Acme L L C"], "acme");
    check("company", &["Müller & Söhne GmbH & Co. KG", "MULLER AND SOHNE", "Muller & Sohne, GmbH"], "muller and sohne");
    check("company", &["Smith & Co", "Smith & Company, Ltd."], "smith");
    check("company", &["Telefónica, S.A.", "TELEFONICA S. A."], "telefonica");
    check("company", &["Kowalski Sp. z o.o."], "kowalski");
    check("company", &["Grupo Azul, S.A. de C.V."], "grupo azul");
    check("company", &["The Limited"], "the");
    check("company", &["SA"], "sa");
    check("company", &["Inc. Magazine"], "inc magazine");
    check("company", &["O'Reilly Media", "OReilly Media"], "oreilly media");
    check("company", &["東京株式会社"], "東京株式会社");
    check("company", &["!!!"], "!!!");
    assert_ne!(of("company", "First Bank Branch 12"), of("company", "First Bank Branch 13"));
}

#[test]
fn people() {
    check(
        "person",
        &["O'BRIEN, MARY-ANN JR", "Mary Ann O\u{2019}Brien, Jr.", "mary-ann o'brien jr"],
        "mary ann obrien jr",
    );
    check("person", &["Smith, John, III", "John Smith III"], "john smith iii");
    check("person", &["Jane Roe, M.D., Ph.D.", "ROE, JANE", "Jane Roe MD"], "jane roe");
    check("person", &["Jan van der Berg", "van der Berg, Jan"], "jan van der berg");
    check("person", &["Bjørn Strauß"], "bjorn strauss");
    check("person", &["Jr"], "jr");
    assert_ne!(of("person", "John Smith Jr"), of("person", "John Smith Sr"));
}

#[test]
fn addresses() {
    check("address", &["123 north main street apartment 4", "123 N. Main St., Apt. #4"], "123 N MAIN ST APT 4");
    check("address", &["500 Fifth Avenue, Suite 210", "500 FIFTH AVE STE 210"], "500 FIFTH AVE STE 210");
    check("address", &["12 Oak Ln # 7", "12 Oak Lane Unit 7", "12 OAK LANE, #7"], "12 OAK LN UNIT 7");
    check("address", &["P.O. Box 12"], "PO BOX 12");
    check("address", &["Straße des 17. Juni 135"], "STRASSE DES 17 JUNI 135");
}

/// An apostrophe between two marks of a letter keeps them from their canonical order until it is left out.
#[test]
fn marks_that_an_apostrophe_parted_are_put_in_order() {
    for name in NAMES {
        let once = of(name, "\u{1e023}'\u{1172b}");
        assert_eq!(of(name, &once), once, "{name}");
    }
}

proptest! {
    /// Never empty, stable, and blind to case and to blanks and punctuation around.
    #[test]
    fn any_text(text in "\\PC{1,24}") {
        for name in NAMES {
            let once = of(name, &text);
            prop_assert!(!once.is_empty(), "{name}");
            prop_assert_eq!(of(name, &once), once, "{}", name);
        }
    }

    #[test]
    fn case_and_punctuation_do_not_count(text in "[a-z]{2,8}( [a-z]{2,8}){0,3}") {
        for name in NAMES {
            prop_assert_eq!(of(name, &text), of(name, &text.to_uppercase()));
            prop_assert_eq!(of(name, &text), of(name, &format!(" {}. ", text.replace(' ', " - "))));
        }
    }
}

//! The lists of ISO 4217 and ISO 3166-1, against the tables of the normalizers: `ref_iso`.

use crate::{
    field::Field,
    report::{
        Decision,
        Outcome::{self, Agree, Refused},
        Set,
    },
};
use rules::check::minor_unit;
use std::collections::BTreeSet;

const DECISIONS: &[Decision] = &[Decision {
    row: "countries, by name",
    outcome: Refused,
    cases: &["Congo"],
    why: "two countries are called so: `VAL.ENUM`",
}];

#[test]
fn every_code_in_use_is_taken_and_no_other() {
    let Some(mut set) = Set::open("ref_iso", DECISIONS) else { return };
    currencies(&mut set);
    countries(&mut set);
    set.finish();
}

fn currencies(set: &mut Set) {
    let field = Field::new(&["currency"], &["iso4217"]);
    let rows = table(&set.text("currency_codes_iso4217.csv"));
    let in_use = |row: &Vec<String>| row[5].is_empty();
    let current: BTreeSet<&str> = rows.iter().filter(|row| in_use(row)).map(|row| &*row[2]).collect();
    let mut seen = BTreeSet::new();
    for row in &rows {
        let (code, number, minor) = (&*row[2], &*row[3], &*row[4]);
        // An entity without a currency of its own; a code that was withdrawn in one country and lives on in another; one
        // that several countries use.
        if code.is_empty() || !in_use(row) && current.contains(code) || !seen.insert(code) {
            continue;
        }
        if !in_use(row) {
            set.case("currencies withdrawn", code, Outcome::of(false, field.run(code).is_ok()));
            continue;
        }
        let spelled = [code.to_owned(), code.to_lowercase(), format!(" {code} "), format!("{number:0>3}")];
        for text in spelled {
            set.case("currencies in use", &text, Outcome::of_value(Some(code), field.run(&text).ok().as_deref()));
        }
        let ours = minor_unit(code).map(|units| units.to_string());
        set.case(
            "minor units",
            code,
            if minor.parse::<u32>().ok().map(|units| units.to_string()) == ours { Agree } else { Refused },
        );
    }
}

fn countries(set: &mut Set) {
    let field = Field::new(&["country"], &["iso3166"]);
    for row in table(&set.text("country_codes.csv")) {
        let (code, alpha3, number) = (&*row[0], &*row[1], &*row[2]);
        for text in [code.to_owned(), code.to_lowercase(), alpha3.to_owned(), format!("{number:0>3}")] {
            set.case("countries, by code", &text, Outcome::of_value(Some(code), field.run(&text).ok().as_deref()));
        }
        set.case("countries, by name", &row[3], Outcome::of_value(Some(code), field.run(&row[3]).ok().as_deref()));
    }
}

/// Rows of a CSV text without its header; a cell may be quoted.
fn table(text: &str) -> Vec<Vec<String>> {
    text.lines().skip(1).map(cells).collect()
}

fn cells(line: &str) -> Vec<String> {
    let (mut cells, mut quoted) = (vec![String::new()], false);
    for char in line.trim_end_matches('\r').chars() {
        match char {
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(String::new()),
            _ => cells.last_mut().unwrap().push(char),
        }
    }
    cells
}

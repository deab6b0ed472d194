//! Addresses in the United States as people typed them, labelled word by word: `val_addresses`.

use crate::{
    field::Field,
    report::{Outcome, Set},
};
use rules::matching::match_form;
use serde_json::Value;

#[test]
fn states_and_zip_codes_are_right_or_refused() {
    let Some(mut set) = Set::open("val_addresses", &[]) else { return };
    let (zip, state) = (Field::new(&["zip"], &["us_zip"]), Field::new(&["us_state"], &["us_state"]));
    let key = match_form("address").unwrap().form;
    for line in set.lines("usaddress_labelled.ndjson") {
        let text = line["text"].as_str().unwrap();
        for token in tokens(&line["labels"], "ZipCode") {
            let digits: String = token.chars().filter(char::is_ascii_digit).collect();
            let expected = match digits.len() {
                5 => Some(digits),
                9 => Some(format!("{}-{}", &digits[..5], &digits[5..])),
                _ => None,
            };
            let ours = zip.run(&token).ok();
            let row = if expected.is_some() { "ZIP code" } else { "ZIP code with digits lost or gained" };
            set.case(row, &token, Outcome::of_value(expected.as_deref(), ours.as_deref()));
        }
        let states = tokens(&line["labels"], "StateName").join(" ");
        if !states.is_empty() {
            let expected = code_of(&states);
            let row = if expected.is_some() { "state" } else { "two states, or none" };
            set.case(row, &states, Outcome::of_value(expected.as_deref(), state.run(&states).ok().as_deref()));
        }
        let spellings = [text.to_uppercase(), text.replace(',', ""), format!(" {} ", text.to_lowercase())];
        let same = spellings.iter().all(|spelling| key(spelling) == key(text));
        set.case("spellings in other case and blanks have one match form", text, Outcome::of(true, same));
    }
    set.finish();
}

/// The tokens with a label, without the punctuation behind them.
fn tokens(labels: &Value, label: &str) -> Vec<String> {
    let tokens = labels.as_array().unwrap().iter().filter(|token| token[1] == label);
    tokens.map(|token| token[0].as_str().unwrap().trim_end_matches([',', ';', '.']).to_owned()).collect()
}

/// The code of a state as the set writes it, made without the tables under test.
fn code_of(state: &str) -> Option<String> {
    let plain = state.replace('.', "").to_uppercase();
    let named = match plain.as_str() {
        "ALABAMA" => "AL",
        "ARIZONA" => "AZ",
        "CALIFORNIA" | "CAL" => "CA",
        "COLORADO" => "CO",
        "CONNECTICUT" => "CT",
        "DISTRICT OF COLUMBIA" => "DC",
        "FLORIDA" => "FL",
        "GEORGIA" => "GA",
        "ILLINOIS" => "IL",
        "INDIANA" => "IN",
        "KANSAS" => "KS",
        "NEW JERSEY" => "NJ",
        "NEW YORK" => "NY",
        "NORTH CAROLINA" => "NC",
        "NORTH DAKOTA" => "ND",
        "OHIO" => "OH",
        "OREGON" => "OR",
        "PENNSYLVANIA" => "PA",
        "PUERTO RICO" => "PR",
        "RHODE ISLAND" => "RI",
        "SOUTH CAROLINA" => "SC",
        "SOUTH DAKOTA" => "SD",
        "TEXAS" => "TX",
        "UTAH" => "UT",
        "WASHINGTON" => "WA",
        two if two.len() == 2 && two != "LL" => two,
        _ => return None,
    };
    Some(named.to_owned())
}

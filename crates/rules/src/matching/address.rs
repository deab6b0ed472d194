//! `address`: lines of postal addresses, as the United States Postal Service abbreviates them.

use super::joined;
use crate::normalize::{DIRECTIONS, STREETS, UNITS};

/// An address line in upper case with the abbreviations of USPS Publication 28 for kinds of street, directions and
/// units: `123 north main street, apartment #4` is `123 N MAIN ST APT 4`. A number sign by itself is `UNIT`, for it says no
/// kind of unit. Words are abbreviated wherever they stand, names of streets too: that loses nothing that tells two apart.
pub(crate) fn address(text: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    for word in super::words(&text.replace('#', " unit ")) {
        let word = abbreviated(&word.to_uppercase());
        let is_double = word == "UNIT" && words.last().is_some_and(|last| is_unit(last));
        if !is_double {
            words.push(word);
        }
    }
    joined(&words, text)
}

fn is_unit(word: &str) -> bool {
    word == "UNIT" || UNITS.iter().any(|(_, short)| *short == word)
}

fn abbreviated(word: &str) -> String {
    let found = [STREETS, DIRECTIONS, UNITS].iter().find_map(|table| {
        let at = table.binary_search_by(|(long, _)| (*long).cmp(word)).ok()?;
        table.get(at).map(|(_, short)| *short)
    });
    found.unwrap_or(word).to_owned()
}

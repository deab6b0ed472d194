//! `address`: street addresses in the United States as the postal service writes them.

mod table;

pub(crate) use table::{DIRECTIONS, STREETS, UNITS};

use super::fold::changed;
use super::spacing::squeezed;
use crate::field::{Refusal, Settings};
use std::borrow::Cow;

/// Units that have no number.
const BARE_UNITS: &[&str] = &["BSMT", "FRNT", "LBBY", "LOWR", "OFC", "PH", "UPPR"];

/// A street address in the standard form of USPS Publication 28: upper case, without punctuation, with the abbreviations
/// for the kind of street, for a direction before or after its name, and for the unit: `123 north main street,
/// apartment 4` is `123 N MAIN ST APT 4`.
///
/// A form asks for it where its address is one of the United States; for comparing, the match form `address` needs no
/// stored one. Abbreviated is only what cannot be the name of the street: the last word before the unit, a direction
/// with a name beside it. `100 North Street` is `100 NORTH ST`, and `5 Court Square` is `5 COURT SQ`. An address that does not
/// begin with a house number, or is not in ASCII, gets its blanks squeezed and nothing else.
pub(super) fn address(text: &str, _: &Settings<'_>) -> Result<Option<String>, Refusal> {
    if !text.is_ascii() || !text.trim_start_matches(' ').starts_with(|c: char| c.is_ascii_digit()) {
        return Ok(squeezed(text));
    }
    let upper = text.to_ascii_uppercase().replace(',', " ").replace('#', " # ");
    let words = upper.split(' ').map(|word| word.trim_matches('.')).filter(|word| !word.is_empty());
    let mut words: Vec<&str> = words.collect();
    let unit = unit_at(&words);
    if let Some(word) = words.get_mut(unit) {
        *word = short(UNITS, word).unwrap_or(word);
    }
    if unit > 1 {
        street(&mut words[1..unit]);
    }
    Ok(changed(text, Cow::Owned(words.join(" ").replace("# ", "#"))))
}

/// Place of the word that says what kind of unit follows, or the number of words when none does.
fn unit_at(words: &[&str]) -> usize {
    let is_unit = |at: &usize| {
        let word = words[*at];
        let short = short(UNITS, word).unwrap_or(word);
        let is_kind =
            matches!(short, "#" | "UNIT" | "LOT" | "SLIP" | "STOP") || UNITS.iter().any(|(_, kept)| *kept == short);
        let has_number = words.get(at + 1).is_some_and(|next| *next == "#" || is_number(next));
        let ends = at + 1 == words.len() && BARE_UNITS.contains(&short);
        is_kind && (has_number && at + 3 >= words.len() || ends)
    };
    // House number and name of the street come before.
    (2..words.len()).find(is_unit).unwrap_or(words.len())
}

/// A number, a letter, or both: `4`, `B`, `4B`, `12-A`.
fn is_number(word: &str) -> bool {
    word.contains(|c: char| c.is_ascii_digit()) || word.len() == 1
}

/// Abbreviates direction, kind and direction of a street, as long as a name is left.
fn street(words: &mut [&str]) {
    let is_direction = |word: &str| DIRECTIONS.iter().any(|(long, kept)| *long == word || *kept == word);
    let mut end = words.len();
    if end > 2 && is_direction(words[end - 1]) && is_kind(words[end - 2]) {
        end -= 1;
        words[end] = short(DIRECTIONS, words[end]).unwrap_or(words[end]);
    }
    if end > 1 && is_kind(words[end - 1]) {
        end -= 1;
        words[end] = short(STREETS, words[end]).unwrap_or(words[end]);
    }
    // Two directions in a row, `SOUTH WEST`, may be one, or one and a name.
    if end > 1 && is_direction(words[0]) && !is_direction(words[1]) {
        words[0] = short(DIRECTIONS, words[0]).unwrap_or(words[0]);
    }
}

fn is_kind(word: &str) -> bool {
    STREETS.iter().any(|(long, kept)| *long == word || *kept == word)
}

fn short(table: &'static [(&str, &str)], word: &str) -> Option<&'static str> {
    let at = table.binary_search_by(|(long, _)| (*long).cmp(word)).ok()?;
    table.get(at).map(|(_, short)| *short)
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    #[test]
    fn what_cannot_be_a_name_is_abbreviated() {
        for (text, expected) in [
            ("123 north main street apartment 4", "123 N MAIN ST APT 4"),
            ("123 N. Main St., Apt. #4", "123 N MAIN ST APT #4"),
            ("500 Fifth Avenue, Suite 210", "500 FIFTH AVE STE 210"),
            ("100 North Street", "100 NORTH ST"),
            ("5 Court Square", "5 COURT SQ"),
            ("5 Court", "5 COURT"),
            ("12 Avenue of the Americas", "12 AVENUE OF THE AMERICAS"),
            ("77 Sunset Boulevard West", "77 SUNSET BLVD W"),
            ("9 South West Temple Road", "9 SOUTH WEST TEMPLE RD"),
            ("40 Saint Paul Street", "40 SAINT PAUL ST"),
            ("12 Oak Lane # 7", "12 OAK LN #7"),
            ("12 Oak Lane basement", "12 OAK LN BSMT"),
            ("1 Floor Street", "1 FLOOR ST"),
            ("PO  Box 12", "PO Box 12"),
            ("Straße 12", "Straße 12"),
            ("12 Rue  Saint-Honoré", "12 Rue Saint-Honoré"),
        ] {
            check("address", text, expected);
        }
    }
}

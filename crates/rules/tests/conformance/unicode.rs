//! The normalization test and the case folding of the Unicode Character Database, through the normalizers that use them.

use crate::{
    field::Field,
    report::{
        Decision,
        Outcome::{self, Accepted, Refused},
        Set,
    },
};
use rules::field::Refusal;
use unicode_normalization::UnicodeNormalization as _;

const DECISIONS: &[Decision] = &[
    Decision {
        row: "NFC, by `text`",
        outcome: Accepted,
        cases: &[
            "00A0", "2000", "2001", "2002", "2003", "2004", "2005", "2006", "2007", "2008", "2009", "200A", "202F",
            "205F", "3000",
        ],
        why: "a blank of another width becomes a space, which NFC alone does not do; recorded as a change",
    },
    Decision {
        row: "NFKC, by `id`",
        outcome: Accepted,
        cases: &["0149", "0374", "2011", "2033", "2034", "2057", "207B", "208B", "FE31", "FE32", "FE58"],
        why: "NFKC leaves a typographic dash or quote, of which `id` makes the one of ASCII: an id has one spelling",
    },
    Decision {
        row: "NFKC, by `id`",
        outcome: Refused,
        cases: &["3164", "FFA0"],
        why: "a filler shows nothing, so two ids that look alike would not be equal: `CHR.INVALID`",
    },
    Decision {
        row: "NFKC, by `id`",
        outcome: Refused,
        cases: &["3382", "338C", "338D", "3395", "339B", "33B2", "33B6", "33BC", "0061*"],
        why: "the line puts a Greek letter that looks like a Latin one among Latin ones: `CHR.INVALID`, since the two ids look alike",
    },
];

#[test]
fn texts_are_composed_and_ids_are_folded_as_unicode_says() {
    let Some(mut set) = Set::open("unicode", DECISIONS) else { return };
    let (text, id) = (Field::new(&[], &[]), Field::new(&["id"], &[]));
    for line in set.lines("normalization_test_15.0.ndjson") {
        // Within brackets, so that blanks at the ends and a mark at the begin stay.
        let column = |name: &str| format!("[{}]", line[name].as_str().unwrap());
        let (nfc, nfkc) = (column("nfc"), column("nfkc"));
        // Three spellings of the one text that is `nfc`, and two of the one that is `nfkc`.
        let spellings = [("source", &nfc), ("nfc", &nfc), ("nfd", &nfc), ("nfkc", &nfkc), ("nfkd", &nfkc)];
        let composed = spellings.map(|(spelling, expected)| told(expected, &text.run(&column(spelling))));
        set.case("NFC, by `text`", &name(&column("source")), worst(composed));
        // An id is in upper case besides, and composed again: that changes characters which NFKC alone leaves.
        let expected: String = nfkc.to_uppercase().nfkc().collect();
        let folded = spellings.map(|(spelling, _)| told(&expected, &id.run(&column(spelling))));
        set.case("NFKC, by `id`", &name(&column("source")), worst(folded));
    }
    fold(&mut set, &id);
    set.finish();
}

fn told(expected: &str, ours: &Result<String, Refusal>) -> Outcome {
    Outcome::of_value(Some(expected), ours.as_deref().ok())
}

fn worst(outcomes: [Outcome; 5]) -> Outcome {
    outcomes.into_iter().max().unwrap_or(Outcome::Agree)
}

/// What differs by case alone is one id: each character and its full folding (status C and F).
fn fold(set: &mut Set, id: &Field) {
    let table = set.text("CaseFolding.txt");
    for line in table.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let parts: Vec<&str> = line.split("; ").collect();
        if !matches!(parts[1], "C" | "F") {
            continue;
        }
        let (from, to) = (characters(parts[0]), characters(parts[2]));
        let (from, to) = (id.run(&from).ok(), id.run(&to).ok());
        set.case("case folding, by `id`", parts[0], Outcome::of_value(to.as_deref(), from.as_deref()));
    }
}

/// Code points as the table writes them.
fn characters(codes: &str) -> String {
    codes.split(' ').map(|code| char::from_u32(u32::from_str_radix(code, 16).unwrap()).unwrap()).collect()
}

/// Code points in hexadecimal: what a case is called.
fn name(text: &str) -> String {
    let inner = text.trim_start_matches('[').trim_end_matches(']');
    inner.chars().map(|char| format!("{:04X}", u32::from(char))).collect::<Vec<_>>().join(" ")
}

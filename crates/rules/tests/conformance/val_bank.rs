//! IBANs and BICs of the tests of a banking library: `val_bank`.

use crate::{
    field::Field,
    report::{
        Decision,
        Outcome::{self, Refused},
        Set,
    },
};

const DECISIONS: &[Decision] = &[Decision {
    row: "iban, country not in the SWIFT registry",
    outcome: Refused,
    cases: &["*"],
    why: "the registry (release 101) has no such country, but HN and YE: `VAL.COUNTRY_LENGTH`",
}];

#[test]
fn bank_numbers_are_accepted_and_refused() {
    let Some(mut set) = Set::open("val_bank", DECISIONS) else { return };
    let (iban, bic) = (Field::new(&["iban"], &["iban"]), Field::new(&["bic"], &["bic"]));
    for line in set.lines("cases.ndjson") {
        let [kind, input, note] = ["kind", "input", "note"].map(|name| line[name].as_str().unwrap_or_default());
        let valid = line["valid"].as_bool().unwrap();
        let field = if kind == "iban" { &iban } else { &bic };
        let row = match (kind, valid) {
            ("iban", true) if note.contains("registry") => "iban, country not in the SWIFT registry".to_owned(),
            (_, true) => format!("{kind}, valid"),
            (_, false) => format!("{kind}, invalid"),
        };
        set.case(&row, input, Outcome::of(valid, field.run(input).is_ok()));
    }
    set.finish();
}

//! E-mail addresses by the category that the RFCs give them: `val_email`.

use crate::{
    field::Field,
    report::{
        Decision,
        Outcome::{self, Accepted, Refused},
        Set,
    },
};

const DECISIONS: &[Decision] = &[
    Decision {
        row: "no address",
        outcome: Accepted,
        cases: &[
            "99", "127", "128", "132", "141", "142", "143", "145", "146", "147", "150", "151", "152", "154", "155",
            "156",
        ],
        why: "line breaks around the address, a spreadsheet's remains, become blanks and are cut: a recorded change of a certain kind",
    },
    Decision {
        row: "an address",
        outcome: Refused,
        cases: &["5"],
        why: "`test@io`: nobody keys a mailbox of a top-level domain; a forgotten `.com` looks just so",
    },
    Decision {
        row: "unusual by RFC 5321: quoted, a literal, or one label",
        outcome: Refused,
        cases: &["*"],
        why: "quoted parts, address literals, domains of one label or ending in digits: valid on the wire, a slip on a form",
    },
    Decision {
        row: "with comments or folded white space",
        outcome: Refused,
        cases: &["*"],
        why: "a comment is no part of an address that somebody keys",
    },
    Decision {
        row: "deprecated by RFC 5322",
        outcome: Refused,
        cases: &["*"],
        why: "what a mail program must not write any more is not taken from a form either",
    },
    Decision {
        row: "by RFC 5322, but not by RFC 5321: nothing delivers it",
        outcome: Refused,
        cases: &["*"],
        why: "lengths and literals that no server takes",
    },
];

/// Rows by category: whether such an address is one, and what the category is.
const CATEGORIES: &[(&str, bool, &str)] = &[
    ("ISEMAIL_ERR", false, "no address"),
    ("ISEMAIL_VALID_CATEGORY", true, "an address"),
    ("ISEMAIL_DNSWARN", true, "an address, whether or not its domain exists"),
    ("ISEMAIL_RFC5321", true, "unusual by RFC 5321: quoted, a literal, or one label"),
    ("ISEMAIL_CFWS", true, "with comments or folded white space"),
    ("ISEMAIL_DEPREC", true, "deprecated by RFC 5322"),
    ("ISEMAIL_RFC5322", true, "by RFC 5322, but not by RFC 5321: nothing delivers it"),
];

#[test]
fn addresses_are_those_that_people_key() {
    let Some(mut set) = Set::open("val_email", DECISIONS) else { return };
    let field = Field::new(&["email"], &["email"]);
    for line in set.lines("isemail_cases.ndjson") {
        let [id, address, category] = ["id", "address", "category"].map(|name| line[name].as_str().unwrap());
        let (_, valid, row) = CATEGORIES.iter().find(|(name, ..)| *name == category).unwrap();
        let accepted = field.run(address).is_ok_and(|clean| !clean.is_empty());
        set.case(row, id, Outcome::of(*valid, accepted));
    }
    set.finish();
}

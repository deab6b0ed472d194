//! `no_po_box`: addresses where somebody lives or works.

use crate::field::{Refusal, Settings};
use crate::matching::address;
use record::Code;

/// Words of a box at a post office, as match forms of `address`.
const BOXES: &[&[&str]] = &[
    &["PO", "BOX"],
    &["P", "O", "BOX"],
    &["POB"],
    &["POBOX"],
    &["POST", "BOX"],
    &["POST", "OFC", "BOX"],
    &["POSTAL", "BOX"],
    &["POSTBOX"],
    &["POSTFACH"],
    &["POSTBUS"],
    &["BOITE", "POSTALE"],
    &["APARTADO", "POSTAL"],
    &["APARTADO", "DE", "CORREOS"],
    &["APDO", "POSTAL"],
    &["CASILLA", "POSTAL"],
    &["CASELLA", "POSTALE"],
    &["CAIXA", "POSTAL"],
    &["CALLER", "BOX"],
    &["LCK", "BOX"],
    &["LOCKBOX"],
    &["PMB"],
];

/// An address that is no box at a post office (USPS Publication 28 sections 28 and 29: `PO BOX`, `CALLER`, `LOCKBOX`, `PMB`, and the
/// words of some other languages). Several fields need the place where somebody lives or works, and mail to a box proves none.
/// `FMT.ADDRESS` with the reason `post-office box`. A street that is called `Box` is none.
pub(super) fn no_po_box(text: &str, _: &Settings<'_>) -> Result<(), Refusal> {
    if !may_be_box(text) {
        return Ok(());
    }
    let plain = address(text);
    let words: Vec<&str> = plain.split(' ').collect();
    let is_box = BOXES.iter().any(|words_of_box| words.windows(words_of_box.len()).any(|found| found == *words_of_box));
    if is_box { Err(Refusal::new(Code::FmtAddress).with("reason", "post-office box")) } else { Ok(()) }
}

/// Whether the text has all letters of such words: most addresses have not, and match forms take long. Match forms only leave
/// letters out, but for those of other alphabets.
fn may_be_box(text: &str) -> bool {
    const WANTED: [u32; BOXES.len()] = {
        let mut wanted = [0; BOXES.len()];
        let mut at = 0;
        while at < BOXES.len() {
            let mut word = 0;
            while word < BOXES[at].len() {
                wanted[at] |= letters(BOXES[at][word].as_bytes());
                word += 1;
            }
            at += 1;
        }
        wanted
    };
    let letters = letters(text.as_bytes());
    !text.is_ascii() || WANTED.iter().any(|wanted| wanted & letters == *wanted)
}

/// Letters without regard to case; other bytes count as some letter, too.
const fn letters(text: &[u8]) -> u32 {
    let (mut letters, mut rest) = (0, text);
    while let [byte, after @ ..] = rest {
        letters |= 1 << (*byte & 31);
        rest = after;
    }
    letters
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalize::{DIRECTIONS, STREETS, UNITS};
    use proptest::prelude::*;

    #[test]
    fn no_letter_of_a_box_comes_from_an_abbreviation() {
        for (long, short) in STREETS.iter().chain(DIRECTIONS).chain(UNITS) {
            if BOXES.iter().any(|words| words.contains(short)) {
                assert_eq!(letters(long.as_bytes()) | letters(short.as_bytes()), letters(long.as_bytes()), "{long}");
            }
        }
    }

    proptest! {
        #[test]
        fn an_address_that_cannot_be_a_box_is_none(
            text in "([Pp]|[Oo]|[Bb]|po|box|post|office|lock|pmb|[a-z]{1,3}|[ .,#0-9-]){1,6}",
        ) {
            let words = address(&text);
            let words: Vec<&str> = words.split(' ').collect();
            let is_box = BOXES.iter().any(|of_box| words.windows(of_box.len()).any(|found| found == *of_box));
            prop_assert!(may_be_box(&text) || !is_box, "{:?}", text);
        }
    }
}

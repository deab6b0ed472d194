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
    let plain = address(text);
    let words: Vec<&str> = plain.split(' ').collect();
    let is_box = BOXES.iter().any(|words_of_box| words.windows(words_of_box.len()).any(|found| found == *words_of_box));
    if is_box { Err(Refusal::new(Code::FmtAddress).with("reason", "post-office box")) } else { Ok(()) }
}

//! `phone`: telephone numbers in E.164.

use crate::field::{Refusal, Settings};
use crate::normalize::is_phone;
use record::Code;

/// A telephone number in the international format of ITU-T E.164, `+` and 7 to 15 digits, that a numbering plan has:
/// country code, length and leading digits by the metadata of libphonenumber. Whether anybody answers is not known.
/// `FMT.PHONE`, with the reason `layout`, `length` or `not assigned`; may be made a warning, since plans change.
pub(super) fn phone(text: &str, _: &Settings<'_>) -> Result<(), Refusal> {
    is_phone(text).map_err(|reason| Refusal::new(Code::FmtPhone).with("reason", reason))
}

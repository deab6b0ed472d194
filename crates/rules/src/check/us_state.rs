//! `us_state`: two-letter codes of US addresses.

use crate::field::{Refusal, Settings};
use crate::normalize::find_us_state;
use record::Code;

/// One of the 50 states, DC, the five territories and the three military regions in upper case (USPS Publication 28, appendix B,
/// without the freely associated states).
pub(super) fn us_state(text: &str, _: &Settings<'_>) -> Result<(), Refusal> {
    match find_us_state(text) {
        Some(_) => Ok(()),
        None => Err(Refusal::new(Code::ValEnum).with("expected", "USPS state")),
    }
}

//! `us_state`: two-letter codes of US addresses.

use crate::field::{Refusal, Settings};
use record::Code;

/// The 50 states, DC, the territories and the three military regions (USPS Publication 28, appendix B, without the freely
/// associated states); sorted.
const STATES: &[&str] = &[
    "AA", "AE", "AK", "AL", "AP", "AR", "AS", "AZ", "CA", "CO", "CT", "DC", "DE", "FL", "GA", "GU", "HI", "IA", "ID",
    "IL", "IN", "KS", "KY", "LA", "MA", "MD", "ME", "MI", "MN", "MO", "MP", "MS", "MT", "NC", "ND", "NE", "NH", "NJ",
    "NM", "NV", "NY", "OH", "OK", "OR", "PA", "PR", "RI", "SC", "SD", "TN", "TX", "UT", "VA", "VI", "VT", "WA", "WI",
    "WV", "WY",
];

/// A state, territory or military region in upper case.
pub(super) fn us_state(text: &str, _: &Settings<'_>) -> Result<(), Refusal> {
    match STATES.binary_search(&text) {
        Ok(_) => Ok(()),
        Err(_) => Err(Refusal::new(Code::ValEnum).with("expected", "USPS state")),
    }
}

#[cfg(test)]
mod tests {
    use super::STATES;

    #[test]
    fn fifty_states_dc_five_territories_three_regions() {
        assert_eq!(STATES.len(), 59);
        assert!(STATES.is_sorted());
    }
}

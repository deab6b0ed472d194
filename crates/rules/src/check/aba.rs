//! `aba`: US bank routing numbers.

use super::digits::{digits, number, weighted};
use super::{check_digit, pattern, placeholder};
use crate::field::{Refusal, Settings};

/// Nine digits with weights 3, 7, 1 to a multiple of 10, the first two naming a Federal Reserve district (00-12), a thrift
/// (21-32), an electronic transaction (61-72) or a traveller's cheque (80): ABA routing number policy (ANSI X9.13).
pub(super) fn aba(text: &str, _: &Settings<'_>) -> Result<(), Refusal> {
    let all = digits::<9>(text).ok_or_else(|| pattern("9 digits"))?;
    if all == [0; 9] {
        return Err(placeholder());
    }
    if !matches!(number(&all[..2]), 0..=12 | 21..=32 | 61..=72 | 80) {
        return Err(pattern("a routing number of a Federal Reserve district"));
    }
    if weighted(&all, &[3, 7, 1, 3, 7, 1, 3, 7, 1]).is_multiple_of(10) { Ok(()) } else { Err(check_digit("aba")) }
}

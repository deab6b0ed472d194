//! `quarter_step`: hours in quarters.

use super::pattern;
use crate::field::{Refusal, Settings};
use record::Code;

/// A canonical decimal that is a multiple of 0.25, as timesheets are kept.
pub(super) fn quarter_step(text: &str, _: &Settings<'_>) -> Result<(), Refusal> {
    // Nearly all are written so.
    if let [whole @ .., b'.', b'0' | b'5', b'0'] | [whole @ .., b'.', b'2' | b'7', b'5'] = text.as_bytes()
        && !whole.is_empty()
        && whole.iter().all(u8::is_ascii_digit)
    {
        return Ok(());
    }
    let magnitude = text.strip_prefix('-').unwrap_or(text);
    let (whole, decimals) = magnitude.split_once('.').unwrap_or((magnitude, ""));
    let is_number = !whole.is_empty() && whole.bytes().chain(decimals.bytes()).all(|b| b.is_ascii_digit());
    match decimals.trim_end_matches('0') {
        _ if !is_number => Err(pattern("a multiple of 0.25")),
        "" | "25" | "5" | "75" => Ok(()),
        _ => Err(Refusal::new(Code::ValRange).with("expected", "a multiple of 0.25")),
    }
}

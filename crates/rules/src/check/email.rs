//! `email`: e-mail addresses.

use crate::field::{Refusal, Settings};
use record::Code;

/// An address of the shape that HTML accepts ("valid e-mail address", WHATWG HTML 4.10.5.1.5) within the lengths of RFC 5321
/// (64 before `@`, 254 in all), with at least two labels in its domain, the last not of digits only, and no dot at
/// the ends of the part before `@` or next to another (RFC 5321, `Dot-string`). Quoted parts, comments, address
/// literals and internationalized addresses are refused: keyed forms do not mean them.
pub(super) fn email(text: &str, _: &Settings<'_>) -> Result<(), Refusal> {
    let refused = |reason: &str| Err(Refusal::new(Code::FmtEmail).with("reason", reason));
    let mut parts = text.as_bytes().splitn(2, |byte| *byte == b'@');
    let (Some(local), Some(domain)) = (parts.next(), parts.next()) else { return refused("no @") };
    if local.len() > 64 || text.len() > 254 {
        return refused("length");
    }
    if local.split(is_dot).any(|atom| atom.is_empty() || !atom.iter().all(is_atom)) {
        return refused("local part");
    }
    let last = domain.rsplit(is_dot).next().unwrap_or_default();
    if !domain.contains(&b'.') || !domain.split(is_dot).all(is_label) || last.iter().all(u8::is_ascii_digit) {
        return refused("domain");
    }
    Ok(())
}

const fn is_dot(b: &u8) -> bool {
    *b == b'.'
}

const fn is_atom(b: &u8) -> bool {
    b.is_ascii_alphanumeric()
        || matches!(b, b'!' | b'#'..=b'\'' | b'*' | b'+' | b'-' | b'/' | b'=' | b'?' | b'^'..=b'`' | b'{'..=b'~')
}

fn is_label(label: &[u8]) -> bool {
    (1..=63).contains(&label.len())
        && label.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'-')
        && !label.starts_with(b"-")
        && !label.ends_with(b"-")
}

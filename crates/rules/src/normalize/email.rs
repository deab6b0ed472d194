//! `email`: e-mail addresses.

use super::fold::{changed, narrow, trimmed};
use crate::field::{Refusal, Settings};
use std::borrow::Cow;

/// Lower-cases the domain, which has no case (RFC 5321 section 2.4); the part before `@` may have one and is kept.
/// Full-width characters become ASCII, blanks at the ends are cut; an address that still has other characters stays as it
/// is for the check.
pub(super) fn email(text: &str, _: &Settings<'_>) -> Result<Option<String>, Refusal> {
    let narrow = narrow(text);
    if !narrow.is_ascii() {
        return Ok(None);
    }
    let trimmed = trimmed(&narrow);
    Ok(match trimmed.rsplit_once('@') {
        Some((local, domain)) if domain.bytes().any(|b| b.is_ascii_uppercase()) => {
            Some(format!("{local}@{}", domain.to_ascii_lowercase()))
        }
        _ => changed(text, Cow::Borrowed(trimmed)),
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    #[test]
    fn domain_in_lower_case() {
        check("email", "a.b+c@Example.COM", "a.b+c@example.com");
        check("email", "Ann＠Example.com", "Ann@example.com");
        check("email", "no address", "no address");
    }
}

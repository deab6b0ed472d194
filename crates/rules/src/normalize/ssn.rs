//! `ssn`: tax numbers of persons in the US.

use super::fold::{changed, narrow, trimmed};
use crate::field::{Refusal, Settings};
use record::Code;
use std::borrow::Cow;

/// A US social security number as the SSA writes it, `NNN-NN-NNNN` (20 CFR 422.103), from nine digits in one piece or in
/// groups of three, two and four with the same sign (hyphen, blank, dot) between; so too an ITIN or ATIN.
///
/// Seven or eight digits in one piece are refused: a spreadsheet has taken leading zeros off, or a digit was lost, and
/// nobody can tell which. Everything else stays as it is for the check.
pub(super) fn ssn(text: &str, _: &Settings<'_>) -> Result<Option<String>, Refusal> {
    let narrow = narrow(text);
    let trimmed = trimmed(&narrow);
    if matches!(trimmed.len(), 7 | 8) && is_digits(trimmed) {
        let refusal = Refusal::new(Code::FmtPattern).with("expected", "AAA-GG-SSSS");
        return Err(refusal.with("reason", "leading_zero"));
    }
    let Some([area, group, serial]) = parts(trimmed) else { return Ok(None) };
    if text.len() == 11 && text.as_bytes().get(3) == Some(&b'-') {
        return Ok(None);
    }
    Ok(changed(text, Cow::Owned(format!("{area}-{group}-{serial}"))))
}

fn parts(text: &str) -> Option<[&str; 3]> {
    let (area, rest) = text.split_at_checked(3)?;
    let (first, rest) = separated(rest);
    let (group, rest) = rest.split_at_checked(2)?;
    let (second, serial) = separated(rest);
    let is_number = is_digits(area) && is_digits(group) && is_digits(serial) && serial.len() == 4;
    (is_number && first == second).then_some([area, group, serial])
}

/// The separator at the beginning of a text, and the rest.
fn separated(text: &str) -> (Option<char>, &str) {
    match text.strip_prefix(['-', ' ', '.']) {
        Some(rest) => (text.chars().next(), rest),
        None => (None, text),
    }
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, check_refused};

    #[test]
    fn groups() {
        for text in ["536904399", "536-90-4399", "536 90 4399", "536.90.4399", " 536–90–4399", "５３６９０４３９９"]
        {
            check("ssn", text, "536-90-4399");
        }
        for text in
            ["53-6904399", "536-904399", "536-90 4399", "5369043991", "XXX-XX-4399", "536904", "53690439９x", "-", "é"]
        {
            check("ssn", text, text);
        }
        check_refused("ssn", "36904399", "FMT.PATTERN");
        check_refused("ssn", " 6904399 ", "FMT.PATTERN");
    }
}

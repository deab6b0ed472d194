//! Structures as the SWIFT registry writes them: runs of `n` digits, `a` upper-case letters, `c` either, as in `4a6n8c`.

/// Whether the text is of the structure, from end to end.
pub(super) fn fits(text: &[u8], structure: &str) -> bool {
    let mut rest = text;
    runs(structure).all(|(count, kind)| {
        let Some((run, after)) = rest.split_at_checked(count) else { return false };
        rest = after;
        run.iter().all(|b| match kind {
            'n' => b.is_ascii_digit(),
            'a' => b.is_ascii_uppercase(),
            _ => b.is_ascii_digit() || b.is_ascii_uppercase(),
        })
    }) && rest.is_empty()
}

/// How many characters the structure has.
pub(super) fn length(structure: &str) -> usize {
    runs(structure).map(|(count, _)| count).sum()
}

/// How many characters of which kind, run by run.
fn runs(structure: &str) -> impl Iterator<Item = (usize, char)> {
    structure.split_inclusive(|c: char| c.is_ascii_lowercase()).filter_map(|run| {
        let kind = run.chars().next_back()?;
        Some((run[..run.len() - 1].parse().ok()?, kind))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_counted_and_matched() {
        assert_eq!(length("4a6n8c"), 18);
        assert!(fits(b"AB12X", "2a2n1c") && fits(b"AB129", "2a2n1c"));
        for text in ["AB12", "AB12XX", "1B12X", "ABC2X", "AB12x", ""] {
            assert!(!fits(text.as_bytes(), "2a2n1c"), "{text}");
        }
    }
}

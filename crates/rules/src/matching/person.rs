//! `person`: names of people, whichever way round.

use super::{joined, words};
use crate::normalize::{Suffix, suffix_of};

/// A person's name in lower case, without accents and punctuation: `O'BRIEN, Mary-Ann, Jr.` and `Mary Ann O'Brien Jr`
/// are `mary ann obrien jr`. A comma says that the last name comes first. What tells father from son (`Jr`, `III`) is kept
/// at the end, degrees (`MD`) are not. Particles are words as others: `van der Berg` is not `Berg`.
pub(crate) fn person(text: &str) -> String {
    let mut parts: Vec<Vec<String>> = text.split(',').map(words).filter(|part| !part.is_empty()).collect();
    let mut generations = Vec::new();
    for (at, part) in parts.iter_mut().enumerate() {
        // What comes first is a name, whatever it looks like.
        let first_suffix = part.iter().rposition(|word| suffix_of(word).is_none()).map_or(0, |last| last + 1);
        let suffixes = part.split_off(first_suffix.max(usize::from(at == 0)).min(part.len()));
        generations.extend(suffixes.into_iter().filter(|word| matches!(suffix_of(word), Some(Suffix::Generation(_)))));
    }
    let mut ordered: Vec<String> = parts.iter().skip(1).chain(parts.first()).flatten().cloned().collect();
    ordered.append(&mut generations);
    joined(&ordered, text)
}

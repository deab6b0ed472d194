//! `person`: names of people, whichever way round.

use super::{joined, words};
use crate::normalize::{Suffix, suffix_of};

/// A person's name in lower case, without accents and punctuation: `O'BRIEN, Mary-Ann, Jr.` and `Mary Ann O'Brien Jr`
/// are `mary ann obrien jr`. A comma says that the last name comes first. What tells father from son (`Jr`, `III`) is kept
/// at the end, degrees (`MD`) are not. Particles are words as others: `van der Berg` is not `Berg`.
pub(crate) fn person(text: &str) -> String {
    if is_plain(text) { text.to_ascii_lowercase() } else { in_general(text) }
}

/// Whether a name is plain words, as most are: letters of ASCII with one blank between, and no suffix at the end.
fn is_plain(text: &str) -> bool {
    let mut words = text.split(' ');
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphabetic());
    words.all(is_word) && text.rsplit_once(' ').is_none_or(|(_, last)| suffix_of(last).is_none())
}

fn in_general(text: &str) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn plain_names_are_as_any_others(text in "([A-Za-z]{1,3}|Jr|iii|MD|é|-|'|[ ,]){0,7}") {
            prop_assert_eq!(person(&text), in_general(&text), "{:?}", text);
        }
    }

    #[test]
    fn names_are_mostly_plain() {
        for (text, plain) in
            [("Berg", true), ("Jr", true), ("van der Berg", true), ("Berg Jr", false), ("Berg,", false), ("", false)]
        {
            assert_eq!(is_plain(text), plain, "{text:?}");
        }
    }
}

//! "Did you mean …": the nearest of some names.

/// The nearest of `names`; `None` when none is near enough to be meant. Upper and lower case count as equal.
pub fn nearest<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    distances(name, names).flatten().min().map(|(_, candidate)| candidate)
}

/// What the nearest names mean, when all of those mean the same: for tables so dense that one slip may lead to several
/// entries. `names` are pairs of name and meaning. Of names equally near, those with the same letters are nearer: two
/// letters swapped are one movement of the hand.
pub(crate) fn only_meaning<'a>(name: &str, names: impl IntoIterator<Item = (&'a str, &'a str)>) -> Option<&'a str> {
    let letters = |text: &str| {
        let mut letters: Vec<char> = text.to_lowercase().chars().collect();
        letters.sort_unstable();
        letters
    };
    let (words, meanings): (Vec<&str>, Vec<&str>) = names.into_iter().unzip();
    let near = distances(name, words).zip(meanings).filter_map(|(near, meaning)| {
        let (distance, word) = near?;
        Some(((distance, letters(word) != letters(name)), meaning))
    });
    let near: Vec<_> = near.collect();
    let (least, meaning) = near.iter().min()?;
    near.iter().filter(|(distance, _)| distance == least).all(|(_, other)| other == meaning).then_some(*meaning)
}

/// Of each name its distance, when it may be meant.
fn distances<'a>(
    name: &str,
    names: impl IntoIterator<Item = &'a str>,
) -> impl Iterator<Item = Option<(usize, &'a str)>> {
    // A distance is quadratic in the length; no name of a form is this long.
    const LENGTH_MAX: usize = 64;
    let name = if name.len() > LENGTH_MAX { String::new() } else { name.to_lowercase() };
    // One slip in three characters is still a slip; more is another word.
    let sketch = Sketch::of(&name);
    let most = (sketch.count / 3).max(1);
    names.into_iter().map(move |candidate| {
        if !sketch.may_be_within(most, &Sketch::of(candidate)) {
            return None;
        }
        let distance = strsim::damerau_levenshtein(&name, &candidate.to_lowercase());
        (distance <= most && distance < candidate.chars().count()).then_some((distance, candidate))
    })
}

/// What of a word tells most others apart from it: a distance takes a hundred times longer.
struct Sketch {
    /// Number of its characters in lower case.
    count: usize,
    /// Which characters it has; some share a bit.
    letters: u64,
}

impl Sketch {
    fn of(word: &str) -> Self {
        let mut sketch = Self { count: 0, letters: 0 };
        for char in word.chars().flat_map(char::to_lowercase) {
            // The sigma at the end of a word is another character in lower case.
            let char = if char == 'ς' { 'σ' } else { char };
            sketch.count += 1;
            sketch.letters |= 1 << (u32::from(char) % 64);
        }
        sketch
    }

    /// Whether the distance may be at most so much: a step makes a word longer or shorter by one character at most, and
    /// brings or takes away two kinds of them at most.
    fn may_be_within(&self, most: usize, other: &Self) -> bool {
        self.count.abs_diff(other.count) <= most && (self.letters ^ other.letters).count_ones() as usize <= 2 * most
    }
}

#[cfg(test)]
mod tests {
    use super::{Sketch, nearest, only_meaning};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_sketch_rules_out_nothing_near(a in "[a-dςΣÄİ]{0,8}", b in "[a-dςΣÄİ]{0,8}") {
            let distance = strsim::damerau_levenshtein(&a.to_lowercase(), &b.to_lowercase());
            prop_assert!(Sketch::of(&a).may_be_within(distance, &Sketch::of(&b)));
        }
    }

    #[test]
    fn slips_are_recognised_and_other_words_are_not() {
        let names = ["invoice_no", "invoice_date", "total", "tax"];
        assert_eq!(nearest("invocie_no", names), Some("invoice_no"));
        assert_eq!(nearest("Total", names), Some("total"));
        assert_eq!(nearest("vat", names), None);
        assert_eq!(nearest("x", ["y"]), None);
        assert_eq!(nearest(&"x".repeat(1 << 16), names), None);
    }

    #[test]
    fn a_slip_towards_two_meanings_suggests_none() {
        let names = [("north", "N"), ("nord", "N"), ("south", "S"), ("worth", "W")];
        assert_eq!(only_meaning("sout", names), Some("S"));
        assert_eq!(only_meaning("norh", names), Some("N"));
        assert_eq!(only_meaning("norrd", names), Some("N"));
        assert_eq!(only_meaning("forth", names), None);
        assert_eq!(only_meaning("wroth", names), Some("W"));
        assert_eq!(only_meaning("tax", names), None);
    }
}

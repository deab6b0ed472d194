//! "Did you mean …": the nearest of some names.

/// The nearest of `names`; `None` when none is near enough to be meant. Upper and lower case count as equal.
pub fn nearest<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let mut search = Search::of(name);
    let near = names.into_iter().filter_map(|name| Some((search.distance(&Sketch::of(name), name)?, name)));
    near.min().map(|(_, name)| name)
}

/// A table of names and what they mean, for suggestions: for tables so dense that one slip may lead to several entries.
pub(crate) struct Meanings(Vec<(Sketch, &'static str, &'static str)>);

impl Meanings {
    /// Of pairs of name and meaning.
    pub(crate) fn of(names: impl IntoIterator<Item = (&'static str, &'static str)>) -> Self {
        Self(names.into_iter().map(|(name, meaning)| (Sketch::of(name), name, meaning)).collect())
    }

    /// What the nearest names mean, when all of those mean the same. Of names equally near, those with the same letters are
    /// nearer: two letters swapped are one movement of the hand.
    pub(crate) fn only(&self, name: &str) -> Option<&'static str> {
        let letters = |text: &str| {
            let mut letters: Vec<char> = text.to_lowercase().chars().collect();
            letters.sort_unstable();
            letters
        };
        let mut search = Search::of(name);
        let near = self.0.iter().filter_map(|(sketch, word, meaning)| {
            let distance = search.distance(sketch, word)?;
            Some(((distance, letters(word) != letters(name)), *meaning))
        });
        let near: Vec<_> = near.collect();
        let (least, meaning) = near.iter().min()?;
        near.iter().filter(|(distance, _)| distance == least).all(|(_, other)| other == meaning).then_some(*meaning)
    }
}

/// A name that is looked for among others.
struct Search {
    name: Vec<char>,
    sketch: Sketch,
    /// Largest distance of a name that may be meant.
    most: usize,
    /// The name it is compared with.
    candidate: Vec<char>,
    distances: Distances,
}

impl Search {
    fn of(name: &str) -> Self {
        // A distance is quadratic in the length; no name of a form is this long.
        const LENGTH_MAX: usize = 64;
        let name = if name.len() > LENGTH_MAX { String::new() } else { name.to_lowercase() };
        let sketch = Sketch::of(&name);
        // One slip in three characters is still a slip; more is another word.
        let most = (sketch.count / 3).max(1);
        let name = name.chars().collect();
        Self { name, sketch, most, candidate: Vec::new(), distances: Distances::default() }
    }

    /// The distance of a name, when it may be meant.
    fn distance(&mut self, sketch: &Sketch, candidate: &str) -> Option<usize> {
        if !self.sketch.may_be_within(self.most, sketch) {
            return None;
        }
        self.candidate.clear();
        self.candidate.extend(candidate.to_lowercase().chars());
        let distance = self.distances.within(self.most, &self.name, &self.candidate)?;
        (distance < candidate.chars().count()).then_some(distance)
    }
}

/// Room for the distances between the beginnings of two words.
#[derive(Default)]
struct Distances {
    /// By the number of characters of the first and, within that, of the second.
    table: Vec<usize>,
    /// The row at hand.
    row: Vec<usize>,
    /// By character of the second: how many characters of the first end with the last one like it, before the row at hand.
    last: Vec<usize>,
}

impl Distances {
    /// How many characters have to be put in, left out, changed, or swapped with their neighbour to make one word of the other
    /// (Damerau and Levenshtein; what was swapped may be torn apart afterwards), when that is at most `most`.
    fn within(&mut self, most: usize, a: &[char], b: &[char]) -> Option<usize> {
        let width = b.len() + 1;
        self.table.clear();
        self.table.extend(0..width);
        self.last.clear();
        self.last.resize(b.len(), 0);
        for (row, here) in (1..).zip(a) {
            self.row.clear();
            self.row.push(row);
            let (mut least, mut left, mut same) = (row, row, 0);
            let above = self.table.get((row - 1) * width..).unwrap_or_default();
            for (column, ((there, before), above)) in (1..).zip(b.iter().zip(&self.last).zip(above.windows(2))) {
                let [changed, out] = above else { continue };
                let is_same = here == there;
                let mut distance = (changed + usize::from(!is_same)).min(out + 1).min(left + 1);
                if *before > 0 && same > 0 {
                    let swapped = self.table.get((before - 1) * width + same - 1).copied().unwrap_or(usize::MAX / 2);
                    distance = distance.min(swapped + (row - before) + (column - same) - 1);
                }
                same = if is_same { column } else { same };
                self.row.push(distance);
                (least, left) = (least.min(distance), distance);
            }
            // What is further away already comes no nearer.
            if least > most {
                return None;
            }
            self.table.append(&mut self.row);
            for (last, _) in self.last.iter_mut().zip(b).filter(|(_, there)| *there == here) {
                *last = row;
            }
        }
        self.table.last().copied().filter(|distance| *distance <= most)
    }
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
        if word.is_ascii() {
            let letters = word.bytes().fold(0, |letters, byte| letters | 1 << (byte.to_ascii_lowercase() % 64));
            return Self { count: word.len(), letters };
        }
        for char in word.chars().flat_map(char::to_lowercase) {
            // The sigma at the end of a word is another character in lower case.
            let char = if char == 'ς' { 'σ' } else { char };
            sketch.count += 1;
            sketch.letters |= 1 << (u32::from(char) % 64);
        }
        sketch
    }

    /// Whether the distance may be at most so much: a step makes a word longer or shorter by one character at most, takes one
    /// kind of them away at most, and brings one at most.
    fn may_be_within(&self, most: usize, other: &Self) -> bool {
        let lacks = |letters: u64| letters.count_ones() as usize <= most;
        self.count.abs_diff(other.count) <= most
            && lacks(self.letters & !other.letters)
            && lacks(other.letters & !self.letters)
    }
}

#[cfg(test)]
mod tests {
    use super::{Distances, Meanings, Sketch, nearest};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_sketch_rules_out_nothing_near(a in "[a-dςΣÄİ]{0,8}", b in "[a-dςΣÄİ]{0,8}") {
            let distance = strsim::damerau_levenshtein(&a.to_lowercase(), &b.to_lowercase());
            prop_assert!(Sketch::of(&a).may_be_within(distance, &Sketch::of(&b)));
        }

        #[test]
        fn a_distance_is_that_of_damerau_and_levenshtein(a in "[a-dÄ]{0,9}", b in "[a-dÄ]{0,9}", most in 0_usize..10) {
            let distance = strsim::damerau_levenshtein(&a, &b);
            let [a, b]: [Vec<char>; 2] = [a, b].map(|word| word.chars().collect());
            let expected = Some(distance).filter(|distance| *distance <= most);
            prop_assert_eq!(Distances::default().within(most, &a, &b), expected);
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
        let names = Meanings::of([("north", "N"), ("nord", "N"), ("south", "S"), ("worth", "W")]);
        assert_eq!(names.only("sout"), Some("S"));
        assert_eq!(names.only("norh"), Some("N"));
        assert_eq!(names.only("norrd"), Some("N"));
        assert_eq!(names.only("forth"), None);
        assert_eq!(names.only("wroth"), Some("W"));
        assert_eq!(names.only("tax"), None);
    }
}

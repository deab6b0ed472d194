//! "Did you mean …": the nearest of some names.

/// The nearest of `names`; `None` when none is near enough to be meant. Upper and lower case count as equal.
pub fn nearest<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let mut search = Search::of(name);
    let mut lower: Vec<char> = Vec::new();
    let near = names.into_iter().filter_map(|name| {
        if !search.may_mean(&Sketch::of(name)) {
            return None;
        }
        lower.clear();
        lower.extend(name.to_lowercase().chars());
        Some((search.distance(&lower)?, name))
    });
    near.min().map(|(_, name)| name)
}

/// A table of names and what they mean, for suggestions: for tables so dense that one slip may lead to several entries.
pub(crate) struct Meanings(Vec<Entry>);

struct Entry {
    sketch: Sketch,
    /// Its characters in lower case.
    name: Vec<char>,
    meaning: &'static str,
}

impl Meanings {
    /// Of pairs of name and meaning.
    pub(crate) fn of(names: impl IntoIterator<Item = (&'static str, &'static str)>) -> Self {
        let entry = |(name, meaning): (&str, _)| Entry {
            sketch: Sketch::of(name),
            name: name.to_lowercase().chars().collect(),
            meaning,
        };
        let mut entries: Vec<_> = names.into_iter().map(entry).collect();
        entries.sort_by_key(|entry| entry.sketch.count);
        Self(entries)
    }

    /// What the nearest names mean, when all of those mean the same. Of names equally near, those with the same letters are
    /// nearer: two letters swapped are one movement of the hand.
    pub(crate) fn only(&self, name: &str) -> Option<&'static str> {
        let mut search = Search::of(name);
        let letters = |name: &[char]| {
            let mut letters = name.to_vec();
            letters.sort_unstable();
            letters
        };
        let mut near = Vec::new();
        for Entry { sketch, name, meaning } in self.of_length(search.sketch.count, search.most) {
            let distance = search.may_mean(sketch).then(|| search.distance(name)).flatten();
            if let Some(distance) = distance {
                // What is further away is not the nearest.
                search.most = distance;
                near.push(((distance, letters(name) != letters(&search.name)), *meaning));
            }
        }
        let (least, meaning) = near.iter().min()?;
        near.iter().filter(|(distance, _)| distance == least).all(|(_, other)| other == meaning).then_some(*meaning)
    }

    /// The entries whose names are that long, or longer or shorter by at most so much.
    fn of_length(&self, count: usize, most: usize) -> &[Entry] {
        let begin = self.0.partition_point(|entry| entry.sketch.count + most < count);
        let end = self.0.partition_point(|entry| entry.sketch.count <= count + most);
        self.0.get(begin..end).unwrap_or_default()
    }
}

/// A name that is looked for among others.
struct Search {
    name: Vec<char>,
    sketch: Sketch,
    /// Largest distance of a name that may be meant.
    most: usize,
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
        Self { name: name.chars().collect(), sketch, most, distances: Distances::default() }
    }

    /// Whether a name of this sketch may be near enough.
    fn may_mean(&self, sketch: &Sketch) -> bool {
        self.sketch.may_be_within(self.most, sketch)
    }

    /// The distance of a name in lower case, when it is near enough.
    fn distance(&mut self, candidate: &[char]) -> Option<usize> {
        let distance = self.distances.within(self.most, &self.name, candidate)?;
        (distance < candidate.len()).then_some(distance)
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
        // One bit after the other is taken away: where no instruction counts bits, that takes less than counting them.
        let lacks = |letters: u64| (0..most).fold(letters, |letters, _| letters & letters.wrapping_sub(1)) == 0;
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

    const WORDS: [(&str, &str); 8] = [
        ("abcd", "1"),
        ("abdc", "1"),
        ("Äbcd", "2"),
        ("ab", "2"),
        ("dcba", "3"),
        ("aabbccdd", "3"),
        ("aabbcdcd", "4"),
        ("cc", "5"),
    ];

    proptest! {
        #[test]
        fn only_what_all_of_the_nearest_mean_is_suggested(name in "[a-dÄ]{1,9}") {
            let name = name.to_lowercase();
            let sorted = |text: &str| { let mut letters: Vec<char> = text.to_lowercase().chars().collect(); letters.sort_unstable(); letters };
            let most = (name.chars().count() / 3).max(1);
            let near = WORDS.map(|(word, meaning)| (strsim::damerau_levenshtein(&name, &word.to_lowercase()), sorted(word) != sorted(&name), word, meaning));
            let near = near.iter().filter(|(distance, _, word, _)| *distance <= most && *distance < word.chars().count());
            let least = near.clone().map(|(distance, other, ..)| (distance, other)).min();
            let mut meant: Vec<&str> = near.filter(|(distance, other, ..)| Some((distance, other)) == least).map(|near| near.3).collect();
            meant.dedup();
            let expected = if let [only] = meant[..] { Some(only) } else { None };
            prop_assert_eq!(Meanings::of(WORDS).only(&name), expected, "{}", name);
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

//! `similarity(a, b)`: Jaro-Winkler similarity of two texts, 0 (nothing in common) to 1 (equal), rounded down to two
//! decimals.
//!
//! Computed in whole numbers, so that 0.90 is 0.90 on every machine: with floats, a threshold that is met exactly would
//! depend on the order of additions.

use super::{Answer, Argument, Function, Sort, Written};
use rust_decimal::Decimal;

/// Characters of each text that count: comparing is quadratic.
const CHARACTERS_MAX: usize = 256;
/// Characters at the beginning that may add to the similarity, and what each adds, in tenths of what is missing to 1 (W.
/// E. Winkler, "String Comparator Metrics and Enhanced Decision Rules in the Fellegi-Sunter Model of Record Linkage",
/// 1990).
const PREFIX_MAX: usize = 4;

pub(super) const FUNCTION: Function = Function {
    name: "similarity",
    written: Written::Before,
    takes: &[Sort::Text, Sort::Text],
    gives: Sort::Decimal,
    steps: 100,
    answer: |arguments| match *arguments {
        [Argument::Text(a), Argument::Text(b)] => {
            i64::try_from(hundredths(a, b)).map_or(Answer::Unknown, |n| Answer::Decimal(Decimal::new(n, 2)))
        }
        _ => Answer::Unknown,
    },
};

/// Hundredths of the similarity, rounded down.
fn hundredths(a: &str, b: &str) -> u64 {
    if a == b {
        return 100;
    }
    let letters = |text: &str| text.chars().take(CHARACTERS_MAX).collect::<Vec<char>>();
    let (a, b) = (letters(a), letters(b));
    let Some((over, under)) = jaro(&a, &b) else { return u64::from(a == b) * 100 };
    let prefix = a.iter().zip(&b).take(PREFIX_MAX).take_while(|(x, y)| x == y).count() as u64;
    // Only texts that are near each other anyway are brought nearer: above 0.7, as Winkler has it.
    let prefix = if over * 10 > under * 7 { prefix } else { 0 };
    // 100 * (j + prefix / 10 * (1 - j)) with j = over / under.
    (over * 10 + prefix * (under - over)) * 10 / under
}

/// The Jaro similarity as a fraction; `None` when nothing matches. At most 256 characters a side keep it far from the
/// bounds of 64 bits.
fn jaro(a: &[char], b: &[char]) -> Option<(u64, u64)> {
    let window = (a.len().max(b.len()) / 2).saturating_sub(1);
    let mut taken = [false; CHARACTERS_MAX];
    let mut of_a = Vec::with_capacity(a.len());
    for (index, char) in a.iter().enumerate() {
        let from = index.saturating_sub(window);
        let until = b.len().min(index + window + 1);
        if let Some(found) = (from..until).find(|&other| !taken[other] && b[other] == *char) {
            taken[found] = true;
            of_a.push(*char);
        }
    }
    let of_b = b.iter().zip(taken).filter(|(_, taken)| *taken).map(|(char, _)| char);
    let moved = of_a.iter().zip(of_b).filter(|(x, y)| x != y).count() as u64 / 2;
    let (matching, a, b) = (of_a.len() as u64, a.len() as u64, b.len() as u64);
    // (m / a + m / b + (m - t) / m) / 3
    (matching > 0).then(|| (matching * matching * (a + b) + (matching - moved) * a * b, 3 * a * b * matching))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn published_examples() {
        // Winkler (1990) and the U.S. Census Bureau's table: 0.961, 0.840, 0.813, 0.9.
        let rows = [
            ("MARTHA", "MARHTA", 96),
            ("DWAYNE", "DUANE", 84),
            ("DIXON", "DICKSONX", 81),
            ("ABC", "ABC", 100),
            ("ABC", "XYZ", 0),
            ("", "", 100),
            ("", "A", 0),
            ("A", "B", 0),
            ("Ümläut", "Umläut", 88),
        ];
        for (a, b, expected) in rows {
            assert_eq!(hundredths(a, b), expected, "{a} {b}");
        }
        let long = "x".repeat(CHARACTERS_MAX);
        assert_eq!(hundredths(&format!("{long}a"), &format!("{long}b")), 100, "only the beginning counts");
    }

    proptest! {
        /// The library computes in floats: it may miss a boundary by its rounding, never by more.
        #[test]
        fn agrees_with_the_library(a in "[a-dü ]{0,12}", b in "[a-dü ]{0,12}") {
            let letters = |text: &str| text.chars().collect::<Vec<char>>();
            let on_the_bound = jaro(&letters(&a), &letters(&b)).is_some_and(|(over, under)| over * 10 == under * 7);
            prop_assume!(!on_the_bound, "0.7 itself is no more than 0.7, but its float is");
            let ours = u32::try_from(hundredths(&a, &b)).unwrap();
            let theirs = Decimal::from_f64_retain(strsim::jaro_winkler(&a, &b)).unwrap();
            let above = theirs - Decimal::new(i64::from(ours), 2);
            let rounding = Decimal::new(1, 11);
            prop_assert!(above > -rounding && above < Decimal::new(1, 2) + rounding, "{} {}: {} {}", a, b, ours, theirs);
        }
    }
}

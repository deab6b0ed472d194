//! Random numbers that need no history: the stream for record `i` follows from the seed and `i` alone, so that records
//! can be made in any order, on any number of threads, and made again later.
//!
//! The generator is SplitMix64 (Steele, Lea and Flood, OOPSLA 2014): a counter through a finalizer that passes BigCrush.
//! It is 10 lines, and its output must never change with a crate's version, because seeds are written in reports.

/// Golden ratio in 64 bits, the step of the counter.
const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

/// One stream of random numbers.
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    /// The stream numbered `stream` of record `index` under `seed`. Streams keep decisions apart: what a record says
    /// does not move when a decision about its layout asks for one number more.
    pub(crate) fn of(seed: u64, index: u64, stream: u64) -> Self {
        Self(mix(mix(mix(seed ^ STEP) ^ index.wrapping_mul(STEP)) ^ stream))
    }

    /// The next 64 bits.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        mix(self.0)
    }

    /// A number in `0..bound`; 0 when `bound` is 0. The bias is below `bound / 2^64`.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        let wide = u128::from(self.next()) * u128::from(bound);
        u64::try_from(wide >> 64).unwrap_or(0)
    }

    /// A number in `low..=high`.
    pub(crate) fn within(&mut self, low: i64, high: i64) -> i64 {
        let span = high.abs_diff(low).saturating_add(1);
        low.saturating_add_unsigned(self.below(span))
    }

    /// True in `of` out of `out_of` cases.
    pub(crate) fn chance(&mut self, of: u64, out_of: u64) -> bool {
        self.below(out_of) < of
    }

    /// One of `items`, which must not be empty.
    pub(crate) fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        let at = usize::try_from(self.below(items.len() as u64)).unwrap_or(0);
        items[at]
    }

    /// A position in a list of `length` items.
    pub(crate) fn position(&mut self, length: usize) -> usize {
        usize::try_from(self.below(length as u64)).unwrap_or(0)
    }
}

/// A bijection of the 64-bit numbers that leaves no pattern of its input.
fn mix(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_those_of_the_published_generator() {
        // First outputs of SplitMix64 for state 1234567, as printed by the reference code in C.
        let mut random = Random(1_234_567);
        let got: Vec<u64> = (0..3).map(|_| random.next()).collect();
        assert_eq!(got, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    #[test]
    fn bounds_hold_and_all_values_come() {
        let mut random = Random::of(1, 2, 3);
        let mut seen = [0_u32; 7];
        for _ in 0..7_000 {
            let value = random.within(-3, 3);
            seen[usize::try_from(value + 3).unwrap()] += 1;
        }
        assert!(seen.iter().all(|&count| (850..1_150).contains(&count)), "{seen:?}");
    }
}

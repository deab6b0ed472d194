//! Exact decimals as whole numbers of any size with a scale, and the texts people write for them.

use num_bigint::{BigInt, Sign};
use std::cmp::Ordering;

/// Most digits, before and after the point together, that a field holds.
const DIGITS_MAX: usize = 28;

/// `mantissa / 10^scale`.
#[derive(Clone, Debug)]
pub(super) struct Big {
    mantissa: BigInt,
    scale: u32,
}

fn ten(power: u32) -> BigInt {
    BigInt::from(10).pow(power)
}

impl Big {
    /// Two numbers that a field holds: of like and of very unlike size, often with zeros and equal digits.
    pub(super) fn pair(random: &mut Random) -> (Self, Self) {
        let draw = |random: &mut Random, most: usize| {
            let digits = 1 + random.below(most);
            let scale = random.below(digits.min(20) + 1);
            let mantissa: BigInt = random.digits(digits).parse().unwrap();
            let mantissa = if random.below(3) == 0 { -mantissa } else { mantissa };
            Self { mantissa, scale: u32::try_from(scale).unwrap() }
        };
        let most = if random.below(2) == 0 { 8 } else { DIGITS_MAX };
        let (a, b) = (draw(random, most), draw(random, most));
        match random.below(8) {
            0 => (a.clone(), a),
            // A product of the two, so that division comes out even.
            1 if a.digits() + b.digits() < DIGITS_MAX => (a.times(&b), b),
            _ => (a, b),
        }
    }

    fn digits(&self) -> usize {
        self.mantissa.to_string().len() + self.scale as usize
    }

    fn aligned(&self, other: &Self) -> (BigInt, BigInt, u32) {
        let scale = self.scale.max(other.scale);
        (&self.mantissa * ten(scale - self.scale), &other.mantissa * ten(scale - other.scale), scale)
    }

    pub(super) fn plus(&self, other: &Self) -> Self {
        let (a, b, scale) = self.aligned(other);
        Self { mantissa: a + b, scale }
    }

    pub(super) fn minus(&self, other: &Self) -> Self {
        let (a, b, scale) = self.aligned(other);
        Self { mantissa: a - b, scale }
    }

    pub(super) fn times(&self, other: &Self) -> Self {
        Self { mantissa: &self.mantissa * &other.mantissa, scale: self.scale + other.scale }
    }

    /// The exact quotient; `None` when it has no end within 28 decimals, or the divisor is zero.
    pub(super) fn over(&self, other: &Self) -> Option<Self> {
        if other.mantissa.sign() == Sign::NoSign {
            return None;
        }
        let scale = 28;
        let (a, b) = (&self.mantissa * ten(scale + other.scale), &other.mantissa * ten(self.scale));
        let quotient = &a / &b;
        (&quotient * b == a).then_some(Self { mantissa: quotient, scale })
    }

    pub(super) fn is_less(&self, other: &Self) -> bool {
        let (a, b, _) = self.aligned(other);
        a.cmp(&b) == Ordering::Less
    }

    /// A number next to this one.
    pub(super) fn off_by_one(&self) -> Self {
        Self { mantissa: &self.mantissa + 1, scale: self.scale }
    }

    /// As written without any care: sign, digits, point, zeros as they come.
    pub(super) fn text(&self) -> String {
        let (sign, digits) = (if self.mantissa.sign() == Sign::Minus { "-" } else { "" }, self.mantissa.magnitude());
        let scale = self.scale as usize;
        let digits = format!("{:0>width$}", digits.to_string(), width = scale + 1);
        let (whole, decimals) = digits.split_at(digits.len() - scale);
        let point = if scale > 0 { "." } else { "" };
        format!("{sign}{whole}{point}{decimals}")
    }

    /// Canonical form with at least `least` decimals; `None` beyond `most` significant decimals, or too many digits.
    pub(super) fn canonical(&self, least: usize, most: usize) -> Option<String> {
        let text = self.text();
        let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
        let mut decimals = decimals.trim_end_matches('0').to_owned();
        if decimals.len() > most {
            return None;
        }
        while decimals.len() < least {
            decimals.push('0');
        }
        let size = whole.trim_start_matches(['-', '0']).len() + decimals.len();
        let zero = self.mantissa.sign() == Sign::NoSign;
        let whole = if zero { "0" } else { whole };
        let point = if decimals.is_empty() { "" } else { "." };
        (size <= DIGITS_MAX).then(|| format!("{whole}{point}{decimals}"))
    }
}

/// A number as people write it.
pub(super) struct Written {
    pub(super) value: Big,
    pub(super) text: String,
    /// What is special about the text.
    pub(super) layout: &'static str,
}

impl Written {
    /// Draws a number and its text with this decimal sign: grouped or not, zeros before, a sign in one of five places.
    pub(super) fn draw(random: &mut Random, mark: char) -> Self {
        let most = if random.below(4) == 0 { 26 } else { 9 };
        let whole_digits = 1 + random.below(most);
        let whole = random.digits(whole_digits);
        let count = if random.below(3) == 0 { 0 } else { random.below(6) };
        let decimals = if count == 0 { String::new() } else { random.digits(count) };
        let negative = random.below(3) == 0;
        let grouping = if mark == '.' { ',' } else { '.' };
        let trimmed = whole.trim_start_matches('0');
        let grouped = random.below(2) == 0 && trimmed.len() > 3;
        let shown = if grouped { group(trimmed, grouping) } else { whole.clone() };
        let number = if decimals.is_empty() { shown } else { format!("{shown}{mark}{decimals}") };
        let text = match (negative, random.below(3)) {
            (true, 0) => format!("({number})"),
            (true, 1) => format!("{number}-"),
            (true, _) => format!("-{number}"),
            (false, 0) => format!("+{number}"),
            (false, _) => number,
        };
        let mantissa: BigInt = format!("{whole}{decimals}").parse().unwrap();
        let mantissa = if negative { -mantissa } else { mantissa };
        let value = Big { mantissa, scale: u32::try_from(decimals.len()).unwrap() };
        let one_group = grouped && trimmed.len() <= 6 && decimals.is_empty();
        Self { value, text, layout: if one_group { "one group" } else { "number" } }
    }
}

fn group(digits: &str, mark: char) -> String {
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().map(|group| std::str::from_utf8(group).unwrap()).collect();
    groups.join(&mark.to_string())
}

/// A generator of numbers that depends on its seed alone (SplitMix64).
pub(super) struct Random(pub(super) u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).unwrap()
    }

    /// That many digits, with runs of zeros and nines.
    fn digits(&mut self, count: usize) -> String {
        let special = self.below(6);
        (0..count)
            .map(|_| match (special, self.below(3)) {
                (0, 0 | 1) => '0',
                (1, 0 | 1) => '9',
                _ => char::from(b'0' + u8::try_from(self.below(10)).unwrap()),
            })
            .collect()
    }
}

//! Columns of numbers and conditions.

use crate::rule::{ast::Relation, number::TENS};
use rust_decimal::Decimal;
use std::cmp::Ordering;

/// Most bits of a number: two of them can be added without a look at each.
pub(super) const BITS_MAX: u32 = 62;

/// A number in each lane, all of one scale.
#[derive(Clone, Copy, Debug)]
pub(super) struct Numbers<const W: usize> {
    /// Mantissas; 0 where it is not known.
    pub(super) values: [i64; W],
    /// The lanes in which it is known.
    pub(super) known: u64,
    pub(super) scale: u32,
    /// No mantissa has more bits, besides its sign.
    pub(super) bits: u32,
}

/// What a condition comes to in each lane; neither where it is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::rule) struct Truths {
    pub(in crate::rule) yes: u64,
    pub(in crate::rule) no: u64,
}

/// Bits of a number, besides its sign.
pub(super) fn bits(number: i64) -> u32 {
    u64::BITS - number.unsigned_abs().leading_zeros()
}

impl<const W: usize> Numbers<W> {
    pub(super) const UNKNOWN: Self = Self { values: [0; W], known: 0, scale: 0, bits: 0 };

    /// Holds the same number in all these lanes.
    #[inline(always)]
    pub(super) fn set(&mut self, value: i64, scale: u32, lanes: u64) -> Option<()> {
        *self = Self { values: [value; W], known: lanes, scale, bits: bits(value) };
        self.small()
    }

    /// Nothing, when it has too many bits or decimals.
    #[inline(always)]
    pub(super) fn small(&self) -> Option<()> {
        (self.bits <= BITS_MAX && self.scale <= Decimal::MAX_SCALE).then_some(())
    }

    /// The same numbers with so many decimals more.
    #[inline(never)]
    fn raise(&mut self, by: u32) -> Option<()> {
        let tens = *TENS.get(usize::try_from(by).ok()?)?;
        (self.bits, self.scale) = (self.bits + bits(tens), self.scale + by);
        self.small()?;
        self.values.iter_mut().for_each(|value| *value *= tens);
        Some(())
    }

    /// Both with the same number of decimals.
    #[inline(always)]
    pub(super) fn align(&mut self, other: &mut Self) -> Option<()> {
        match self.scale.cmp(&other.scale) {
            Ordering::Equal => Some(()),
            Ordering::Less => self.raise(other.scale - self.scale),
            Ordering::Greater => other.raise(self.scale - other.scale),
        }
    }

    #[inline(always)]
    pub(super) fn add(&mut self, other: &mut Self) -> Option<()> {
        self.align(other)?;
        self.values.iter_mut().zip(&other.values).for_each(|(sum, other)| *sum += other);
        self.bits = self.bits.max(other.bits) + 1;
        self.known &= other.known;
        self.small()
    }

    #[inline(always)]
    pub(super) fn subtract(&mut self, other: &mut Self) -> Option<()> {
        self.align(other)?;
        self.values.iter_mut().zip(&other.values).for_each(|(sum, other)| *sum -= other);
        self.bits = self.bits.max(other.bits) + 1;
        self.known &= other.known;
        self.small()
    }

    #[inline(always)]
    pub(super) fn multiply(&mut self, other: &Self) -> Option<()> {
        (self.bits, self.scale) = (self.bits + other.bits, self.scale + other.scale);
        self.small()?;
        self.values.iter_mut().zip(&other.values).for_each(|(product, other)| *product *= other);
        self.known &= other.known;
        Some(())
    }

    #[inline(always)]
    pub(super) fn absolute(&mut self) {
        self.values.iter_mut().for_each(|value| *value = value.abs());
    }

    /// Keeps these where a condition holds, and takes the others where it fails.
    pub(super) fn choose(&mut self, condition: Truths, otherwise: &mut Self) -> Option<()> {
        self.align(otherwise)?;
        for (lane, (value, other)) in self.values.iter_mut().zip(otherwise.values).enumerate() {
            if condition.yes >> lane & 1 == 0 {
                *value = other;
            }
        }
        self.known = condition.yes & self.known | condition.no & otherwise.known;
        self.bits = self.bits.max(otherwise.bits);
        Some(())
    }

    /// Of the first so many lanes.
    #[inline(always)]
    pub(super) fn compare(&mut self, relation: Relation, other: &mut Self, lanes: usize) -> Option<Truths> {
        self.align(other)?;
        let pairs = || self.values.iter().zip(&other.values).take(lanes);
        let (holds, turn) = match relation {
            Relation::Equal => (mask(pairs().map(|(a, b)| a == b)), 0),
            Relation::NotEqual => (mask(pairs().map(|(a, b)| a == b)), u64::MAX),
            Relation::Less => (mask(pairs().map(|(a, b)| a < b)), 0),
            Relation::GreaterOrEqual => (mask(pairs().map(|(a, b)| a < b)), u64::MAX),
            Relation::Greater => (mask(pairs().map(|(a, b)| b < a)), 0),
            Relation::LessOrEqual => (mask(pairs().map(|(a, b)| b < a)), u64::MAX),
        };
        Some(Truths::of(holds ^ turn, self.known & other.known))
    }
}

/// A bit for each lane.
pub(super) fn mask(lanes: impl Iterator<Item = bool>) -> u64 {
    lanes.enumerate().fold(0, |mask, (lane, bit)| mask | u64::from(bit) << lane)
}

impl Truths {
    pub(super) const UNKNOWN: Self = Self { yes: 0, no: 0 };

    /// What holds and what does not, in the lanes where it is known.
    pub(super) const fn of(holds: u64, known: u64) -> Self {
        Self { yes: holds & known, no: !holds & known }
    }

    pub(super) const fn not(self) -> Self {
        Self { yes: self.no, no: self.yes }
    }

    pub(super) const fn known(self) -> u64 {
        self.yes | self.no
    }

    /// The first lane in all these lanes.
    pub(super) const fn same(self, lanes: u64) -> Self {
        Self { yes: if self.yes & 1 == 1 { lanes } else { 0 }, no: if self.no & 1 == 1 { lanes } else { 0 } }
    }
}

//! Decimals as a rule computes with them: nearly all fit into a machine word, and what does is spared the generality of
//! the library.

use super::{
    evaluate::Known,
    exact::{self, Reason},
    program::Arithmetic,
};
use rust_decimal::Decimal;
use std::cmp::Ordering;

/// A decimal.
///
/// It is two words so that it stays in registers: an enum of that size goes through memory, written in small pieces and
/// read in a large one, for which a processor has to wait.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Number {
    /// Of a small one its mantissa, of a large one the second half of [`Decimal::serialize`].
    low: i64,
    /// Of a small one its scale, at most 28; of a large one [`LARGE`] and the first half, which has that bit free.
    high: u64,
}

/// Marks a decimal whose mantissa needs more than a machine word.
const LARGE: u64 = 0x100;
/// Marks what is no number.
const NONE: u64 = 0x200;

impl From<Decimal> for Number {
    fn from(decimal: Decimal) -> Self {
        if let Ok(mantissa) = i64::try_from(decimal.mantissa()) {
            return Self { low: mantissa, high: decimal.scale().into() };
        }
        let [a, b, c, d, e, f, g, h, low @ ..] = decimal.serialize();
        Self { low: i64::from_le_bytes(low), high: u64::from_le_bytes([a, b, c, d, e, f, g, h]) | LARGE }
    }
}

impl Number {
    pub(super) const ZERO: Self = Self::whole(0);

    pub(super) const fn whole(mantissa: i64) -> Self {
        Self { low: mantissa, high: 0 }
    }

    pub(crate) fn decimal(self) -> Decimal {
        if let Ok(scale @ 0..=Decimal::MAX_SCALE) = u32::try_from(self.high) {
            return Decimal::new(self.low, scale);
        }
        let [a, b, c, d, e, f, g, h] = (self.high ^ LARGE).to_le_bytes();
        let [i, j, k, l, m, n, o, p] = self.low.to_le_bytes();
        Decimal::deserialize([a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p])
    }

    /// Mantissa and scale, when the mantissa fits into a machine word.
    #[inline(always)]
    pub(super) fn small(self) -> Option<(i64, u32)> {
        Some((self.low, u32::try_from(self.high).ok().filter(|_| self.is_small())?))
    }

    /// The text of a decimal without zeros at the end.
    pub(super) fn text(self) -> String {
        let (mut low, mut scale) = (self.low, self.high);
        if !self.is_small() {
            return self.decimal().normalize().to_string();
        }
        while scale > 0 && low % 10 == 0 {
            (low, scale) = (low / 10, scale - 1);
        }
        let mut text = low.to_string();
        if let (Ok(scale @ 1..), sign) = (usize::try_from(scale), usize::from(low < 0)) {
            // A digit stands before the point.
            let missing = (scale + 1).saturating_sub(text.len() - sign);
            text.insert_str(sign, &"0".repeat(missing));
            text.insert(text.len() - scale, '.');
        }
        text
    }

    /// The exact value of a text.
    // Inlined, and without closures, so that the number never goes through memory.
    #[inline(always)]
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match word(text.as_bytes()) {
            Some(number) => Some(number),
            None => long(text),
        }
    }

    /// `self operator other` without rounding.
    #[inline]
    pub(super) fn compute(self, operator: Arithmetic, other: Self) -> Result<Self, Reason> {
        match small(operator, self, other) {
            Some(result) => Ok(result),
            None => in_general(operator, self, other),
        }
    }

    #[inline]
    pub(crate) fn order(self, other: Self) -> Ordering {
        if self.high == other.high && self.is_small() {
            return self.low.cmp(&other.low);
        }
        match aligned(self, other) {
            Some((a, b, _)) => a.cmp(&b),
            None => self.decimal().cmp(&other.decimal()),
        }
    }

    /// Whether it has more decimals than so many, zeros at the end not counted.
    pub(crate) fn is_finer_than(self, decimals: u32) -> bool {
        let over = self.high.saturating_sub(decimals.into());
        match usize::try_from(over).ok().and_then(|over| TENS.get(over)) {
            Some(tens) if self.is_small() => self.low % tens != 0,
            _ => self.decimal().normalize().scale() > decimals,
        }
    }

    /// The number without its sign.
    #[inline]
    pub(super) fn magnitude(self) -> Self {
        match self.low.checked_abs() {
            Some(low) if self.is_small() => Self { low, ..self },
            _ => self.decimal().abs().into(),
        }
    }

    /// The date that is so many days after 1970-01-01.
    #[inline]
    pub(super) fn day(self) -> Option<i32> {
        i32::try_from(self.low).ok()
    }

    /// Its value, when that is a whole number of a machine word.
    #[inline]
    pub(super) fn to_whole(self) -> Option<i64> {
        if self.high == 0 {
            return Some(self.low);
        }
        let number = self.decimal().normalize();
        i64::try_from(number.mantissa()).ok().filter(|_| number.scale() == 0)
    }

    #[inline]
    const fn is_small(self) -> bool {
        self.high < LARGE
    }
}

/// The same as [`Known`] of a number, in two registers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found(Number);

impl Found {
    pub(super) const UNKNOWN: Self = Self(Number { low: 0, high: NONE });
    /// What nobody has looked for yet.
    pub(super) const UNREAD: Self = Self(Number { low: 0, high: NONE ^ 5 });

    #[inline(always)]
    pub(super) const fn is_unread(self) -> bool {
        self.0.high == Self::UNREAD.0.high
    }

    /// What keeps it from being computed, if anything does.
    #[inline(always)]
    pub(super) const fn error(self) -> Option<Reason> {
        match self.known() {
            Err(reason) => Some(reason),
            Ok(_) => None,
        }
    }

    /// `self operator other`; unknown when either is, an error when either is.
    #[inline(always)]
    pub(super) fn compute(self, operator: Arithmetic, other: Self) -> Self {
        match (self.both(other), self.error().or(other.error())) {
            (Some((a, b)), _) => a.compute(operator, b).into(),
            (None, Some(reason)) => reason.into(),
            (None, None) => Self::UNKNOWN,
        }
    }

    /// The numbers, when both are some.
    #[inline(always)]
    pub(super) const fn both(self, other: Self) -> Option<(Number, Number)> {
        if (self.0.high | other.0.high) & NONE == 0 { Some((self.0, other.0)) } else { None }
    }

    #[inline(always)]
    pub(super) const fn known(self) -> Known<Number> {
        match self.0.high ^ NONE {
            0 | 5 => Ok(None),
            1 => Err(Reason::Inexact),
            2 => Err(Reason::DivisionByZero),
            3 => Err(Reason::DateRange),
            4 => Err(Reason::Steps),
            _ => Ok(Some(self.0)),
        }
    }
}

impl From<Number> for Found {
    #[inline(always)]
    fn from(number: Number) -> Self {
        Self(number)
    }
}

impl From<Reason> for Found {
    #[inline(always)]
    fn from(reason: Reason) -> Self {
        let code = match reason {
            Reason::Inexact => 1,
            Reason::DivisionByZero => 2,
            Reason::DateRange => 3,
            Reason::Steps => 4,
        };
        Self(Number { low: 0, high: NONE ^ code })
    }
}

impl From<Option<Number>> for Found {
    #[inline(always)]
    fn from(number: Option<Number>) -> Self {
        number.map_or(Self::UNKNOWN, Self)
    }
}

impl<T: Into<Self>> From<Result<T, Reason>> for Found {
    #[inline(always)]
    fn from(result: Result<T, Reason>) -> Self {
        result.map_or_else(Self::from, T::into)
    }
}

#[cold]
#[inline(never)]
fn long(text: &str) -> Option<Number> {
    Decimal::from_str_exact(text).ok().map(Number::from)
}

/// Reads up to 18 characters: what they mean fits into a machine word.
#[inline(always)]
fn word(text: &[u8]) -> Option<Number> {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    if digits.len() > 18 {
        return None;
    }
    let (mut size, mut point) = (0_i64, None);
    for (at, byte) in digits.iter().enumerate() {
        match byte {
            b'0'..=b'9' => size = size * 10 + i64::from(byte - b'0'),
            b'.' if at > 0 && point.is_none() => point = Some(at),
            _ => return None,
        }
    }
    let last = digits.len().checked_sub(1)?;
    let scale = match point {
        None => 0,
        Some(at) if at < last => u64::try_from(last - at).ok()?,
        Some(_) => return None,
    };
    Some(Number { low: if digits.len() == text.len() { size } else { -size }, high: scale })
}

/// Both mantissas at the larger of both scales, and that scale; `None` when one does not fit into a machine word.
#[inline]
fn aligned(a: Number, b: Number) -> Option<(i64, i64, u64)> {
    let raised = |mantissa: i64, by: u64| mantissa.checked_mul(*TENS.get(usize::try_from(by).ok()?)?);
    match (a.is_small() && b.is_small()).then(|| a.high.cmp(&b.high))? {
        Ordering::Equal => Some((a.low, b.low, a.high)),
        Ordering::Less => Some((raised(a.low, b.high - a.high)?, b.low, b.high)),
        Ordering::Greater => Some((a.low, raised(b.low, a.high - b.high)?, a.high)),
    }
}

/// The powers of ten that fit into a machine word.
pub(super) const TENS: [i64; 19] = {
    let mut tens = [1; 19];
    let mut at = 1;
    while at < tens.len() {
        tens[at] = tens[at - 1] * 10;
        at += 1;
    }
    tens
};

/// The same as [`exact::compute`], decimals and all, where that takes a few instructions; `None` elsewhere.
#[inline]
fn small(operator: Arithmetic, a: Number, b: Number) -> Option<Number> {
    if !a.is_small() || !b.is_small() {
        return None;
    }
    let sum = match operator {
        Arithmetic::Add if a.high == b.high => a.low.checked_add(b.low),
        Arithmetic::Subtract if a.high == b.high => a.low.checked_sub(b.low),
        _ => None,
    };
    if let Some(low) = sum {
        return Some(Number { low, high: a.high });
    }
    let (low, high) = match operator {
        Arithmetic::Multiply => (a.low.checked_mul(b.low)?, a.high + b.high),
        Arithmetic::Divide => return None,
        // An amount left out is a 0 without decimals.
        Arithmetic::Add if a.low == 0 => return Some(b),
        Arithmetic::Add | Arithmetic::Subtract if a.low != 0 && b.low == 0 => return Some(a),
        Arithmetic::Subtract if a.low == 0 => (b.low.checked_neg()?, b.high),
        Arithmetic::Add => aligned(a, b).and_then(|(x, y, scale)| Some((x.checked_add(y)?, scale)))?,
        Arithmetic::Subtract => aligned(a, b).and_then(|(x, y, scale)| Some((x.checked_sub(y)?, scale)))?,
    };
    (high <= u64::from(Decimal::MAX_SCALE)).then_some(Number { low, high })
}

#[cold]
#[inline(never)]
fn in_general(operator: Arithmetic, a: Number, b: Number) -> Result<Number, Reason> {
    exact::compute(operator, a.decimal(), b.decimal()).map(Number::from)
}

#[cfg(test)]
mod tests {
    use super::super::evaluate::Value;

    #[test]
    fn values_are_small() {
        assert_eq!(size_of::<Value<'_>>(), 24);
        assert_eq!(size_of::<Result<Value<'_>, super::Reason>>(), 24);
    }
}

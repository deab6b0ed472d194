//! Decimals as a rule computes with them: nearly all fit into a machine word, and what does is spared the generality of
//! the library.

use super::{
    exact::{self, Reason},
    program::Arithmetic,
};
use rust_decimal::Decimal;
use std::cmp::Ordering;

/// A decimal.
#[derive(Clone, Copy, Debug)]
pub(super) enum Number {
    /// `mantissa / 10^scale`, at most 28 decimals.
    Small { mantissa: i64, scale: u32 },
    /// Any other.
    Large(Decimal),
}

use Number::{Large, Small};

impl From<Decimal> for Number {
    fn from(decimal: Decimal) -> Self {
        i64::try_from(decimal.mantissa()).map_or(Large(decimal), |mantissa| Small { mantissa, scale: decimal.scale() })
    }
}

impl Number {
    pub(super) const ZERO: Self = Self::whole(0);

    pub(super) const fn whole(mantissa: i64) -> Self {
        Small { mantissa, scale: 0 }
    }

    pub(super) fn decimal(self) -> Decimal {
        match self {
            Small { mantissa, scale } => Decimal::new(mantissa, scale),
            Large(decimal) => decimal,
        }
    }

    /// The exact value of a text.
    #[inline]
    pub(super) fn parse(text: &str) -> Option<Self> {
        word(text.as_bytes()).or_else(|| Decimal::from_str_exact(text).ok().map(Self::from))
    }

    /// `self operator other` without rounding.
    #[inline]
    pub(super) fn compute(self, operator: Arithmetic, other: Self) -> Result<Self, Reason> {
        match small(operator, self, other) {
            Some(result) => Ok(result),
            None => exact::compute(operator, self.decimal(), other.decimal()).map(Self::from),
        }
    }

    #[inline]
    pub(super) fn order(self, other: Self) -> Ordering {
        match (self, other) {
            (Small { mantissa: a, scale: m }, Small { mantissa: b, scale: n }) if m == n => a.cmp(&b),
            (Small { mantissa: 0, .. }, Small { mantissa: b, .. }) => 0.cmp(&b),
            (Small { mantissa: a, .. }, Small { mantissa: 0, .. }) => a.cmp(&0),
            (a, b) => match aligned(a, b) {
                Some((a, b, _)) => a.cmp(&b),
                None => a.decimal().cmp(&b.decimal()),
            },
        }
    }
}

/// Reads up to 18 characters: what they mean fits into a machine word.
#[inline]
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
        Some(at) if at < last => u32::try_from(last - at).ok()?,
        Some(_) => return None,
    };
    Some(Small { mantissa: if digits.len() == text.len() { size } else { -size }, scale })
}

/// Both mantissas at the larger of both scales, and that scale; `None` when one does not fit into a machine word.
#[inline]
fn aligned(a: Number, b: Number) -> Option<(i64, i64, u32)> {
    let (Small { mantissa: x, scale: m }, Small { mantissa: y, scale: n }) = (a, b) else { return None };
    let raised = |mantissa: i64, by: u32| mantissa.checked_mul(10_i64.checked_pow(by)?);
    match m.cmp(&n) {
        Ordering::Equal => Some((x, y, m)),
        Ordering::Less => Some((raised(x, n - m)?, y, n)),
        Ordering::Greater => Some((x, raised(y, m - n)?, m)),
    }
}

/// The same as [`exact::compute`], decimals and all, where that takes a few instructions; `None` elsewhere.
#[inline]
fn small(operator: Arithmetic, a: Number, b: Number) -> Option<Number> {
    let (Small { mantissa: x, scale: m }, Small { mantissa: y, scale: n }) = (a, b) else { return None };
    let (mantissa, scale) = match operator {
        Arithmetic::Multiply if m + n <= Decimal::MAX_SCALE => (x.checked_mul(y)?, m + n),
        Arithmetic::Multiply | Arithmetic::Divide => return None,
        // An amount left out is a 0 without decimals.
        Arithmetic::Add if x == 0 => return Some(b),
        Arithmetic::Add | Arithmetic::Subtract if x != 0 && y == 0 => return Some(a),
        Arithmetic::Add => aligned(a, b).and_then(|(x, y, scale)| Some((x.checked_add(y)?, scale)))?,
        Arithmetic::Subtract if x == 0 => (y.checked_neg()?, n),
        Arithmetic::Subtract => aligned(a, b).and_then(|(x, y, scale)| Some((x.checked_sub(y)?, scale)))?,
    };
    Some(Small { mantissa, scale })
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

//! Arithmetic that is exact or says that it is not.

use super::program::Arithmetic;
use crate::calendar::is_day;
use rust_decimal::Decimal;

/// Why a rule cannot be computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    /// A result has more than the 28 digits that decimals hold exactly.
    Inexact,
    /// A divisor is zero.
    DivisionByZero,
    /// A date leaves the years 0001 to 9999, or moves by a part of a day.
    DateRange,
    /// The evaluation takes more than [`super::STEPS_MAX`] steps.
    Steps,
}

impl Reason {
    /// The word in `params.reason` of the finding.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Inexact => "inexact",
            Self::DivisionByZero => "division_by_zero",
            Self::DateRange => "date_range",
            Self::Steps => "too_many_steps",
        }
    }
}

/// `a operator b` without rounding.
///
/// `rust_decimal` rounds silently when a result needs more than 28 decimals or 96 bits. A sum then has fewer decimals than its
/// operands; of a product, [`kept`] says whether what was dropped were zeros.
pub(super) fn compute(operator: Arithmetic, a: Decimal, b: Decimal) -> Result<Decimal, Reason> {
    let fit = |a: Decimal, b: Decimal| match operator {
        Arithmetic::Add => sum(a, b),
        Arithmetic::Subtract => sum(a, -b),
        Arithmetic::Multiply => product(a, b),
        Arithmetic::Divide => quotient(a, b),
    };
    if operator == Arithmetic::Divide && b.is_zero() {
        return Err(Reason::DivisionByZero);
    }
    // Trailing zeros use up digits: 1.50 * 1.50 needs no more than 1.5 * 1.5.
    fit(a, b).or_else(|| fit(a.normalize(), b.normalize())).ok_or(Reason::Inexact)
}

fn sum(a: Decimal, b: Decimal) -> Option<Decimal> {
    if a.is_zero() || b.is_zero() {
        return Some(if a.is_zero() { b } else { a });
    }
    a.checked_add(b).filter(|sum| sum.scale() == a.scale().max(b.scale()) || sum.is_zero())
}

fn product(a: Decimal, b: Decimal) -> Option<Decimal> {
    if a.is_zero() || b.is_zero() {
        return Some(Decimal::ZERO);
    }
    let product = a.checked_mul(b)?;
    let dropped = (a.scale() + b.scale()).checked_sub(product.scale())?;
    kept(product, dropped, a.mantissa().wrapping_mul(b.mantissa()))
}

/// The result, if the digits that were dropped from it are zeros: 4 * 2.5 of many more digits each.
///
/// `exact` is the mantissa before that, modulo 2^128. The rounded result is less than 10^`dropped` away from it, which is
/// less than 2^127; so when the two agree modulo 2^128 they are equal.
fn kept(result: Decimal, dropped: u32, exact: i128) -> Option<Decimal> {
    let tens = 10_i128.checked_pow(dropped)?;
    (result.mantissa().wrapping_mul(tens) == exact).then_some(result)
}

fn quotient(a: Decimal, b: Decimal) -> Option<Decimal> {
    let quotient = a.checked_div(b)?.normalize();
    (product(quotient, b)? == a).then_some(quotient)
}

/// `date` moved by `days`, which may be negative; `None` stands for what is no whole number or too large a one.
pub(super) fn shift(date: i32, days: Option<i64>) -> Result<i32, Reason> {
    let moved = days.and_then(|days| days.checked_add(date.into())).filter(|moved| is_day(*moved));
    moved.and_then(|moved| i32::try_from(moved).ok()).ok_or(Reason::DateRange)
}

#[cfg(test)]
mod tests {
    use super::{super::number::Number, *};
    use crate::calendar::parse_date;
    use Arithmetic::{Add, Divide, Multiply, Subtract};
    use proptest::prelude::*;

    fn decimal(text: &str) -> Decimal {
        Decimal::from_str_exact(text).unwrap()
    }

    /// As rules compute, which must be as the library does wherever that is exact, decimals and all.
    fn compute(operator: Arithmetic, a: &Decimal, b: &Decimal) -> Result<Decimal, Reason> {
        let result = Number::from(*a).compute(operator, Number::from(*b)).map(Number::decimal);
        let general = super::compute(operator, *a, *b);
        assert_eq!(result, general, "{a} {operator:?} {b}");
        if let (Ok(result), Ok(general)) = (result, general)
            && !result.is_zero()
        {
            assert_eq!(result.scale(), general.scale(), "{a} {operator:?} {b}");
        }
        assert_eq!(Number::from(*a).order(Number::from(*b)), a.cmp(b), "{a} {b}");
        for number in [a, b] {
            let kept = Number::from(*number).decimal();
            assert_eq!((kept, kept.scale()), (*number, number.scale()));
            assert_eq!(Number::from(*number).magnitude().decimal(), number.abs());
        }
        result
    }

    #[track_caller]
    fn check(operator: Arithmetic, a: &str, b: &str, expected: Result<&str, Reason>) {
        assert_eq!(compute(operator, &decimal(a), &decimal(b)), expected.map(decimal), "{a} {operator:?} {b}");
    }

    #[test]
    fn results_are_exact_or_refused() {
        check(Add, "0.1", "0.2", Ok("0.3"));
        check(Subtract, "1", "1.000", Ok("0"));
        check(Multiply, "12345678901234.5", "12345678901234.5", Ok("152415787532386691205623990.25"));
        check(Multiply, "0.00000000000001", "0.000000000000001", Err(Reason::Inexact));
        check(Multiply, "0.50000000000000", "0.500000000000000", Ok("0.25"));
        check(Multiply, "0.3333333333333333333333333333", "3", Ok("0.9999999999999999999999999999"));
        check(Multiply, "0.3333333333333333333333333333", "1.3", Err(Reason::Inexact));
        check(Multiply, "79228162514264337593543950335", "10", Err(Reason::Inexact));
        check(Multiply, "-13.9999", "-33000000900003088900000000", Ok("461996712599953244291110000"));
        check(Multiply, "-13.9999", "-33000000900003088900000001", Err(Reason::Inexact));
        check(Divide, "999997909999995.5699479292", "50000000000.0", Ok("19999.958199999911398958584"));
        check(Multiply, "79228162514264337593543950335", "0", Ok("0"));
        check(Add, "79228162514264337593543950335", "0.1", Err(Reason::Inexact));
        check(Add, "79228162514264337593543950335", "0", Ok("79228162514264337593543950335"));
        check(Divide, "1", "8", Ok("0.125"));
        check(Divide, "1", "3", Err(Reason::Inexact));
        check(Divide, "0", "3", Ok("0"));
        check(Divide, "1", "0", Err(Reason::DivisionByZero));
    }

    #[test]
    fn dates_are_moved() {
        let last = parse_date("9999-12-31").unwrap();
        let shift = |date, days| super::shift(date, Number::from(decimal(days)).to_whole());
        assert_eq!(shift(0, "-1.00"), Ok(-1));
        assert_eq!(shift(0, "0.5"), Err(Reason::DateRange));
        assert_eq!(shift(last - 1, "1"), Ok(last));
        assert_eq!(shift(last, "1"), Err(Reason::DateRange));
        assert_eq!(shift(0, "99999999999"), Err(Reason::DateRange));
        assert_eq!(shift(0, "99999999999999999999"), Err(Reason::DateRange));
        assert_eq!(shift(-1, "-9223372036854775808"), Err(Reason::DateRange));
    }

    /// `value * 10^scale`, when it is a whole number that `i128` can hold.
    fn scaled(value: Decimal, scale: u32) -> Option<i128> {
        let value = value.normalize();
        value.mantissa().checked_mul(10i128.checked_pow(scale.checked_sub(value.scale())?)?)
    }

    proptest! {
        #[test]
        fn decimals_are_read_as_the_library_reads_them(text in "-?[0-9]{0,20}(\\.[0-9]{0,12})?|[-+0-9._e]{0,6}") {
            let expected = Decimal::from_str_exact(&text).ok();
            let read = Number::parse(&text).map(Number::decimal);
            prop_assert_eq!(read, expected, "{}", text);
            prop_assert_eq!(read.map(|value| value.scale()), expected.map(|value| value.scale()));
            if let (Some(number), Some(expected)) = (Number::parse(&text), expected) {
                let expected = expected.normalize();
                let finer: Vec<u32> = (0..30).filter(|decimals| number.is_finer_than(*decimals)).collect();
                prop_assert_eq!(finer, (0..expected.scale()).collect::<Vec<_>>());
                // Of zero the library keeps a sign.
                let shown = if expected.is_zero() { "0".to_owned() } else { expected.to_string() };
                prop_assert_eq!(number.text(), shown);
            }
        }

        #[test]
        fn sums_and_products_agree_with_integers(
            a in -(1i128 << 88)..1i128 << 88, b in -(1i128 << 88)..1i128 << 88, m in 0..12u32, n in 0..12u32, shrink in 0..88u32,
        ) {
            let (a, b) = (a >> shrink, b >> shrink);
            let (x, y) = (Decimal::from_i128_with_scale(a, m), Decimal::from_i128_with_scale(b, n));
            match compute(Add, &x, &y) {
                Ok(sum) => prop_assert_eq!(scaled(sum, m.max(n)), scaled(x, m.max(n)).zip(scaled(y, m.max(n))).map(|(x, y)| x + y)),
                Err(reason) => prop_assert_eq!(reason, Reason::Inexact),
            }
            match (compute(Multiply, &x, &y), a.checked_mul(b)) {
                (Ok(product), Some(expected)) => prop_assert_eq!(scaled(product, m + n), Some(expected)),
                (Ok(_), None) => prop_assert!(a % 10 == 0 || b % 10 == 0, "more than 96 bits can be exact only by trailing zeros"),
                (Err(reason), _) => prop_assert_eq!(reason, Reason::Inexact),
            }
            if shrink >= 48 {
                prop_assert!(compute(Add, &x, &y).is_ok() && compute(Multiply, &x, &y).is_ok());
            }
        }
    }
}

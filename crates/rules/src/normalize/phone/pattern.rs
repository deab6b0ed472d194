//! The patterns of numbering plans: regular expressions over digits, as libphonenumber writes them.
//!
//! They use `\d`, classes of digits, `(?:…|…)`, `?`, `{n}` and `{n,m}`, nothing else; so all places that a match can have
//! reached fit one word of bits, and no number makes matching slow.

/// A compiled pattern.
#[derive(Debug)]
pub(super) enum Pattern {
    /// One digit: bit `d` says whether it may be `d`.
    Digit(u16),
    /// All of these, one after the other.
    Sequence(Vec<Pattern>),
    /// Any of these, each behind the digits that it may begin with, as a [`Pattern::first`].
    Choice(Vec<(u16, Pattern)>),
    /// From so many to so many times.
    Repeat(Box<Pattern>, u8, u8),
}

impl Pattern {
    /// Reads a pattern; `None` when it uses anything else.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut rest = text.as_bytes();
        let pattern = choice(&mut rest)?;
        rest.is_empty().then_some(pattern)
    }

    /// Whether the whole of at most 31 digits matches.
    pub(super) fn is_match(&self, digits: &[u8]) -> bool {
        digits.len() < 32 && self.reach(digits, 1) >> digits.len() & 1 == 1
    }

    /// Whether the beginning of at most 31 digits matches.
    pub(super) fn begins(&self, digits: &[u8]) -> bool {
        digits.len() < 32 && self.reach(digits, 1) != 0
    }

    /// The digits that it may begin with, and whether it may match none: then it may begin with any.
    fn first(&self) -> u16 {
        match self {
            Self::Digit(allowed) => *allowed,
            Self::Sequence(parts) => parts.first().map_or(u16::MAX, Self::first),
            Self::Choice(parts) => parts.iter().fold(0, |all, (first, _)| all | first),
            Self::Repeat(_, 0, _) => u16::MAX,
            Self::Repeat(part, ..) => part.first(),
        }
    }

    /// Where matching can stand afterwards; bit `n` of `from` says that `n` digits are matched before.
    // Most parts are digits: a call for each would take longer than to look at it.
    #[inline(always)]
    fn reach(&self, digits: &[u8], from: u32) -> u32 {
        match self {
            Self::Digit(allowed) => {
                let fits = |at: &usize| digits.get(*at).is_some_and(|digit| allowed & bit(*digit) != 0);
                places(from).filter(fits).fold(0, |reached, at| reached | 2 << at)
            }
            _ if from == 0 => 0,
            _ => self.reach_parts(digits, from),
        }
    }

    /// The same of several.
    #[inline(never)]
    fn reach_parts(&self, digits: &[u8], from: u32) -> u32 {
        match self {
            Self::Digit(_) => 0,
            Self::Sequence(parts) => {
                let next = |from, part: &Self| Some(part.reach(digits, from)).filter(|reached| *reached != 0);
                parts.iter().try_fold(from, next).unwrap_or(0)
            }
            Self::Choice(parts) => {
                let next = places(from).filter_map(|at| digits.get(at)).fold(EMPTY, |next, digit| next | bit(*digit));
                let possible = parts.iter().filter(|(first, _)| first & next != 0);
                possible.fold(0, |reached, (_, part)| reached | part.reach(digits, from))
            }
            Self::Repeat(part, least, most) => {
                let mut here = from;
                let mut reached = if *least == 0 { from } else { 0 };
                for count in 1..=*most {
                    here = part.reach(digits, here);
                    if here == 0 {
                        break;
                    }
                    if count >= *least {
                        reached |= here;
                    }
                }
                reached
            }
        }
    }
}

/// What begins with no digit, since it may match none.
const EMPTY: u16 = 1 << 15;

/// A digit among those that a pattern may begin with; of another byte something that no pattern begins with.
const fn bit(digit: u8) -> u16 {
    1 << (digit.wrapping_sub(b'0') & 15) & !EMPTY
}

/// The places whose bits are set. Mostly matching stands at one.
fn places(mut bits: u32) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let at = bits.trailing_zeros();
        bits &= bits.checked_sub(1)?;
        Some(at as usize)
    })
}

fn choice(rest: &mut &[u8]) -> Option<Pattern> {
    let mut parts = vec![sequence(rest)?];
    while let Some(after) = rest.strip_prefix(b"|") {
        *rest = after;
        parts.push(sequence(rest)?);
    }
    let only = if parts.len() == 1 { parts.pop() } else { None };
    Some(only.unwrap_or_else(|| Pattern::Choice(parts.into_iter().map(|part| (part.first(), part)).collect())))
}

fn sequence(rest: &mut &[u8]) -> Option<Pattern> {
    let mut parts = Vec::new();
    while !matches!(rest.first(), None | Some(b'|' | b')')) {
        let one = atom(rest)?;
        parts.push(repeated(one, rest)?);
    }
    Some(Pattern::Sequence(parts))
}

fn atom(rest: &mut &[u8]) -> Option<Pattern> {
    if let Some(after) = rest.strip_prefix(b"(?:") {
        *rest = after;
        let inner = choice(rest)?;
        *rest = rest.strip_prefix(b")")?;
        return Some(inner);
    }
    if let Some(after) = rest.strip_prefix(br"\d") {
        *rest = after;
        return Some(Pattern::Digit(0x3FF));
    }
    if let Some(mut after) = rest.strip_prefix(b"[") {
        let mut allowed = 0;
        loop {
            (allowed, after) = match after {
                [b']', after @ ..] => {
                    *rest = after;
                    return Some(Pattern::Digit(allowed));
                }
                [low, b'-', high, after @ ..] => {
                    ((value(*low)?..=value(*high)?).fold(allowed, |all, digit| all | 1 << digit), after)
                }
                [digit, after @ ..] => (allowed | 1 << value(*digit)?, after),
                [] => return None,
            };
        }
    }
    let (digit, after) = rest.split_first()?;
    *rest = after;
    value(*digit).map(|digit| Pattern::Digit(1 << digit))
}

fn repeated(part: Pattern, rest: &mut &[u8]) -> Option<Pattern> {
    if let Some(after) = rest.strip_prefix(b"?") {
        *rest = after;
        return Some(Pattern::Repeat(Box::new(part), 0, 1));
    }
    let Some(after) = rest.strip_prefix(b"{") else { return Some(part) };
    let end = after.iter().position(|byte| *byte == b'}')?;
    let bounds = std::str::from_utf8(&after[..end]).ok()?;
    *rest = &after[end + 1..];
    let (least, most) = bounds.split_once(',').unwrap_or((bounds, bounds));
    Some(Pattern::Repeat(Box::new(part), least.parse().ok()?, most.parse().ok()?))
}

fn value(digit: u8) -> Option<u8> {
    digit.is_ascii_digit().then(|| digit - b'0')
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    #[test]
    fn whole_numbers_and_beginnings() {
        let pattern = Pattern::parse(r"1(?:[2-46]\d{2,3}|9{2})|80?").unwrap();
        for text in ["1200", "14999", "1612", "199", "8", "80"] {
            assert!(pattern.is_match(text.as_bytes()), "{text}");
        }
        for text in ["", "1", "120", "120000", "15000", "800", "1999", "1:00", "1/00"] {
            assert!(!pattern.is_match(text.as_bytes()), "{text}");
        }
        assert!(pattern.begins(b"8999") && !pattern.begins(b"7"));
        assert!(!pattern.is_match(&[b'8'; 64]));
    }

    #[test]
    fn anything_else_is_no_pattern() {
        for text in ["(", "(?:1", "1)", "[1", "a", "1*", "1{", "1{a}", "(1)", r"\w", "[a]", "1{999}"] {
            assert!(Pattern::parse(text).is_none(), "{text}");
        }
    }
}

//! Which texts need no normalizer: most are as they should be, and that is seen at a glance.

use super::fold::{HIGH, ONES, any_word};
use super::left_by;
use crate::field::Annotation;

/// The texts that no normalizer of a field changes or refuses, as far as that can be told by their bytes: they are not empty,
/// in printable ASCII without blanks at their ends, and have none of the bytes named here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Settled {
    /// Whether it is no text at all.
    none: bool,
    /// The high bits of all bytes where there must be no small letters, and so on.
    small: u64,
    capital: u64,
    blank: u64,
}

impl Settled {
    /// None.
    pub(crate) const NONE: Self = Self { none: true, ..Self::ALL };
    /// All that are plain.
    pub(super) const ALL: Self = Self { none: false, small: 0, capital: 0, blank: 0 };
    /// Those without small letters.
    pub(super) const NO_SMALL: Self = Self { small: HIGH, ..Self::ALL };
    /// Those without capital letters.
    pub(super) const NO_CAPITAL: Self = Self { capital: HIGH, ..Self::ALL };
    /// Those without blanks.
    pub(super) const NO_BLANK: Self = Self { blank: HIGH, ..Self::ALL };

    /// Those of a field.
    pub(crate) fn under(annotation: &Annotation) -> Self {
        // Whether a name is in small or capital letters alone its bytes do not tell one by one.
        let first = if annotation.case.is_some() { Self::NONE } else { Self::ALL };
        annotation.normalize.iter().fold(first, |all, (name, _)| all.and(left_by(name)))
    }

    /// Those of both.
    pub(super) const fn and(self, other: Self) -> Self {
        Self {
            none: self.none || other.none,
            small: self.small | other.small,
            capital: self.capital | other.capital,
            blank: self.blank | other.blank,
        }
    }

    /// Whether this text is one of them. `false` also of some that are.
    #[inline]
    pub(crate) fn has(self, text: &str) -> bool {
        let bytes = text.as_bytes();
        !self.none
            && !matches!(bytes, [] | [b' ', ..] | [.., b' '])
            && !any_word(bytes, |word| {
                // Each sum has the high bit of a byte that is at least so great; a byte that is not in ASCII may spoil others, but
                // settles it anyway (Hacker's Delight, section 6-1).
                let from = |first: u8| word.wrapping_add(ONES * (0x80 - u64::from(first)));
                let small = from(b'a') & !from(b'z' + 1) & self.small;
                let capital = from(b'A') & !from(b'Z' + 1) & self.capital;
                let blank = !from(b' ' + 1) & self.blank;
                (word | from(0x7F) | !from(b' ')) & HIGH | small | capital | blank != 0
            })
    }
}

#[cfg(test)]
mod tests {
    use super::super::{NAMES, normalizer};
    use super::*;
    use crate::field::{NameCase, Settings};
    use crate::{DecimalSign, Profile};
    use proptest::prelude::*;

    #[test]
    fn every_byte_at_every_place() {
        for byte in 0..0x80_u8 {
            for (length, at) in (1..20).flat_map(|length| (0..length).map(move |at| (length, at))) {
                let mut text = vec![b'7'; length];
                text[at] = byte;
                let text = String::from_utf8(text).unwrap();
                let plain = text.trim_matches(' ') == text && (0x20..0x7F).contains(&byte);
                for (settled, forbidden) in [
                    (Settled::ALL, false),
                    (Settled::NO_SMALL, byte.is_ascii_lowercase()),
                    (Settled::NO_CAPITAL, byte.is_ascii_uppercase()),
                    (Settled::NO_BLANK, byte == b' '),
                    (Settled::NO_SMALL.and(Settled::NO_BLANK), byte.is_ascii_lowercase() || byte == b' '),
                    (Settled::NONE.and(Settled::ALL), true),
                ] {
                    assert_eq!(settled.has(&text), plain && !forbidden, "{text:?} {settled:?}");
                }
            }
        }
        for other in ["", "\u{e9}", "ABCDEFG\u{e9}", "\u{e9}234567890123456"] {
            assert!(!Settled::ALL.has(other), "{other}");
        }
    }

    #[test]
    fn most_codes_and_names_need_no_normalizer() {
        let is_left = |name: &str, text: &str| left_by(name).has(text);
        assert!(
            is_left("upper", "AB-1")
                && is_left("id", "INV 12")
                && is_left("name", "O'Brien")
                && is_left("lower", "a b")
        );
        assert!(
            !is_left("upper", "Ab-1") && !is_left("id", " INV") && !is_left("name", "a b") && !is_left("lower", "A")
        );
        assert!(!is_left("date", "2026-01-31"));
    }

    proptest! {
        #[test]
        fn normalizers_leave_what_they_say_they_do(
            text in "[ -~]{1,3}|[A-Z0-9. -]{1,12}|[a-z ]{1,12}|[a-z0-9@.-]{1,12}|[0-9]{1,12}|[A-Z][a-z]{1,8} [A-Z][a-z]{1,8}",
            title in any::<bool>(),
        ) {
            for (name, normalizer) in NAMES.iter().filter_map(|name| normalizer(name)) {
                let case = title.then_some(NameCase::Title).filter(|_| name == "name");
                let annotation = Annotation { normalize: vec![(name, normalizer)], case, ..Annotation::default() };
                if Settled::under(&annotation).has(&text) {
                    for decimal_sign in [None, Some(DecimalSign::Point), Some(DecimalSign::Comma)] {
                        let profile = Profile { decimal_sign, ..Profile::default() };
                        let settings = Settings { profile: &profile, annotation: &annotation, time: None };
                        prop_assert_eq!(normalizer(&text, &settings), Ok(None), "{} of {:?}", name, text);
                    }
                }
            }
        }
    }
}

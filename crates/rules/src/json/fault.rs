//! Why bytes are not one JSON value within the limits.

/// What is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Byte offset in the submitted bytes.
    pub at: usize,
    /// JSON Pointer of the value or member concerned, as far as it was read; empty for the whole.
    pub path: String,
    /// What is wrong.
    pub kind: Kind,
}

/// What is wrong with the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// No bytes, or blanks only.
    Empty,
    /// Text in an encoding other than UTF-8, by name.
    Encoding(&'static str),
    /// Not text: what it looks like.
    NotJson(&'static str),
    /// A byte sequence that UTF-8 does not allow.
    InvalidUtf8,
    /// An escape that is none, or half of a surrogate pair.
    InvalidEscape,
    /// Something follows the value.
    TrailingData,
    /// Against the grammar: what was met, and what to do.
    Syntax(&'static str, Option<&'static str>),
    /// A limit of [`record::limits`]: its name and value.
    TooLarge(&'static str, usize),
    /// Nested deeper than allowed: the greatest depth.
    TooDeep(usize),
    /// A member name that the object already has.
    DuplicateName,
}

impl Kind {
    /// A lower-case fragment that says what is wrong, without values.
    #[must_use]
    pub const fn what(self) -> &'static str {
        match self {
            Self::Empty => "there are no data",
            Self::Encoding(_) => "the text is not in UTF-8",
            Self::NotJson(_) => "the data are not JSON",
            Self::InvalidUtf8 => "bytes that UTF-8 does not allow",
            Self::InvalidEscape => "an escape that stands for no character",
            Self::TrailingData => "something follows the end of the value",
            Self::Syntax(what, _) => what,
            Self::TooLarge(..) => "a size limit is exceeded",
            Self::TooDeep(_) => "nested too deeply",
            Self::DuplicateName => "the object has this member twice",
        }
    }

    /// What to do about it.
    #[must_use]
    pub const fn hint(self) -> Option<&'static str> {
        match self {
            Self::NotJson(hint) => Some(hint),
            Self::Encoding(_) => Some("send the text in UTF-8"),
            Self::InvalidEscape => {
                Some("write \\uXXXX with four hexadecimal digits; a surrogate stands only in a pair, high before low")
            }
            Self::TrailingData => Some("send one value only"),
            Self::Syntax(_, hint) => hint,
            _ => None,
        }
    }
}

/// A place for people, both counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Line.
    pub line: u32,
    /// Column in characters.
    pub column: u32,
}

impl Place {
    /// The place of byte `at`. Bytes before it that are no UTF-8 count as one character per faulty sequence.
    #[must_use]
    pub fn of(raw: &[u8], at: usize) -> Self {
        let before = &raw[..at.min(raw.len())];
        let line_start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |newline| newline + 1);
        let lines = before[..line_start].iter().filter(|&&byte| byte == b'\n').count();
        let column = String::from_utf8_lossy(&before[line_start..]).chars().filter(|&char| char != '\u{feff}').count();
        let from_one = |count: usize| u32::try_from(count).unwrap_or(u32::MAX).saturating_add(1);
        Self { line: from_one(lines), column: from_one(column) }
    }
}

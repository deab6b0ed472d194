//! Reading one section: each setting is named once, with its bounds and its default, and comes out checked.

use super::{
    document::{Document, Place, Shown, Value},
    name::Name,
};
use std::{
    fmt,
    ops::RangeInclusive,
    path::{Path, PathBuf},
};

/// A section of the document being read.
#[derive(Debug)]
pub(super) struct Section<'a> {
    document: &'a mut Document,
    name: Name,
}

impl<'a> Section<'a> {
    pub(super) fn new(document: &'a mut Document, name: impl Into<Name>) -> Self {
        Self { document, name: name.into() }
    }

    /// An integer within bounds.
    pub(super) fn number(&mut self, key: &str, bounds: RangeInclusive<u64>, default: u64) -> u64 {
        self.read(key, default, u64::to_string, |value| {
            let number = match value {
                Value::Integer(number) => u64::try_from(number).ok(),
                Value::Text(text) => text.parse().ok(),
                Value::Flag(_) | Value::Other(_) => None,
            };
            let wanted = || format!("must be a whole number from {} to {}", bounds.start(), bounds.end());
            number.filter(|number| bounds.contains(number)).ok_or_else(wanted)
        })
    }

    /// A size: bytes, or text as in `"8 MiB"`.
    pub(super) fn size(&mut self, key: &str, bounds: RangeInclusive<u64>, default: u64) -> u64 {
        self.read(
            key,
            default,
            |size| format!("\"{}\"", Size(*size)),
            |value| {
                let size = match value {
                    Value::Integer(bytes) => u64::try_from(bytes).ok(),
                    Value::Text(text) => parse_size(&text),
                    Value::Flag(_) | Value::Other(_) => None,
                };
                let wanted = || format!("must be a size from {} to {}", Size(*bounds.start()), Size(*bounds.end()));
                size.filter(|size| bounds.contains(size)).ok_or_else(wanted)
            },
        )
    }

    /// True or false.
    pub(super) fn flag(&mut self, key: &str, default: bool) -> bool {
        self.read(key, default, bool::to_string, |value| match value {
            Value::Flag(flag) => Ok(flag),
            Value::Text(text) => text.parse().map_err(|_| "must be true or false".to_owned()),
            Value::Integer(_) | Value::Other(_) => Err("must be true or false".to_owned()),
        })
    }

    /// Text that is shown as `***` when it is a secret.
    pub(super) fn property(&mut self, key: &str, is_secret: bool) -> String {
        let shown = |text: &String| quoted(if is_secret { "***" } else { text });
        self.read(key, String::new(), shown, |value| text_of(value).ok_or_else(must_be_text))
    }

    /// Text; empty means "not set".
    pub(super) fn optional(&mut self, key: &str) -> Option<String> {
        let shown = |text: &String| quoted(text);
        let value = self.read(key, String::new(), shown, |value| text_of(value).ok_or_else(must_be_text));
        Some(value).filter(|value| !value.is_empty())
    }

    /// Text that `parse` understands; `parse` answers what it wants when it does not.
    pub(super) fn parsed<T>(
        &mut self,
        key: &str,
        default: &str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        let shown = |text: &String| quoted(text);
        let text = self.read(key, default.to_owned(), shown, |value| {
            let text = text_of(value).ok_or_else(must_be_text)?;
            parse(&text).map(|_| text)
        });
        parse(&text).ok()
    }

    /// One word of a closed list; `None` when it is empty and that is allowed by the default being so.
    pub(super) fn word<T: Copy>(&mut self, key: &str, words: &[(&str, T)], default: &str) -> Option<T> {
        let find = |text: &str| words.iter().find(|(word, _)| *word == text).map(|(_, meaning)| *meaning);
        let checked = self.parsed(key, default, |text| {
            if (text.is_empty() && default.is_empty()) || find(text).is_some() {
                return Ok(text.to_owned());
            }
            let names: Vec<_> = words.iter().map(|(word, _)| format!("\"{word}\"")).collect();
            let near = rules::nearest(text, words.iter().map(|(word, _)| *word));
            let near = near.map(|near| format!("; did you mean \"{near}\"?")).unwrap_or_default();
            Err(format!("must be one of {}{near}", names.join(", ")))
        });
        checked.and_then(|text| find(&text))
    }

    /// A path. One that is relative in the file counts from the file's directory, so that the working directory does not
    /// decide which store is opened.
    pub(super) fn path(&mut self, key: &str, default: &str, file_dir: &Path) -> Option<PathBuf> {
        let text = self.parsed(key, default, |text| Ok(text.to_owned()))?;
        Some(text).filter(|text| !text.is_empty()).map(|text| self.counted_from(file_dir, text))
    }

    /// As [`Self::path`], of a directory that there must be.
    pub(super) fn directory(&mut self, key: &str, default: &str, file_dir: &Path) -> Option<PathBuf> {
        let named = |text: &str| match text {
            "" => Err("must name a directory".to_owned()),
            text => Ok(text.to_owned()),
        };
        let text = self.parsed(key, default, named)?;
        Some(self.counted_from(file_dir, text))
    }

    /// The path of the setting that was read last.
    fn counted_from(&self, file_dir: &Path, text: String) -> PathBuf {
        let from_file = self.document.shown.last().is_some_and(|shown| matches!(shown.place, Place::File(..)));
        if from_file { file_dir.join(text) } else { PathBuf::from(text) }
    }

    /// Notes that the setting that was read last is wrong.
    pub(super) fn refuse_last(&mut self, wanted: &str) {
        if let Some(Shown { key, place, .. }) = self.document.shown.last().cloned() {
            self.mistake(&place, &key, wanted);
        }
    }

    /// Where the setting that was read last is said, or where its section is: `FILE:LINE` or a variable.
    pub(super) fn place(&self) -> String {
        match self.document.shown.last().map(|shown| &shown.place) {
            None | Some(Place::Default) => self.document.place_of(&self.name).to_string(),
            Some(place) => place.to_string(),
        }
    }

    fn read<T>(
        &mut self,
        key: &str,
        default: T,
        show: impl Fn(&T) -> String,
        check: impl Fn(Value) -> Result<T, String>,
    ) -> T {
        let (value, place) = match self.document.value(&self.name.below(key)) {
            None => (default, Place::Default),
            Some((Value::Other(kind), place)) => {
                self.mistake(&place, key, &format!("cannot be {kind}"));
                (default, place)
            }
            Some((value, place)) => match check(value) {
                Ok(value) => (value, place),
                Err(wanted) => {
                    self.mistake(&place, key, &wanted);
                    (default, place)
                }
            },
        };
        let shown = Shown { section: self.name.clone(), key: key.to_owned(), value: show(&value), place };
        self.document.shown.push(shown);
        value
    }

    fn mistake(&mut self, place: &Place, key: &str, wanted: &str) {
        let what = format!("{} {wanted}", self.name.below(key));
        self.document.mistake(place, &what, None);
    }
}

fn must_be_text() -> String {
    "must be text in quotes".to_owned()
}

fn text_of(value: Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text),
        Value::Integer(_) | Value::Flag(_) | Value::Other(_) => None,
    }
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// Bytes as people write them: the largest binary unit that divides them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Size(pub(super) u64);

const UNITS: [(&str, u64); 5] = [("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1)];

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = UNITS.iter().find(|(_, bytes)| self.0 > 0 && self.0.is_multiple_of(*bytes));
        let (name, bytes) = unit.unwrap_or(&("B", 1));
        write!(f, "{} {name}", self.0 / bytes)
    }
}

fn parse_size(text: &str) -> Option<u64> {
    let text = text.trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let unit = unit.trim();
    let bytes = if unit.is_empty() {
        1
    } else {
        UNITS.iter().find(|(name, _)| name.eq_ignore_ascii_case(unit)).map(|(_, bytes)| *bytes)?
    };
    number.parse::<u64>().ok()?.checked_mul(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_reads_back_as_it_is_written() {
        for bytes in [0, 1, 1023, 1024, 8 << 20, 3 << 40, (1 << 20) + 1] {
            assert_eq!(parse_size(&Size(bytes).to_string()), Some(bytes));
        }
        assert_eq!(parse_size("64kib"), Some(64 << 10));
        for bad in ["", "MiB", "-1 B", "8 MB", "99999999999 TiB", "1.5 GiB"] {
            assert_eq!(parse_size(bad), None, "{bad}");
        }
    }
}

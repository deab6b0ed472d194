//! What normalizers changed in a record.

use serde::{Serialize, Serializer};
use std::fmt;

/// One change: replaying `by` on `raw` gives `value`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Change<'c> {
    /// JSON Pointer of the value.
    pub path: &'c str,
    /// The value as submitted: the text of a string, or the JSON text of anything else.
    pub raw: &'c str,
    /// The value in the clean record, likewise; `None` when the value was blank and left out.
    pub value: Option<&'c str>,
    /// Normalizers that changed it, in order.
    pub by: &'c [&'static str],
}

/// The changes of one record, in document order.
///
/// A record as keyed has a dozen. Their texts stand one behind the other in one piece of memory: to ask for a piece for each
/// text would cost more than to find what it says.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Changes {
    texts: String,
    by: Vec<&'static str>,
    ends: Vec<Ends>,
}

/// Where the parts of a change end; each begins where the one before it ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Ends {
    path: usize,
    raw: usize,
    /// That of `raw` when there is no value.
    value: usize,
    has_value: bool,
    by: usize,
}

/// Bytes of texts that most records have room in, and how many changes.
const ROOM: (usize, usize) = (512, 16);

impl Changes {
    /// Adds a change. `path` appends the JSON Pointer to the text that it is given, and nothing else.
    pub fn push(&mut self, path: impl FnOnce(&mut String), raw: &str, value: Option<&str>, by: &[&'static str]) {
        if self.ends.capacity() == 0 {
            let (texts, changes) = ROOM;
            self.texts = String::with_capacity(texts);
            self.by = Vec::with_capacity(changes);
            self.ends = Vec::with_capacity(changes);
        }
        path(&mut self.texts);
        let path = self.texts.len();
        self.texts.push_str(raw);
        let raw = self.texts.len();
        self.texts.push_str(value.unwrap_or_default());
        self.by.extend_from_slice(by);
        let (value, has_value) = (self.texts.len(), value.is_some());
        self.ends.push(Ends { path, raw, value, has_value, by: self.by.len() });
    }

    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether nothing was changed.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Keeps the first `len`.
    pub fn truncate(&mut self, len: usize) {
        self.ends.truncate(len);
        let last = self.ends.last().copied().unwrap_or_default();
        self.texts.truncate(last.value);
        self.by.truncate(last.by);
    }

    /// Each change.
    pub fn iter(&self) -> impl Iterator<Item = Change<'_>> {
        let mut before = Ends::default();
        self.ends.iter().map(move |&ends| {
            let start = std::mem::replace(&mut before, ends);
            Change {
                path: &self.texts[start.value..ends.path],
                raw: &self.texts[ends.path..ends.raw],
                value: ends.has_value.then(|| &self.texts[ends.raw..ends.value]),
                by: &self.by[start.by..ends.by],
            }
        })
    }

    /// The normalizers that made them: each once for each value that it changed.
    #[must_use]
    pub fn by(&self) -> &[&'static str] {
        &self.by
    }

    /// The same, of changes that are no longer wanted.
    #[must_use]
    pub fn into_by(self) -> Vec<&'static str> {
        self.by
    }

    /// Appends them as compact JSON, as [`Serialize`] does with `serde_json`, in less time: the texts are short, and hardly one
    /// has anything to escape.
    pub fn write(&self, out: &mut Vec<u8>) {
        out.push(b'[');
        for (nth, Change { path, raw, value, by }) in self.iter().enumerate() {
            out.extend_from_slice(if nth == 0 { b"{\"path\":" } else { b",{\"path\":" });
            quote(path, out);
            out.extend_from_slice(b",\"raw\":");
            quote(raw, out);
            out.extend_from_slice(b",\"value\":");
            match value {
                Some(value) => quote(value, out),
                None => out.extend_from_slice(b"null"),
            }
            out.extend_from_slice(b",\"by\":[");
            for (nth, by) in by.iter().enumerate() {
                if nth > 0 {
                    out.push(b',');
                }
                quote(by, out);
            }
            out.extend_from_slice(b"]}");
        }
        out.push(b']');
    }

    /// Bytes of all paths, raw and clean values.
    #[must_use]
    pub const fn text_bytes(&self) -> usize {
        self.texts.len()
    }
}

/// Appends a text as a JSON string.
fn quote(text: &str, out: &mut Vec<u8>) {
    let is_special = |byte: u8| byte < 0x20 || byte == b'"' || byte == b'\\';
    out.push(b'"');
    // All of it is looked at without a branch, so many bytes at once.
    if text.bytes().fold(false, |any, byte| any | is_special(byte)) {
        text.bytes().for_each(|byte| if is_special(byte) { escape(byte, out) } else { out.push(byte) });
    } else {
        out.extend_from_slice(text.as_bytes());
    }
    out.push(b'"');
}

/// Appends a byte that may not stand in a JSON string as it is (RFC 8259, section 7).
fn escape(byte: u8, out: &mut Vec<u8>) {
    let short = match byte {
        8 => b'b',
        12 => b'f',
        b'\n' => b'n',
        b'\r' => b'r',
        b'\t' => b't',
        b'"' | b'\\' => byte,
        _ => {
            let digits = b"0123456789abcdef";
            let [high, low] = [byte >> 4, byte & 15].map(|digit| digits[usize::from(digit)]);
            return out.extend_from_slice(&[b'\\', b'u', b'0', b'0', high, low]);
        }
    };
    out.extend_from_slice(&[b'\\', short]);
}

impl<'c> FromIterator<Change<'c>> for Changes {
    fn from_iter<I: IntoIterator<Item = Change<'c>>>(changes: I) -> Self {
        let mut all = Self::default();
        for Change { path, raw, value, by } in changes {
            all.push(|pointer| pointer.push_str(path), raw, value, by);
        }
        all
    }
}

impl Serialize for Changes {
    /// A list of changes.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl fmt::Debug for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: [Change<'static>; 4] = [
        Change { path: "", raw: "\u{feff}", value: None, by: &["text", "blank"] },
        Change { path: "/a", raw: " x", value: Some("X"), by: &["text", "upper"] },
        Change { path: "/b/0", raw: "", value: Some(""), by: &[] },
        Change { path: "/c", raw: "yes", value: Some("true"), by: &["boolean"] },
    ];

    #[test]
    fn what_was_added_comes_back() {
        let changes: Changes = LIST.into_iter().collect();
        assert_eq!(changes.iter().collect::<Vec<_>>(), LIST);
        assert_eq!((changes.len(), changes.text_bytes()), (4, 21));
        assert_eq!(changes.by(), ["text", "blank", "text", "upper", "boolean"]);
    }

    #[test]
    fn they_are_written_as_a_list() {
        let changes: Changes = LIST[1..3].iter().copied().collect();
        let expected = concat!(
            r#"[{"path":"/a","raw":" x","value":"X","by":["text","upper"]},"#,
            r#"{"path":"/b/0","raw":"","value":"","by":[]}]"#
        );
        assert_eq!(serde_json::to_string(&changes).unwrap(), expected);
        let blank: Changes = LIST[..1].iter().copied().collect();
        assert!(serde_json::to_string(&blank).unwrap().contains(r#""value":null"#));
    }

    #[test]
    fn they_are_written_as_serde_writes_them() {
        let special: String = (0..0x80).map(char::from).chain("\u{80}\u{2028}\u{feff}\u{10ffff}".chars()).collect();
        let one = |text| Change { path: text, raw: text, value: Some(text), by: &["text"] };
        let single: Vec<String> = special.chars().map(String::from).collect();
        let all: Changes =
            LIST.into_iter().chain([one(special.as_str())]).chain(single.iter().map(|text| one(text))).collect();
        for changes in [all, Changes::default()] {
            let mut out = b"before".to_vec();
            changes.write(&mut out);
            let expected = format!("before{}", serde_json::to_string(&changes).unwrap());
            assert_eq!(String::from_utf8(out).unwrap(), expected);
        }
    }

    #[test]
    fn what_is_cut_off_leaves_nothing() {
        for len in 0..=LIST.len() {
            let mut changes: Changes = LIST.into_iter().collect();
            changes.truncate(len);
            assert_eq!(changes, LIST.into_iter().take(len).collect());
            assert_eq!(changes.is_empty(), len == 0);
        }
    }
}

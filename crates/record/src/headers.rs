//! The headers of a message.

use std::{borrow::Cow, fmt};

/// Names and values, in the order written. A name may stand twice: the first one counts.
///
/// A message has some ten, and there are thousands of messages in a chunk: the values stand one behind the other in one
/// piece of memory, and names from [`crate::header`] are not copied.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Headers {
    /// Each with the place where its value ends; it begins where the one before it ends.
    names: Vec<(Cow<'static, str>, usize)>,
    values: Vec<u8>,
}

impl Headers {
    /// None, with room for so many that have so many bytes of values.
    #[must_use]
    pub fn with_capacity(headers: usize, bytes: usize) -> Self {
        Self { names: Vec::with_capacity(headers), values: Vec::with_capacity(bytes) }
    }

    /// Adds one. A name that comes from elsewhere goes through [`crate::header::interned`] first.
    pub fn push(&mut self, name: impl Into<Cow<'static, str>>, value: &[u8]) {
        self.write(name, |values| values.extend_from_slice(value));
    }

    /// Adds one whose value is written behind what it is given, which stays as it is.
    pub fn write(&mut self, name: impl Into<Cow<'static, str>>, value: impl FnOnce(&mut Vec<u8>)) {
        value(&mut self.values);
        self.names.push((name.into(), self.values.len()));
    }

    /// The value of the first of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        let nth = self.names.iter().position(|(known, _)| known == name)?;
        let begin = nth.checked_sub(1).map_or(0, |before| self.names[before].1);
        Some(&self.values[begin..self.names[nth].1])
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        let mut begin = 0;
        self.names.iter().map(move |(name, end)| (&**name, &self.values[std::mem::replace(&mut begin, *end)..*end]))
    }

    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Bytes of all names and values.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.names.iter().map(|(name, _)| name.len()).sum::<usize>() + self.values.len()
    }
}

impl<N: Into<Cow<'static, str>>, V: AsRef<[u8]>> Extend<(N, V)> for Headers {
    fn extend<I: IntoIterator<Item = (N, V)>>(&mut self, headers: I) {
        headers.into_iter().for_each(|(name, value)| self.push(name, value.as_ref()));
    }
}

impl<N: Into<Cow<'static, str>>, V: AsRef<[u8]>> FromIterator<(N, V)> for Headers {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(headers: I) -> Self {
        let mut all = Self::default();
        all.extend(headers);
        all
    }
}

impl<N: Into<Cow<'static, str>>, V: AsRef<[u8]>, const LEN: usize> From<[(N, V); LEN]> for Headers {
    fn from(headers: [(N, V); LEN]) -> Self {
        headers.into_iter().collect()
    }
}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::header;

    #[test]
    fn what_was_added_comes_back_in_order() {
        let list = [("a", "1"), ("faircopy-form", ""), ("a", "22"), ("b", "333")];
        let headers = Headers::from(list);
        let read: Vec<_> = headers.iter().map(|(name, value)| (name, std::str::from_utf8(value).unwrap())).collect();
        assert_eq!(read, list);
        assert_eq!((headers.len(), headers.bytes(), headers.is_empty()), (4, 22, false));
        assert_eq!(headers.get("a"), Some(b"1".as_slice()), "the first counts");
        assert_eq!(headers.get(header::FORM), Some(b"".as_slice()));
        assert_eq!(headers.get("b"), Some(b"333".as_slice()));
        assert_eq!(headers.get("c"), None);
    }

    #[test]
    fn where_one_ends_tells_headers_apart() {
        assert_ne!(Headers::from([("a", "12"), ("b", "")]), Headers::from([("a", "1"), ("b", "2")]));
    }
}

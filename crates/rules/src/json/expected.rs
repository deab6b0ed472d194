//! What a document should look like: names in the order that they mostly have.

/// What stands at one place.
pub(crate) trait Expected: Sized {
    /// A member of an object.
    type Member: ExpectedMember<Value = Self>;

    /// Of an object: its members in order.
    fn members(&self) -> &[Self::Member];

    /// Of a list: its items.
    fn item(&self) -> Option<&Self>;
}

/// A member as it should be.
pub(crate) trait ExpectedMember {
    /// What stands behind its name.
    type Value;

    /// Its name.
    fn name(&self) -> &str;

    /// Its name as it stands in a document.
    fn quoted(&self) -> &Quoted;

    /// What stands behind it.
    fn value(&self) -> &Self::Value;
}

/// A name in quotes, ready to be looked for in a document.
#[derive(Clone, Debug)]
pub(crate) struct Quoted {
    text: Vec<u8>,
    /// Its first bytes, as a number, and which of that number's bits are theirs.
    head: u128,
    mask: u128,
}

/// Bytes that are compared as one number.
const HEAD: usize = size_of::<u128>();

impl Quoted {
    /// A name as a document has it, quotes included. One with escapes can be written in several ways: it is never found.
    pub(crate) fn new(quoted: &[u8]) -> Self {
        let text = if quoted.contains(&b'\\') { vec![0] } else { quoted.to_vec() };
        let mut head = [0; HEAD];
        let mut mask = [0; HEAD];
        for ((head, mask), byte) in head.iter_mut().zip(&mut mask).zip(&text) {
            (*head, *mask) = (*byte, u8::MAX);
        }
        Self { text, head: u128::from_le_bytes(head), mask: u128::from_le_bytes(mask) }
    }

    /// Bytes of the name and its quotes.
    pub(crate) const fn len(&self) -> usize {
        self.text.len()
    }

    /// Whether a document goes on with this name.
    #[inline(always)]
    pub(crate) fn begins(&self, rest: &[u8]) -> bool {
        match rest.first_chunk() {
            Some(head) => {
                (u128::from_le_bytes(*head) ^ self.head) & self.mask == 0
                    && (self.text.len() <= HEAD || rest.starts_with(&self.text))
            }
            None => rest.starts_with(&self.text),
        }
    }
}

/// Nothing is known.
pub(crate) struct Anything;

/// Of which there are none.
pub(crate) enum NoMember {}

impl Expected for Anything {
    type Member = NoMember;

    fn members(&self) -> &[NoMember] {
        &[]
    }

    fn item(&self) -> Option<&Self> {
        None
    }
}

impl ExpectedMember for NoMember {
    type Value = Anything;

    fn name(&self) -> &str {
        match *self {}
    }

    fn quoted(&self) -> &Quoted {
        match *self {}
    }

    fn value(&self) -> &Anything {
        match *self {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_where_it_stands_and_nowhere_else() {
        for length in 0..40 {
            let name = format!("\"{}\"", "n".repeat(length));
            let quoted = Quoted::new(name.as_bytes());
            for after in ["", ":", ": 1, and something behind it"] {
                let found = format!("{name}{after}");
                assert!(quoted.begins(found.as_bytes()), "{found}");
                for at in 0..name.len() {
                    let mut other = found.clone().into_bytes();
                    other[at] ^= 1;
                    assert!(!quoted.begins(&other), "{found} but for {at}");
                    assert!(!quoted.begins(&found.as_bytes()[..at]));
                }
            }
        }
        assert!(!Quoted::new(b"\"a\\u0062\"").begins(b"\"a\\u0062\": 1, and something behind it"));
    }
}

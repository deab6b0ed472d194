//! What stands on a topic.

use crate::{Headers, RecordTime};

/// One message to be written. Reading borrows instead: see [`crate::RawRecord`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// Record time; outputs repeat that of their raw record.
    pub time: RecordTime,
    /// Message key; empty when there is none.
    pub key: Vec<u8>,
    /// What is said beside the payload; names come from [`crate::header`].
    pub headers: Headers,
    /// The payload.
    pub value: Vec<u8>,
}

/// What a header takes besides its bytes: where its name and its value are, and room for the latter.
const HEADER_MEMORY: usize = 64;

impl Message {
    /// What it takes in memory, by which chunks are bounded: bytes of key, headers and value, and some for each header, empty or not.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.key.len() + self.headers.len() * HEADER_MEMORY + self.headers.bytes() + self.value.len()
    }

    /// What the value is known again by: the upper 63 bits of its FNV-1a hash, which a counter of a store can hold. A CRC would not do,
    /// since a value that ends with its own has the same as any other that does.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        let add = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        self.value.iter().fold(0xcbf2_9ce4_8422_2325, add) >> 1
    }

    /// The first header of that name, if it is UTF-8.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        std::str::from_utf8(self.headers.get(name)?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vectors of <http://www.isthe.com/chongo/tech/comp/fnv/>.
    #[test]
    fn a_fingerprint_is_that_of_the_books() {
        for (value, expected) in
            [("", 0xcbf2_9ce4_8422_2325), ("a", 0xaf63_dc4c_8601_ec8c), ("foobar", 0x8594_4171_f739_67e8)]
        {
            assert_eq!(Message { value: value.into(), ..Message::default() }.fingerprint(), expected >> 1, "{value}");
        }
    }

    #[test]
    fn empty_headers_take_memory_too() {
        let headers: Headers = (0..1000).map(|_| ("", "")).collect();
        assert_eq!(Message { headers, ..Message::default() }.bytes(), 64_000);
    }
}

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

    /// The first header of that name, if it is UTF-8.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        std::str::from_utf8(self.headers.get(name)?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_headers_take_memory_too() {
        let headers: Headers = (0..1000).map(|_| ("", "")).collect();
        assert_eq!(Message { headers, ..Message::default() }.bytes(), 64_000);
    }
}

//! What stands on a topic.

use crate::RecordTime;

/// One message to be written. Reading borrows instead: see [`crate::RawRecord`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// Record time; outputs repeat that of their raw record.
    pub time: RecordTime,
    /// Message key; empty when there is none.
    pub key: Vec<u8>,
    /// Name and value, in the order written; names come from [`crate::header`].
    pub headers: Vec<(String, Vec<u8>)>,
    /// The payload.
    pub value: Vec<u8>,
}

impl Message {
    /// The first header of that name, if it is UTF-8.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let (_, value) = self.headers.iter().find(|(header, _)| header == name)?;
        std::str::from_utf8(value).ok()
    }
}

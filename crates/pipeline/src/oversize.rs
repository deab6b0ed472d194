//! Raw messages that are larger than any reject could carry. The doors of this program refuse them, but others write to a
//! raw topic on Kafka too: its bound is on batches as they are sent, and a compressed batch may hold far more.

use crate::output;
use record::{Headers, RawRecord, Reject, limits::HEADER_BYTES_MAX};
use std::borrow::Cow;
use transport::local::RAW_BYTES_MAX;

/// What its reject can say of such a record, and why it is one; `None` when it is within the bounds. What is too large is
/// left out: it stands on raw, at the position that the reject names.
pub(crate) fn refused(record: &RawRecord) -> Option<(Cow<'_, RawRecord>, Reject)> {
    let headers = &record.message.headers;
    // An empty header counts, too: a message that is handed over says how many there are in two bytes.
    if headers.bytes().max(headers.len()) > HEADER_BYTES_MAX {
        let mut bare = record.clone();
        bare.message.headers = Headers::default();
        return Some((Cow::Owned(bare), output::too_large("header_bytes", HEADER_BYTES_MAX)));
    }
    let raw = record.original.as_ref().unwrap_or(&record.message.value);
    (raw.len() > RAW_BYTES_MAX).then(|| (Cow::Borrowed(record), output::too_large("raw_bytes", RAW_BYTES_MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use record::{Message, Position};

    fn record(headers: Headers) -> RawRecord {
        RawRecord { position: Position::default(), message: Message { headers, ..Message::default() }, original: None }
    }

    #[test]
    fn headers_are_bounded_by_bytes_and_by_number() {
        let of = |name: &'static str, value: &str, count| record(vec![(name, value); count].into_iter().collect());
        assert!(refused(&of("", "x", HEADER_BYTES_MAX)).is_none());
        assert!(refused(&of("", "x", HEADER_BYTES_MAX + 1)).is_some());
        assert!(refused(&of("", "", HEADER_BYTES_MAX)).is_none());
        let many = of("", "", HEADER_BYTES_MAX + 1);
        let (bare, reject) = refused(&many).unwrap();
        assert!(bare.message.headers.is_empty());
        assert_eq!(reject.errors[0].params.0[0].1, "header_bytes".into());
    }
}

//! Raw messages that are larger than any reject could carry. The doors of this program refuse them, but others write to a
//! raw topic on Kafka too: its bound is on batches as they are sent, and a compressed batch may hold far more.

use crate::output;
use record::{Headers, RawRecord, Reject, limits::HEADER_BYTES_MAX};
use std::borrow::Cow;
use transport::local::RAW_BYTES_MAX;

/// What its reject can say of such a record, and why it is one; `None` when it is within the bounds. What is too large is
/// left out: it stands on raw, at the position that the reject names.
pub(crate) fn refused(record: &RawRecord) -> Option<(Cow<'_, RawRecord>, Reject)> {
    if record.message.headers.bytes() > HEADER_BYTES_MAX {
        let mut bare = record.clone();
        bare.message.headers = Headers::default();
        return Some((Cow::Owned(bare), output::too_large("header_bytes", HEADER_BYTES_MAX)));
    }
    let raw = record.original.as_ref().unwrap_or(&record.message.value);
    (raw.len() > RAW_BYTES_MAX).then(|| (Cow::Borrowed(record), output::too_large("raw_bytes", RAW_BYTES_MAX)))
}

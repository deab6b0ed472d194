//! Messages as Kafka has them, and as the line has them.

use crate::quiet;
use rdkafka::{
    message::{Header, Headers as _, OwnedHeaders},
    producer::BaseRecord,
};
use record::{Headers, Message, RecordTime, header::interned, limits::HEADER_BYTES_MAX};

/// Bytes of a value that most headers of a raw record have room in.
const HEADER_ROOM: usize = 32;
/// Most headers that are read: one more than a record may have that is judged. A compressed message may have a hundred million.
const HEADERS_MAX: usize = HEADER_BYTES_MAX + 1;

/// A message as it was read. A value that is null and one that is empty are both empty.
pub(super) fn read(message: &impl rdkafka::Message) -> Message {
    let headers = message.headers().map(|read| {
        let count = read.count().min(HEADERS_MAX);
        let mut headers = Headers::with_capacity(count, count * HEADER_ROOM);
        named(read).take(count).for_each(|header| headers.push(interned(header.key), header.value.unwrap_or_default()));
        headers
    });
    Message {
        time: message.timestamp().to_millis().map_or(RecordTime::UNKNOWN, RecordTime),
        key: message.key().unwrap_or_default().to_vec(),
        headers: headers.unwrap_or_default(),
        value: message.payload().unwrap_or_default().to_vec(),
    }
}

/// The headers whose names are text. For any other the client panics, and has no other way to read one; ours are text, so none
/// that counts is passed over.
pub(super) fn named<H: rdkafka::message::Headers>(headers: &H) -> impl Iterator<Item = Header<'_, &[u8]>> {
    (0..headers.count()).filter_map(|nth| quiet::asked(|| headers.try_get(nth)).flatten())
}

/// A message to be written. Kafka takes a time of 0 for "now", and outputs must not depend on a clock: what is older
/// than 1970 by name becomes its first millisecond.
pub(super) fn write<'a>(
    topic: &'a str,
    partition: i32,
    message: &'a Message,
) -> BaseRecord<'a, [u8], [u8], super::deliveries::Tag> {
    let mut record = BaseRecord::with_opaque_to(topic, 0)
        .partition(partition)
        .timestamp(message.time.0.max(1))
        .payload(message.value.as_slice());
    if !message.headers.is_empty() {
        let mut headers = OwnedHeaders::new_with_capacity(message.headers.len());
        for (name, value) in message.headers.iter() {
            headers = headers.insert(Header { key: name, value: Some(value) });
        }
        record = record.headers(headers);
    }
    if message.key.is_empty() { record } else { record.key(message.key.as_slice()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rdkafka::{Timestamp, message::OwnedMessage};

    /// Headers as the client reads them, asked only by who is ready for its panics.
    struct Read(Vec<(&'static [u8], &'static [u8])>);

    impl rdkafka::message::Headers for Read {
        fn count(&self) -> usize {
            self.0.len()
        }

        fn try_get(&self, nth: usize) -> Option<Header<'_, &[u8]>> {
            assert!(quiet::is_asking(), "a panic would be printed");
            let (name, value) = *self.0.get(nth)?;
            Some(Header { key: str::from_utf8(name).unwrap(), value: Some(value) })
        }
    }

    #[test]
    fn of_headers_beyond_number_enough_are_read_to_refuse_the_record() {
        let header = || Header { key: "", value: Some("") };
        let headers = (0..2 * HEADERS_MAX).fold(OwnedHeaders::new(), |headers, _| headers.insert(header()));
        let message = OwnedMessage::new(None, None, "raw".into(), Timestamp::NotAvailable, 0, 0, Some(headers));
        assert_eq!(read(&message).headers.len(), HEADERS_MAX);
    }

    #[test]
    fn a_header_whose_name_is_no_text_is_passed_over() {
        let read = Read(vec![(b"faircopy-form", b"slip"), (b"caf\xe9", b"x"), (b"faircopy-client", b"acme")]);
        let named: Vec<_> = named(&read).map(|header| (header.key, header.value.unwrap())).collect();
        assert_eq!(named, [("faircopy-form", b"slip".as_slice()), ("faircopy-client", b"acme")]);
    }
}

//! Messages as Kafka has them, and as the line has them.

use rdkafka::{
    message::{Header, Headers as _, OwnedHeaders},
    producer::BaseRecord,
};
use record::{Headers, Message, RecordTime, header::interned};

/// Bytes of a value that most headers of a raw record have room in.
const HEADER_ROOM: usize = 32;

/// A message as it was read. A value that is null and one that is empty are both empty.
pub(super) fn read(message: &impl rdkafka::Message) -> Message {
    let headers = message.headers().map(|read| {
        let mut headers = Headers::with_capacity(read.count(), read.count() * HEADER_ROOM);
        read.iter().for_each(|header| headers.push(interned(header.key), header.value.unwrap_or_default()));
        headers
    });
    Message {
        time: message.timestamp().to_millis().map_or(RecordTime::UNKNOWN, RecordTime),
        key: message.key().unwrap_or_default().to_vec(),
        headers: headers.unwrap_or_default(),
        value: message.payload().unwrap_or_default().to_vec(),
    }
}

/// A message to be written. Kafka takes a time of 0 for "now", and outputs must not depend on a clock: what is older
/// than 1970 by name becomes its first millisecond.
pub(super) fn write<'a>(
    topic: &'a str,
    partition: i32,
    message: &'a Message,
) -> BaseRecord<'a, [u8], [u8], super::client::Tag> {
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

//! How a message is written where bytes are all there is, as in a frame of a local topic:
//! ```text
//! version u8 = 1 | time i64 | key length u16 | header count u16 | (name length u16 | value length u32 | name | value)* | key | value
//! ```
//! Numbers are little-endian. The frame around it has the length of the whole and a checksum, so the value needs none.

use record::{Headers, Message, RecordTime, header::interned, limits};

use crate::Error;

const VERSION: u8 = 1;
/// Bytes before the first header: version, time, key length, header count.
const FIXED: usize = 1 + 8 + 2 + 2;
/// Bytes before each header: name length, value length.
const HEADER_FIXED: usize = 2 + 4;

/// A message borrowed from a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct View<'a> {
    /// Record time.
    pub time: RecordTime,
    /// Message key; empty when there is none.
    pub key: &'a [u8],
    /// The payload.
    pub value: &'a [u8],
    headers: &'a [u8],
    count: u16,
}

impl<'a> View<'a> {
    /// Reads an encoded message.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn parse(payload: &'a [u8]) -> Result<Self, &'static str> {
        let mut rest = payload;
        match take(&mut rest, 1)? {
            [VERSION] => {}
            _ => return Err("message of an unknown version"),
        }
        let time = RecordTime(i64::from_le_bytes(array(&mut rest)?));
        let key = usize::from(u16::from_le_bytes(array(&mut rest)?));
        let count = u16::from_le_bytes(array(&mut rest)?);
        let headers = rest;
        for _ in 0..count {
            header(&mut rest)?;
        }
        let headers = &headers[..headers.len() - rest.len()];
        let key = take(&mut rest, key)?;
        Ok(Self { time, key, value: rest, headers, count })
    }

    /// The first header of that name.
    #[must_use]
    pub fn header(&self, wanted: &str) -> Option<&'a [u8]> {
        let mut rest = self.headers;
        while let Ok((name, value)) = header(&mut rest) {
            if name == wanted.as_bytes() {
                return Some(value);
            }
        }
        None
    }

    /// An owned copy.
    ///
    /// # Errors
    /// When a header's name is not UTF-8.
    pub fn to_message(self) -> Result<Message, &'static str> {
        let mut rest = self.headers;
        let mut headers = Headers::with_capacity(usize::from(self.count), self.headers.len());
        for _ in 0..self.count {
            let (name, value) = header(&mut rest)?;
            let name = std::str::from_utf8(name).map_err(|_| "header name that is not UTF-8")?;
            headers.push(interned(name), value);
        }
        Ok(Message { time: self.time, key: self.key.to_vec(), headers, value: self.value.to_vec() })
    }
}

fn take<'a>(rest: &mut &'a [u8], length: usize) -> Result<&'a [u8], &'static str> {
    let (taken, left) = rest.split_at_checked(length).ok_or("message cut short")?;
    *rest = left;
    Ok(taken)
}

fn array<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], &'static str> {
    let (taken, left) = rest.split_first_chunk().ok_or("message cut short")?;
    *rest = left;
    Ok(*taken)
}

fn header<'a>(rest: &mut &'a [u8]) -> Result<(&'a [u8], &'a [u8]), &'static str> {
    let name = usize::from(u16::from_le_bytes(array(rest)?));
    let value = usize::try_from(u32::from_le_bytes(array(rest)?)).map_err(|_| "header too long for this machine")?;
    Ok((take(rest, name)?, take(rest, value)?))
}

/// Appends the encoded message to `out`, which is left as it was on an error.
///
/// # Errors
/// [`Error::TooLarge`] beyond [`limits::MESSAGE_BYTES_MAX`], and beyond what the lengths can say.
pub fn encode(message: &Message, out: &mut Vec<u8>) -> Result<(), Error> {
    let begin = out.len();
    write(message, out).inspect_err(|_| out.truncate(begin))
}

fn write(message: &Message, out: &mut Vec<u8>) -> Result<(), Error> {
    within("message", encoded_len(message), limits::MESSAGE_BYTES_MAX)?;
    out.push(VERSION);
    out.extend_from_slice(&message.time.0.to_le_bytes());
    out.extend_from_slice(&short("message key", message.key.len())?.to_le_bytes());
    out.extend_from_slice(&short("header count", message.headers.len())?.to_le_bytes());
    for (name, value) in message.headers.iter() {
        out.extend_from_slice(&short("header name", name.len())?.to_le_bytes());
        // The whole message is within its limit, so a part of it is within u32.
        let length = u32::try_from(value.len()).unwrap_or(u32::MAX);
        out.extend_from_slice(&length.to_le_bytes());
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(value);
    }
    out.extend_from_slice(&message.key);
    out.extend_from_slice(&message.value);
    Ok(())
}

/// Bytes that [`encode`] writes.
fn encoded_len(message: &Message) -> usize {
    FIXED + message.headers.len() * HEADER_FIXED + message.headers.bytes() + message.key.len() + message.value.len()
}

pub(super) fn within(what: &'static str, bytes: usize, max: usize) -> Result<(), Error> {
    if bytes > max { Err(Error::TooLarge { what, bytes, max }) } else { Ok(()) }
}

fn short(what: &'static str, length: usize) -> Result<u16, Error> {
    u16::try_from(length).map_err(|_| Error::TooLarge { what, bytes: length, max: usize::from(u16::MAX) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_message() -> impl Strategy<Value = Message> {
        let bytes = || proptest::collection::vec(any::<u8>(), 0..64);
        let headers = proptest::collection::vec((".{0,12}", bytes()), 0..6);
        (any::<i64>(), bytes(), headers, bytes()).prop_map(|(time, key, headers, value)| Message {
            time: RecordTime(time),
            key,
            headers: headers.into_iter().collect(),
            value,
        })
    }

    proptest! {
        #[test]
        fn a_message_reads_back_as_it_was_written(message in any_message()) {
            let mut bytes = Vec::new();
            encode(&message, &mut bytes).unwrap();
            prop_assert_eq!(bytes.len(), encoded_len(&message));
            let view = View::parse(&bytes).unwrap();
            for (name, _) in message.headers.iter() {
                prop_assert_eq!(view.header(name), message.headers.get(name));
            }
            prop_assert_eq!(view.to_message().unwrap(), message);
        }

        #[test]
        fn no_bytes_make_decoding_panic(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            if let Ok(view) = View::parse(&bytes) {
                let _owned = view.to_message();
            }
        }

        #[test]
        fn a_message_cut_anywhere_before_its_value_is_refused(message in any_message(), cut in 0usize..100) {
            let mut bytes = Vec::new();
            encode(&message, &mut bytes).unwrap();
            let body = bytes.len() - message.value.len();
            prop_assume!(cut < body);
            prop_assert!(View::parse(&bytes[..cut]).is_err());
        }
    }

    #[test]
    fn what_is_too_large_is_refused_and_leaves_no_bytes() {
        let mut out = vec![7];
        let long = Message { value: vec![0; limits::MESSAGE_BYTES_MAX], ..Message::default() };
        assert!(matches!(encode(&long, &mut out), Err(Error::TooLarge { what: "message", .. })));
        let key = Message { key: vec![0; 1 << 16], ..Message::default() };
        assert!(matches!(encode(&key, &mut out), Err(Error::TooLarge { what: "message key", .. })));
        assert_eq!(out, [7]);
    }
}

//! Bytes -> text: is this UTF-8 at all, and if not, what does it look like?

use super::{Fault, Kind};
use record::limits::RECORD_BYTES_MAX;

const BOM: &[u8] = b"\xef\xbb\xbf";

/// The whole as text, and where the value may begin: after one byte order mark.
pub(super) fn decode(raw: &[u8]) -> Result<(&str, usize), Fault> {
    let whole = |at, kind| Err(Fault { at, path: String::new(), kind });
    if raw.len() > RECORD_BYTES_MAX {
        return whole(RECORD_BYTES_MAX, Kind::TooLarge("record_bytes", RECORD_BYTES_MAX));
    }
    if let Some(kind) = other_than_utf8(raw) {
        return whole(0, kind);
    }
    match std::str::from_utf8(raw) {
        Ok(text) => Ok((text, if raw.starts_with(BOM) { BOM.len() } else { 0 })),
        Err(error) => whole(error.valid_up_to(), Kind::InvalidUtf8),
    }
}

/// What the first bytes betray. A JSON text in UTF-8 begins with none of these, so nothing readable is refused.
fn other_than_utf8(raw: &[u8]) -> Option<Kind> {
    let kind = match raw {
        [0x1f, 0x8b, ..] => Kind::NotJson("this looks like gzip: name the compression, or send the text itself"),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => {
            Kind::NotJson("this looks like zstd: name the compression, or send the text itself")
        }
        [b'P', b'K', 3, 4, ..] => Kind::NotJson("this looks like a zip archive, as spreadsheets are: send JSON"),
        [b'O', b'b', b'j', 1, ..] => Kind::NotJson("this looks like an Avro file: send JSON"),
        [0xff, 0xfe, 0, 0, ..] | [1..=0xff, 0, 0, 0, ..] => Kind::Encoding("utf-32le"),
        [0, 0, 0xfe, 0xff, ..] => Kind::Encoding("utf-32be"),
        [0xff, 0xfe, ..] => Kind::Encoding("utf-16le"),
        [0xfe, 0xff, ..] => Kind::Encoding("utf-16be"),
        // A serializer of Kafka's ecosystem writes a zero byte and a four-byte schema number before Avro data.
        [0, 0, 0, ..] => Kind::NotJson("this looks like Avro with a schema number: send JSON"),
        [0, second, ..] if second.is_ascii_graphic() => Kind::Encoding("utf-16be"),
        [first, 0, ..] if first.is_ascii_graphic() => Kind::Encoding("utf-16le"),
        _ => return None,
    };
    Some(kind)
}

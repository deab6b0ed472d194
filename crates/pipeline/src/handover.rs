//! A judged record on its way to the worker that owns its shard.
//!
//! It carries what judging made of it, so that it is judged once, and the raw record, which a duplicate or conflict
//! speaks of. Layout of the message's value, numbers little-endian:
//!
//! ```text
//! traces u16 | each: key 16, rule or look-up u16, kind u8 | length of the clean message u32 | clean message | raw message
//! ```
//! A trace that nobody else may have left has kind 0 when it warns and 1 when it rejects, one that is left for others 2, and one
//! that somebody must have left 3 when it warns and 4 when it rejects. Both messages as [`transport::codec`] writes them. Its key is
//! the business key; its header names the raw position for whoever looks.

use record::{Asks, Claim, ContentHash, HandedRecord, Key, Message, Position, RawRecord, Severity, Trace, header};
use transport::{Topic, codec};

/// A judged record as its owner takes it over.
#[derive(Debug)]
pub(crate) struct Handed {
    pub(crate) raw: RawRecord,
    pub(crate) clean: Message,
    pub(crate) claim: Claim,
    pub(crate) traces: Vec<Trace>,
}

/// Bytes of a trace.
const TRACE_BYTES: usize = 19;

/// The message that hands a record over; it is to be committed to [`Topic::Keyed`]. The key of the raw message goes: no outcome says
/// it, and others may have made it longer than the codec can write.
pub(crate) fn message(raw: &mut RawRecord, clean: &Message, traces: &[Trace]) -> Result<Message, transport::Error> {
    raw.message.key = Vec::new();
    let count = u16::try_from(traces.len()).map_err(|_| unreadable(raw.position, "more than 65,535 traces"))?;
    let mut value = count.to_le_bytes().to_vec();
    for trace in traces {
        let (by, kind) = encoded(trace.asks);
        value.extend_from_slice(&trace.key.0);
        value.extend_from_slice(&by.to_le_bytes());
        value.push(kind);
    }
    let at = value.len();
    value.extend_from_slice(&[0; 4]);
    codec::encode(clean, &mut value)?;
    let length = value.len() - at - 4;
    let length = u32::try_from(length).map_err(|_| unreadable(raw.position, "a clean record above 4 GiB"))?;
    value[at..at + 4].copy_from_slice(&length.to_le_bytes());
    codec::encode(&raw.message, &mut value)?;
    let headers = clean.headers.get(header::ORIGIN).map(|origin| (header::ORIGIN, origin)).into_iter().collect();
    Ok(Message { time: raw.message.time, key: clean.key.clone(), headers, value })
}

/// Reads what was handed over.
pub(crate) fn read(handed: &HandedRecord) -> Result<Handed, transport::Error> {
    parse(&handed.message.value).map_err(|what| unreadable(handed.position, what))
}

fn parse(value: &[u8]) -> Result<Handed, &'static str> {
    let (count, rest) = value.split_first_chunk().ok_or("cut short")?;
    let count = usize::from(u16::from_le_bytes(*count));
    let (traces, rest) = rest.split_at_checked(count * TRACE_BYTES).ok_or("cut short")?;
    let (length, rest) = rest.split_first_chunk().ok_or("cut short")?;
    let length = usize::try_from(u32::from_le_bytes(*length)).map_err(|_| "too long for this machine")?;
    let (clean, raw) = rest.split_at_checked(length).ok_or("cut short")?;
    let clean = codec::View::parse(clean)?.to_message()?;
    let raw = codec::View::parse(raw)?.to_message()?;
    let position = clean.header(header::ORIGIN).and_then(raw_position).ok_or("no raw position")?;
    let content = clean.header(header::CONTENT_HASH).and_then(|hash| u64::from_str_radix(hash, 16).ok());
    let content = ContentHash(content.ok_or("no content hash")?);
    let key = std::str::from_utf8(&clean.key).ok().and_then(Key::parse).ok_or("no business key")?;
    let claim = Claim { key, content, position, time: raw.time };
    let (traces, _) = traces.as_chunks::<TRACE_BYTES>();
    let traces = traces.iter().map(|bytes| trace(bytes, key)).collect::<Result<_, _>>()?;
    Ok(Handed { raw: RawRecord { position, message: raw, original: None }, clean, claim, traces })
}

/// A trace of a record of this key.
fn trace(bytes: &[u8; TRACE_BYTES], of: Key) -> Result<Trace, &'static str> {
    let [key @ .., low, high, kind] = bytes;
    let by = u16::from_le_bytes([*low, *high]);
    let asks = match kind {
        0 => Asks::Nobody { rule: by, severity: Severity::Soft },
        1 => Asks::Nobody { rule: by, severity: Severity::Hard },
        2 => Asks::Nothing,
        3 => Asks::Somebody { look_up: by, severity: Severity::Soft },
        4 => Asks::Somebody { look_up: by, severity: Severity::Hard },
        _ => return Err("a trace of unknown kind"),
    };
    // Another owner would decide it.
    if key[..4] != of.0[..4] {
        return Err("a trace of another home than its record's");
    }
    Ok(Trace { key: Key(*key), asks })
}

/// Rule or look-up, and kind.
const fn encoded(asks: Asks) -> (u16, u8) {
    match asks {
        Asks::Nobody { rule, severity: Severity::Soft } => (rule, 0),
        Asks::Nobody { rule, severity: Severity::Hard } => (rule, 1),
        Asks::Nothing => (0, 2),
        Asks::Somebody { look_up, severity: Severity::Soft } => (look_up, 3),
        Asks::Somebody { look_up, severity: Severity::Hard } => (look_up, 4),
    }
}

/// The position in `topic/partition/offset`; a topic's name has no `/`.
fn raw_position(origin: &str) -> Option<Position> {
    origin.split_once('/')?.1.parse().ok()
}

fn unreadable(position: Position, what: &'static str) -> transport::Error {
    transport::Error::Undecodable { topic: Topic::Keyed, position, what }
}

#[cfg(test)]
mod tests;

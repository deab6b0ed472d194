//! Writing JSON.

use serde::Serialize;

/// Bytes that most rejects have room in.
const JSON_ROOM: usize = 2 << 10;

/// Compact JSON.
pub(crate) fn json(value: &impl Serialize) -> Vec<u8> {
    let mut out = Vec::with_capacity(JSON_ROOM);
    append(&mut out, value);
    out
}

/// Compact JSON behind what stands there.
pub(crate) fn append(out: &mut Vec<u8>, value: &impl Serialize) {
    serde_json::to_writer(out, value)
        .expect("maps have text keys and writing to memory cannot fail, so neither can this");
}

//! The frame: the one shape of everything in a log file.

/// Bytes before the payload: length u32 LE, CRC-32C of the payload u32 LE (Castagnoli, RFC 3720 appendix B.4).
pub(crate) const HEADER_BYTES: usize = 8;
/// Frames begin at multiples of this many bytes.
const ALIGN: usize = 8;
/// Most payload bytes of one frame: the largest message with its headers, twice over. A length beyond it is damage, and
/// is found before memory is spent on it.
pub const FRAME_BYTES_MAX: usize = 8 << 20;
const _: () = assert!(record::limits::MESSAGE_BYTES_MAX * 2 <= FRAME_BYTES_MAX);

/// Appends one frame to `out`.
///
/// # Panics
/// When `payload` is empty (a frame never is, so that zeros are never a frame) or longer than [`FRAME_BYTES_MAX`]: the
/// caller's bounds make both impossible, and such a frame could never be read back.
pub fn frame(out: &mut Vec<u8>, payload: &[u8]) {
    assert!(!payload.is_empty() && payload.len() <= FRAME_BYTES_MAX, "frame of {} bytes", payload.len());
    let length = u32::try_from(payload.len()).expect("bounded by the assertion above");
    let end = out.len() + framed_len(payload.len());
    out.reserve(framed_len(payload.len()));
    out.extend_from_slice(&length.to_le_bytes());
    out.extend_from_slice(&crc32c::crc32c(payload).to_le_bytes());
    out.extend_from_slice(payload);
    out.resize(end, 0);
}

/// Bytes of a file that a frame with this payload takes.
#[must_use]
pub const fn framed_len(payload_bytes: usize) -> usize {
    (HEADER_BYTES + payload_bytes).next_multiple_of(ALIGN)
}

/// What a frame header says.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Header {
    /// Payload bytes; checked against the bounds.
    pub(crate) payload_bytes: usize,
    /// CRC-32C of the payload.
    pub(crate) crc: u32,
}

impl Header {
    /// Reads a header, or says what is wrong with it.
    pub(crate) fn parse(bytes: [u8; HEADER_BYTES]) -> Result<Self, &'static str> {
        let [a, b, c, d, e, f, g, h] = bytes;
        let payload_bytes = usize::try_from(u32::from_le_bytes([a, b, c, d])).map_err(|_| "frame too long")?;
        match payload_bytes {
            0 => Err("empty frame"),
            1..=FRAME_BYTES_MAX => Ok(Self { payload_bytes, crc: u32::from_le_bytes([e, f, g, h]) }),
            _ => Err("frame too long"),
        }
    }
}

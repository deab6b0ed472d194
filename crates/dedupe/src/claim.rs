//! A claim as it stands in the log: 44 bytes, little-endian.
//!
//! ```text
//! key 16 | content hash 8 | offset 6 | record time 6 | partition 4 | CRC-32C of the foregoing 4
//! ```
//! The checksum of its own lets one claim be read and trusted without reading its block.

use record::{Claim, ContentHash, Key, Position, RecordTime};

/// Bytes of one claim.
pub(crate) const CLAIM_BYTES: usize = 44;
/// Where the checksum begins.
const CRC_AT: usize = 40;
/// Offsets from here on do not fit: 9 years at a million records a second.
pub(crate) const OFFSET_END: u64 = 1 << 48;
/// Record times are held to within 4,459 years of 1970; what lies beyond is moved to the bound.
pub(crate) const TIME_MAX: i64 = (1 << 47) - 1;
pub(crate) const TIME_MIN: i64 = -TIME_MAX;

/// One claim's bytes in the log.
pub(crate) type Bytes = [u8; CLAIM_BYTES];

/// The record time as the window takes it.
pub(crate) fn clamp(time: RecordTime) -> i64 {
    time.0.clamp(TIME_MIN, TIME_MAX)
}

/// A claim as the log holds it. The offset is below [`OFFSET_END`].
pub(crate) fn encode(claim: &Claim) -> Bytes {
    let mut bytes = [0; CLAIM_BYTES];
    bytes[..16].copy_from_slice(&claim.key.0);
    bytes[16..24].copy_from_slice(&claim.content.0.to_le_bytes());
    bytes[24..30].copy_from_slice(&claim.position.offset.to_le_bytes()[..6]);
    bytes[30..36].copy_from_slice(&clamp(claim.time).to_le_bytes()[..6]);
    bytes[36..CRC_AT].copy_from_slice(&claim.position.partition.to_le_bytes());
    let crc = crc32c::crc32c(&bytes[..CRC_AT]);
    bytes[CRC_AT..].copy_from_slice(&crc.to_le_bytes());
    bytes
}

/// Whether the claim's own checksum holds.
pub(crate) fn is_sound(bytes: &Bytes) -> bool {
    let (body, crc) = bytes.split_at(CRC_AT);
    crc32c::crc32c(body).to_le_bytes() == crc
}

/// Reads a claim back; the checksum is the caller's business.
pub(crate) fn decode(bytes: &Bytes) -> Claim {
    let offset = u64::from_le_bytes(take(bytes, 24)) & (OFFSET_END - 1);
    Claim {
        key: key(bytes),
        content: ContentHash(u64::from_le_bytes(take(bytes, 16))),
        position: Position { partition: u32::from_le_bytes(take(bytes, 36)), offset },
        time: RecordTime(time(bytes)),
    }
}

/// The claim of a trace that a record leaves: the record's own, but for the key and what stands in place of its content.
pub(crate) fn trace(of: &Claim, key: Key) -> Claim {
    Claim { key, content: of.key.stamp(), ..*of }
}

/// The key alone: what a rebuild needs of most claims.
pub(crate) fn key(bytes: &Bytes) -> Key {
    Key(take(bytes, 0))
}

/// The record time alone, in milliseconds.
pub(crate) fn time(bytes: &Bytes) -> i64 {
    // Bytes 30 to 35; moved to the upper end and back so that the sign is kept.
    (i64::from_le_bytes(take(bytes, 28)) & !0xFFFF) >> 16
}

fn take<const N: usize>(bytes: &Bytes, at: usize) -> [u8; N] {
    let mut out = [0; N];
    out.copy_from_slice(&bytes[at..at + N]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_claim_reads_back_and_a_flipped_bit_is_found(
            key: [u8; 16], content: u64, partition: u32, offset in 0..OFFSET_END, time in TIME_MIN..=TIME_MAX,
            bit in 0..CLAIM_BYTES * 8,
        ) {
            let position = Position { partition, offset };
            let claim = Claim { key: Key(key), content: ContentHash(content), position, time: RecordTime(time) };
            let mut bytes = encode(&claim);
            prop_assert!(is_sound(&bytes));
            prop_assert_eq!(decode(&bytes), claim);
            bytes[bit / 8] ^= 1 << (bit % 8);
            prop_assert!(!is_sound(&bytes));
        }
    }
}

//! Hashes that stand for a record in duplicate decisions.

use std::fmt;

/// 128-bit hash of form name, client and normalized business key. Two records with the same key are the same
/// document; the hash is cryptographic, so nobody can craft two documents that collide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(pub [u8; 16]);

/// 64-bit hash of the clean bytes: tells "same content" from "other content" once the keys are equal. It is not
/// cryptographic: by itself it says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ContentHash(pub u64);

impl Key {
    /// Reads what [`fmt::Display`] writes: 32 lower-case hexadecimal digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.as_bytes();
        let is_digit = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if digits.len() != 32 || !digits.iter().all(is_digit) {
            return None;
        }
        Some(Self(u128::from_str_radix(text, 16).ok()?.to_be_bytes()))
    }

    /// The shard that owns the key, in `0..shards`. Uses the leading bytes; the index uses the trailing ones.
    ///
    /// `shards` must not be 0.
    #[must_use]
    pub fn shard(self, shards: u32) -> u32 {
        let [a, b, c, d, ..] = self.0;
        u32::from_be_bytes([a, b, c, d]) % shards
    }

    /// 32 lower-case hexadecimal digits, as [`fmt::Display`] writes them.
    #[must_use]
    pub fn digits(self) -> [u8; 32] {
        digits(&self.0)
    }

    /// What stands for the key in the claims of the traces that its record leaves: the half that no home has a part in.
    #[must_use]
    pub fn stamp(self) -> ContentHash {
        let [_, _, _, _, _, _, _, _, a, b, c, d, e, f, g, h] = self.0;
        ContentHash(u64::from_be_bytes([a, b, c, d, e, f, g, h]))
    }
}

impl ContentHash {
    /// 16 lower-case hexadecimal digits, as [`fmt::Display`] writes them.
    #[must_use]
    pub fn digits(self) -> [u8; 16] {
        digits(&self.0.to_be_bytes())
    }
}

/// Two hexadecimal digits for each byte.
fn digits<const LEN: usize>(bytes: &[u8]) -> [u8; LEN] {
    let mut out = [b'0'; LEN];
    for (pair, byte) in out.as_chunks_mut().0.iter_mut().zip(bytes) {
        *pair = [byte >> 4, byte & 15].map(|digit| b"0123456789abcdef"[usize::from(digit)]);
    }
    out
}

impl fmt::Display for Key {
    /// 32 lower-case hexadecimal digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", u128::from_be_bytes(self.0))
    }
}

impl fmt::Display for ContentHash {
    /// 16 lower-case hexadecimal digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_what_is_displayed_and_read() {
        let bytes: [u8; 16] =
            std::array::from_fn(|nth| 0xf0_u8.wrapping_add(u8::try_from(nth).unwrap().wrapping_mul(0x1d)));
        let (key, content) = (Key(bytes), ContentHash(0x0123_4567_89ab_cdef));
        assert_eq!(str::from_utf8(&key.digits()).unwrap(), key.to_string());
        assert_eq!(Key::parse(&key.to_string()), Some(key));
        assert_eq!(str::from_utf8(&content.digits()).unwrap(), content.to_string());
        assert_eq!(content.to_string(), "0123456789abcdef");
    }
}

//! Partitions and offsets as the line counts them, and as the client does.

/// A partition as the client counts them.
pub(super) fn number(partition: u32) -> i32 {
    i32::try_from(partition).unwrap_or(i32::MAX)
}

/// A partition as the line counts them; the client's are never negative.
pub(super) fn unsigned(partition: i32) -> u32 {
    u32::try_from(partition).unwrap_or(0)
}

/// An offset as the line counts them; what is no offset is the beginning.
pub(super) fn natural(offset: i64) -> u64 {
    u64::try_from(offset).unwrap_or(0)
}

/// An offset as the client counts them.
pub(super) fn signed(offset: u64) -> i64 {
    i64::try_from(offset).unwrap_or(i64::MAX)
}

//! Slices of the window and their files.

use store::{Error, Reader, Store};

/// Names of claim files: this and the slice's number.
const PREFIX: &str = "claims-";

/// One slice that has claims.
#[derive(Debug)]
pub(crate) struct Slice {
    pub(crate) reader: Reader,
    /// Committed bytes of its file.
    pub(crate) bytes: u64,
    /// Claims in it.
    pub(crate) claims: u64,
    /// Its segments in order.
    pub(crate) segments: Vec<usize>,
}

impl Slice {
    pub(crate) fn open(store: &Store, number: i64) -> Result<Self, Error> {
        let reader = store.reader(crate::GROUP, &file_name(number))?;
        Ok(Self { bytes: reader.length(), reader, claims: 0, segments: Vec::new() })
    }
}

/// Name of a slice's file within the group.
pub(crate) fn file_name(number: i64) -> String {
    format!("{PREFIX}{number}")
}

/// The slice whose file this is; `None` for the group's other files.
pub(crate) fn number(file_name: &str) -> Option<i64> {
    file_name.strip_prefix(PREFIX)?.parse().ok()
}

/// How time is cut.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cut {
    pub(crate) window_ms: i64,
    pub(crate) slice_ms: i64,
}

impl Cut {
    /// The oldest slice that counts when the watermark is at `time`: the first that ends after `time - window`.
    pub(crate) fn oldest(self, time: i64) -> i64 {
        (time - self.window_ms).div_euclid(self.slice_ms)
    }

    /// The slice that a claim of this time goes to.
    pub(crate) fn of(self, time: i64, oldest: i64) -> i64 {
        time.div_euclid(self.slice_ms).max(oldest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slice_counts_until_its_end_is_a_window_old() {
        let cut = Cut { window_ms: 30, slice_ms: 10 };
        // Slice 0 is 0..10; its last moment, 9, is 30 old at 39.
        assert_eq!(cut.oldest(39), 0);
        assert_eq!(cut.oldest(40), 1);
        assert_eq!(cut.of(45, 1), 4);
        assert_eq!(cut.of(5, 1), 1);
        assert_eq!(cut.of(-1, -9), -1);
    }

    #[test]
    fn names_read_back_before_1970_too() {
        for slice in [i64::MIN, -1, 0, 20_000] {
            assert_eq!(number(&file_name(slice)), Some(slice));
        }
        assert_eq!(number("clean-0"), None);
    }
}

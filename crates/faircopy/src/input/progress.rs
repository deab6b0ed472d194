//! How far an input has been read, in bytes as they lie on the disk.

use std::{
    io::{self, Read},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

/// Bytes read so far over all inputs. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Bytes(Arc<AtomicU64>);

impl Bytes {
    /// The count now.
    #[must_use]
    pub fn read(&self) -> u64 {
        // Only a progress bar reads it: no ordering is needed.
        self.0.load(Ordering::Relaxed)
    }
}

/// A reader that counts.
#[derive(Debug)]
pub(super) struct Counting<R> {
    pub(super) reader: R,
    pub(super) bytes: Bytes,
}

impl<R: Read> Read for Counting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.bytes.0.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

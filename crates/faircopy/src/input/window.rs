//! A window on the bytes of an input: looks ahead as far as a record may reach, and forgets what was taken.

use std::{
    fmt,
    io::{self, Read},
};

/// Bytes asked for in one read: large enough that system calls do not count, small beside a chunk.
pub(super) const READ: usize = 256 << 10;

/// Bytes that were read and not taken yet.
pub(super) struct Window {
    reader: Box<dyn Read + Send>,
    buffer: Vec<u8>,
    start: usize,
    at: u64,
    ended: bool,
}

impl fmt::Debug for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Window").field("at", &self.at).field("ended", &self.ended).finish_non_exhaustive()
    }
}

impl Window {
    /// A window on `reader`, whose first byte is byte `at` of the input.
    pub(super) fn new(reader: Box<dyn Read + Send>, at: u64) -> Self {
        Self { reader, buffer: Vec::new(), start: 0, at, ended: false }
    }

    /// What was read and not taken yet.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.buffer[self.start..]
    }

    /// Byte of the input at which [`Self::bytes`] begins.
    pub(super) fn at(&self) -> u64 {
        self.at
    }

    /// Reads more; false at the end of the input.
    pub(super) fn fill(&mut self) -> io::Result<bool> {
        if self.ended {
            return Ok(false);
        }
        if self.start > 0 {
            self.buffer.drain(..self.start);
            self.start = 0;
        }
        let held = self.buffer.len();
        self.buffer.resize(held + READ, 0);
        let read = loop {
            match self.reader.read(&mut self.buffer[held..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        self.buffer.truncate(held + read.as_ref().map_or(0, |read| *read));
        self.ended = read? == 0;
        Ok(!self.ended)
    }

    /// Reads until `wanted` bytes can be seen or the input ends.
    pub(super) fn fill_to(&mut self, wanted: usize) -> io::Result<()> {
        while self.bytes().len() < wanted && self.fill()? {}
        Ok(())
    }

    /// Forgets the first `count` bytes, which must have been seen.
    pub(super) fn take(&mut self, count: usize) {
        debug_assert!(count <= self.bytes().len(), "only what was seen can be taken");
        self.start += count;
        self.at += count as u64;
    }
}

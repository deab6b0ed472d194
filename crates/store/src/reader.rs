//! Reading committed bytes.

use crate::{
    Error,
    frame::{HEADER_BYTES, Header, framed_len},
    pieces::Pieces,
};
use std::{
    fs::File,
    io,
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
    sync::Arc,
};

/// Bytes read ahead when frames are read one after the other.
const SEQUENTIAL_BYTES: usize = 256 << 10;
/// Bytes read when a frame is asked for out of order: most frames fit.
const RANDOM_BYTES: usize = 4 << 10;

/// Reads committed bytes of one file. The file may grow, and even be removed, meanwhile: the reader sees the length it
/// was told.
#[derive(Debug)]
pub struct Reader {
    path: PathBuf,
    file: Arc<File>,
    mapped: Pieces,
    /// Committed bytes.
    length: u64,
    /// Bytes of the file from `window_at`; only the first `window_len` are filled.
    window: Vec<u8>,
    window_at: u64,
    window_len: usize,
}

impl Reader {
    pub(crate) fn open(path: &Path, length: u64) -> Result<Self, Error> {
        let corrupt = |byte, what| Error::Corrupt { path: path.to_owned(), byte, what };
        let file = File::open(path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => corrupt(0, "the file is missing"),
            _ => Error::io(path)(error),
        })?;
        let found = file.metadata().map_err(Error::io(path))?.len();
        if found < length {
            return Err(corrupt(found, "the file is shorter than what was committed"));
        }
        let mapped = Pieces::default();
        Ok(Self {
            path: path.to_owned(),
            file: Arc::new(file),
            mapped,
            length,
            window: Vec::new(),
            window_at: 0,
            window_len: 0,
        })
    }

    /// Committed bytes, as far as this reader was told.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.length
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads the frame at byte `at`, whose payload replaces what `payload` held; returns where the next frame begins,
    /// or `None` at the committed end (`payload` is then empty).
    ///
    /// # Errors
    /// A bad checksum or a frame that crosses the committed end is [`Error::Corrupt`].
    pub fn frame_at(&mut self, at: u64, payload: &mut Vec<u8>) -> Result<Option<u64>, Error> {
        payload.clear();
        Ok(self.frame_in_place(at)?.map(|(bytes, next)| {
            payload.extend_from_slice(bytes);
            next
        }))
    }

    /// As [`Reader::frame_at`], without a copy: the payload, and where the next frame begins.
    ///
    /// # Errors
    /// As [`Reader::frame_at`].
    pub fn frame_in_place(&mut self, at: u64) -> Result<Option<(&[u8], u64)>, Error> {
        if at == self.length {
            return Ok(None);
        }
        let header = self.bytes(at, HEADER_BYTES)?.try_into().map_err(|_| self.corrupt(at, "frame header is cut"))?;
        let header = Header::parse(header).map_err(|what| self.corrupt(at, what))?;
        let total = framed_len(header.payload_bytes);
        let frame = self.bytes(at, total)?;
        let (payload, padding) = frame[HEADER_BYTES..].split_at(header.payload_bytes);
        let what = if crc32c::crc32c(payload) != header.crc {
            "checksum does not match"
        } else if padding.iter().any(|byte| *byte != 0) {
            "padding is not zero"
        } else {
            let next = at + widen(total);
            // Asked for again because the borrow of the failing branches may not outlive this one.
            let frame = self.bytes(at, total)?;
            return Ok(Some((&frame[HEADER_BYTES..HEADER_BYTES + header.payload_bytes], next)));
        };
        Err(self.corrupt(at, what))
    }

    /// Fills `bytes` from byte `at` (positional read, no seek). Checks no checksum.
    ///
    /// # Errors
    /// [`Error::Corrupt`] when this crosses the committed end.
    pub fn read_at(&self, at: u64, bytes: &mut [u8]) -> Result<(), Error> {
        match at.checked_add(widen(bytes.len())) {
            Some(end) if end <= self.length => match self.mapped.copy(at, bytes) {
                true => Ok(()),
                false => self.fill(at, bytes),
            },
            _ => Err(self.corrupt(at, "read crosses the committed end")),
        }
    }

    /// Maps what is committed and not yet mapped, for [`Reader::read_at`]: it then costs no system call.
    pub fn map(&mut self) {
        self.mapped.extend(&self.file, self.length);
    }

    /// Bytes that are mapped: a little more than what is committed, less what was given up.
    #[must_use]
    pub fn mapped_bytes(&self) -> u64 {
        self.mapped.bytes()
    }

    /// Gives up the oldest piece of what is mapped; answers its bytes, 0 when nothing is mapped.
    pub fn unmap_oldest(&mut self) -> u64 {
        self.mapped.drop_oldest()
    }

    /// Tells the reader that more bytes are committed now.
    pub fn extend(&mut self, length: u64) {
        self.length = self.length.max(length);
    }

    /// An error that names this file.
    #[must_use]
    pub fn corrupt(&self, byte: u64, what: &'static str) -> Error {
        Error::Corrupt { path: self.path.clone(), byte, what }
    }

    /// `count` committed bytes from `at`, through the window.
    fn bytes(&mut self, at: u64, count: usize) -> Result<&[u8], Error> {
        let left = self.length.saturating_sub(at);
        if widen(count) > left {
            return Err(self.corrupt(at, "frame crosses the committed end"));
        }
        let window_end = self.window_at + widen(self.window_len);
        if at < self.window_at || at + widen(count) > window_end {
            let ahead = if (self.window_at..=window_end).contains(&at) { SEQUENTIAL_BYTES } else { RANDOM_BYTES };
            let size = count.max(usize::try_from(left).unwrap_or(usize::MAX).min(ahead));
            self.load(at, size)?;
        }
        let from = usize::try_from(at - self.window_at).map_err(|_| self.corrupt(at, "frame too long"))?;
        Ok(&self.window[from..from + count])
    }

    fn load(&mut self, at: u64, size: usize) -> Result<(), Error> {
        self.window_len = 0;
        if self.window.len() < size {
            self.window.resize(size, 0);
        }
        let mut window = std::mem::take(&mut self.window);
        let result = self.fill(at, &mut window[..size]);
        self.window = window;
        (self.window_at, self.window_len) = (at, size);
        result.inspect_err(|_| self.window_len = 0)
    }

    fn fill(&self, at: u64, bytes: &mut [u8]) -> Result<(), Error> {
        self.file.read_exact_at(bytes, at).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => self.corrupt(at, "the file is shorter than what was committed"),
            _ => Error::io(&self.path)(error),
        })
    }
}

fn widen(count: usize) -> u64 {
    u64::try_from(count).expect("a length in memory is below 2^64")
}

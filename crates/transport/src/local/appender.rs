//! The submitters' end of the raw topic.

use super::{Settings, backlog, log, names, retention::Retention};
use crate::{Error, Topic, codec};
use record::{Message, RecordTime, limits};
use std::{
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};
use store::{Store, Writer};

/// Most bytes of one raw record. More than [`limits::RECORD_BYTES_MAX`], so that a record somewhat too long becomes a
/// reject with its bytes; one beyond this is refused at the door.
pub const RAW_BYTES_MAX: usize = limits::RECORD_BYTES_MAX + limits::RECORD_BYTES_MAX / 2;
// The reject of the longest raw record must fit on its topic; raw bytes at most double within JSON.
const _: () = assert!(RAW_BYTES_MAX * 2 + limits::HEADER_BYTES_MAX * 2 < limits::MESSAGE_BYTES_MAX);

/// How long to sleep before looking for room again. Short against the time in which a worker judges a chunk.
const ROOM_WAIT: Duration = Duration::from_millis(2);

/// The submitters' end: appends to raw, from any process, one at a time. Holds the lock of group `raw`.
#[derive(Debug)]
pub struct Appender {
    store: Store,
    writer: Writer,
    backlog_max: u64,
    segment_max: u64,
    retention: Retention,
    /// Offset of the next message.
    next: u64,
    /// First offset and bytes of the open segment.
    segment: u64,
    length: u64,
    /// Bytes that wait to be judged, at most: exact when last looked up, what was appended since added.
    backlog: u64,
}

impl Appender {
    /// Opens or creates the raw topic of the store in `dir`.
    ///
    /// # Errors
    /// When another process appends, or the store cannot be used.
    pub fn open(dir: &Path, settings: Settings) -> Result<Self, Error> {
        let store = Store::open(dir, settings.sync)?;
        let writer = store.writer(names::RAW)?;
        let next = store.counter(names::next(Topic::Raw))?;
        let last = log::segments(&store, Topic::Raw)?.pop();
        let (segment, length) = last.map_or((next, 0), |last| (last.first, last.length));
        let mut appender = Self {
            store,
            writer,
            backlog_max: settings.backlog_bytes,
            segment_max: settings.segment_bytes,
            retention: settings.raw,
            next,
            segment,
            length,
            backlog: 0,
        };
        appender.backlog = appender.backlog_bytes()?;
        Ok(appender)
    }

    /// Appends messages in one transaction: all are durable, or none. Returns the offset of the first.
    ///
    /// # Errors
    /// [`Error::Full`] and [`Error::TooLarge`] leave the topic as it was; after any other the appender must be opened
    /// anew.
    pub fn append(&mut self, messages: &[Message]) -> Result<u64, Error> {
        self.append_once(messages, &[])
    }

    /// As [`Self::append`], leaving once-only marks in the same transaction.
    ///
    /// # Errors
    /// As [`Self::append`]; [`store::Error::AlreadyDone`] when one of the marks is there, and then nothing is written.
    pub fn append_once(&mut self, messages: &[Message], marks: &[String]) -> Result<u64, Error> {
        messages.iter().try_for_each(check)?;
        self.admit()?;
        let first = self.next;
        let pieces = self.encode(messages)?;
        let expired = self.expired(&pieces, messages)?;
        let mut txn = self.store.begin();
        for piece in &pieces {
            txn.append(&self.writer, &names::segment(Topic::Raw, piece.segment), &piece.frames);
        }
        expired.iter().for_each(|name| txn.remove(&self.writer, name));
        marks.iter().for_each(|mark| txn.once(mark));
        let next = first + u64::try_from(messages.len()).unwrap_or(u64::MAX);
        txn.set(names::next(Topic::Raw), next);
        txn.commit()?;
        self.next = next;
        for piece in &pieces {
            self.advance(piece);
        }
        Ok(first)
    }

    /// As [`Self::append`], waiting while the backlog is full; `None` when `stop` was raised before there was room.
    /// Tells `waiting` of the time spent, after each look.
    ///
    /// # Errors
    /// As [`Self::append`], except [`Error::Full`].
    pub fn append_waiting(
        &mut self,
        messages: &[Message],
        stop: &AtomicBool,
        waiting: &mut dyn FnMut(Duration),
    ) -> Result<Option<u64>, Error> {
        loop {
            match self.append(messages) {
                Err(Error::Full { .. }) if stop.load(Ordering::Relaxed) => return Ok(None),
                Err(Error::Full { .. }) => {
                    let began = Instant::now();
                    thread::sleep(ROOM_WAIT);
                    waiting(began.elapsed());
                }
                appended => return appended.map(Some),
            }
        }
    }

    /// The offset that the next message gets.
    #[must_use]
    pub const fn next_offset(&self) -> u64 {
        self.next
    }

    /// Raw bytes that wait to be judged.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn backlog_bytes(&self) -> Result<u64, Error> {
        backlog::bytes(&self.store)
    }

    /// Refuses when the backlog is full. Looks it up only when what is known of it leaves a doubt.
    fn admit(&mut self) -> Result<(), Error> {
        if self.backlog < self.backlog_max {
            return Ok(());
        }
        self.backlog = self.backlog_bytes()?;
        if self.backlog < self.backlog_max {
            return Ok(());
        }
        Err(Error::Full { bytes: self.backlog, max: self.backlog_max })
    }

    /// Frames for each segment that the messages reach, a new one beginning whenever the last is full.
    fn encode(&self, messages: &[Message]) -> Result<Vec<Piece>, Error> {
        let mut pieces = vec![Piece { segment: self.segment, frames: Vec::new() }];
        let mut payload = Vec::new();
        let mut held = self.length;
        for (offset, message) in (self.next..).zip(messages) {
            if held >= self.segment_max {
                pieces.push(Piece { segment: offset, frames: Vec::new() });
                held = 0;
            }
            payload.clear();
            codec::encode(message, &mut payload)?;
            // `pieces` begins with one element and only grows.
            if let Some(piece) = pieces.last_mut() {
                let before = piece.frames.len();
                store::frame(&mut piece.frames, &payload);
                held += u64::try_from(piece.frames.len() - before).unwrap_or(u64::MAX);
            }
        }
        pieces.retain(|piece| !piece.frames.is_empty());
        Ok(pieces)
    }

    /// Judged segments whose time has come; looked for only when a new segment begins.
    fn expired(&self, pieces: &[Piece], messages: &[Message]) -> Result<Vec<String>, Error> {
        if pieces.last().is_none_or(|piece| piece.segment == self.segment) {
            return Ok(Vec::new());
        }
        let judged = self.store.counter(names::AT_OFFSET)?;
        let newest = messages.iter().map(|message| message.time).max().unwrap_or(RecordTime(0));
        self.retention.expired(&self.store, Topic::Raw, judged, newest)
    }

    fn advance(&mut self, piece: &Piece) {
        let bytes = u64::try_from(piece.frames.len()).unwrap_or(u64::MAX);
        self.length = if piece.segment == self.segment { self.length + bytes } else { bytes };
        self.segment = piece.segment;
        self.backlog = self.backlog.saturating_add(bytes);
    }
}

/// What one transaction appends to one segment.
#[derive(Debug)]
struct Piece {
    segment: u64,
    frames: Vec<u8>,
}

/// Refuses a message beyond the limits of raw records: a value of more than [`RAW_BYTES_MAX`] bytes, or headers of more than
/// [`limits::HEADER_BYTES_MAX`].
///
/// # Errors
/// [`Error::TooLarge`].
pub fn check(message: &Message) -> Result<(), Error> {
    codec::within("record", message.value.len(), RAW_BYTES_MAX)?;
    codec::within("headers", message.headers.bytes(), limits::HEADER_BYTES_MAX)
}

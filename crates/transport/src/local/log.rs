//! The segments of one topic, read in order or at random.

use super::{names, place};
use crate::{Error, Topic, codec::View};
use store::{Reader, Store};

/// Every so many messages the sparse index of a segment has an entry: a random read scans at most this many frames
/// from there.
const STRIDE: u64 = 64;
/// Segments held open with their index; beyond that the one unused for longest is closed. With segments of 128 MiB
/// and records of 500 bytes an index takes some 30 KB and a read buffer at most 256 KB: 18 MB for 8 GB of the topic.
const OPEN_MAX: usize = 64;

/// A committed segment.
#[derive(Clone, Debug)]
pub(super) struct Segment {
    /// Offset of its first message.
    pub(super) first: u64,
    /// Committed bytes.
    pub(super) length: u64,
}

/// A segment held open.
#[derive(Debug)]
struct Open {
    first: u64,
    reader: Reader,
    /// Byte of every [`STRIDE`]-th message, as far as it was read.
    index: Vec<u64>,
}

impl Open {
    /// Notes that message `offset` begins at `byte`.
    fn note(&mut self, offset: u64, byte: u64) {
        let place = offset - self.first;
        if place.is_multiple_of(STRIDE) && u64::try_from(self.index.len()) == Ok(place / STRIDE) {
            self.index.push(byte);
        }
    }

    /// The nearest message at or before `offset` whose byte is known.
    fn nearest(&self, offset: u64) -> (u64, u64) {
        let last = self.index.len().saturating_sub(1);
        let entry = usize::try_from((offset - self.first) / STRIDE).map_or(last, |entry| entry.min(last));
        match self.index.get(entry) {
            // `entry` fits u64 on every machine: it came from one, or is a length.
            Some(&byte) => (self.first + u64::try_from(entry).unwrap_or(0) * STRIDE, byte),
            None => (self.first, 0),
        }
    }
}

/// Where reading goes on: message `offset` begins at `byte` of segment `segment`, or at the start of the next one when
/// that byte is the segment's end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Cursor {
    pub(super) offset: u64,
    pub(super) segment: u64,
    pub(super) byte: u64,
}

/// A topic as far as it is committed.
#[derive(Debug)]
pub(super) struct Log {
    topic: Topic,
    /// By first offset.
    segments: Vec<Segment>,
    /// Offset after the last committed message.
    next: u64,
    cursor: Cursor,
    /// Most recently used last.
    open: Vec<Open>,
    payload: Vec<u8>,
}

impl Log {
    /// A log that nothing is known of yet: see [`Self::refresh`].
    pub(super) fn new(topic: Topic) -> Self {
        Self {
            topic,
            segments: Vec::new(),
            next: 0,
            cursor: Cursor { offset: 0, segment: u64::MAX, byte: 0 },
            open: Vec::new(),
            payload: Vec::new(),
        }
    }

    /// Learns what was committed since; true when there is something new.
    pub(super) fn refresh(&mut self, store: &Store) -> Result<bool, Error> {
        let next = store.counter(names::next(self.topic))?;
        if next == self.next {
            return Ok(false);
        }
        // The lengths are read after the counter, so they cover every message the counter speaks of.
        self.list(store)?;
        self.next = next;
        Ok(true)
    }

    /// Lists the segments anew.
    pub(super) fn list(&mut self, store: &Store) -> Result<(), Error> {
        self.segments = segments(store, self.topic)?;
        // A segment that retention took is closed too, else its file would keep its room on the disk.
        self.open.retain_mut(|open| {
            let segment = self.segments.iter().find(|segment| segment.first == open.first);
            segment.is_some_and(|segment| {
                open.reader.extend(segment.length);
                true
            })
        });
        Ok(())
    }

    pub(super) const fn topic(&self) -> Topic {
        self.topic
    }

    /// First offset kept; the next one when none is.
    pub(super) fn first(&self) -> u64 {
        self.segments.first().map_or(self.next, |segment| segment.first)
    }

    /// Offset after the last committed message.
    pub(super) const fn next(&self) -> u64 {
        self.next
    }

    /// Where reading goes on.
    pub(super) const fn cursor(&self) -> Cursor {
        self.cursor
    }

    /// Goes on reading at `offset`.
    pub(super) fn seek(&mut self, offset: u64) {
        self.cursor = Cursor { offset, segment: u64::MAX, byte: 0 };
    }

    /// The message under the cursor, which moves on; `None` at the committed end as last refreshed. The offset must
    /// not be below [`Self::first`].
    pub(super) fn read(&mut self, store: &Store) -> Result<Option<(u64, View<'_>)>, Error> {
        match self.advance(store)? {
            None => Ok(None),
            Some(offset) => self.view(offset).map(|view| Some((offset, view))),
        }
    }

    /// As [`Self::read`], for [`Self::view`]; the cursor stays where it is on an error.
    pub(super) fn advance(&mut self, store: &Store) -> Result<Option<u64>, Error> {
        if self.cursor.offset >= self.next {
            return Ok(None);
        }
        if self.cursor.segment == u64::MAX {
            self.cursor = self.locate(store, self.cursor.offset)?;
        }
        let offset = self.cursor.offset;
        let mut at = self.cursor;
        let after = match self.frame(store, at)? {
            Some(after) => after,
            // The segment is exhausted, the message opens the next one.
            None => {
                at = Cursor { offset, segment: offset, byte: 0 };
                self.frame(store, at)?.ok_or_else(|| self.undecodable(offset, "message missing from its segment"))?
            }
        };
        self.cursor = Cursor { offset: offset + 1, segment: at.segment, byte: after };
        Ok(Some(offset))
    }

    /// The message that was read last, which stands at `offset`.
    pub(super) fn view(&self, offset: u64) -> Result<View<'_>, Error> {
        View::parse(&self.payload).map_err(|what| self.undecodable(offset, what))
    }

    /// The message at `offset`, without moving the cursor; `None` when it is gone or not committed as last refreshed.
    pub(super) fn fetch(&mut self, store: &Store, offset: u64) -> Result<Option<View<'_>>, Error> {
        if offset < self.first() || offset >= self.next {
            return Ok(None);
        }
        let at = match self.locate(store, offset) {
            Ok(at) => at,
            Err(error) => {
                // Retention may have taken the segment since it was listed; then the message is gone, not damaged.
                self.list(store)?;
                return if offset < self.first() { Ok(None) } else { Err(error) };
            }
        };
        self.frame(store, at)?.ok_or_else(|| self.undecodable(offset, "message missing from its segment"))?;
        self.view(offset).map(Some)
    }

    /// Reads the frame at `at` into the payload; returns the byte after it, or `None` at the segment's end.
    fn frame(&mut self, store: &Store, at: Cursor) -> Result<Option<u64>, Error> {
        let mut payload = std::mem::take(&mut self.payload);
        let open = self.opened(store, at.segment)?;
        let after = open.reader.frame_at(at.byte, &mut payload);
        if matches!(after, Ok(Some(_))) {
            open.note(at.offset, at.byte);
        }
        self.payload = payload;
        Ok(after?)
    }

    /// Finds the byte of message `offset` by its segment's index, and by scanning from there.
    fn locate(&mut self, store: &Store, offset: u64) -> Result<Cursor, Error> {
        let segment = self.segments.partition_point(|segment| segment.first <= offset);
        let Some(segment) = segment.checked_sub(1).map(|index| self.segments[index].first) else {
            return Err(self.undecodable(offset, "message before the first segment"));
        };
        let (near, byte) = self.opened(store, segment)?.nearest(offset);
        let mut at = Cursor { offset: near, segment, byte };
        while at.offset < offset {
            let after = self.frame(store, at)?;
            at.byte = after.ok_or_else(|| self.undecodable(offset, "segment ends before the message"))?;
            at.offset += 1;
        }
        Ok(at)
    }

    /// The open segment that begins with `first`.
    fn opened(&mut self, store: &Store, first: u64) -> Result<&mut Open, Error> {
        let last = match self.open.iter().rposition(|open| open.first == first) {
            Some(place) if place + 1 == self.open.len() => place,
            Some(place) => {
                let open = self.open.remove(place);
                self.open.push(open);
                self.open.len() - 1
            }
            None => {
                let name = names::segment(self.topic, first);
                let reader = store.reader(names::group(self.topic), &name)?;
                if self.open.len() >= OPEN_MAX {
                    self.open.remove(0);
                }
                self.open.push(Open { first, reader, index: Vec::new() });
                self.open.len() - 1
            }
        };
        Ok(&mut self.open[last])
    }

    const fn undecodable(&self, offset: u64, what: &'static str) -> Error {
        Error::Undecodable { topic: self.topic, position: place(offset), what }
    }
}

/// The committed segments of a topic, by first offset.
pub(super) fn segments(store: &Store, topic: Topic) -> Result<Vec<Segment>, Error> {
    let files = store.files(names::group(topic))?;
    let mut segments: Vec<Segment> = files
        .iter()
        .filter_map(|file| Some(Segment { first: names::first_offset(topic, &file.name)?, length: file.length }))
        .collect();
    segments.sort_unstable_by_key(|segment| segment.first);
    Ok(segments)
}

//! Appending to the topic of reference tables. Nothing is ever dropped from it: the last message of a row holds, and
//! rows that nobody changes stay what they are.

use super::{Settings, log, names};
use crate::{Error, Topic, codec};
use record::{Message, limits};
use std::path::Path;
use store::{Store, Writer};

/// The end at which rows are put, one process at a time. Holds the lock of group `tables`.
#[derive(Debug)]
pub struct TableAppender {
    store: Store,
    writer: Writer,
    segment_max: u64,
    next: u64,
    segment: u64,
    length: u64,
}

impl TableAppender {
    /// Opens or creates the topic of the store in `dir`.
    ///
    /// # Errors
    /// When another process appends, or the store cannot be used.
    pub fn open(dir: &Path, settings: Settings) -> Result<Self, Error> {
        let store = Store::open(dir, settings.sync)?;
        let writer = store.writer(names::TABLES)?;
        let next = store.counter(names::next(Topic::Tables))?;
        let last = log::segments(&store, Topic::Tables)?.pop();
        let (segment, length) = last.map_or((next, 0), |last| (last.first, last.length));
        Ok(Self { store, writer, segment_max: settings.segment_bytes, next, segment, length })
    }

    /// Appends messages in one transaction: all are durable, or none.
    ///
    /// # Errors
    /// [`Error::TooLarge`] leaves the topic as it was; after any other the appender must be opened anew.
    pub fn append(&mut self, messages: &[Message]) -> Result<(), Error> {
        let mut frames = Vec::new();
        let mut payload = Vec::new();
        for message in messages {
            codec::within("row", message.value.len(), limits::RECORD_BYTES_MAX)?;
            codec::within("key", message.key.len(), limits::RECORD_BYTES_MAX)?;
            payload.clear();
            codec::encode(message, &mut payload)?;
            store::frame(&mut frames, &payload);
        }
        // A transaction goes into one segment: the caller bounds it, so that segments stay near their size.
        let (segment, held) =
            if self.length >= self.segment_max { (self.next, 0) } else { (self.segment, self.length) };
        let next = self.next + u64::try_from(messages.len()).unwrap_or(u64::MAX);
        let mut txn = self.store.begin();
        txn.append(&self.writer, &names::segment(Topic::Tables, segment), &frames);
        txn.set(names::next(Topic::Tables), next);
        txn.commit()?;
        (self.next, self.segment) = (next, segment);
        self.length = held + u64::try_from(frames.len()).unwrap_or(u64::MAX);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::local::Reader;
    use record::{Headers, RecordTime};

    #[test]
    fn rows_are_read_back_in_order_over_segments_and_openings() {
        let dir = tempfile::tempdir().unwrap();
        let settings = Settings { segment_bytes: 100, sync: store::Sync::Off, ..Settings::default() };
        let message = |number: u8| Message {
            time: RecordTime(7),
            key: vec![number],
            headers: Headers::default(),
            value: vec![number; 40],
        };
        for opening in 0..3 {
            let mut appender = TableAppender::open(dir.path(), settings).unwrap();
            for at in 0..2 {
                let first = opening * 4 + at * 2;
                appender.append(&[message(first), message(first + 1)]).unwrap();
            }
        }
        let mut reader = Reader::open(dir.path(), Topic::Tables, 0).unwrap();
        let mut keys = Vec::new();
        while let Some((offset, message)) = reader.read().unwrap() {
            assert_eq!(u8::try_from(offset), Ok(message.key[0]));
            keys.push(message.key[0]);
        }
        assert_eq!(keys, (0..12).collect::<Vec<u8>>());
        let segments = std::fs::read_dir(dir.path().join(names::TABLES)).unwrap().count();
        assert!(segments > 1, "{segments}");
    }
}

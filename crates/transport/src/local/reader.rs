//! Reading a topic from outside the pipeline: `faircopy read`, `reconcile`, `replay`, tests.

use super::{log::Log, place};
use crate::{Error, Topic, codec::View};
use record::Message;
use std::path::Path;
use store::Store;

/// Reads a topic, while others append to it or not.
#[derive(Debug)]
pub struct Reader {
    store: Store,
    log: Log,
}

impl Reader {
    /// Opens `topic` of the store in `dir` at offset `from`, or at the first one kept when that is later.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn open(dir: &Path, topic: Topic, from: u64) -> Result<Self, Error> {
        // Whoever closes the database last folds its log into it: that must be durable, even when only reading.
        let store = Store::open(dir, store::Sync::Full)?;
        let mut log = Log::new(topic);
        log.refresh(&store)?;
        log.seek(from.max(log.first()));
        Ok(Self { store, log })
    }

    /// Whether the transaction that carries this once-only mark was committed.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn is_done(&self, mark: &str) -> Result<bool, Error> {
        Ok(self.store.is_done(mark)?)
    }

    /// The next message and its offset; `None` at the committed end (ask again later to follow the topic).
    ///
    /// # Errors
    /// When the topic is damaged or cannot be read.
    pub fn read(&mut self) -> Result<Option<(u64, Message)>, Error> {
        let topic = self.log.topic();
        match self.view()? {
            None => Ok(None),
            Some((offset, view)) => {
                let message =
                    view.to_message().map_err(|what| Error::Undecodable { topic, position: place(offset), what })?;
                Ok(Some((offset, message)))
            }
        }
    }

    /// As [`Self::read`], borrowed.
    ///
    /// # Errors
    /// When the topic is damaged or cannot be read.
    pub fn view(&mut self) -> Result<Option<(u64, View<'_>)>, Error> {
        if self.log.cursor().offset >= self.log.next() {
            self.log.refresh(&self.store)?;
        }
        if self.log.cursor().offset < self.log.first() {
            self.log.seek(self.log.first());
        }
        self.log.read(&self.store)
    }

    /// The message at `offset`; `None` when it is gone or not yet there.
    ///
    /// # Errors
    /// When the topic is damaged or cannot be read.
    pub fn fetch(&mut self, offset: u64) -> Result<Option<Message>, Error> {
        let topic = self.log.topic();
        self.log.refresh(&self.store)?;
        let view = self.log.fetch(&self.store, offset)?;
        view.map(View::to_message).transpose().map_err(|what| Error::Undecodable {
            topic,
            position: place(offset),
            what,
        })
    }

    /// First offset kept, and the offset after the last committed one.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn range(&mut self) -> Result<(u64, u64), Error> {
        self.log.refresh(&self.store)?;
        Ok((self.log.first(), self.log.next()))
    }
}

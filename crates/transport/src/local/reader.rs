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
    /// When the topic is damaged or cannot be read, or [`Error::Overtaken`]: the next call goes on with what is still there.
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
    /// As [`Self::read`].
    pub fn view(&mut self) -> Result<Option<(u64, View<'_>)>, Error> {
        if self.log.cursor().offset >= self.log.next() {
            self.log.refresh(&self.store)?;
        }
        self.overtaken()?;
        match self.log.advance(&self.store) {
            Ok(None) => Ok(None),
            Ok(Some(offset)) => self.log.view(offset).map(|view| Some((offset, view))),
            // Retention may have taken the segment since it was listed; then the message is gone, not damaged.
            Err(error) => {
                self.log.list(&self.store)?;
                self.overtaken()?;
                Err(error)
            }
        }
    }

    /// Tells what is gone of what was to be read next, and passes over it.
    fn overtaken(&mut self) -> Result<(), Error> {
        let (from, first) = (self.log.cursor().offset, self.log.first());
        if from >= first {
            return Ok(());
        }
        self.log.seek(first);
        Err(Error::Overtaken { topic: self.log.topic(), from, last: first - 1 })
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

//! The door of raw for what goes back, each record at most once.
//!
//! All replays of a group are one transactional producer. Whoever opens it ends what the one before has in hand, and shuts it out: so
//! what is read of raw after that is all that was put back, and nobody else puts anything back meanwhile. Records that go back together
//! are there together or not at all. The end of a transaction that comes late, which may end the next one half way (ADR 3), does no harm
//! here: each record stands for itself, and nothing is aborted but by who stops for it.

use super::{
    Error, Settings, Submitter, client,
    error::{is_fenced, is_refusal},
};
use crate::Error as TransportError;
use rdkafka::{
    error::{KafkaError, KafkaResult},
    producer::Producer as _,
};
use record::Message;
use std::{
    sync::atomic::AtomicBool,
    time::{Duration, Instant},
};

const DOING: &str = "records could not be put back";

/// Puts records back on raw.
#[derive(Debug)]
pub struct Returns {
    submitter: Submitter,
    group: String,
    /// How long each step of a transaction may take.
    time: Duration,
}

impl Returns {
    /// Connects, and shuts out whoever did before. What that one put back until now is committed, or never will be.
    ///
    /// # Errors
    /// When the cluster does not answer, or refuses, or there is no raw topic.
    pub fn open(settings: &Settings) -> Result<Self, Error> {
        let submitter = Submitter::with(settings, &client::returner(settings))?;
        let began = Instant::now();
        while let Err(source) = submitter.producer().init_transactions(settings.transaction_timeout) {
            if is_refusal(&source) || began.elapsed() >= settings.patience {
                return Err(Error::Cluster { doing: DOING, source });
            }
        }
        Ok(Self { submitter, group: settings.group.clone(), time: settings.transaction_timeout })
    }

    /// Puts these back, all of them or none.
    ///
    /// # Errors
    /// [`TransportError::TooLarge`]; [`Error::ShutOut`] when another one was opened; when the cluster does not take them.
    pub fn put(&mut self, messages: &[Message]) -> Result<(), TransportError> {
        self.step(self.submitter.producer().begin_transaction())?;
        let put = self.submitter.submit(messages, &AtomicBool::new(false)).map(drop);
        let put = put.and_then(|()| Ok(self.submitter.finish()?));
        let ended = put.and_then(|()| Ok(self.step(self.submitter.producer().commit_transaction(self.time))?));
        ended.map_err(|error| self.give_up(error))
    }

    /// Leaves no transaction open, behind which nothing of raw could be read; why it came to nothing, the abort may know better.
    fn give_up(&self, error: TransportError) -> TransportError {
        // The client does not abort before it was heard what became of the messages on their way.
        drop(self.submitter.finish());
        match self.step(self.submitter.producer().abort_transaction(self.time)) {
            Err(why @ Error::ShutOut { .. }) => why.into(),
            _ => error,
        }
    }

    fn step(&self, done: KafkaResult<()>) -> Result<(), Error> {
        done.map_err(|source: KafkaError| {
            if is_fenced(&source) {
                return Error::ShutOut { group: self.group.clone() };
            }
            Error::Cluster { doing: DOING, source }
        })
    }
}

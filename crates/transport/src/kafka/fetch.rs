//! Reading single raw records again.

use super::{
    Error, Settings, client, convert,
    intake::{natural, signed},
    outbox::number,
};
use rdkafka::{
    Message as _, Offset, TopicPartitionList,
    consumer::{BaseConsumer, Consumer},
    error::KafkaError,
    types::RDKafkaErrorCode,
};
use record::{Message, Position};
use std::{
    fmt,
    time::{Duration, Instant},
};

const DOING: &str = "a raw record could not be read again";

/// What stands at a position.
#[derive(Debug)]
pub(super) enum Found {
    /// The first record at it or after it.
    Message(u64, Message),
    /// The end of the partition.
    End,
    /// The partition begins later.
    Gone,
    /// Nobody said in time.
    Nothing,
}

/// Reads raw records by position; made when first needed.
pub(super) struct Fetcher {
    reader: BaseConsumer,
    topic: String,
    patience: Duration,
}

impl fmt::Debug for Fetcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fetcher").field("topic", &self.topic).finish_non_exhaustive()
    }
}

impl Fetcher {
    pub(super) fn open(settings: &Settings) -> Result<Self, Error> {
        let reader = client::reader(settings, true).map_err(Error::settings)?;
        Ok(Self { reader, topic: settings.topics.raw.clone(), patience: settings.patience })
    }

    /// The record at `position`; `None` when it is gone.
    pub(super) fn fetch(&self, position: Position) -> Result<Option<Message>, Error> {
        match self.look(position, self.patience)? {
            Found::Message(offset, message) => Ok((offset == position.offset).then_some(message)),
            Found::End | Found::Gone => Ok(None),
            Found::Nothing => {
                let source = KafkaError::MessageConsumption(RDKafkaErrorCode::OperationTimedOut);
                Err(Error::Cluster { doing: DOING, source })
            }
        }
    }

    /// What stands at `position`, or after it. Then it reads no further: the client would go on to fetch ahead.
    pub(super) fn look(&self, position: Position, limit: Duration) -> Result<Found, Error> {
        let mut target = TopicPartitionList::new();
        target
            .add_partition_offset(&self.topic, number(position.partition), Offset::Offset(signed(position.offset)))
            .map_err(Error::cluster(DOING))?;
        self.reader.assign(&target).map_err(Error::cluster(DOING))?;
        let found = self.first(limit);
        self.reader.unassign().map_err(Error::cluster(DOING))?;
        found
    }

    fn first(&self, limit: Duration) -> Result<Found, Error> {
        let began = Instant::now();
        while began.elapsed() < limit {
            match self.reader.poll(Duration::from_millis(100)) {
                Some(Ok(message)) => return Ok(Found::Message(natural(message.offset()), convert::read(&message))),
                Some(Err(KafkaError::PartitionEOF(_))) => return Ok(Found::End),
                Some(Err(KafkaError::MessageConsumption(
                    RDKafkaErrorCode::AutoOffsetReset | RDKafkaErrorCode::OffsetOutOfRange,
                ))) => return Ok(Found::Gone),
                Some(Err(error @ KafkaError::MessageConsumptionFatal(_))) => {
                    return Err(Error::Cluster { doing: DOING, source: error });
                }
                Some(Err(_)) | None => {}
            }
        }
        Ok(Found::Nothing)
    }
}

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
        let doing = "a raw record could not be read again";
        let mut target = TopicPartitionList::new();
        target
            .add_partition_offset(&self.topic, number(position.partition), Offset::Offset(signed(position.offset)))
            .map_err(Error::cluster(doing))?;
        self.reader.assign(&target).map_err(Error::cluster(doing))?;
        let began = Instant::now();
        while began.elapsed() < self.patience {
            match self.reader.poll(Duration::from_millis(100)) {
                Some(Ok(message)) => {
                    let is_it = natural(message.offset()) == position.offset;
                    return Ok(is_it.then(|| convert::read(&message)));
                }
                Some(Err(
                    KafkaError::PartitionEOF(_)
                    | KafkaError::MessageConsumption(
                        RDKafkaErrorCode::AutoOffsetReset | RDKafkaErrorCode::OffsetOutOfRange,
                    ),
                )) => return Ok(None),
                Some(Err(error @ KafkaError::MessageConsumptionFatal(_))) => {
                    return Err(Error::Cluster { doing, source: error });
                }
                Some(Err(_)) | None => {}
            }
        }
        let source = KafkaError::MessageConsumption(RDKafkaErrorCode::OperationTimedOut);
        Err(Error::Cluster { doing, source })
    }
}

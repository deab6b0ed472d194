//! Records that are gone before they were read.

use super::{Intake, made_anew};
use crate::{
    Event,
    kafka::{
        Error,
        error::is_denied,
        numbers::{natural, number, signed},
        partitions::Polled,
    },
};
use rdkafka::{Offset, consumer::Consumer, error::KafkaError, types::RDKafkaErrorCode};
use record::{Input, RecordTime};

impl Intake {
    /// Whether records are known to be gone, which is to be told.
    pub(super) fn is_gone(&self) -> bool {
        self.partitions.values().any(|partition| partition.gone_until.is_some())
    }

    /// A gap that waits to be told.
    pub(super) fn gap(&mut self) -> Option<Event> {
        let found = self.partitions.iter_mut().find_map(|((_, partition), state)| {
            let to = state.gone_until.take()?;
            Some((*partition, state, to))
        });
        let (partition, state, to) = found?;
        let from = std::mem::replace(&mut state.next, to);
        state.polled.push_back(Polled { end: to, records: to - from, since: RecordTime::UNKNOWN });
        Some(Event::Gap { partition, from, to })
    }

    /// An error of the consumer: most heal by themselves; one may mean that records are gone.
    pub(super) fn tolerate(&mut self, error: &KafkaError) -> Result<(), Error> {
        use RDKafkaErrorCode as Code;
        let doing = "the consumer failed";
        match error {
            KafkaError::MessageConsumptionFatal(_) => Err(Error::Cluster { doing, source: error.clone() }),
            KafkaError::MessageConsumption(Code::AutoOffsetReset | Code::OffsetOutOfRange) => self.look_for_gaps(),
            KafkaError::MessageConsumption(Code::UnknownTopicOrPartition) => {
                Err(Error::Cluster { doing, source: error.clone() })
            }
            error if is_denied(error) => Err(Error::Cluster { doing, source: error.clone() }),
            // The client's context has told of it.
            _ => Ok(()),
        }
    }

    /// Retention, or somebody, dropped what was not read: find what and go on behind it.
    fn look_for_gaps(&mut self) -> Result<(), Error> {
        let keys: Vec<_> = self.partitions.keys().copied().collect();
        for (input, partition) in keys {
            let topic = self.name(input).to_owned();
            let (low, high) = self.watermarks(&topic, number(partition))?;
            let Some(state) = self.partitions.get_mut(&(input, partition)) else { continue };
            let (low, from) = (natural(low), state.next);
            if from > natural(high) {
                return Err(made_anew(&topic, partition, natural(high), from));
            }
            if low <= from {
                continue;
            }
            if input == Input::Keyed {
                return Err(Error::Lost { topic, partition, from, to: low });
            }
            state.gone_until = Some(low);
            self.consumer
                .seek(&topic, number(partition), Offset::Offset(signed(low)), self.settings.patience)
                .map_err(Error::cluster("a partition could not be read on"))?;
        }
        Ok(())
    }
}

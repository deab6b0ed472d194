//! Reading the claims of newly owned shards.
//!
//! A shard's former owner may still have a transaction open whose claims count. So first the real end of each partition is
//! asked, open transactions included; then it is waited until everything below that end is decided, committed or aborted;
//! then it is read to its end. The former owner cannot commit anything later: its membership of the group is over, and its
//! positions, which go with every commit, are refused.
//!
//! What a cache knows counts only while the topic has the last claim of it where it stood: a topic that was made anew holds other
//! claims, and may be longer by now than the old one.

use super::{
    Error, Settings, client, convert,
    error::{is_denied, patiently},
    fetch::{Fetcher, PLACES_MAX},
    numbers::{natural, number, signed, unsigned},
};
use crate::{Event, Known};
use rdkafka::{
    Message as _, Offset, TopicPartitionList,
    consumer::{BaseConsumer, Consumer},
    error::KafkaError,
};
use record::{Message, Position};
use std::{
    collections::BTreeMap,
    fmt,
    time::{Duration, Instant},
};

/// What is being done when it fails.
const ENDS: &str = "the ends of the claims topic could not be asked";
/// Claims of one shard told at once.
const BLOCK: usize = 8192;
/// Claims held of all shards that are read side by side: some ten MiB.
const HELD_MAX: usize = 8 * BLOCK;

/// Claims of some shards that are being read.
pub(super) struct Restore {
    settings: Settings,
    reader: BaseConsumer,
    /// Sees what is not committed yet.
    surveyor: BaseConsumer,
    topic: String,
    /// Shards whose end is not decided yet: the end to wait for.
    waiting: BTreeMap<u32, u64>,
    /// Shards that are being read.
    open: BTreeMap<u32, Open>,
    /// Claims in `open`.
    held: usize,
    patience: Duration,
}

/// What was read of one shard and not told.
#[derive(Debug)]
struct Open {
    claims: Vec<Message>,
    next: u64,
    is_done: bool,
}

impl fmt::Debug for Restore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Restore").field("waiting", &self.waiting).field("open", &self.open).finish_non_exhaustive()
    }
}

impl Restore {
    pub(super) fn new(settings: &Settings) -> Result<Self, Error> {
        Ok(Self {
            settings: settings.clone(),
            reader: client::reader(settings).map_err(Error::settings)?,
            surveyor: client::surveyor(settings).map_err(Error::settings)?,
            topic: settings.topics.claims.clone(),
            waiting: BTreeMap::new(),
            open: BTreeMap::new(),
            held: 0,
            patience: settings.patience,
        })
    }

    /// Adds shards; answers those of which something is known that is not there.
    pub(super) fn add(&mut self, known: &[Known]) -> Result<Vec<u32>, Error> {
        let impossible = self.impossible(known)?;
        for Known { shard, next, .. } in known {
            let (low, high) = patiently(self.patience, ENDS, || {
                self.surveyor.fetch_watermarks(&self.topic, number(*shard), self.patience)
            })?;
            let next = if impossible.contains(shard) { 0 } else { *next };
            self.waiting.insert(*shard, natural(high));
            self.open.insert(*shard, Open { claims: Vec::new(), next: next.max(natural(low)), is_done: false });
        }
        Ok(impossible)
    }

    /// Shards whose last known claim does not stand where it stood.
    fn impossible(&self, known: &[Known]) -> Result<Vec<u32>, Error> {
        let mut open: BTreeMap<Position, u64> = BTreeMap::new();
        for Known { shard, next, last } in known {
            open.extend(next.checked_sub(1).map(|offset| (Position { partition: *shard, offset }, *last)));
        }
        if open.is_empty() {
            return Ok(Vec::new());
        }
        let fetcher = Fetcher::of_claims(&self.settings)?;
        let positions: Vec<_> = open.keys().copied().collect();
        for positions in positions.chunks(PLACES_MAX) {
            fetcher.fetch(positions, &mut |position, found| {
                if found.is_ok_and(|claim| open.get(&position) == Some(&claim.fingerprint())) {
                    open.remove(&position);
                }
            })?;
        }
        Ok(open.into_keys().map(|position| position.partition).collect())
    }

    /// Forgets shards that are no longer owned.
    pub(super) fn remove(&mut self, shards: &[u32]) -> Result<(), Error> {
        let mut read = TopicPartitionList::new();
        for shard in shards {
            let Some(open) = self.open.remove(shard) else { continue };
            self.held -= open.claims.len();
            if self.waiting.remove(shard).is_none() {
                read.add_partition(&self.topic, number(*shard));
            }
        }
        if read.count() > 0 {
            self.reader.incremental_unassign(&read).map_err(Error::cluster("claims could not be left"))?;
        }
        Ok(())
    }

    pub(super) fn is_done(&self) -> bool {
        self.open.is_empty()
    }

    /// The next claims; `None` when none came within the wait.
    pub(super) fn poll(&mut self, wait: Duration) -> Result<Option<Event>, Error> {
        if !self.waiting.is_empty() {
            self.await_decisions()?;
        }
        let deadline = Instant::now() + wait;
        loop {
            match self.reader.poll(deadline.saturating_duration_since(Instant::now())) {
                Some(Ok(message)) => {
                    let shard = unsigned(message.partition());
                    let Some(open) = self.open.get_mut(&shard) else { continue };
                    open.next = natural(message.offset()) + 1;
                    open.claims.push(convert::read(&message));
                    self.held += 1;
                    if open.claims.len() >= BLOCK || self.held >= HELD_MAX {
                        break;
                    }
                }
                Some(Err(KafkaError::PartitionEOF(partition))) => {
                    if let Some(open) = self.open.get_mut(&unsigned(partition)) {
                        open.is_done = true;
                    }
                    break;
                }
                Some(Err(error)) if is_denied(&error) || matches!(error, KafkaError::MessageConsumptionFatal(_)) => {
                    return Err(Error::Cluster { doing: "claims could not be read", source: error });
                }
                Some(Err(error)) => tracing::warn!(%error, "reading claims"),
                None => return Ok(None),
            }
        }
        Ok(self.told())
    }

    /// Takes the claims of a shard that has many, or all; the most that one has where all together have too many.
    fn told(&mut self) -> Option<Event> {
        let is_due = |open: &Open| open.is_done || open.claims.len() >= BLOCK;
        let shard = match self.open.iter().find(|(_, open)| is_due(open)) {
            None if self.held >= HELD_MAX => self.open.iter().max_by_key(|(_, open)| open.claims.len()),
            found => found,
        };
        let shard = *shard?.0;
        let open = self.open.get_mut(&shard)?;
        let (claims, next) = (std::mem::take(&mut open.claims), open.next);
        self.held -= claims.len();
        if open.is_done {
            self.open.remove(&shard);
        }
        Some(Event::Claims { shard, claims, next })
    }

    /// Begins to read the shards whose end is decided.
    fn await_decisions(&mut self) -> Result<(), Error> {
        let mut ends = TopicPartitionList::new();
        for shard in self.waiting.keys() {
            ends.add_partition_offset(&self.topic, number(*shard), Offset::End).map_err(Error::cluster(ENDS))?;
        }
        let ends = patiently(self.patience, ENDS, || self.reader.offsets_for_times(ends.clone(), self.patience))?;
        let mut ready = TopicPartitionList::new();
        for element in ends.elements() {
            let shard = unsigned(element.partition());
            let decided = element.offset().to_raw().map_or(0, natural);
            if self.waiting.get(&shard).is_some_and(|end| decided >= *end)
                && let Some(open) = self.open.get(&shard)
            {
                let from = Offset::Offset(signed(open.next));
                ready
                    .add_partition_offset(&self.topic, number(shard), from)
                    .map_err(Error::cluster("claims could not be read"))?;
                self.waiting.remove(&shard);
            }
        }
        if ready.count() > 0 {
            self.reader.incremental_assign(&ready).map_err(Error::cluster("claims could not be read"))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// No client of it connects anywhere.
    fn restore(shards: u32, each: usize) -> Restore {
        let mut restore = Restore::new(&Settings::new("127.0.0.1:1", "one")).unwrap();
        for shard in 0..shards {
            restore.open.insert(shard, Open { claims: vec![Message::default(); each], next: 7, is_done: false });
        }
        restore.held = each * usize::try_from(shards).unwrap();
        restore
    }

    #[test]
    fn claims_of_many_shards_do_not_pile_up() {
        let mut few = restore(1024, 60);
        assert!(few.told().is_none(), "there is room for more");
        let mut many = restore(1024, 64);
        many.open.get_mut(&500).unwrap().claims.push(Message::default());
        many.held += 1;
        let Some(Event::Claims { shard: 500, claims, next: 7 }) = many.told() else { panic!("told of none") };
        assert_eq!(claims.len(), 65);
        assert_eq!(many.held, HELD_MAX - 64);
        assert!(many.told().is_none());
        // Whether the client was reading them or not.
        drop(many.remove(&[3, 500]));
        assert_eq!(many.held, HELD_MAX - 128);
    }
}

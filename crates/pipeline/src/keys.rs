//! The keys that are taken, as a worker holds them.

use dedupe::{
    Candidate, Decision, Doubt, Meeting, Shards, Window,
    shards::{self, Applied},
};
use record::{Claim, Message};
use store::{Error, Txn, Writer};
use transport::{Claims, Committed, Known};

/// The keys that are taken: of every shard, or of those this worker owns.
#[derive(Debug)]
pub enum Keys {
    /// The one worker of a store owns every shard; the store is the only copy.
    All(Box<Window>),
    /// One worker of many; the claims topic has them all.
    Owned(Box<Shards>),
}

impl Keys {
    /// Decides the candidates in order; `None` where another worker owns the shard. Tells what traces say of them, and of
    /// which. Claims are staged: follow with the transport's commit, or with [`Claims::abandon`].
    pub(crate) fn decide(
        &mut self,
        candidates: &[Candidate<'_>],
    ) -> Result<(Vec<Option<Decision>>, Vec<Meeting>), Error> {
        match self {
            Self::All(window) => {
                let decided = window.decide(candidates)?;
                Ok((decided.decisions.into_iter().map(Some).collect(), decided.met))
            }
            Self::Owned(shards) => shards.decide(candidates),
        }
    }

    /// Begins to own shards; answers how far the cache knows each. Nobody who holds all shards is asked this.
    pub(crate) fn own(&mut self, shards: &[u32]) -> Result<Vec<Known>, Error> {
        let Self::Owned(owned) = self else { return Ok(Vec::new()) };
        let known = shards.iter().map(|&shard| {
            let Applied { next, last } = owned.own(shard)?;
            Ok(Known { shard, next, last })
        });
        known.collect()
    }

    /// Forgets what the cache knows of a shard.
    pub(crate) fn doubt(&mut self, shard: u32) -> Result<(), Error> {
        match self {
            Self::All(_) => Ok(()),
            Self::Owned(owned) => owned.doubt(shard),
        }
    }

    /// Takes over claims that were committed by others, or before; answers how many they are.
    pub(crate) fn restore(&mut self, shard: u32, claims: &[Message], next: u64) -> Result<usize, crate::Error> {
        let Self::Owned(owned) = self else { return Ok(0) };
        let mut read: Vec<Claim> = Vec::with_capacity(claims.len());
        for message in claims {
            read.extend(shards::claims(message).ok_or(crate::Error::NoClaim { shard, next })?);
        }
        let last = claims.last().map_or(0, Message::fingerprint);
        owned.restore(shard, &read, Applied { next, last })?;
        Ok(read.len())
    }

    pub(crate) fn disown(&mut self, shards: &[u32]) {
        if let Self::Owned(owned) = self {
            shards.iter().for_each(|shard| owned.disown(*shard));
        }
    }

    /// Why caches were thrown away since last asked.
    pub(crate) fn take_doubts(&mut self) -> Vec<Doubt> {
        match self {
            Self::All(_) => Vec::new(),
            Self::Owned(owned) => owned.take_doubts(),
        }
    }

    /// Claims in the window: keys and traces.
    pub(crate) fn count(&self) -> u64 {
        match self {
            Self::All(window) => window.keys(),
            Self::Owned(shards) => shards.keys(),
        }
    }

    /// Bytes of their claim log.
    pub(crate) fn log_bytes(&self) -> u64 {
        match self {
            Self::All(window) => window.log_bytes(),
            Self::Owned(shards) => shards.log_bytes(),
        }
    }
}

impl Claims for Keys {
    fn write(&mut self, txn: &mut Txn<'_>, writer: &Writer) {
        match self {
            Self::All(window) => window.write(txn, writer),
            Self::Owned(_) => {}
        }
    }

    fn each(&self, publish: &mut dyn FnMut(u32, &Message)) {
        match self {
            Self::All(_) => {}
            Self::Owned(owned) => {
                owned.messages().for_each(|(shard, claims)| publish(shard, &claims));
            }
        }
    }

    fn committed(&mut self, to: Committed<'_>) -> Result<(), Error> {
        match (self, to) {
            (Self::All(window), Committed::Store(store)) => window.committed(store),
            (Self::Owned(shards), Committed::Topic(ends)) => shards.committed(ends),
            _ => Ok(()),
        }
    }

    fn abandon(&mut self) {
        match self {
            Self::All(window) => window.abandon(),
            Self::Owned(shards) => shards.abandon(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use record::{Asks, ContentHash, Key, Position, RecordTime, Trace};

    #[test]
    fn every_claim_that_is_restored_counts_and_not_every_message() {
        let dir = tempfile::tempdir().unwrap();
        let settings = dedupe::Settings { shards: 1, window_ms: 1_000, slices: 1 };
        let mut shards = Shards::open(dir.path(), settings, "cluster", "claims").unwrap();
        shards.own(0).unwrap();
        let position = Position { partition: 0, offset: 7 };
        let claim = Claim { key: Key([1; 16]), content: ContentHash(1), position, time: RecordTime(5) };
        let traces = [2, 3].map(|byte| Trace { key: Key([byte; 16]), asks: Asks::Nothing });
        shards.decide(&[Candidate { claim, traces: &traces }]).unwrap();
        let messages: Vec<Message> = shards.messages().map(|(_, message)| message).collect();
        shards.abandon();
        let mut keys = Keys::Owned(Box::new(shards));
        assert_eq!((messages.len(), keys.restore(0, &messages, 1).unwrap(), keys.count()), (1, 3, 3));
    }
}

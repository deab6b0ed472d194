//! What stands between worker and transport: it tells the supervisor what happens, refuses commits, and may have a
//! planted fault.

use crate::child::say;
use record::{Headers, Message, Position, RecordTime, chunk::Bound, limits::MESSAGE_BYTES_MAX};
use serde::{Deserialize, Serialize};
use std::{thread, time::Duration};
use store::{Txn, Writer};
use transport::{Again, Claims, Commit, Committed, Ending, Error, Event, Known, Topic, Transport, kafka::Kafka};

/// A planted fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Mutant {
    /// Positions are committed without their + 1.
    Behind,
    /// One output of many is another's copy.
    Copied,
    /// Claims are kept in the cache and not committed to their topic.
    Unwritten,
    /// Claims that others committed are not read.
    Unread,
    /// Claims are taken over although their transaction did not commit.
    Early,
    /// A cache that knows more than the topic has is kept.
    Trusting,
}

/// A transport that tells what happens to it, and has the fault.
pub(crate) struct Faulty {
    kafka: Kafka,
    mutant: Option<Mutant>,
    /// Each how many-th commit is refused.
    refused_each: Option<u64>,
    commits: u64,
}

impl Faulty {
    pub(crate) fn new(kafka: Kafka, mutant: Option<Mutant>, refused_each: Option<u64>) -> Self {
        Self { kafka, mutant, refused_each, commits: 0 }
    }

    pub(crate) fn reinits(&self) -> u64 {
        self.kafka.reinits()
    }
}

impl Transport for Faulty {
    fn poll(&mut self, bound: Bound, wait: Duration) -> Result<Event, Error> {
        let event = self.kafka.poll(bound, wait)?;
        match &event {
            Event::Chunk(_) => say("polled", 1),
            Event::Assigned(shards) => say("assigned", shards.len() as u64),
            Event::Revoked { lost: true, .. } => say("lost", 1),
            Event::Revoked { .. } => say("revoked", 1),
            _ => {}
        }
        Ok(match event {
            Event::Claims { shard, next, .. } if self.mutant == Some(Mutant::Unread) => {
                Event::Claims { shard, claims: Vec::new(), next }
            }
            event => event,
        })
    }
    fn fetch(&mut self, positions: &[Position], found: &mut dyn FnMut(Position, Again)) -> Result<(), Error> {
        self.kafka.fetch(positions, found)
    }
    fn commit(&mut self, commit: Commit<'_>) -> Result<Ending, Error> {
        let Commit { outputs, next, ledger, claims } = commit;
        let (mut outputs, mut next) = (outputs.to_vec(), next.to_vec());
        match self.mutant {
            Some(Mutant::Behind) => next.iter_mut().for_each(|next| next.position.offset -= 1),
            Some(Mutant::Copied) => copy(&mut outputs),
            _ => {}
        }
        self.commits += 1;
        let is_refused = self.refused_each.is_some_and(|each| self.commits.is_multiple_of(each));
        let mut claims = Tampered { claims, mutant: self.mutant, is_refused };
        say("commits", outputs.len() as u64);
        let outcome = self.kafka.commit(Commit { outputs: &outputs, next: &next, ledger, claims: &mut claims })?;
        say(if outcome == Ending::Committed { "committed" } else { "void" }, ledger.received);
        say("handed", ledger.handed);
        Ok(outcome)
    }
    fn restore(&mut self, known: &[Known]) -> Result<Vec<u32>, Error> {
        let doubtful = self.kafka.restore(known)?;
        Ok(if self.mutant == Some(Mutant::Trusting) { Vec::new() } else { doubtful })
    }
    fn seek(&mut self, position: Position) -> Result<(), Error> {
        self.kafka.seek(position)
    }
    fn lag(&mut self) -> Result<Vec<(u32, u64)>, Error> {
        self.kafka.lag()
    }
}

/// The first clean output takes the place of the last.
fn copy(outputs: &mut [(Topic, &Message)]) {
    let clean = |output: &(Topic, &Message)| output.0 == Topic::Clean;
    if let (Some(first), Some(last)) = (outputs.iter().position(clean), outputs.iter().rposition(clean)) {
        outputs[last] = outputs[first];
    }
}

/// Claims that are not treated as they should be.
#[derive(Debug)]
struct Tampered<'a> {
    claims: &'a mut dyn Claims,
    mutant: Option<Mutant>,
    is_refused: bool,
}

impl Claims for Tampered<'_> {
    fn write(&mut self, txn: &mut Txn<'_>, writer: &Writer) {
        self.claims.write(txn, writer);
    }
    fn each(&self, publish: &mut dyn FnMut(u32, &Message)) {
        if self.mutant != Some(Mutant::Unwritten) {
            self.claims.each(publish);
        }
        if self.is_refused {
            // By then something is on its way, so that there is something to abort.
            thread::sleep(Duration::from_millis(50));
            let value = vec![0; 3 * MESSAGE_BYTES_MAX];
            publish(0, &Message { time: RecordTime::UNKNOWN, key: Vec::new(), headers: Headers::default(), value });
        }
    }
    fn committed(&mut self, to: Committed<'_>) -> Result<(), store::Error> {
        self.claims.committed(to)
    }
    fn abandon(&mut self) {
        if self.mutant == Some(Mutant::Early) {
            self.claims.committed(Committed::Topic(&[])).unwrap();
        } else {
            self.claims.abandon();
        }
    }
}

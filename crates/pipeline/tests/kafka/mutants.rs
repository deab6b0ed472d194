//! Faults planted between worker and transport. A run that has one must fail: the checker has teeth.

use crate::{
    child::say,
    world::{Plan, World},
};
use record::{Message, Position, chunk::Bound};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use store::{Txn, Writer};
use transport::{Claims, Commit, Committed, Error, Event, Outcome, Topic, Transport, kafka::Kafka};

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
}

/// A transport that tells what happens to it, and has the fault.
pub(crate) struct Faulty {
    pub(crate) kafka: Kafka,
    pub(crate) mutant: Option<Mutant>,
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
    fn fetch(&mut self, position: Position) -> Result<Option<Message>, Error> {
        self.kafka.fetch(position)
    }
    fn commit(&mut self, commit: Commit<'_>) -> Result<Outcome, Error> {
        let Commit { outputs, next, ledger, claims } = commit;
        let (mut outputs, mut next) = (outputs.to_vec(), next.to_vec());
        let mut unwritten = Unwritten(claims);
        match self.mutant {
            Some(Mutant::Behind) => next.iter_mut().for_each(|next| next.position.offset -= 1),
            Some(Mutant::Copied) => copy(&mut outputs),
            _ => {}
        }
        let claims: &mut dyn Claims =
            if self.mutant == Some(Mutant::Unwritten) { &mut unwritten } else { &mut *unwritten.0 };
        say("commits", outputs.len() as u64);
        let outcome = self.kafka.commit(Commit { outputs: &outputs, next: &next, ledger, claims })?;
        say(if outcome == Outcome::Committed { "committed" } else { "void" }, ledger.received);
        say("handed", ledger.handed);
        Ok(outcome)
    }
    fn restore(&mut self, known: &[(u32, u64)]) -> Result<Vec<u32>, Error> {
        self.kafka.restore(known)
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

/// Claims that nobody else is told of.
#[derive(Debug)]
struct Unwritten<'a>(&'a mut dyn Claims);

impl Claims for Unwritten<'_> {
    fn write(&mut self, txn: &mut Txn<'_>, writer: &Writer) {
        self.0.write(txn, writer);
    }
    fn each(&self, _: &mut dyn FnMut(u32, &Message)) {}
    fn committed(&mut self, to: Committed<'_>) -> Result<(), store::Error> {
        self.0.committed(to)
    }
    fn abandon(&mut self) {
        self.0.abandon();
    }
}

/// A worker with the fault, then another that has none of its cache.
fn two_lives(mutant: Mutant) -> World {
    let mut world = World::new(Plan { mutant: Some(mutant), ..Plan::default() });
    world.send(1_500);
    world.start("first");
    world.settle_or_not();
    world.stop_all();
    world.send(1_500);
    world.start("second");
    world.settle_or_not();
    world.stop_all();
    world
}

pub(crate) fn a_copied_output_is_found() {
    let report = two_lives(Mutant::Copied).report();
    assert!(report.lost > 0 && report.doubled > 0, "{report:?}");
}

pub(crate) fn claims_that_are_not_written_are_found() {
    let report = two_lives(Mutant::Unwritten).report();
    assert!(report.missed > 0, "{report:?}");
}

pub(crate) fn claims_that_are_not_read_are_found() {
    let report = two_lives(Mutant::Unread).report();
    assert!(report.missed > 0, "{report:?}");
}

/// The transport knows what it has handed out, and refuses.
pub(crate) fn a_position_at_the_last_record_is_refused() {
    let mut world = World::new(Plan { mutant: Some(Mutant::Behind), ..Plan::default() });
    world.send(100);
    world.start("first");
    assert_eq!(world.exit_code("first"), Some(70));
    assert_eq!(world.report().lost, 100, "nothing of it is committed");
}

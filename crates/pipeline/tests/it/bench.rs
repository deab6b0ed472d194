use crate::world::{WINDOW, World};
use dedupe::Shards;
use pipeline::{Decided, InTopic, Keys, Line, Places};
use record::{Chunk, Claim, HandedRecord, Message, Outcome, Position, RawRecord};
use std::{path::Path, sync::Arc, time::Instant};
use store::{Store, Writer};
use transport::{Claims as _, Committed, Unread};

/// The records at once, and one after the other with a restart between.
pub(crate) fn both_ways(line: &Line, records: &[Message], check: impl Fn(&World)) {
    let world = World::new(records);
    world.drain_line(line, 100);
    check(&world);
    world.assert_accounted();
    let world = World::new(&[]);
    for record in records {
        world.submit(std::slice::from_ref(record));
        world.drain_line(line, 1);
    }
    check(&world);
    world.assert_accounted();
}

/// A line without a transport: what a chunk becomes.
pub(crate) struct Bench<P = InTopic> {
    line: Line,
    places: P,
}

impl Bench {
    pub(crate) fn new(line: Line) -> Self {
        Self::at(line, InTopic(Arc::from("raw")))
    }
}

impl<P: Places> Bench<P> {
    pub(crate) fn at(line: Line, places: P) -> Self {
        Self { line, places }
    }

    fn chunk(&self, records: &[(u64, Message)], handed: Vec<Message>) -> Chunk {
        let raw = |(offset, message): &(u64, Message)| RawRecord {
            position: Position { partition: 0, offset: *offset },
            message: message.clone(),
            original: None,
        };
        let handed = handed.into_iter().map(|message| HandedRecord { position: Position::default(), message });
        Chunk {
            topic: Arc::from("raw"),
            records: records.iter().map(raw).collect(),
            handed: handed.collect(),
            next: Vec::new(),
            arrived: Instant::now(),
        }
    }

    pub(crate) fn decide(&self, keys: &mut Keys, records: &[(u64, Message)], handed: Vec<Message>) -> Decided {
        let judged = self.line.judge(self.chunk(records, handed), &self.places).unwrap();
        let fetch = &mut |_: &Chunk, firsts: &[Position], found: &mut dyn FnMut(Position, _)| {
            firsts.iter().for_each(|first| found(*first, Err(Unread::Gone)));
            Ok(())
        };
        self.line.decide(judged, keys, &self.places, fetch).unwrap()
    }
}

pub(crate) fn outcomes(decided: &Decided) -> Vec<(Outcome, Message)> {
    decided.records.iter().map(|settled| (settled.outcome, settled.message.clone())).collect()
}

/// Commits what was decided.
pub(crate) fn commit(store: &mut Store, writer: &Writer, keys: &mut Keys) {
    let mut txn = store.begin();
    keys.write(&mut txn, writer);
    txn.commit().unwrap();
    keys.committed(Committed::Store(store)).unwrap();
}

/// The keys of a worker that owns some shards.
pub(crate) fn owner(dir: &Path, owned: impl Iterator<Item = u32>) -> Keys {
    let mut shards = Shards::open(dir, WINDOW, "cluster", "claims").unwrap();
    owned.for_each(|shard| assert_eq!(shards.own(shard).unwrap().next, 0));
    Keys::Owned(Box::new(shards))
}

pub(crate) fn claims(keys: &Keys) -> Vec<(u32, Claim)> {
    let Keys::Owned(shards) = keys else { panic!("a worker of many") };
    shards.staged().to_vec()
}

//! The worker's end: raw in, outcomes out.

use super::{
    Settings, backlog,
    log::{self, Cursor, Log},
    names, place,
};
use crate::{
    Again, Backlog, Commit, Committed, Ending, Error, Event, Known, Lag, Topic, Transport, Unread, Vitals, codec,
};
use record::{Chunk, Input, Message, Next, Position, RawRecord, RecordTime, chunk::Bound};
use std::{
    collections::VecDeque,
    path::Path,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};
use store::{Store, Writer};

/// How often the committed end of raw is looked up while waiting: adds at most this much to the latency of a record.
const POLL_WAIT: Duration = Duration::from_millis(1);
/// The topics that a commit writes.
const OUTPUTS: [Topic; 3] = [Topic::Clean, Topic::Rejects, Topic::Duplicates];

/// The worker's end: reads raw, writes outcomes. Holds the lock of group `out`.
#[derive(Debug)]
pub struct Local {
    store: Store,
    out: Writer,
    settings: Settings,
    topic: Arc<str>,
    raw: Log,
    /// Offset of the next raw record whose outcome is to be committed.
    committed: u64,
    /// What was polled and not yet committed, in order.
    polled: VecDeque<Polled>,
    sinks: [Sink; OUTPUTS.len()],
    payload: Vec<u8>,
}

/// Raw records that were polled together.
#[derive(Debug)]
struct Polled {
    end: Cursor,
    /// Record time of the first; `None` when they were gone.
    since: Option<RecordTime>,
}

/// The end of an output topic.
#[derive(Debug)]
struct Sink {
    topic: Topic,
    /// Offset of the next message.
    next: u64,
    /// First offset and bytes of the open segment.
    segment: u64,
    length: u64,
    /// Frames of the commit being made, and how many.
    frames: Vec<u8>,
    count: u64,
}

impl Local {
    /// Opens or creates the topics in `dir` and cuts what an interrupted commit left behind.
    ///
    /// # Errors
    /// When another worker runs there, or the store is damaged or cannot be used.
    pub fn open(dir: &Path, settings: Settings) -> Result<Self, Error> {
        let store = Store::open(dir, settings.sync)?;
        let out = store.writer(names::OUT)?;
        let committed = store.counter(names::AT_OFFSET)?;
        let [clean, rejects, duplicates] = OUTPUTS.map(|topic| Sink::open(&store, topic));
        let mut raw = Log::new(Topic::Raw);
        raw.seek(committed);
        Ok(Self {
            out,
            settings,
            topic: Arc::from(Topic::Raw.as_str()),
            raw,
            committed,
            polled: VecDeque::new(),
            sinks: [clean?, rejects?, duplicates?],
            payload: Vec::new(),
            store,
        })
    }

    /// The store, for opening the window of claims.
    #[must_use]
    pub const fn store(&self) -> &Store {
        &self.store
    }

    /// Uncommitted bytes cut when opening: proof that a crash hit an open commit.
    #[must_use]
    pub const fn truncated_bytes(&self) -> u64 {
        self.out.truncated_bytes
    }

    /// Waits until there is something under the cursor; false when nothing came.
    fn await_records(&mut self, wait: Duration) -> Result<bool, Error> {
        let began = Instant::now();
        loop {
            if self.raw.cursor().offset < self.raw.next() {
                return Ok(true);
            }
            if !self.raw.refresh(&self.store)? {
                let left = wait.saturating_sub(began.elapsed());
                if left.is_zero() {
                    return Ok(false);
                }
                thread::sleep(POLL_WAIT.min(left));
            }
        }
    }

    /// Jumps over what is gone.
    fn gap(&mut self) -> Event {
        let (from, to) = (self.raw.cursor().offset, self.raw.first());
        self.raw.seek(to);
        self.polled.push_back(Polled { end: Cursor { offset: to, segment: to, byte: 0 }, since: None });
        Event::Gap { partition: 0, from, to }
    }

    fn chunk(&mut self, bound: Bound) -> Result<Event, Error> {
        let arrived = Instant::now();
        let mut records: Vec<RawRecord> = Vec::new();
        let mut bytes = 0;
        while records.len() < bound.records && bytes < bound.bytes {
            let Some((offset, view)) = self.raw.read(&self.store)? else { break };
            let message = owned(Topic::Raw, offset, view)?;
            bytes += message.bytes();
            records.push(RawRecord { position: Position { partition: 0, offset }, message, original: None });
        }
        let cursor = self.raw.cursor();
        self.polled.push_back(Polled { end: cursor, since: records.first().map(|record| record.message.time) });
        let next = vec![Next { input: Input::Raw, position: Position { partition: 0, offset: cursor.offset } }];
        Ok(Event::Chunk(Chunk { topic: Arc::clone(&self.topic), records, handed: Vec::new(), next, arrived }))
    }

    /// Encodes the outputs into the sinks, and checks that ledger, outputs and position agree (promise 1).
    fn stage(&mut self, commit: &Commit<'_>, next: u64) -> Result<(), Error> {
        let ledger = commit.ledger;
        if !ledger.balances() {
            return Err(Error::Unbalanced { what: "received differs from the sum of outcomes" });
        }
        if self.committed.checked_add(ledger.received) != Some(next) {
            return Err(Error::Unbalanced { what: "received differs from the advance of the position" });
        }
        self.sinks.iter_mut().for_each(Sink::clear);
        for (topic, message) in commit.outputs {
            let sink = self.sinks.iter_mut().find(|sink| sink.topic == *topic);
            let sink = sink.ok_or(Error::Unbalanced { what: "an outcome for the raw topic" })?;
            sink.push(message, &mut self.payload)?;
        }
        let [clean, rejects, duplicates] = &self.sinks;
        if [clean.count, rejects.count, duplicates.count] != [ledger.clean, ledger.reject, ledger.duplicate] {
            return Err(Error::Unbalanced { what: "outputs differ from their outcomes in number" });
        }
        Ok(())
    }

    /// Where reading will go on after `next`, once everything polled before it is committed.
    fn resume_at(&self, next: u64) -> Result<Cursor, Error> {
        let found = self.polled.iter().find(|polled| polled.end.offset == next);
        found
            .map(|polled| polled.end)
            .ok_or(Error::Unbalanced { what: "the position is not the end of a polled chunk" })
    }

    /// Checks a commit and writes it; answers where reading goes on behind it.
    fn commit_to_store(&mut self, commit: &mut Commit<'_>) -> Result<Cursor, Error> {
        let &[Next { input: Input::Raw, position }] = commit.next else {
            return Err(Error::Unbalanced { what: "the local raw topic has one partition" });
        };
        partition(position)?;
        let at = self.resume_at(position.offset)?;
        self.stage(commit, position.offset)?;
        self.write(commit, at)?;
        Ok(at)
    }

    /// Writes everything in one transaction.
    fn write(&mut self, commit: &mut Commit<'_>, at: Cursor) -> Result<(), Error> {
        let newest = commit.outputs.iter().map(|(_, message)| message.time).max();
        let expired = self.roll(newest.unwrap_or(RecordTime(0)))?;
        let mut txn = self.store.begin();
        for sink in self.sinks.iter().filter(|sink| sink.count > 0) {
            txn.append(&self.out, &names::segment(sink.topic, sink.segment), &sink.frames);
            txn.set(names::next(sink.topic), sink.next + sink.count);
        }
        expired.iter().for_each(|name| txn.remove(&self.out, name));
        commit.claims.write(&mut txn, &self.out);
        for (name, figure) in names::LEDGER.iter().zip(names::figures(commit.ledger)) {
            txn.add(name, figure);
        }
        if commit.ledger.gap > 0 {
            txn.set(&format!("{}{:020}", names::GAP, self.committed), at.offset);
        }
        txn.set(names::AT_OFFSET, at.offset);
        txn.set(names::AT_SEGMENT, at.segment);
        txn.set(names::AT_BYTE, at.byte);
        Ok(txn.commit()?)
    }

    /// Begins a new segment where one is full; returns the segments whose time has come then.
    fn roll(&mut self, newest: RecordTime) -> Result<Vec<String>, Error> {
        let mut expired = Vec::new();
        for sink in &mut self.sinks {
            if sink.count > 0 && sink.length >= self.settings.segment_bytes {
                (sink.segment, sink.length) = (sink.next, 0);
                let retention = self.settings.retention(sink.topic);
                expired.append(&mut retention.expired(&self.store, sink.topic, sink.next, newest)?);
            }
        }
        Ok(expired)
    }
}

impl Transport for Local {
    fn poll(&mut self, bound: Bound, wait: Duration) -> Result<Event, Error> {
        if !self.await_records(wait)? {
            return Ok(Event::Idle);
        }
        if self.raw.cursor().offset < self.raw.first() {
            return Ok(self.gap());
        }
        self.chunk(bound)
    }

    fn fetch(&mut self, positions: &[Position], found: &mut dyn FnMut(Position, Again)) -> Result<(), Error> {
        for position in positions {
            partition(*position)?;
            let view = self.raw.fetch(&self.store, position.offset)?;
            let message = view.map(|view| owned(Topic::Raw, position.offset, view)).transpose()?;
            found(*position, message.ok_or(Unread::Gone));
        }
        Ok(())
    }

    fn commit(&mut self, mut commit: Commit<'_>) -> Result<Ending, Error> {
        let at = match self.commit_to_store(&mut commit) {
            Ok(at) => at,
            Err(error) => {
                commit.claims.abandon();
                return Err(error);
            }
        };
        self.sinks.iter_mut().for_each(Sink::advance);
        self.committed = at.offset;
        while self.polled.front().is_some_and(|polled| polled.end.offset <= at.offset) {
            self.polled.pop_front();
        }
        commit.claims.committed(Committed::Store(&self.store))?;
        Ok(Ending::Committed)
    }

    /// One worker owns every shard of a store, which holds their claims: nothing is to be restored.
    fn restore(&mut self, _: &[Known]) -> Result<Vec<u32>, Error> {
        Ok(Vec::new())
    }

    fn seek(&mut self, position: Position) -> Result<(), Error> {
        partition(position)?;
        self.polled.clear();
        self.raw.seek(position.offset);
        self.committed = position.offset;
        Ok(())
    }

    fn lag(&mut self) -> Result<Vec<(u32, u64)>, Error> {
        let end = self.store.counter(names::next(Topic::Raw))?;
        Ok(vec![(0, end.saturating_sub(self.committed))])
    }

    fn vitals(&mut self) -> Vitals {
        // Who falls behind has polled what waits longest.
        let since = self.polled.front().and_then(|polled| polled.since);
        let lag = self.lag().ok().map(|lag| {
            lag.into_iter().map(|(partition, records)| Lag { since, ..Lag::from((partition, records)) }).collect()
        });
        let backlog = backlog::bytes(&self.store).ok().map(|bytes| Backlog { bytes, max: self.settings.backlog_bytes });
        Vitals { lag, backlog, ..Vitals::default() }
    }
}

impl Sink {
    fn open(store: &Store, topic: Topic) -> Result<Self, Error> {
        let next = store.counter(names::next(topic))?;
        let last = log::segments(store, topic)?.pop();
        let (segment, length) = last.map_or((next, 0), |last| (last.first, last.length));
        Ok(Self { topic, next, segment, length, frames: Vec::new(), count: 0 })
    }

    fn clear(&mut self) {
        self.frames.clear();
        self.count = 0;
    }

    fn push(&mut self, message: &Message, payload: &mut Vec<u8>) -> Result<(), Error> {
        payload.clear();
        codec::encode(message, payload)?;
        store::frame(&mut self.frames, payload);
        self.count += 1;
        Ok(())
    }

    fn advance(&mut self) {
        self.next += self.count;
        self.length += u64::try_from(self.frames.len()).unwrap_or(u64::MAX);
        self.clear();
    }
}

fn owned(topic: Topic, offset: u64, view: codec::View<'_>) -> Result<Message, Error> {
    view.to_message().map_err(|what| Error::Undecodable { topic, position: place(offset), what })
}

const fn partition(position: Position) -> Result<(), Error> {
    match position.partition {
        0 => Ok(()),
        partition => Err(Error::NoPartition { partition }),
    }
}

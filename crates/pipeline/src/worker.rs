//! Driving the line over a transport.

use crate::{
    ChunkReport, Decided, Error, InTopic, Judged, Keys, Line, Stop, Tally, Told, conflict,
    joining::Joining,
    pace::{Pace, Share},
    telemetry,
};
use record::{Chunk, Input, Message, Next, Position, chunk::Bound};
use std::{
    panic,
    sync::Arc,
    thread::{self, ScopedJoinHandle},
    time::{Duration, Instant},
};
use transport::{Commit, Ending, Event, Topic, Transport};

/// Settings of a worker.
#[derive(Clone, Copy, Debug)]
pub struct WorkerSettings {
    /// Bounds of a chunk.
    pub chunk: Bound,
    /// Longest that judging a chunk is to take, as far as the chunk before tells.
    pub judging: Duration,
    /// Longest wait for the first record of a chunk before looking whether to stop.
    pub wait: Duration,
}

impl Default for WorkerSettings {
    fn default() -> Self {
        Self { chunk: Bound::default(), judging: Duration::from_millis(200), wait: Duration::from_millis(100) }
    }
}

/// Runs the line over a transport until `stop` says so; returns the counts of all chunks.
///
/// # Errors
/// When transport or keys fail. What was committed stands, the rest is as if never read: open both anew and run again
/// to go on.
pub fn run<T: Transport>(
    line: &Line,
    transport: &mut T,
    keys: &mut Keys,
    settings: &WorkerSettings,
    stop: &Stop,
    observer: &mut dyn FnMut(&Told<'_>),
) -> Result<Tally, Error> {
    let total = Tally::default();
    let joining = Joining::default();
    Worker {
        line,
        transport,
        keys,
        settings,
        stop,
        observer,
        total,
        joining,
        finished: false,
        pace: Pace::default(),
        share: Share::default(),
        shown: telemetry::Shown::default(),
    }
    .run()
}

/// A worker at work.
struct Worker<'a, T> {
    line: &'a Line,
    transport: &'a mut T,
    keys: &'a mut Keys,
    settings: &'a WorkerSettings,
    stop: &'a Stop,
    observer: &'a mut dyn FnMut(&Told<'_>),
    total: Tally,
    joining: Joining,
    /// Nothing more is to be read.
    finished: bool,
    pace: Pace,
    share: Share,
    shown: telemetry::Shown,
}

/// What was read and not judged.
#[derive(Debug)]
enum Read {
    Chunk(Chunk),
    Gap { from: Position, to: Position },
}

/// What was judged and not committed.
#[derive(Debug)]
enum Ready {
    Chunk(Judged),
    Gap { from: Position, to: Position },
}

/// What polling brought.
#[derive(Debug)]
enum Polled {
    Read(Read),
    /// Shards came. What was read before is decided before they are owned, since their claims are yet to be read.
    Arriving(Vec<u32>),
    /// Partitions go to other workers with the next poll.
    Leaving {
        shards: Vec<u32>,
        lost: bool,
    },
    Nothing,
}

impl<T: Transport> Worker<'_, T> {
    /// The straight line of every record. While one chunk is judged on the line's threads, this thread decides and
    /// commits the one before it and reads the one after it. A chunk is dropped before the next is read, so at most
    /// two are in memory.
    fn run(mut self) -> Result<Tally, Error> {
        let (mut polled, mut ready) = (Polled::Nothing, None);
        loop {
            let line = self.line;
            if matches!(polled, Polled::Nothing) && ready.is_none() && self.finished {
                return Ok(self.total);
            }
            (ready, polled) = thread::scope(|scope| {
                let (judging, moved) = match polled {
                    Polled::Read(read) => {
                        let judging = thread::Builder::new().spawn_scoped(scope, move || judge(line, read));
                        (Some(judging.map_err(Error::Thread)?), None)
                    }
                    other => (None, Some(other)),
                };
                let ending = match ready.take() {
                    Some(_) if matches!(moved, Some(Polled::Leaving { lost: true, .. })) => Ending::Void,
                    Some(ready) => self.settle(ready)?,
                    None => Ending::Committed,
                };
                match moved {
                    Some(Polled::Arriving(shards)) => self.own(&shards)?,
                    Some(Polled::Leaving { shards, lost }) => self.give_up(&shards, lost),
                    _ => {}
                }
                let polled = self.poll(judging.is_some())?;
                // What was polled before a commit that came to nothing comes again.
                let judged = judging.map(join).filter(|_| ending == Ending::Committed).transpose()?;
                Ok::<_, Error>((judged, polled))
            })?;
            telemetry::inflight(chunks(&polled, ready.as_ref()));
        }
    }

    /// Takes what waits, or learns of shards that come and go.
    fn poll(&mut self, in_hand: bool) -> Result<Polled, Error> {
        self.finished |= self.stop.is_now();
        if self.finished {
            return Ok(Polled::Nothing);
        }
        // Asked before polling: what was appended before the request is seen by the poll.
        let drain = self.stop.is_when_drained();
        // Whoever has something in flight does not wait for more: a lone record is committed at once.
        let wait = if in_hand { Duration::ZERO } else { self.settings.wait };
        let event =
            self.transport.poll(self.share.of(self.pace.bound(self.settings.chunk, self.settings.judging)), wait)?;
        if let Some(is_ready) = self.joining.add(&event, self.keys) {
            (self.observer)(&Told::Ready(is_ready));
        }
        match event {
            Event::Chunk(chunk) => {
                telemetry::read(&chunk);
                if !in_hand {
                    // Of a commit that does not come back, this is the last that is heard: that these wait.
                    self.shown.show(self.transport.vitals());
                }
                return Ok(Polled::Read(Read::Chunk(chunk)));
            }
            Event::Gap { partition, from, to } => {
                let at = |offset| Position { partition, offset };
                return Ok(Polled::Read(Read::Gap { from: at(from), to: at(to) }));
            }
            Event::Revoked { shards, lost } => return Ok(Polled::Leaving { shards, lost }),
            Event::Assigned(shards) => return Ok(Polled::Arriving(shards)),
            Event::Claims { shard, claims, next } => self.joining.restored(self.keys.restore(shard, &claims, next)?),
            Event::Joining => {}
            Event::Idle => {
                // Not while a chunk is in hand: it may be handed over to somebody who is about to stop.
                self.finished = drain && !in_hand && self.transport.is_drained()?;
                self.shown.show(self.transport.vitals());
            }
        }
        Ok(Polled::Nothing)
    }

    /// Begins to own shards: from the cache, as far as it can be trusted, and from the claims topic.
    fn own(&mut self, shards: &[u32]) -> Result<(), Error> {
        telemetry::rebalance("assign", shards);
        let known = self.keys.own(shards)?;
        for shard in self.transport.restore(&known)? {
            self.keys.doubt(shard)?;
        }
        self.keys.take_doubts().into_iter().for_each(telemetry::rebuild);
        Ok(())
    }

    fn give_up(&mut self, shards: &[u32], lost: bool) {
        telemetry::rebalance(if lost { "lost" } else { "revoke" }, shards);
        self.keys.disown(shards);
    }

    /// Decides and commits.
    fn settle(&mut self, ready: Ready) -> Result<Ending, Error> {
        match ready {
            Ready::Chunk(judged) => {
                let arrived = judged.arrived();
                self.pace = judged.pace();
                let decided = self.decide(judged)?;
                let began = Instant::now();
                let handed = decided.handed.iter().map(|message| (Topic::Keyed, message));
                let outputs: Vec<(Topic, &Message)> = decided.records.iter().filter_map(output).chain(handed).collect();
                let ending = self.commit(&outputs, &decided.chunk.next, &decided.tally)?;
                if ending == Ending::Committed {
                    self.report(Some(&decided), &decided.tally, (arrived, began))?;
                }
                Ok(ending)
            }
            Ready::Gap { from, to } => {
                let began = Instant::now();
                let tally = Tally::gap(to.offset - from.offset);
                let ending = self.commit(&[], &[Next { input: Input::Raw, position: to }], &tally)?;
                if ending == Ending::Committed {
                    telemetry::gap(from, to);
                    self.report(None, &tally, (began, began))?;
                }
                Ok(ending)
            }
        }
    }

    fn decide(&mut self, judged: Judged) -> Result<Decided, Error> {
        let places = InTopic(judged.topic());
        let transport = &mut *self.transport;
        self.line.decide(judged, self.keys, &places, &mut |chunk, firsts, found| {
            let elsewhere = conflict::in_hand(chunk, firsts, found);
            if elsewhere.is_empty() { Ok(()) } else { transport.fetch(&elsewhere, found) }
        })
    }

    fn commit(&mut self, outputs: &[(Topic, &Message)], next: &[Next], tally: &Tally) -> Result<Ending, Error> {
        let open = telemetry::OpenTransaction::begin();
        let result = self.transport.commit(Commit { outputs, next, ledger: tally.ledger, claims: self.keys });
        drop(open);
        telemetry::commit(&result);
        let ending = result?;
        self.share.learn(ending);
        Ok(ending)
    }

    fn report(&mut self, decided: Option<&Decided>, tally: &Tally, at: (Instant, Instant)) -> Result<(), Error> {
        let (arrived, commit_began) = at;
        let lag = self.transport.lag()?;
        let report = ChunkReport {
            decided,
            tally,
            latency: arrived.elapsed(),
            commit: commit_began.elapsed(),
            lag: lag.iter().map(|(_, records)| records).sum(),
            keys: self.keys.count(),
            claim_bytes: self.keys.log_bytes(),
        };
        telemetry::chunk(&report);
        self.shown.show(self.transport.vitals());
        (self.observer)(&Told::Chunk(report));
        self.total.add(tally);
        Ok(())
    }
}

/// The chunks in memory.
fn chunks<'a>(polled: &'a Polled, ready: Option<&'a Ready>) -> impl Iterator<Item = &'a Chunk> {
    let polled = match polled {
        Polled::Read(Read::Chunk(chunk)) => Some(chunk),
        _ => None,
    };
    let ready = match ready {
        Some(Ready::Chunk(judged)) => Some(judged.chunk()),
        _ => None,
    };
    polled.into_iter().chain(ready)
}

fn judge(line: &Line, read: Read) -> Result<Ready, Error> {
    Ok(match read {
        Read::Gap { from, to } => Ready::Gap { from, to },
        Read::Chunk(chunk) => {
            let places = InTopic(Arc::clone(&chunk.topic));
            Ready::Chunk(line.judge(chunk, &places)?)
        }
    })
}

/// A panic of the judge itself is caught per record; any other is a defect that must stop the worker.
fn join(judging: ScopedJoinHandle<'_, Result<Ready, Error>>) -> Result<Ready, Error> {
    judging.join().unwrap_or_else(|panic| panic::resume_unwind(panic))
}

fn output(settled: &crate::Settled) -> Option<(Topic, &Message)> {
    let topic = match settled.outcome {
        record::Outcome::Clean => Topic::Clean,
        record::Outcome::Reject => Topic::Rejects,
        record::Outcome::Duplicate => Topic::Duplicates,
        record::Outcome::Gap => return None,
    };
    Some((topic, &settled.message))
}

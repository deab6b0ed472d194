//! Driving the line over a transport.

use crate::{Decided, Error, InTopic, Judged, Line, Stop, Tally, telemetry};
use dedupe::Window;
use record::{Chunk, Message, Outcome, Position, chunk::Bound};
use std::{
    fmt, panic,
    sync::Arc,
    thread::{self, ScopedJoinHandle},
    time::{Duration, Instant},
};
use transport::{Claims, Commit, Event, Topic, Transport};

/// Settings of a worker.
#[derive(Clone, Copy, Debug)]
pub struct WorkerSettings {
    /// Bounds of a chunk.
    pub chunk: Bound,
    /// Longest wait for the first record of a chunk before looking whether to stop.
    pub wait: Duration,
}

impl Default for WorkerSettings {
    fn default() -> Self {
        Self { chunk: Bound::default(), wait: Duration::from_millis(100) }
    }
}

/// What an observer is told after each commit.
#[derive(Debug)]
pub struct ChunkReport<'a> {
    /// The records and their outcomes; `None` for a gap.
    pub decided: Option<&'a Decided>,
    /// Counts of this chunk.
    pub tally: &'a Tally,
    /// From the first record's arrival in this process to the commit.
    pub latency: Duration,
    /// How long the commit took.
    pub commit: Duration,
    /// Raw records that still wait, those in flight included.
    pub lag: u64,
    /// Keys in the window.
    pub keys: u64,
    /// Bytes of the claim log.
    pub claim_bytes: u64,
}

/// Runs the line over a transport until `stop` says so; returns the counts of all chunks.
///
/// # Errors
/// When transport or window fail. What was committed stands, the rest is as if never read: open both anew and run again
/// to go on.
pub fn run<T: Transport>(
    line: &Line,
    transport: &mut T,
    window: &mut Window,
    settings: &WorkerSettings,
    stop: &Stop,
    observer: &mut dyn FnMut(&ChunkReport<'_>),
) -> Result<Tally, Error> {
    let total = Tally::default();
    Worker { line, transport, window, settings, stop, observer, total, finished: false }.run()
}

/// A worker at work.
struct Worker<'a, T> {
    line: &'a Line,
    transport: &'a mut T,
    window: &'a mut Window,
    settings: &'a WorkerSettings,
    stop: &'a Stop,
    observer: &'a mut dyn FnMut(&ChunkReport<'_>),
    total: Tally,
    /// Nothing more is to be read.
    finished: bool,
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

impl<T: Transport> Worker<'_, T> {
    /// The straight line of every record. While one chunk is judged on the line's threads, this thread decides and
    /// commits the one before it and reads the one after it. A chunk is dropped before the next is read, so at most
    /// two are in memory.
    fn run(mut self) -> Result<Tally, Error> {
        let (mut read, mut ready) = (None, None);
        loop {
            let idle = read.is_none() && ready.is_none();
            if idle && self.finished {
                return Ok(self.total);
            }
            let line = self.line;
            (ready, read) = thread::scope(|scope| {
                let judging = read.take().map(|read| scope.spawn(move || judge(line, read)));
                if let Some(ready) = ready.take() {
                    self.settle(ready)?;
                }
                // Whoever has something in flight does not wait for more: a lone record is committed at once.
                let wait = if judging.is_some() { Duration::ZERO } else { self.settings.wait };
                let read = self.read(wait)?;
                Ok::<_, Error>((judging.map(join), read))
            })?;
        }
    }

    /// Takes what waits on the raw topic.
    fn read(&mut self, wait: Duration) -> Result<Option<Read>, Error> {
        self.finished |= self.stop.is_now();
        if self.finished {
            return Ok(None);
        }
        // Asked before polling: what was appended before the request is seen by the poll.
        let drain = self.stop.is_when_drained();
        Ok(match self.transport.poll(self.settings.chunk, wait)? {
            Event::Chunk(chunk) => {
                telemetry::read(&chunk);
                Some(Read::Chunk(chunk))
            }
            Event::Gap { partition, from, to } => {
                let at = |offset| Position { partition, offset };
                Some(Read::Gap { from: at(from), to: at(to) })
            }
            Event::Idle => {
                self.finished = drain;
                None
            }
        })
    }

    /// Decides and commits.
    fn settle(&mut self, ready: Ready) -> Result<(), Error> {
        match ready {
            Ready::Chunk(judged) => {
                let arrived = judged.arrived();
                let decided = self.decide(judged)?;
                let began = Instant::now();
                let outputs: Vec<(Topic, &Message)> = decided.records.iter().filter_map(output).collect();
                self.commit(&outputs, decided.chunk.next, &decided.tally)?;
                self.report(Some(&decided), &decided.tally, (arrived, began))
            }
            Ready::Gap { from, to } => {
                let began = Instant::now();
                let tally = Tally::gap(to.offset - from.offset);
                self.commit(&[], to, &tally)?;
                telemetry::gap(from, to);
                self.report(None, &tally, (began, began))
            }
        }
    }

    fn decide(&mut self, judged: Judged) -> Result<Decided, Error> {
        let places = InTopic(judged.topic());
        let transport = &mut *self.transport;
        self.line.decide(judged, self.window, &places, &mut |position| transport.fetch(position))
    }

    fn commit(&mut self, outputs: &[(Topic, &Message)], next: Position, tally: &Tally) -> Result<(), Error> {
        let claims = &mut Staged(self.window);
        let result = self.transport.commit(Commit { outputs, next, ledger: tally.ledger, claims });
        telemetry::commit(result.is_ok());
        Ok(result?)
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
            keys: self.window.keys(),
            claim_bytes: self.window.log_bytes(),
        };
        telemetry::chunk(&report, &lag);
        (self.observer)(&report);
        self.total.add(tally);
        Ok(())
    }
}

fn judge(line: &Line, read: Read) -> Ready {
    match read {
        Read::Gap { from, to } => Ready::Gap { from, to },
        Read::Chunk(chunk) => {
            let places = InTopic(Arc::clone(&chunk.topic));
            Ready::Chunk(line.judge(chunk, &places))
        }
    }
}

/// A panic of the judge itself is caught per record; any other is a defect that must stop the worker.
fn join(judging: ScopedJoinHandle<'_, Ready>) -> Ready {
    judging.join().unwrap_or_else(|panic| panic::resume_unwind(panic))
}

fn output(settled: &crate::Settled) -> Option<(Topic, &Message)> {
    let topic = match settled.outcome {
        Outcome::Clean => Topic::Clean,
        Outcome::Reject => Topic::Rejects,
        Outcome::Duplicate => Topic::Duplicates,
        Outcome::Gap => return None,
    };
    Some((topic, &settled.message))
}

/// The window's staged claims, as the transport commits them.
struct Staged<'a>(&'a mut Window);

impl fmt::Debug for Staged<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Staged")
    }
}

impl Claims for Staged<'_> {
    fn write(&mut self, txn: &mut store::Txn<'_>, writer: &store::Writer) {
        self.0.write(txn, writer);
    }

    fn committed(&mut self, store: &store::Store) -> Result<(), store::Error> {
        self.0.committed(store)
    }

    fn abandon(&mut self) {
        self.0.abandon();
    }
}

//! The other end of the line: puts generated records on the raw topic, as fast as the backlog takes them or at a
//! given rate.

use super::site::Door;
use crate::{
    failure::Failure,
    generate::{Generated, Generator},
};
use record::{Headers, Message, header};
use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

/// Most records put in at once.
const BLOCK_RECORDS: u64 = 2_048;
/// How often a feeder with a rate looks what is due.
const TICK: Duration = Duration::from_millis(20);

/// How much to feed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Feed {
    pub(super) generator: Generator,
    pub(super) records: u64,
    /// Records per second; `None`: as many as the backlog takes.
    pub(super) rate: Option<u64>,
    /// How long to go on, whatever was fed.
    pub(super) time: Option<Duration>,
}

impl Feed {
    /// Feeds from the moment the worker is ready until all records are in, the time is up or `stop` is raised.
    pub(super) fn run(&self, door: &mut dyn Door, ready: &AtomicBool, stop: &AtomicBool) -> Result<(), Failure> {
        while !ready.load(Ordering::Relaxed) && !stop.load(Ordering::Relaxed) {
            thread::sleep(TICK);
        }
        let began = Instant::now();
        let is_over = || stop.load(Ordering::Relaxed) || self.time.is_some_and(|time| began.elapsed() >= time);
        let mut next = 0;
        while next < self.records && !is_over() {
            let due = self.due(began).min(self.records);
            if due <= next {
                thread::sleep(TICK);
                continue;
            }
            let block = next..due.min(next + BLOCK_RECORDS);
            next = block.end;
            let messages: Vec<_> = block.map(|index| message(index, self.generator.record(index))).collect();
            if !door.put(&messages, stop)? {
                break;
            }
        }
        Ok(())
    }

    /// Records that should be in by now.
    fn due(&self, began: Instant) -> u64 {
        let Some(rate) = self.rate else { return self.records };
        let due = began.elapsed().as_micros() * u128::from(rate) / 1_000_000;
        u64::try_from(due).unwrap_or(u64::MAX)
    }
}

/// The record as an intake would submit it: bare bytes, envelope in the headers, with its number as the intake's id for it.
fn message(index: u64, generated: Generated) -> Message {
    let Generated { kind, source, client, time, bytes, .. } = generated;
    let number = index.to_string();
    let mut headers = Headers::from([
        (header::FORM, kind.form()),
        (header::FORM_VERSION, "1"),
        (header::CLIENT, client),
        (header::SUBMISSION_ID, number.as_str()),
    ]);
    if !source.is_empty() {
        headers.push(header::SOURCE, source.as_bytes());
    }
    Message { time, key: Vec::new(), headers, value: bytes }
}

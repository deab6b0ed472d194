//! The other end of the line: puts generated records on the raw topic, as fast as the backlog takes them or at a
//! given rate.

use crate::{
    failure::Failure,
    generate::{Generated, Generator},
};
use record::{Message, header, metric};
use std::{
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};
use transport::local::{Appender, Settings};

/// Most records appended in one transaction.
const APPEND_RECORDS: u64 = 2_048;
/// How often a feeder with a rate looks what is due.
const TICK: Duration = Duration::from_millis(20);

/// How much to feed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Feed {
    pub(super) generator: Generator,
    pub(super) records: u64,
    /// Records per second; `None`: as many as the backlog takes.
    pub(super) rate: Option<u64>,
    /// When to stop, whatever was fed.
    pub(super) until: Option<Instant>,
}

impl Feed {
    /// Feeds until all records are in, the time is up or `stop` is raised; says how many went in.
    pub(super) fn run(&self, dir: &Path, settings: Settings, stop: &AtomicBool) -> Result<u64, Failure> {
        let mut raw = Appender::open(dir, settings)?;
        let began = Instant::now();
        let mut next = 0;
        let mut waited = Duration::ZERO;
        while next < self.records && !self.over(stop) {
            let due = self.due(began).min(self.records);
            if due <= next {
                thread::sleep(TICK);
                continue;
            }
            let block = next..due.min(next + APPEND_RECORDS);
            let messages: Vec<Message> = block.clone().map(|index| message(self.generator.record(index))).collect();
            let appended = raw.append_waiting(&messages, stop, &mut waited)?;
            metrics::counter!(metric::BACKPRESSURE_SECONDS_TOTAL, "cause" => "backlog").absolute(waited.as_secs());
            if appended.is_none() {
                break;
            }
            next = block.end;
        }
        Ok(next)
    }

    fn over(&self, stop: &AtomicBool) -> bool {
        stop.load(Ordering::Relaxed) || self.until.is_some_and(|until| Instant::now() >= until)
    }

    /// Records that should be in by now.
    fn due(&self, began: Instant) -> u64 {
        let Some(rate) = self.rate else { return self.records };
        let due = began.elapsed().as_micros() * u128::from(rate) / 1_000_000;
        u64::try_from(due).unwrap_or(u64::MAX)
    }
}

/// The record as an intake would submit it: bare bytes, envelope in the headers.
fn message(generated: Generated) -> Message {
    let Generated { kind, source, client, time, bytes, .. } = generated;
    let mut headers = vec![
        (header::FORM.to_owned(), kind.form().as_bytes().to_vec()),
        (header::FORM_VERSION.to_owned(), b"1".to_vec()),
        (header::CLIENT.to_owned(), client.as_bytes().to_vec()),
    ];
    if !source.is_empty() {
        headers.push((header::SOURCE.to_owned(), source.as_bytes().to_vec()));
    }
    Message { time, key: Vec::new(), headers, value: bytes }
}

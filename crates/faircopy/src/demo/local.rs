//! A demo in the embedded store.

use super::{
    Args,
    site::{Door, Places, Site},
};
use crate::{config::Config, failure::Failure, text};
use pipeline::reconcile::{self, Report};
use record::{Message, metric};
use std::{
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, AtomicU64},
    time::Duration,
};
use store::{Store, Sync};
use tempfile::TempDir;
use transport::{
    Topic,
    local::{Appender, Reader, Settings},
};

/// Raw bytes that may wait: some tenths of a second of work, so that stopping is quick.
const BACKLOG_BYTES: u64 = 32 << 20;

/// A store of the demo's own.
pub(super) struct Home {
    config: Config,
    is_scratch: bool,
    /// Removes the directory in the end.
    _scratch: Option<TempDir>,
}

impl Home {
    pub(super) fn open(args: &Args) -> Result<Self, Failure> {
        let Some(dir) = args.data_dir.as_deref() else {
            let scratch = super::scratch()?;
            let config = config(args, scratch.path().to_owned(), Sync::Off);
            return Ok(Self { config, is_scratch: true, _scratch: Some(scratch) });
        };
        drop(Store::open(dir, Sync::Full)?);
        let (_, records) = Reader::open(dir, Topic::Raw, 0)?.range()?;
        if records > 0 {
            return Err(Failure::usage(format!(
                "{}: holds {} already",
                dir.display(),
                text::counted(records, "record")
            ))
            .hint("name a new directory: the demo knows the truth about its own records only"));
        }
        Ok(Self { config: config(args, dir.to_owned(), Sync::Full), is_scratch: false, _scratch: None })
    }

    fn dir(&self) -> &Path {
        &self.config.store
    }
}

fn config(args: &Args, store: PathBuf, sync: Sync) -> Config {
    let mut config = super::config(args, store);
    config.local = Settings { sync, backlog_bytes: BACKLOG_BYTES, ..Settings::default() };
    config
}

impl Site for Home {
    fn config(&self) -> &Config {
        &self.config
    }

    fn door<'a>(&'a self, _: &'a AtomicU64) -> Result<Box<dyn Door + 'a>, Failure> {
        let raw = Appender::open(self.dir(), self.config.local)?;
        Ok(Box::new(Backlog { raw, waited: Duration::ZERO }))
    }

    fn account(&self, progress: &mut dyn FnMut(u64, u64)) -> Result<Report, Failure> {
        Ok(reconcile::run(self.dir(), progress)?)
    }

    fn places(&self, _: u64) -> Result<Places, Failure> {
        Ok(Places::in_order("raw"))
    }

    fn read(&self, topic: Topic, tell: &mut dyn FnMut(Message)) -> Result<(), Failure> {
        let mut reader = Reader::open(self.dir(), topic, 0)?;
        while let Some((_, message)) = reader.read()? {
            tell(message);
        }
        Ok(())
    }

    fn next_steps(&self) -> String {
        if self.is_scratch {
            return "next: `faircopy demo --data-dir DIR` keeps the topics; `faircopy explain SUM.MISMATCH` explains a code"
                .to_owned();
        }
        let dir = self.dir().display();
        format!(
            "data: {dir}\nnext: `faircopy read rejects --data-dir {dir}`, `faircopy reconcile --data-dir {dir}`, `faircopy explain SUM.MISMATCH`"
        )
    }

    fn close(&self) {}
}

/// The raw topic, which takes as much as its backlog may hold.
struct Backlog {
    raw: Appender,
    waited: Duration,
}

impl Door for Backlog {
    fn put(&mut self, messages: &[Message], stop: &AtomicBool) -> Result<bool, Failure> {
        let appended = self.raw.append_waiting(messages, stop, &mut |wait| self.waited += wait)?;
        metrics::counter!(metric::BACKPRESSURE_SECONDS_TOTAL, "cause" => "backlog").absolute(self.waited.as_secs());
        Ok(appended.is_some())
    }

    fn close(&mut self) -> Result<u64, Failure> {
        Ok(self.raw.next_offset())
    }
}

//! The line a record takes: poll -> judge -> decide -> commit. Plus the proof that nothing was lost (`reconcile`) and
//! the way back for rejects (`replay`). SKELETON.

use dedupe::Window;
use record::{Chunk, Code, Finding, Message, Origin, Outcome, Position};
use rules::{Form, Judge, Profile};
use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};
use transport::{Transport, local};

/// What can go wrong; records cannot.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The transport.
    #[error(transparent)]
    Transport(#[from] transport::Error),
    /// The store.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// Forms and sources do not fit together.
    #[error("{0}")]
    Settings(String),
    /// The judging threads could not be started.
    #[error(transparent)]
    Threads(#[from] rayon::ThreadPoolBuildError),
}

impl Error {
    /// The exit code of a process that stops for it: 75 temporary, 78 configuration or data directory.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        todo!()
    }
}

/// How the text of every source is to be read.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// For records that name no source.
    pub default: Source,
    /// By source name. A record that names another source is rejected: reading it by a guess would be silent.
    pub named: BTreeMap<String, Source>,
}

/// One source: its profile, and others for single forms.
#[derive(Clone, Debug, Default)]
pub struct Source {
    /// For every form not in `forms`.
    pub profile: Profile,
    /// By form name.
    pub forms: BTreeMap<String, Profile>,
}

/// The forms that are loaded, each bound to the profile of every source.
#[derive(Debug)]
pub struct Forms {}

impl Forms {
    /// Binds. `default_form`: for records whose envelope names none.
    pub fn new(_forms: &[Form], _sources: &Sources, _default_form: Option<&str>) -> Result<Self, Error> {
        todo!()
    }
    /// What judges the record of this message; a finding when its envelope leads to no form.
    pub fn find(&self, _message: &Message) -> Result<&Bound, Box<Finding>> {
        todo!()
    }
}

/// A form bound to a profile.
#[derive(Debug)]
pub struct Bound {
    /// Form name.
    pub name: Arc<str>,
    /// Form version as in headers.
    pub version: Arc<str>,
    /// What judges.
    pub judge: Judge,
}

/// Says where positions are, for people: a raw topic, or files on a command line.
pub trait Places: Sync {
    /// The place a position stands for.
    fn origin(&self, position: Position) -> Origin<'_>;
    /// Its stable name, joined by `/`; the id of a reject.
    fn name(&self, position: Position) -> String;
}

/// Positions of a raw topic.
#[derive(Clone, Debug)]
pub struct InTopic(pub Arc<str>);

/// Positions in files: `partition` is the file's index, `offset` is `line << 24 | index of the record within the line`.
#[derive(Clone, Debug)]
pub struct InFiles(pub Vec<String>);

impl InFiles {
    /// The position of a record that begins on `line` (from 1) of file `file`, after one at `previous` in the same
    /// file: unique and ascending even where a line holds many records.
    pub fn position(_file: u32, _line: u64, _previous: Option<Position>) -> Position {
        todo!()
    }
}

impl Places for InTopic {
    fn origin(&self, _position: Position) -> Origin<'_> {
        todo!()
    }
    fn name(&self, _position: Position) -> String {
        todo!()
    }
}

impl Places for InFiles {
    fn origin(&self, _position: Position) -> Origin<'_> {
        todo!()
    }
    fn name(&self, _position: Position) -> String {
        todo!()
    }
}

/// Judging and deciding, without any transport.
#[derive(Debug)]
pub struct Line {}

/// Settings of the line.
#[derive(Clone, Copy, Debug)]
pub struct LineSettings {
    /// Judging threads; 0: one per core.
    pub threads: usize,
    /// Attempts a record may have in all.
    pub attempts_max: u32,
}

impl Default for LineSettings {
    fn default() -> Self {
        Self { threads: 0, attempts_max: 3 }
    }
}

impl Line {
    /// A line over these forms.
    pub fn new(_forms: Forms, _settings: LineSettings) -> Result<Self, Error> {
        todo!()
    }
    /// Its forms.
    pub fn forms(&self) -> &Forms {
        todo!()
    }
    /// Judges every record, in parallel, and encodes what it would become. Pure.
    pub fn judge(&self, _chunk: Chunk, _places: &dyn Places) -> Judged {
        todo!()
    }
    /// Decides duplicates in order. `fetch` reads a raw record again, to name what differs in a conflict; `None` when
    /// it is gone. Claims are staged in `window`: follow with `Window::write` in a transaction and `Window::committed`,
    /// or with `Window::abandon`.
    pub fn decide(
        &self,
        _judged: Judged,
        _window: &mut Window,
        _places: &dyn Places,
        _fetch: &mut dyn FnMut(Position) -> Result<Option<Message>, transport::Error>,
    ) -> Result<Decided, Error> {
        todo!()
    }
}

/// A chunk after judging.
#[derive(Debug)]
pub struct Judged {}

/// A chunk whose records all have their outcome.
#[derive(Debug)]
pub struct Decided {
    /// The raw records.
    pub chunk: Chunk,
    /// Their outcomes, one each, in the same order.
    pub records: Vec<Settled>,
    /// Counts.
    pub tally: Tally,
}

/// What became of one record.
#[derive(Debug)]
pub struct Settled {
    /// Clean, reject or duplicate.
    pub outcome: Outcome,
    /// As published: a clean record's bytes, or the JSON of a reject or duplicate, are its `value`.
    pub message: Message,
    /// Form that judged it.
    pub form: Option<Arc<str>>,
    /// Errors of a reject, warnings of a clean record.
    pub findings: Vec<Finding>,
    /// How many errors a reject has in all.
    pub error_count: usize,
    /// Of a duplicate or conflict: where the first record stands.
    pub first: Option<Position>,
}

/// Counts of one chunk, or of many added up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// By outcome.
    pub ledger: transport::Ledger,
    /// Errors on rejects by code.
    pub codes: BTreeMap<Code, u64>,
    /// Raw bytes.
    pub bytes: u64,
}

impl Tally {
    /// Adds another.
    pub fn add(&mut self, _other: &Self) {
        todo!()
    }
}

/// Asks a worker to stop. Cheap to clone; all clones are one.
#[derive(Clone, Debug, Default)]
pub struct Stop {
    now: Arc<AtomicBool>,
    drained: Arc<AtomicBool>,
}

impl Stop {
    /// Stop now: what is in flight is committed, nothing more is read.
    pub fn now(&self) {
        todo!()
    }
    /// Stop as soon as nothing waits on the raw topic.
    pub fn when_drained(&self) {
        todo!()
    }
    /// The flag behind [`Self::now`], for a signal handler.
    #[must_use]
    pub fn flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.now)
    }
}

/// Settings of a worker.
#[derive(Clone, Copy, Debug)]
pub struct WorkerSettings {
    /// Bounds of a chunk.
    pub chunk: record::chunk::Bound,
    /// Longest wait for the first record of a chunk before looking whether to stop.
    pub wait: Duration,
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
    /// Raw records that still wait.
    pub lag: u64,
    /// Keys in the window.
    pub keys: u64,
}

/// Runs the line over a transport until `stop` says so; returns the counts of all chunks.
pub fn run<T: Transport>(
    _line: &Line,
    _transport: &mut T,
    _window: &mut Window,
    _settings: &WorkerSettings,
    _stop: &Stop,
    _observer: &mut dyn FnMut(&ChunkReport<'_>),
) -> Result<Tally, Error> {
    todo!()
}

/// The proof of conservation.
pub mod reconcile {
    use super::*;

    /// What was found. `ok()` when every position is accounted for once.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct Report {
        /// Raw positions that were to have an outcome.
        pub positions: u64,
        /// Raw records not judged yet.
        pub waiting: u64,
        /// Outcomes found on the topics.
        pub found: transport::Ledger,
        /// What the ledger says.
        pub ledger: transport::Ledger,
        /// Positions below this one cannot be checked: retention dropped outcomes.
        pub checked_from: u64,
        /// Without an outcome: the first ones, and how many.
        pub unaccounted: Named,
        /// With more than one.
        pub doubled: Named,
        /// Outcomes of positions that were never committed.
        pub phantom: Named,
        /// Other mismatches between ledger and topics, as sentences.
        pub mismatches: Vec<String>,
    }

    /// Positions: all are counted, the first ones named.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct Named {
        /// How many.
        pub count: u64,
        /// The first of them, at most 1000.
        pub first: Vec<Position>,
    }

    impl Report {
        /// Whether conservation holds.
        pub fn ok(&self) -> bool {
            todo!()
        }
    }

    /// Checks the topics in `dir`, while a worker runs or not. `progress(done, total)` in messages.
    pub fn run(_dir: &Path, _progress: &mut dyn FnMut(u64, u64)) -> Result<Report, Error> {
        todo!()
    }
}

/// The way back for rejects.
pub mod replay {
    use super::*;

    /// Which rejects; all parts must hold, an empty list holds for all.
    #[derive(Clone, Debug, Default)]
    pub struct Selection {
        /// Any error has one of these codes.
        pub codes: Vec<Code>,
        /// Form names.
        pub forms: Vec<String>,
        /// Source names.
        pub sources: Vec<String>,
        /// Reject ids.
        pub ids: Vec<String>,
        /// Record time from, inclusive, in milliseconds.
        pub from_ms: Option<i64>,
        /// Record time to, exclusive.
        pub to_ms: Option<i64>,
    }

    /// What came, or would come, of it.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct Report {
        /// Rejects that the selection holds for.
        pub selected: u64,
        /// That would be judged clean now (duplicates are not foreseen).
        pub would_pass: u64,
        /// Errors that would remain, by code.
        pub would_fail: BTreeMap<Code, u64>,
        /// Put back on raw; 0 without `run`.
        pub sent: u64,
        /// Not put back, by reason.
        pub skipped: BTreeMap<&'static str, u64>,
        /// Corrections whose reject id was not found.
        pub unknown_corrections: u64,
    }

    /// Settings of a replay.
    #[derive(Clone, Debug)]
    pub struct Settings {
        /// Put them back; otherwise only judge.
        pub run: bool,
        /// Attempts a record may have in all.
        pub attempts_max: u32,
        /// The local topics.
        pub local: local::Settings,
    }

    /// Replays rejects of the store in `dir`. `corrected`: new bytes by reject id; when given, only these are replayed.
    pub fn run(
        _dir: &Path,
        _line: &Line,
        _selection: &Selection,
        _corrected: Option<&BTreeMap<String, Vec<u8>>>,
        _settings: &Settings,
    ) -> Result<Report, Error> {
        todo!()
    }
}

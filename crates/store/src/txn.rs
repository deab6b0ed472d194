//! The atomic commit.

use crate::{
    Error, Store, Writer,
    db::{CounterChange, GroupChange, Sync},
    files::{assert_name, log_path, sync_dir},
    group::{Group, LogFile},
    store::Step,
};
use std::{
    borrow::Cow,
    collections::{BTreeMap, btree_map::Entry},
    fs::{self, File},
    os::unix::fs::FileExt,
    path::PathBuf,
    sync::Arc,
    thread,
};

/// Everything that becomes durable together, or not at all. Dropping it without [`Txn::commit`] forgets it.
#[derive(Debug)]
pub struct Txn<'a> {
    store: &'a mut Store,
    parts: Vec<Part<'a>>,
    counters: BTreeMap<String, CounterChange>,
    marks: Vec<String>,
}

/// What changes in one group.
#[derive(Debug)]
struct Part<'a> {
    group: Arc<Group>,
    files: BTreeMap<String, FileChange<'a>>,
}

#[derive(Debug)]
enum FileChange<'a> {
    Append(Cow<'a, [u8]>),
    Remove,
}

/// A file as it stands after the write.
#[derive(Debug)]
struct Written {
    path: PathBuf,
    handle: Arc<File>,
    /// Committed bytes before, and what they will be.
    length: (u64, u64),
    fresh: bool,
}

impl Store {
    /// Begins an atomic commit.
    pub fn begin(&mut self) -> Txn<'_> {
        Txn { store: self, parts: Vec::new(), counters: BTreeMap::new(), marks: Vec::new() }
    }
}

impl<'a> Txn<'a> {
    /// Appends frames built by [`crate::frame()`] to a file of the writer's group, creating it when new. They are written from where
    /// they are.
    ///
    /// # Panics
    /// When the name cannot be a file name, or this transaction removes the file.
    pub fn append(&mut self, writer: &Writer, name: &str, frames: impl Into<Cow<'a, [u8]>>) {
        assert_name(name);
        match self.part(writer).files.entry(name.to_owned()) {
            Entry::Vacant(entry) => {
                entry.insert(FileChange::Append(frames.into()));
            }
            Entry::Occupied(entry) => match entry.into_mut() {
                FileChange::Append(bytes) => bytes.to_mut().extend_from_slice(&frames.into()),
                FileChange::Remove => panic!("{name} is removed by this very transaction"),
            },
        }
    }

    /// Removes a file of the writer's group, committed before; one that was never committed stays absent.
    ///
    /// # Panics
    /// When this transaction appends to the file.
    pub fn remove(&mut self, writer: &Writer, name: &str) {
        let before = self.part(writer).files.insert(name.to_owned(), FileChange::Remove);
        assert!(!matches!(before, Some(FileChange::Append(_))), "{name} is appended to by this very transaction");
    }

    /// Sets a counter. Counters end at 2^63 - 1; more is [`Error::Bounds`] at commit.
    pub fn set(&mut self, name: &str, value: u64) {
        self.counters.insert(name.to_owned(), CounterChange::Set(value));
    }

    /// Adds to a counter.
    pub fn add(&mut self, name: &str, value: u64) {
        let change = self.counters.entry(name.to_owned()).or_insert(CounterChange::Add(0));
        *change = match *change {
            CounterChange::Set(before) => CounterChange::Set(before.saturating_add(value)),
            CounterChange::Add(before) => CounterChange::Add(before.saturating_add(value)),
        };
    }

    /// Leaves a mark that can be left once only, ever; the commit fails with [`Error::AlreadyDone`] otherwise.
    pub fn once(&mut self, mark: &str) {
        self.marks.push(mark.to_owned());
    }

    /// Writes files, syncs them, then commits the SQLite transaction.
    ///
    /// # Errors
    /// [`Error::AlreadyDone`] leaves the store usable. Any other failure poisons it: what the disk holds is unknown
    /// until the store is opened again.
    pub fn commit(self) -> Result<(), Error> {
        if let Some(first) = &self.store.poison {
            return Err(Error::Poisoned { path: self.store.dir.clone(), first: first.clone() });
        }
        for mark in &self.marks {
            if self.store.is_done(mark)? {
                return Err(Error::AlreadyDone { mark: mark.clone() });
            }
        }
        let Self { store, parts, counters, marks } = self;
        let result = write_and_commit(store, &parts, &counters, &marks);
        if let Err(error) = &result
            && !matches!(error, Error::AlreadyDone { .. })
        {
            store.poison = Some(error.to_string());
        }
        result
    }

    fn part(&mut self, writer: &Writer) -> &mut Part<'a> {
        assert_eq!(writer.group.dir.parent(), Some(self.store.dir.as_path()), "writer of another store");
        let at = self.parts.iter().position(|part| Arc::ptr_eq(&part.group, &writer.group));
        let at = at.unwrap_or_else(|| {
            self.parts.push(Part { group: Arc::clone(&writer.group), files: BTreeMap::new() });
            self.parts.len() - 1
        });
        &mut self.parts[at]
    }
}

/// The commit in the order that makes it atomic: see the head of this crate.
fn write_and_commit(
    store: &mut Store,
    parts: &[Part<'_>],
    counters: &BTreeMap<String, CounterChange>,
    marks: &[String],
) -> Result<(), Error> {
    store.step(Step::Begun)?;
    let written = parts.iter().map(write_part).collect::<Result<Vec<_>, _>>()?;
    store.step(Step::Written)?;
    if store.sync == Sync::Full {
        sync_files(parts, &written)?;
    }
    store.step(Step::Synced)?;
    let changes: Vec<_> = parts.iter().zip(&written).map(|(part, written)| group_change(part, written)).collect();
    match store.db.commit(&changes, counters, marks) {
        Err(error @ Error::AlreadyDone { .. }) => {
            // Another process left the mark first. The bytes written are uncommitted; cut them as if never written.
            for file in written.iter().flat_map(BTreeMap::values) {
                file.handle.set_len(file.length.0).map_err(Error::io(&file.path))?;
            }
            return Err(error);
        }
        other => other?,
    }
    store.step(Step::Committed)?;
    parts.iter().zip(written).try_for_each(|(part, written)| settle(store, part, written))
}

fn write_part<'a>(part: &'a Part<'_>) -> Result<BTreeMap<&'a str, Written>, Error> {
    let mut state = part.group.state();
    let mut written = BTreeMap::new();
    for (name, change) in &part.files {
        let FileChange::Append(bytes) = change else { continue };
        let (handle, length, fresh) = state.open(&part.group.dir, name)?;
        let path = log_path(&part.group.dir, name);
        handle.write_all_at(bytes, length).map_err(Error::io(&path))?;
        let after = length + u64::try_from(bytes.len()).expect("a buffer in memory is shorter than 2^64 bytes");
        written.insert(name.as_str(), Written { path, handle, length: (length, after), fresh });
    }
    Ok(written)
}

/// Syncs every written file, at the same time when there are several: the disk's flush is shared.
fn sync_files(parts: &[Part<'_>], written: &[BTreeMap<&str, Written>]) -> Result<(), Error> {
    let files: Vec<_> = written.iter().flat_map(BTreeMap::values).collect();
    let sync = |file: &Written| file.handle.sync_data().map_err(Error::io(&file.path));
    if let Some((first, others)) = files.split_first() {
        thread::scope(|scope| {
            let spawn = |file| thread::Builder::new().spawn_scoped(scope, move || sync(file)).map_err(|_| file);
            let running: Vec<_> = others.iter().copied().map(spawn).collect();
            let mut results = vec![sync(first)];
            results.extend(running.into_iter().map(|thread| match thread {
                Ok(thread) => thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
                // No thread to be had: sync here.
                Err(file) => sync(file),
            }));
            results.into_iter().collect::<Result<Vec<()>, _>>()
        })?;
    }
    for (part, written) in parts.iter().zip(written) {
        if written.values().any(|file| file.fresh) {
            sync_dir(&part.group.dir)?;
        }
    }
    Ok(())
}

fn group_change<'a>(part: &'a Part<'_>, written: &BTreeMap<&'a str, Written>) -> GroupChange<'a> {
    let removed = part.files.iter().filter(|(_, change)| matches!(change, FileChange::Remove));
    GroupChange {
        group: &part.group.name,
        commits: part.group.state().commits + 1,
        lengths: written.iter().map(|(name, file)| (*name, file.length.1)).collect(),
        removed: removed.map(|(name, _)| name.as_str()).collect(),
    }
}

/// The commit stands: notes it in memory and on the lock's stamp, and unlinks what it removed.
fn settle(store: &Store, part: &Part<'_>, written: BTreeMap<&str, Written>) -> Result<(), Error> {
    let mut state = part.group.state();
    state.commits += 1;
    for (name, file) in written {
        state.files.insert(name.to_owned(), LogFile { length: file.length.1, handle: Some(file.handle) });
    }
    for (name, change) in &part.files {
        if matches!(change, FileChange::Remove) && state.files.remove(name).is_some() {
            let path = log_path(&part.group.dir, name);
            fs::remove_file(&path).map_err(Error::io(&path))?;
        }
    }
    state.close_idle(|name| part.files.contains_key(name));
    part.group.stamp(store.db.id, state.commits)
}

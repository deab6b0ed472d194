//! The window of claimed keys of a file run: a scratch store that dies with it.

use super::source::AgainInFiles;
use crate::failure::Failure;
use dedupe::Window;
use pipeline::{Decided, InFiles, Judged, Keys, Line};
use record::time::DAY_MS;
use store::{Store, Writer};
use tempfile::TempDir;
use transport::{Claims as _, Committed};

const ROOM: &str = "set TMPDIR to a directory with room for 50 bytes per record";

/// Claims of this run.
#[derive(Debug)]
pub(super) struct Claims {
    keys: Keys,
    store: Store,
    writer: Writer,
    /// Dropped last: the store is in it.
    _dir: TempDir,
}

impl Claims {
    pub(super) fn new() -> Result<Self, Failure> {
        let dir = TempDir::with_prefix("faircopy-").map_err(|error| {
            let dir = std::env::temp_dir();
            Failure::io(dir.display(), &error).hint(ROOM)
        })?;
        let store = Store::open(dir.path(), store::Sync::Off).map_err(scratch)?;
        // All records of a file have one time, so one slice holds them all and nothing leaves the window.
        let settings = dedupe::Settings { shards: 64, window_ms: DAY_MS, slices: 1 };
        let keys = Keys::All(Box::new(Window::open(&store, settings, &mut |_| {}).map_err(scratch)?));
        let writer = store.writer(dedupe::GROUP).map_err(scratch)?;
        Ok(Self { keys, store, writer, _dir: dir })
    }

    /// Decides a chunk and keeps its claims.
    pub(super) fn decide(
        &mut self,
        line: &Line,
        judged: Judged,
        places: &InFiles,
        again: &AgainInFiles,
    ) -> Result<Decided, Failure> {
        // What cannot be read again is not an error of the run: the conflict is reported without the paths.
        let decided = line.decide(judged, &mut self.keys, places, &mut |_, firsts, found| {
            for first in firsts {
                found(*first, again.fetch(*first));
            }
            Ok(())
        })?;
        let mut txn = self.store.begin();
        self.keys.write(&mut txn, &self.writer);
        txn.commit().map_err(scratch)?;
        self.keys.committed(Committed::Store(&self.store)).map_err(scratch)?;
        Ok(decided)
    }
}

/// Nothing is committed in the store that dies with the run: what a store advises would mislead.
fn scratch(error: impl Into<Failure>) -> Failure {
    error.into().hint(ROOM)
}

use crate::world::{LOCAL, World, keys, line, records, settings};
use pipeline::{Stop, Told};
use record::{Position, chunk::Bound};
use std::time::Duration;
use transport::{Again, Commit, Ending, Error, Event, Known, Transport, local::Local};

/// Takes this many records at once; with more, a transaction would outlive its time.
const MOST: u64 = 70;

/// A transport that is slow to write.
struct Slow {
    local: Local,
    committed: u64,
    /// Commits that came to nothing.
    void: usize,
}

#[test]
fn what_is_too_much_for_one_commit_is_committed_in_parts() {
    let world = World::new(&records(4, 3_000));
    let stop = Stop::default();
    stop.when_drained();
    let mut slow = Slow { local: Local::open(world.dir(), LOCAL).unwrap(), committed: 0, void: 0 };
    let mut keys = keys(&slow.local);
    let mut largest = 0;
    let tally = pipeline::run(&line(1), &mut slow, &mut keys, &settings(1_000), &stop, &mut |told| {
        if let Told::Chunk(report) = told {
            largest = largest.max(report.tally.ledger.received);
        }
    });
    assert_eq!(tally.unwrap().ledger.received, 3_000);
    drop((slow.local, keys));
    world.assert_accounted();
    let undisturbed = World::new(&records(4, 3_000));
    undisturbed.drain(1, 1_000);
    assert_eq!(world.outputs(), undisturbed.outputs());
    assert!(slow.void < 60 && largest > MOST / 2, "{} in vain, at most {largest} at once", slow.void);
}

impl Transport for Slow {
    fn poll(&mut self, bound: Bound, wait: Duration) -> Result<Event, Error> {
        // It would go on for ever.
        assert!(self.void < 1_000, "the line stands still at {}", self.committed);
        self.local.poll(bound, wait)
    }
    fn fetch(&mut self, positions: &[Position], found: &mut dyn FnMut(Position, Again)) -> Result<(), Error> {
        self.local.fetch(positions, found)
    }
    fn commit(&mut self, commit: Commit<'_>) -> Result<Ending, Error> {
        if commit.ledger.received > MOST {
            commit.claims.abandon();
            self.void += 1;
            self.local.seek(Position { partition: 0, offset: self.committed })?;
            return Ok(Ending::Void);
        }
        self.committed += commit.ledger.received;
        self.local.commit(commit)
    }
    fn restore(&mut self, known: &[Known]) -> Result<Vec<u32>, Error> {
        self.local.restore(known)
    }
    fn seek(&mut self, position: Position) -> Result<(), Error> {
        self.local.seek(position)
    }
    fn lag(&mut self) -> Result<Vec<(u32, u64)>, Error> {
        self.local.lag()
    }
}

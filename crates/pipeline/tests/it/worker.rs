use crate::world::{LOCAL, World, keys, line, records, settings, slip};
use pipeline::{Stop, WorkerSettings};
use record::{Message, Position, chunk::Bound};
use std::{
    sync::{
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};
use store::Store;
use transport::{
    Again, Commit, Ending, Error, Event, Known, Topic, Transport, Vitals,
    local::{Local, Reader, State},
};

#[test]
fn threads_and_chunks_do_not_show_in_the_output() {
    let records = records(1, 1_500);
    let outputs = |threads, chunk| {
        let world = World::new(&records);
        world.drain(threads, chunk);
        world.assert_accounted();
        world.outputs()
    };
    let expected = outputs(1, 4096);
    assert!(expected.iter().all(|topic| !topic.is_empty()));
    for (threads, chunk) in [(2, 7), (8, 100), (1, 1)] {
        assert_eq!(outputs(threads, chunk), expected, "{threads} threads, chunks of {chunk}");
    }
}

/// Nothing is judged within a nanosecond: after the first chunk each has the least.
#[test]
fn a_chunk_that_takes_too_long_is_followed_by_smaller_ones() {
    let world = World::new(&records(3, 400));
    let stop = Stop::default();
    stop.when_drained();
    let hurried = WorkerSettings { judging: Duration::from_nanos(1), ..settings(100) };
    let mut chunks = Vec::new();
    world.run_line(&line(1), LOCAL, &hurried, &stop, &mut |report| chunks.push(report.tally.ledger.received));
    assert_eq!(chunks.iter().sum::<u64>(), 400);
    // The second is read while the first is judged.
    assert_eq!(chunks[..4], [100, 100, 16, 16], "{chunks:?}");
    world.assert_accounted();
}

#[test]
fn stopping_commits_what_is_in_flight_and_another_run_goes_on() {
    let all = records(2, 3_000);
    let world = World::new(&all);
    let stop = Stop::default();
    let mut chunks = 0;
    let tally = world.run(2, 50, &stop, &mut |_| {
        chunks += 1;
        if chunks == 5 {
            stop.now();
        }
    });
    assert!((250..=400).contains(&tally.ledger.received), "{tally:?}");
    world.assert_accounted();
    assert_eq!(world.reconcile().waiting, 3_000 - tally.ledger.received);
    world.drain(2, 50);
    let uninterrupted = World::new(&all);
    uninterrupted.drain(2, 50);
    assert_eq!(world.outputs(), uninterrupted.outputs());
}

/// Each record is put only once the one before it is committed: a worker that waited for a chunk to fill would never commit one.
#[test]
fn a_lone_record_is_committed_at_once() {
    let world = World::new(&[]);
    let stop = Stop::default();
    let (tell, told) = mpsc::sync_channel(1);
    thread::scope(|scope| {
        let (world, stop) = (&world, &stop);
        scope.spawn(move || {
            let _at_the_end = AtTheEnd(|| stop.when_drained());
            for number in 0..20 {
                world.submit(&[slip(&format!(r#"{{"no":"{number}","amount":"1.00"}}"#))]);
                assert_eq!(told.recv_timeout(Duration::from_secs(30)).expect("it is committed"), 1);
            }
        });
        world.run(1, 4096, stop, &mut |report| tell.send(report.tally.ledger.received).unwrap());
    });
}

#[test]
fn a_reader_beside_a_running_worker_sees_each_outcome_once_and_in_order() {
    let world = World::new(&[]);
    let (stop, done) = (Stop::default(), AtomicBool::new(false));
    let seen = thread::scope(|scope| {
        scope.spawn(|| {
            let _at_the_end = AtTheEnd(|| stop.when_drained());
            records(9, 3_000).chunks(75).for_each(|records| world.submit(records));
        });
        let reader = scope.spawn(|| follow(&world, &done));
        let at_the_end = AtTheEnd(|| done.store(true, Ordering::Release));
        world.run(2, 64, &stop, &mut |_| {});
        drop(at_the_end);
        reader.join().unwrap()
    });
    assert_eq!(seen, world.topic(Topic::Clean));
    let offsets: Vec<u64> = seen.iter().map(|(offset, _)| *offset).collect();
    assert!(offsets.iter().copied().eq(0..u64::try_from(seen.len()).unwrap()));
    assert_eq!(world.reconcile().positions, 3_000);
    world.assert_accounted();
}

/// Does something when dropped, also when the thread panics: others wait for it.
struct AtTheEnd<F: Fn()>(F);

impl<F: Fn()> Drop for AtTheEnd<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

/// Reads clean as it grows, until `done` and nothing is left.
fn follow(world: &World, done: &AtomicBool) -> Vec<(u64, Message)> {
    let mut reader = Reader::open(world.dir(), Topic::Clean, 0).unwrap();
    let mut seen = Vec::new();
    loop {
        let last = done.load(Ordering::Acquire);
        while let Some(message) = reader.read().unwrap() {
            seen.push(message);
        }
        if last {
            return seen;
        }
        thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn an_idle_worker_stops_promptly() {
    let world = World::new(&[]);
    let stop = Stop::default();
    stop.now();
    let began = Instant::now();
    assert_eq!(world.run(1, 10, &stop, &mut |_| {}).ledger.received, 0);
    assert!(began.elapsed() < Duration::from_secs(5));
}

#[test]
fn records_that_are_gone_are_counted_and_the_stream_goes_on() {
    let world = World::new(&records(5, 3_000));
    let stop = Stop::default();
    let mut chunks = 0;
    world.run(1, 100, &stop, &mut |_| {
        chunks += 1;
        if chunks == 2 {
            stop.now();
        }
    });
    let mut store = Store::open(world.dir(), store::Sync::Off).unwrap();
    let writer = store.writer("raw").unwrap();
    let files = store.files("raw").unwrap();
    let mut txn = store.begin();
    for file in &files[..files.len() - 2] {
        txn.remove(&writer, &file.name);
    }
    txn.commit().unwrap();
    drop(writer);
    let tally = world.drain(1, 100);
    assert!(tally.ledger.gap > 0, "{files:?}");
    let state = State::of(&store).unwrap();
    assert_eq!(state.gaps.len(), 1);
    assert_eq!(state.ledger.received, 3_000);
    world.assert_accounted();
    assert_eq!(world.topic(Topic::Raw).last().unwrap().0, 2_999);
}

/// A store that notes, at the commit, what it had told of what waits.
struct Telling {
    local: Local,
    told: Option<u64>,
    at_commit: Vec<Option<u64>>,
}

impl Transport for Telling {
    fn poll(&mut self, bound: Bound, wait: Duration) -> Result<Event, Error> {
        self.local.poll(bound, wait)
    }
    fn fetch(&mut self, positions: &[Position], found: &mut dyn FnMut(Position, Again)) -> Result<(), Error> {
        self.local.fetch(positions, found)
    }
    fn commit(&mut self, commit: Commit<'_>) -> Result<Ending, Error> {
        self.at_commit.push(self.told);
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
    fn vitals(&mut self) -> Vitals {
        let vitals = self.local.vitals();
        self.told = vitals.lag.as_ref().map(|lag| lag.iter().map(|lag| lag.records).sum());
        vitals
    }
}

/// A disk that hangs in the first commit after a quiet hour would otherwise leave behind that nothing waits.
#[test]
fn what_waits_is_told_before_the_first_commit() {
    let world = World::new(&records(4, 30));
    let local = Local::open(world.dir(), LOCAL).unwrap();
    let mut keys = keys(&local);
    let mut telling = Telling { local, told: None, at_commit: Vec::new() };
    let stop = Stop::default();
    stop.when_drained();
    pipeline::run(&line(1), &mut telling, &mut keys, &settings(10), &stop, &mut |_| {}).unwrap();
    assert_eq!(telling.at_commit, [Some(30), Some(20), Some(10)]);
}

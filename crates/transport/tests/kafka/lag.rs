//! What waits, when whoever writes to raw does so in transactions: their markers are no records and are never committed.

use crate::{
    client::{PATIENCE, config},
    conformance::{Fresh as _, World as _, chunk, message, messages, next, settle},
    world::{Joined, Topical},
};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _};
use record::{Message, chunk::Bound};
use std::{
    io,
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};
use transport::{Event, Lag, Topic, Transport as _, Vitals, kafka::Audit};

const ALL: Bound = Bound { records: 100, bytes: 1 << 20 };

/// Appends to raw within a transaction, which is open.
fn begin(world: &Topical, messages: &[Message]) -> BaseProducer {
    let lines = [("transactional.id", world.raw())];
    let producer: BaseProducer = config(world.brokers(), &lines).create().unwrap();
    producer.init_transactions(PATIENCE).unwrap();
    producer.begin_transaction().unwrap();
    for message in messages {
        let record = BaseRecord::to(world.raw()).partition(0).timestamp(message.time.0);
        producer.send(record.key(&message.key).payload(&message.value)).unwrap();
    }
    producer.flush(PATIENCE).unwrap();
    producer
}

/// Appends to raw within a transaction, which ends in a marker.
fn submit(world: &Topical, messages: &[Message], commit: bool) {
    let producer = begin(world, messages);
    if commit { producer.commit_transaction(PATIENCE) } else { producer.abort_transaction(PATIENCE) }.unwrap();
}

/// What waits, once it is as wanted.
#[track_caller]
fn await_lag(transport: &mut Joined, records: u64) -> Lag {
    await_that(transport, |lag| lag.records == records)
}

#[track_caller]
fn await_that(transport: &mut Joined, is_so: impl Fn(&Lag) -> bool) -> Lag {
    let began = Instant::now();
    loop {
        let vitals = transport.vitals();
        match vitals.lag.as_deref() {
            Some([lag]) if is_so(lag) => return *lag,
            other => assert!(began.elapsed() < Duration::from_secs(20), "{other:?}"),
        }
        thread::sleep(Duration::from_millis(50));
    }
}

/// Somebody's transaction is open, and everybody else's records wait behind it. The worker has nothing to do, and tells of them.
pub(crate) fn what_stands_behind_an_open_transaction_is_told() {
    let world = Topical::fresh();
    world.submit(&messages(0..5));
    let mut transport = world.open();
    let first = chunk(next(&mut transport, ALL));
    settle(&mut transport, &first).unwrap();
    let open = begin(&world, &messages(5..7));
    world.submit(&messages(7..10));
    // Figures of partitions come while the worker polls.
    let poll = |transport: &mut Joined| transport.poll(ALL, Duration::from_millis(100)).unwrap();
    let began = Instant::now();
    while transport.vitals().lag.is_none_or(|lag| lag[0].undecided == 0) {
        assert!(matches!(poll(&mut transport), Event::Idle) && began.elapsed() < PATIENCE);
    }
    let lag = await_that(&mut transport, |lag| lag.undecided == 5);
    assert_eq!((lag.records, transport.is_drained().unwrap()), (0, true), "there is nothing to do");
    open.abort_transaction(PATIENCE).unwrap();
    let second = loop {
        if let Event::Chunk(chunk) = poll(&mut transport) {
            break chunk;
        }
    };
    assert_eq!(second.records.len(), 3);
    settle(&mut transport, &second).unwrap();
    while await_lag(&mut transport, 0).undecided > 0 {
        assert!(matches!(poll(&mut transport), Event::Idle));
    }
}

/// Who waits for everybody's transactions says so when one stays open, and is silent otherwise.
pub(crate) fn a_transaction_that_is_waited_for_is_told() {
    let world = Topical::fresh();
    submit(&world, &messages(0..5), true);
    let audit = Audit::open(world.settings()).unwrap();
    let settled = || {
        let log = Log::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish();
        let extents = tracing::subscriber::with_default(subscriber, || audit.settled(Topic::Raw).unwrap());
        (extents[0].end, String::from_utf8(log.0.lock().unwrap().clone()).unwrap())
    };
    assert_eq!(settled(), (6, String::new()));

    let open = begin(&world, &messages(5..7));
    let (end, told) = thread::scope(|scope| {
        scope.spawn(|| {
            thread::sleep(Duration::from_secs(4));
            open.commit_transaction(PATIENCE).unwrap();
        });
        settled()
    });
    assert_eq!((end, told.matches("waiting for a transaction that somebody has open").count()), (8, 1), "{told}");
}

/// A log in memory.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

pub(crate) fn markers_at_the_end_are_no_lag() {
    let world = Topical::fresh();
    submit(&world, &messages(0..5), true);
    let mut transport = world.open();
    let first = chunk(next(&mut transport, ALL));
    assert_eq!(await_lag(&mut transport, 6).since, Some(message(0).time), "handed out, not committed, and a marker");
    settle(&mut transport, &first).unwrap();
    assert_eq!(await_lag(&mut transport, 0).since, None);

    submit(&world, &messages(5..8), false);
    await_lag(&mut transport, 0);
    thread::sleep(Duration::from_secs(1));
    await_lag(&mut transport, 0);
    assert_eq!(transport.lag().unwrap(), [(0, 0)], "what was aborted waits for nobody");

    world.submit(&[message(8)]);
    let lag = await_lag(&mut transport, 1);
    assert_eq!(lag.since, Some(message(8).time), "not handed out yet: it was looked for behind the markers");
}

pub(crate) fn a_worker_tells_of_its_transactions_partitions_and_brokers() {
    let world = Topical::fresh();
    world.submit(&messages(0..5));
    let mut transport = world.open();
    let first = chunk(next(&mut transport, ALL));
    settle(&mut transport, &first).unwrap();
    let vitals = transport.vitals();
    assert_eq!(vitals.transactions.len(), 1);
    assert_eq!(vitals.assigned, [("raw", 1), ("keyed", 3)]);
    assert_eq!(vitals.rebalances.len(), 1);
    assert!(vitals.reinits.is_empty());
    let told = transport.vitals();
    assert!(told.transactions.is_empty() && told.rebalances.is_empty(), "each is told once");

    let began = Instant::now();
    let has_round_trip = |vitals: &Vitals| vitals.brokers.iter().any(|(_, broker)| broker.round_trip.is_some());
    while !has_round_trip(&transport.vitals()) {
        assert!(began.elapsed() < Duration::from_secs(30), "no statistics came");
        let _idle = transport.poll(ALL, Duration::from_millis(100)).unwrap();
    }
    assert!(transport.vitals().brokers.iter().all(|(_, broker)| broker.throttled.is_zero()));
}

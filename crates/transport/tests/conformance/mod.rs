//! What every transport must do. Each function takes a fresh [`World`] and panics where the promise is broken, so that
//! one line per transport runs the suite.

use record::{Chunk, Input, Message, Next, Position, RecordTime, chunk::Bound};
use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};
use transport::{Again, Claims, Commit, Committed, Error, Event, Ledger, Topic, Transport, Unread};

/// A transport with its surroundings, as a test sees it.
pub(crate) trait World {
    /// The transport under test.
    type Transport: Transport;
    /// Starts a worker's transport where the last one, if any, had committed.
    fn open(&self) -> Self::Transport;
    /// Appends to the raw topic.
    fn submit(&self, messages: &[Message]);
    /// Values on a topic, as an outside reader sees them, with their offsets.
    fn committed(&self, topic: Topic) -> Vec<(u64, Message)>;
    /// Drops the beginning of the raw topic; returns the first offset kept, which is below the last record's.
    fn drop_raw_begin(&self) -> u64;
}

/// Every test of the suite by name.
macro_rules! suite {
    ($($test:ident)*) => {
        /// Each test with its name, over a fresh world.
        pub(crate) fn tests<W: World + Fresh>() -> Vec<(&'static str, fn())> {
            vec![$((concat!("conformance::", stringify!($test)), (|| $test(&W::fresh())) as fn())),*]
        }
    };
}

/// A world that can be made anew.
pub(crate) trait Fresh {
    /// A new one.
    fn fresh() -> Self;
}

suite! {
    chunks_come_in_order_and_within_their_bound
    nothing_is_seen_before_the_commit_and_all_after
    uncommitted_records_come_again
    commits_may_lag_behind_polls
    seeking_goes_back_and_forth
    an_idle_topic_waits_no_longer_than_told
    raw_records_can_be_read_again
    what_does_not_balance_is_refused
    records_dropped_before_they_are_read_are_a_gap
}

const BOUND: Bound = Bound { records: 10, bytes: 1 << 20 };
const NOW: Duration = Duration::ZERO;

/// A claim set of nothing.
#[derive(Debug, Default)]
struct NoClaims {
    written: bool,
    committed: bool,
    abandoned: bool,
}

impl Claims for NoClaims {
    fn write(&mut self, _: &mut store::Txn<'_>, _: &store::Writer) {
        self.written = true;
    }
    fn each(&self, _: &mut dyn FnMut(u32, &Message)) {}
    fn committed(&mut self, _: Committed<'_>) -> Result<(), store::Error> {
        self.committed = true;
        Ok(())
    }
    fn abandon(&mut self) {
        self.abandoned = true;
    }
}

pub(crate) fn message(number: u64) -> Message {
    Message {
        time: RecordTime(1_700_000_000_000 + i64::try_from(number).unwrap()),
        key: number.to_string().into_bytes(),
        headers: [("faircopy-client", "acme")].into(),
        value: format!("record {number}").into_bytes(),
    }
}

pub(crate) fn messages(numbers: std::ops::Range<u64>) -> Vec<Message> {
    numbers.map(message).collect()
}

/// What polling brings, however long it takes.
pub(crate) fn next<T: Transport>(transport: &mut T, bound: Bound) -> Event {
    let began = Instant::now();
    loop {
        match transport.poll(bound, Duration::from_millis(20)).unwrap() {
            Event::Idle => assert!(began.elapsed() < Duration::from_secs(30), "nothing comes"),
            event => return event,
        }
    }
}

pub(crate) fn chunk(event: Event) -> Chunk {
    match event {
        Event::Chunk(chunk) => chunk,
        other => panic!("no chunk: {other:?}"),
    }
}

fn offsets(chunk: &Chunk) -> Vec<u64> {
    chunk.records.iter().map(|record| record.position.offset).collect()
}

/// Commits a chunk: offsets divisible by three are rejected, those by five are duplicates.
pub(crate) fn settle<T: Transport>(transport: &mut T, chunk: &Chunk) -> Result<(), Error> {
    let topic = |offset: u64| match offset {
        offset if offset.is_multiple_of(3) => Topic::Rejects,
        offset if offset.is_multiple_of(5) => Topic::Duplicates,
        _ => Topic::Clean,
    };
    let outputs: Vec<(Topic, &Message)> =
        chunk.records.iter().map(|record| (topic(record.position.offset), &record.message)).collect();
    let count = |topic| u64::try_from(outputs.iter().filter(|(other, _)| *other == topic).count()).unwrap();
    let ledger = Ledger {
        received: u64::try_from(outputs.len()).unwrap(),
        clean: count(Topic::Clean),
        reject: count(Topic::Rejects),
        duplicate: count(Topic::Duplicates),
        ..Ledger::default()
    };
    let mut claims = NoClaims::default();
    transport.commit(Commit { outputs: &outputs, next: &chunk.next, ledger, claims: &mut claims })?;
    assert!(claims.committed && !claims.abandoned);
    Ok(())
}

/// Every committed output by value, in topic order, without its topic.
fn outputs<W: World>(world: &W) -> Vec<(Topic, u64, Message)> {
    let outputs = [Topic::Clean, Topic::Rejects, Topic::Duplicates].into_iter();
    outputs
        .flat_map(|topic| world.committed(topic).into_iter().map(move |(at, message)| (topic, at, message)))
        .collect()
}

pub(crate) fn chunks_come_in_order_and_within_their_bound<W: World>(world: &W) {
    world.submit(&messages(0..25));
    let mut transport = world.open();
    let sizes = [10, 10, 5].map(|size| {
        let chunk = chunk(next(&mut transport, BOUND));
        assert_eq!(chunk.records.len(), size);
        assert_eq!(chunk.next[0].position.offset, chunk.records.last().unwrap().position.offset + 1);
        chunk
    });
    let all: Vec<_> = sizes.iter().flat_map(|chunk| &chunk.records).collect();
    for (number, record) in (0..).zip(all) {
        assert_eq!(record.position, Position { partition: 0, offset: number });
        assert_eq!(record.message, message(number));
    }
    world.submit(&messages(25..40));
    let each = message(25).bytes();
    assert!(each > message(25).value.len(), "key and headers count, too");
    let small = Bound { records: 100, bytes: 2 * each + 1 };
    assert_eq!(offsets(&chunk(next(&mut transport, small))), [25, 26, 27], "one may overshoot the bytes");
    assert_eq!(transport.lag().unwrap(), [(0, 40)]);
}

pub(crate) fn nothing_is_seen_before_the_commit_and_all_after<W: World>(world: &W) {
    world.submit(&messages(0..20));
    let mut transport = world.open();
    let first = chunk(next(&mut transport, BOUND));
    assert!(outputs(world).is_empty());
    settle(&mut transport, &first).unwrap();
    let seen = outputs(world);
    assert_eq!(seen.len(), 10);
    assert_eq!(transport.lag().unwrap(), [(0, 10)]);
    let clean: Vec<Message> = world.committed(Topic::Clean).into_iter().map(|(_, message)| message).collect();
    assert_eq!(clean, [1, 2, 4, 7, 8].map(message), "order, key, time and headers are kept");
}

pub(crate) fn uncommitted_records_come_again<W: World>(world: &W) {
    world.submit(&messages(0..30));
    let mut transport = world.open();
    let first = chunk(next(&mut transport, BOUND));
    settle(&mut transport, &first).unwrap();
    let second = chunk(next(&mut transport, BOUND));
    drop(transport);
    let mut transport = world.open();
    let again = chunk(next(&mut transport, BOUND));
    assert_eq!(offsets(&again), offsets(&second));
    settle(&mut transport, &again).unwrap();
    assert_eq!(outputs(world).len(), 20);
}

pub(crate) fn commits_may_lag_behind_polls<W: World>(world: &W) {
    world.submit(&messages(0..40));
    let mut transport = world.open();
    let mut polled: Vec<Chunk> = (0..3).map(|_| chunk(next(&mut transport, BOUND))).collect();
    let third = polled.pop().unwrap();
    for chunk in &polled {
        settle(&mut transport, chunk).unwrap();
    }
    drop(transport);
    let mut transport = world.open();
    assert_eq!(offsets(&chunk(next(&mut transport, BOUND))), offsets(&third));
}

pub(crate) fn seeking_goes_back_and_forth<W: World>(world: &W) {
    world.submit(&messages(0..30));
    let mut transport = world.open();
    for offset in [20, 3, 0, 29] {
        transport.seek(Position { partition: 0, offset }).unwrap();
        assert_eq!(chunk(next(&mut transport, BOUND)).records[0].message, message(offset));
    }
    assert!(matches!(transport.seek(Position { partition: 7, offset: 0 }), Err(Error::NoPartition { partition: 7 })));
}

pub(crate) fn an_idle_topic_waits_no_longer_than_told<W: World>(world: &W) {
    let mut transport = world.open();
    assert!(matches!(transport.poll(BOUND, NOW).unwrap(), Event::Idle));
    let began = Instant::now();
    assert!(matches!(transport.poll(BOUND, Duration::from_millis(30)).unwrap(), Event::Idle));
    assert!(began.elapsed() >= Duration::from_millis(30));
    world.submit(&messages(0..1));
    let event = transport.poll(BOUND, Duration::from_secs(30)).unwrap();
    assert_eq!(offsets(&chunk(event)), [0]);
}

/// What is found when these offsets are read again.
pub(crate) fn again<T: Transport>(transport: &mut T, offsets: &[u64]) -> BTreeMap<u64, Option<Message>> {
    let positions: Vec<Position> = offsets.iter().map(|offset| Position { partition: 0, offset: *offset }).collect();
    let mut found = BTreeMap::new();
    let mut tell = |position: Position, again: Again| {
        let message = match again {
            Ok(message) => Some(message),
            Err(Unread::Gone) => None,
            Err(Unread::TooMany | Unread::Failed) => panic!("{position} was not read"),
        };
        assert_eq!(found.insert(position.offset, message), None, "told twice");
    };
    transport.fetch(&positions, &mut tell).unwrap();
    found
}

pub(crate) fn raw_records_can_be_read_again<W: World>(world: &W) {
    world.submit(&messages(0..300));
    let mut transport = world.open();
    let ahead = chunk(next(&mut transport, BOUND));
    for offsets in [&[299][..], &[], &[0, 1, 63, 64, 150, 298, 299], &[5, 290], &[298, 300, 9_000], &[300]] {
        let expected = offsets.iter().map(|offset| (*offset, (*offset < 300).then(|| message(*offset)))).collect();
        assert_eq!(again(&mut transport, offsets), expected);
    }
    let next = chunk(next(&mut transport, BOUND));
    assert_eq!(next.records[0].position, ahead.next[0].position, "reading again does not move the cursor");
}

pub(crate) fn what_does_not_balance_is_refused<W: World>(world: &W) {
    world.submit(&messages(0..10));
    let mut transport = world.open();
    let chunk = chunk(next(&mut transport, BOUND));
    let one = [(Topic::Clean, &chunk.records[0].message)];
    let sound = Ledger { received: 10, clean: 10, ..Ledger::default() };
    let single = Ledger { received: 1, clean: 1, ..Ledger::default() };
    let amid = [Next { input: Input::Raw, position: chunk.records[1].position }];
    let wrong = [
        (&one[..], &chunk.next[..], sound),
        (&one[..], &chunk.next[..], single),
        (&[], &chunk.next[..], Ledger { received: 10, clean: 9, ..Ledger::default() }),
        (&one[..], &amid[..], single),
    ];
    for (outputs, next, ledger) in wrong {
        let mut claims = NoClaims::default();
        let commit = Commit { outputs, next, ledger, claims: &mut claims };
        assert!(matches!(transport.commit(commit), Err(Error::Unbalanced { .. })), "{ledger:?}");
        assert!(claims.abandoned && !claims.committed);
    }
    assert!(outputs(world).is_empty());
    settle(&mut transport, &chunk).unwrap();
}

pub(crate) fn records_dropped_before_they_are_read_are_a_gap<W: World>(world: &W) {
    for begin in (0..400).step_by(20) {
        world.submit(&messages(begin..begin + 20));
    }
    let mut transport = world.open();
    let first = chunk(next(&mut transport, BOUND));
    settle(&mut transport, &first).unwrap();
    drop(transport);
    let kept = world.drop_raw_begin();
    assert!(kept > 10 && kept < 400, "the drop must bite: {kept}");
    let mut transport = world.open();
    let (from, to) = match next(&mut transport, BOUND) {
        Event::Gap { partition: 0, from, to } => (from, to),
        other => panic!("no gap: {other:?}"),
    };
    assert_eq!((from, to), (10, kept));
    let mut claims = NoClaims::default();
    let ledger = Ledger { received: kept - 10, gap: kept - 10, ..Ledger::default() };
    let behind = [Next { input: Input::Raw, position: Position { partition: 0, offset: kept } }];
    transport.commit(Commit { outputs: &[], next: &behind, ledger, claims: &mut claims }).unwrap();
    let expected = [(0, None), (kept - 1, None), (kept, Some(message(kept))), (399, Some(message(399)))];
    assert_eq!(again(&mut transport, &expected.each_ref().map(|(offset, _)| *offset)), expected.into());
    drop(transport);
    let mut transport = world.open();
    assert_eq!(offsets(&chunk(next(&mut transport, BOUND)))[0], kept, "a gap is reported once");
}

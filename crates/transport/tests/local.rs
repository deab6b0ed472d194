//! The local transport: the suite of every transport, and what is its own.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod conformance;

use conformance::{Fresh, World, chunk, messages, settle};
use proptest::{collection::vec, option, prelude::*, sample::Index};
use record::{Message, RecordTime, chunk::Bound, limits};
use std::{
    fs,
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};
use store::Store;
use tempfile::TempDir;
use transport::{
    Backlog, Error, Event, Lag, Topic, Transport,
    local::{Appender, Local, Reader, Retention, Settings, State},
};

/// Small segments, so that every test crosses their ends.
const SETTINGS: Settings = Settings {
    sync: store::Sync::Off,
    segment_bytes: 1 << 10,
    backlog_bytes: 1 << 30,
    raw: FOREVER,
    clean: FOREVER,
    rejects: FOREVER,
    duplicates: FOREVER,
};
const FOREVER: Retention = Retention { bytes: None, age_ms: None };

struct Dir(TempDir);

impl Dir {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }
    fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Fresh for Dir {
    fn fresh() -> Self {
        Self::new()
    }
}

impl World for Dir {
    type Transport = Local;
    fn open(&self) -> Local {
        Local::open(self.path(), SETTINGS).unwrap()
    }
    fn submit(&self, messages: &[Message]) {
        Appender::open(self.path(), SETTINGS).unwrap().append(messages).unwrap();
    }
    fn committed(&self, topic: Topic) -> Vec<(u64, Message)> {
        read(self.path(), topic, 0)
    }
    fn drop_raw_begin(&self) -> u64 {
        let mut store = Store::open(self.path(), store::Sync::Off).unwrap();
        let writer = store.writer("raw").unwrap();
        let files = store.files("raw").unwrap();
        let mut txn = store.begin();
        for file in &files[..files.len() / 2] {
            txn.remove(&writer, &file.name);
        }
        txn.commit().unwrap();
        files[files.len() / 2].name.rsplit('-').next().unwrap().parse().unwrap()
    }
}

fn read(dir: &Path, topic: Topic, from: u64) -> Vec<(u64, Message)> {
    let mut reader = Reader::open(dir, topic, from).unwrap();
    std::iter::from_fn(|| reader.read().unwrap()).collect()
}

/// Publishes every waiting raw record as clean.
fn copy(dir: &Path, settings: Settings) {
    let mut transport = Local::open(dir, settings).unwrap();
    while let Event::Chunk(chunk) = transport.poll(Bound { records: 7, bytes: 1 << 20 }, Duration::ZERO).unwrap() {
        let outputs: Vec<_> = chunk.records.iter().map(|record| (Topic::Clean, &record.message)).collect();
        let clean = u64::try_from(outputs.len()).unwrap();
        let ledger = transport::Ledger { received: clean, clean, ..Default::default() };
        let claims = &mut Nothing;
        transport.commit(transport::Commit { outputs: &outputs, next: &chunk.next, ledger, claims }).unwrap();
    }
}

#[derive(Debug)]
struct Nothing;

impl transport::Claims for Nothing {
    fn write(&mut self, _: &mut store::Txn<'_>, _: &store::Writer) {}
    fn each(&self, _: &mut dyn FnMut(u32, &Message)) {}
    fn committed(&mut self, _: transport::Committed<'_>) -> Result<(), store::Error> {
        Ok(())
    }
    fn abandon(&mut self) {}
}

#[test]
fn it_conforms() {
    for (name, test) in conformance::tests::<Dir>() {
        println!("{name}");
        test();
    }
}

#[test]
fn a_topic_is_read_from_any_offset_and_followed() {
    let dir = Dir::new();
    dir.submit(&messages(0..100));
    assert_eq!(read(dir.path(), Topic::Raw, 42)[0], (42, conformance::message(42)));
    let mut reader = Reader::open(dir.path(), Topic::Raw, 99).unwrap();
    assert_eq!(reader.read().unwrap().unwrap().0, 99);
    assert_eq!(reader.read().unwrap(), None);
    dir.submit(&messages(100..102));
    assert_eq!(reader.read().unwrap().unwrap().0, 100);
    assert_eq!(reader.fetch(7).unwrap(), Some(conformance::message(7)));
    assert_eq!(reader.range().unwrap(), (0, 102));
    assert_eq!(reader.read().unwrap().unwrap().0, 101);
}

#[test]
fn a_reader_that_retention_overtakes_says_so_and_goes_on() {
    let dir = Dir::new();
    dir.submit(&messages(0..200));
    let mut reader = Reader::open(dir.path(), Topic::Raw, 0).unwrap();
    assert_eq!(reader.read().unwrap().unwrap().0, 0);
    let first = dir.drop_raw_begin();
    // The segment in hand is open, and read to its end.
    let mut read = 0;
    let error = loop {
        match reader.read() {
            Ok(message) => read = message.unwrap().0,
            Err(error) => break error,
        }
    };
    assert!(read + 1 < first, "nothing of this was left");
    let is_told =
        matches!(error, Error::Overtaken { topic: Topic::Raw, from, last } if (from, last) == (read + 1, first - 1));
    assert!(is_told, "{error:?}");
    assert_eq!(reader.read().unwrap(), Some((first, conformance::message(first))));
    // Overtaken at the end of what was known: what came meanwhile is not all there either.
    let mut reader = Reader::open(dir.path(), Topic::Raw, 199).unwrap();
    assert_eq!(reader.read().unwrap().unwrap().0, 199);
    dir.submit(&messages(200..600));
    let first = dir.drop_raw_begin();
    assert!(matches!(reader.read(), Err(Error::Overtaken { from: 200, last, .. }) if last == first - 1));
    assert_eq!(reader.read().unwrap().unwrap().0, first);
}

#[test]
fn one_append_may_fill_many_segments() {
    let dir = Dir::new();
    dir.submit(&messages(0..200));
    let files = Store::open(dir.path(), store::Sync::Off).unwrap().files("raw").unwrap();
    assert!(files.len() > 5, "{files:?}");
    assert!(files.iter().all(|file| file.length < 2 << 10));
    assert_eq!(read(dir.path(), Topic::Raw, 0).len(), 200);
}

#[test]
fn a_full_backlog_refuses_until_the_worker_has_caught_up() {
    let dir = Dir::new();
    let settings = Settings { backlog_bytes: 2 << 10, ..SETTINGS };
    let mut appender = Appender::open(dir.path(), settings).unwrap();
    let mut appended = 0;
    let refused = loop {
        match appender.append(&messages(appended..appended + 1)) {
            Ok(offset) => assert_eq!(offset, appended),
            Err(error) => break error,
        }
        appended += 1;
    };
    assert!(matches!(refused, Error::Full { bytes, max: 2048 } if bytes >= 2048), "{refused}");
    let waits = AtomicBool::new(true);
    assert_eq!(appender.append_waiting(&messages(0..1), &waits, &mut |_| ()).unwrap(), None);
    let told = || Local::open(dir.path(), settings).unwrap().vitals().backlog.unwrap();
    let waiting = appender.backlog_bytes().unwrap();
    assert!(waiting >= 2 << 10);
    assert_eq!(told(), Backlog { bytes: waiting, max: 2 << 10 });
    copy(dir.path(), settings);
    assert_eq!(appender.backlog_bytes().unwrap(), 0);
    assert_eq!(told(), Backlog { bytes: 0, max: 2 << 10 });
    waits.store(false, Ordering::Relaxed);
    let next = appender.append_waiting(&messages(0..1), &waits, &mut |_| ()).unwrap();
    assert_eq!(next, Some(appended));
}

#[test]
fn it_is_known_since_when_records_wait_that_are_in_hand() {
    let dir = Dir::new();
    let at = |time| Message { time: RecordTime(time), ..Message::default() };
    dir.submit(&[at(7), at(8), at(9)]);
    let mut local = dir.open();
    let one = Bound { records: 1, ..Bound::default() };
    let first = chunk(local.poll(one, Duration::ZERO).unwrap());
    let known = Lag { since: Some(RecordTime(7)), ..Lag::from((0, 3)) };
    assert_eq!(local.vitals().lag.unwrap(), [known]);
    chunk(local.poll(one, Duration::ZERO).unwrap());
    assert_eq!(local.vitals().lag.unwrap(), [known], "the first that is not committed, not the last that was read");
    settle(&mut local, &first).unwrap();
    assert_eq!(local.vitals().lag.unwrap(), [Lag { records: 2, since: Some(RecordTime(8)), ..known }]);
}

#[test]
fn an_append_is_whole_or_not_at_all() {
    let dir = Dir::new();
    let mut appender = Appender::open(dir.path(), SETTINGS).unwrap();
    let mut batch = messages(0..3);
    batch[2].value = vec![b'x'; limits::RECORD_BYTES_MAX * 2];
    assert!(matches!(appender.append(&batch), Err(Error::TooLarge { what: "record", .. })));
    batch[2] = conformance::message(2);
    batch[1].headers.push("faircopy-client", &vec![b'x'; limits::HEADER_BYTES_MAX]);
    assert!(matches!(appender.append(&batch), Err(Error::TooLarge { what: "headers", .. })));
    assert!(read(dir.path(), Topic::Raw, 0).is_empty());
    appender.append_once(&messages(0..2), &["a".into()]).unwrap();
    let again = appender.append_once(&messages(2..4), &["b".into(), "a".into()]);
    assert!(matches!(again, Err(Error::Store(store::Error::AlreadyDone { mark })) if mark == "a"));
    let reader = Reader::open(dir.path(), Topic::Raw, 0).unwrap();
    assert!(!reader.is_done("b").unwrap() && reader.is_done("a").unwrap());
    assert_eq!(appender.append(&messages(2..3)).unwrap(), 2);
    assert_eq!(read(dir.path(), Topic::Raw, 0).len(), 3);
}

#[test]
fn two_cannot_append_and_two_cannot_work() {
    let dir = Dir::new();
    let _appender = Appender::open(dir.path(), SETTINGS).unwrap();
    let _worker = Local::open(dir.path(), SETTINGS).unwrap();
    assert!(matches!(Appender::open(dir.path(), SETTINGS), Err(Error::Store(store::Error::Locked { .. }))));
    assert!(matches!(Local::open(dir.path(), SETTINGS), Err(Error::Store(store::Error::Locked { .. }))));
}

#[test]
fn old_segments_go_by_bytes_and_raw_ones_only_when_judged() {
    let dir = Dir::new();
    let few = Retention { bytes: Some(4 << 10), age_ms: None };
    let settings = Settings { raw: few, clean: few, ..SETTINGS };
    let mut appender = Appender::open(dir.path(), settings).unwrap();
    for begin in (0..300).step_by(10) {
        appender.append(&messages(begin..begin + 10)).unwrap();
    }
    assert_eq!(read(dir.path(), Topic::Raw, 0).len(), 300, "unjudged records stay");
    let raw = lengths(dir.path(), "raw", "raw-");
    assert!(raw[..raw.len() - 1].iter().all(|length| *length >= 1 << 10), "closed before they are full: {raw:?}");
    copy(dir.path(), settings);
    let clean = read(dir.path(), Topic::Clean, 0);
    assert!((20..200).contains(&clean.len()), "{}", clean.len());
    assert_eq!(clean.last().unwrap().0, 299);
    for begin in (300..400).step_by(10) {
        appender.append(&messages(begin..begin + 10)).unwrap();
    }
    let raw = read(dir.path(), Topic::Raw, 0);
    assert!(raw[0].0 > 200 && raw[0].0 <= 300, "{}", raw[0].0);
    copy(dir.path(), settings);
    let state = State::of(&Store::open(dir.path(), store::Sync::Off).unwrap()).unwrap();
    assert_eq!((state.raw, state.position, state.clean, state.ledger.clean), (400, 400, 400, 400));
}

/// Bytes of each committed file of a topic.
fn lengths(dir: &Path, group: &str, topic: &str) -> Vec<u64> {
    let files = Store::open(dir, store::Sync::Off).unwrap().files(group).unwrap();
    files.into_iter().filter(|file| file.name.starts_with(topic)).map(|file| file.length).collect()
}

#[test]
fn no_more_segments_go_than_must() {
    let dir = Dir::new();
    let settings = Settings { clean: Retention { bytes: Some(8 << 10), age_ms: None }, ..SETTINGS };
    let mut fullest = 0;
    for begin in (0..600).step_by(10) {
        Appender::open(dir.path(), settings).unwrap().append(&messages(begin..begin + 10)).unwrap();
        copy(dir.path(), settings);
        let kept: u64 = lengths(dir.path(), "out", "clean-").iter().sum();
        fullest = fullest.max(kept);
        assert!(fullest < 8 << 10 || kept > 6 << 10, "{kept}");
    }
    assert!((8 << 10..12 << 10).contains(&fullest), "{fullest}");
}

#[test]
fn old_segments_go_by_record_time() {
    let dir = Dir::new();
    let settings = Settings { clean: Retention { bytes: None, age_ms: Some(1000) }, ..SETTINGS };
    let at = |time| Message { time: RecordTime(time), value: vec![b'x'; 300], ..Message::default() };
    let mut appender = Appender::open(dir.path(), settings).unwrap();
    appender.append(&vec![at(0); 50]).unwrap();
    copy(dir.path(), settings);
    assert_eq!(read(dir.path(), Topic::Clean, 0).len(), 50);
    appender.append(&vec![at(5000); 50]).unwrap();
    copy(dir.path(), settings);
    let clean = read(dir.path(), Topic::Clean, 0);
    assert!(clean.iter().filter(|(_, message)| message.time.0 == 0).count() < 10, "{}", clean.len());
    assert_eq!(clean.iter().filter(|(_, message)| message.time.0 == 5000).count(), 50);
}

#[test]
fn a_worker_goes_on_after_a_kill_between_files_and_database() {
    let dir = Dir::new();
    dir.submit(&messages(0..20));
    copy(dir.path(), SETTINGS);
    let before = read(dir.path(), Topic::Clean, 0);
    // What a kill leaves: bytes appended to a file, and no commit that speaks of them.
    let name = std::fs::read_dir(dir.path().join("out")).unwrap().map(|entry| entry.unwrap().path()).max().unwrap();
    let mut file = std::fs::File::options().append(true).open(name).unwrap();
    std::io::Write::write_all(&mut file, &[7; 100]).unwrap();
    assert_eq!(read(dir.path(), Topic::Clean, 0), before);
    assert_eq!(Local::open(dir.path(), SETTINGS).unwrap().truncated_bytes(), 100);
    dir.submit(&messages(20..30));
    copy(dir.path(), SETTINGS);
    assert_eq!(read(dir.path(), Topic::Clean, 0).len(), 30);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever is done to a file: a message reads as it was written or is refused with the file, and those of other files read.
    #[test]
    fn a_damaged_file_is_never_read_as_something_else(
        file: Index, damage in vec((any::<Index>(), vec(any::<u8>(), 1..12)), 0..3), cut in option::of(any::<Index>()),
    ) {
        let dir = Dir::new();
        let written = messages(0..40);
        dir.submit(&written);
        let files = Store::open(dir.path(), store::Sync::Off).unwrap().files("raw").unwrap();
        let firsts: Vec<u64> = files.iter().map(|file| file.name.rsplit('-').next().unwrap().parse().unwrap()).collect();
        let file = file.index(files.len());
        let within = firsts[file]..firsts.get(file + 1).copied().unwrap_or(40);
        let path = dir.path().join("raw").join(format!("{}.log", files[file].name));
        let sound = fs::read(&path).unwrap();
        let mut bytes = sound.clone();
        for (at, new) in damage {
            let at = at.index(bytes.len());
            let end = bytes.len().min(at + new.len());
            bytes[at..end].copy_from_slice(&new[..end - at]);
        }
        bytes.truncate(cut.map_or(sound.len(), |cut| cut.index(sound.len())));
        fs::write(&path, &bytes).unwrap();

        let is_told = |error: &Error| matches!(error, Error::Store(store::Error::Corrupt { path: told, .. }) if *told == path);
        let mut reader = Reader::open(dir.path(), Topic::Raw, 0).unwrap();
        let mut read = 0;
        let error = loop {
            match reader.read() {
                Ok(Some((offset, message))) => {
                    prop_assert_eq!((offset, &message), (read, &written[usize::try_from(read).unwrap()]));
                    read += 1;
                }
                Ok(None) => break None,
                Err(error) => break Some(error),
            }
        };
        prop_assert_eq!(error.is_some(), bytes != sound);
        prop_assert!(error.as_ref().map_or(read == 40, |error| is_told(error) && within.contains(&read)), "{:?}", error);
        for (offset, message) in (0..).zip(&written) {
            match reader.fetch(offset) {
                Ok(found) => prop_assert_eq!(found.as_ref(), Some(message)),
                Err(error) => prop_assert!(is_told(&error) && within.contains(&offset), "{offset}: {error}"),
            }
        }
    }
}

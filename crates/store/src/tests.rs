//! Commit, crash, reopen: what was committed is there, what was not is not, and damage is refused.

use crate::{Error, Store, Sync, Writer, frame, store::Step};
use proptest::prelude::*;
use std::{
    collections::BTreeMap,
    fs::{self, File},
    io,
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
};
use tempfile::TempDir;

fn open(dir: &Path) -> Store {
    Store::open(dir, Sync::Full).unwrap()
}

fn framed(payloads: &[&[u8]]) -> Vec<u8> {
    let mut frames = Vec::new();
    payloads.iter().for_each(|payload| frame(&mut frames, payload));
    frames
}

fn append(store: &mut Store, writer: &Writer, name: &str, payloads: &[&[u8]]) {
    let mut txn = store.begin();
    txn.append(writer, name, framed(payloads));
    txn.commit().unwrap();
}

fn read(store: &Store, group: &str, name: &str) -> Result<Vec<Vec<u8>>, Error> {
    let mut reader = store.reader(group, name)?;
    let (mut at, mut payload, mut all) = (0, Vec::new(), Vec::new());
    while let Some(next) = reader.frame_at(at, &mut payload)? {
        all.push(payload.clone());
        at = next;
    }
    Ok(all)
}

fn log(dir: &Path, name: &str) -> std::path::PathBuf {
    dir.join("g").join(format!("{name}.log"))
}

#[test]
fn what_is_committed_reads_back_in_another_process_too() {
    let dir = TempDir::new().unwrap();
    let mut store = open(dir.path());
    let writer = store.writer("g").unwrap();
    append(&mut store, &writer, "a", &[b"one", b"two22222"]);
    append(&mut store, &writer, "a", &[b"three"]);
    let other = open(dir.path());
    assert_eq!(read(&other, "g", "a").unwrap(), [b"one".to_vec(), b"two22222".to_vec(), b"three".to_vec()]);
    let files = other.files("g").unwrap();
    assert_eq!(files.iter().map(|file| (file.name.as_str(), file.length)).collect::<Vec<_>>(), [("a", 48)]);
}

#[test]
fn a_second_writer_of_a_group_is_refused_and_another_group_is_free() {
    let dir = TempDir::new().unwrap();
    let (store, other) = (open(dir.path()), open(dir.path()));
    let writer = store.writer("g").unwrap();
    let error = other.writer("g").unwrap_err();
    assert!(matches!(error, Error::Locked { .. }));
    assert_eq!(error.exit_code(), 78);
    other.writer("h").unwrap();
    drop(writer);
    other.writer("g").unwrap();
}

#[test]
fn a_tail_is_cut_whatever_its_length() {
    let dir = TempDir::new().unwrap();
    let mut store = open(dir.path());
    let writer = store.writer("g").unwrap();
    append(&mut store, &writer, "a", &[b"kept"]);
    drop(writer);
    let tail = framed(&[b"lost", b"lost as well"]);
    for length in 0..=tail.len() {
        File::options().write(true).open(log(dir.path(), "a")).unwrap().write_all_at(&tail[..length], 16).unwrap();
        let writer = store.writer("g").unwrap();
        assert_eq!(writer.truncated_bytes, length as u64);
        assert_eq!(fs::metadata(log(dir.path(), "a")).unwrap().len(), 16);
        assert_eq!(read(&store, "g", "a").unwrap(), [b"kept".to_vec()]);
        drop(writer);
    }
    append(&mut store, &open(dir.path()).writer("g").unwrap(), "a", &[b"more"]);
    assert_eq!(read(&store, "g", "a").unwrap(), [b"kept".to_vec(), b"more".to_vec()]);
}

#[test]
fn a_file_shorter_than_committed_is_refused_at_every_length() {
    let dir = TempDir::new().unwrap();
    let mut store = open(dir.path());
    append(&mut store, &open(dir.path()).writer("g").unwrap(), "a", &[b"0123456789", b"x"]);
    let whole = fs::metadata(log(dir.path(), "a")).unwrap().len();
    for length in (0..whole).rev() {
        File::options().write(true).open(log(dir.path(), "a")).unwrap().set_len(length).unwrap();
        for error in [store.writer("g").unwrap_err(), store.reader("g", "a").unwrap_err()] {
            assert!(matches!(error, Error::Corrupt { byte, .. } if byte == length), "{error}");
            assert_eq!(
                error.exit_code(),
                78,
                "a service that restarts by itself must not run into damage again and again"
            );
        }
    }
    fs::remove_file(log(dir.path(), "a")).unwrap();
    assert!(matches!(store.writer("g").unwrap_err(), Error::Corrupt { .. }));
}

#[test]
fn every_flipped_bit_is_found() {
    let dir = TempDir::new().unwrap();
    let mut store = open(dir.path());
    append(&mut store, &open(dir.path()).writer("g").unwrap(), "a", &[b"first", b"second one", b"3"]);
    let path = log(dir.path(), "a");
    let sound = fs::read(&path).unwrap();
    for bit in 0..sound.len() * 8 {
        let mut damaged = sound.clone();
        damaged[bit / 8] ^= 1 << (bit % 8);
        fs::write(&path, &damaged).unwrap();
        let error = read(&store, "g", "a").unwrap_err();
        assert!(matches!(error, Error::Corrupt { byte, .. } if byte <= bit as u64 / 8), "bit {bit}: {error}");
    }
}

#[test]
fn a_commit_that_stops_anywhere_happened_wholly_or_not_at_all() {
    for step in [Step::Begun, Step::Written, Step::Synced, Step::Committed] {
        let dir = TempDir::new().unwrap();
        let mut store = open(dir.path());
        let (writer, other) = (store.writer("g").unwrap(), store.writer("h").unwrap());
        append(&mut store, &writer, "old", &[b"old"]);
        append(&mut store, &writer, "a", &[b"one"]);
        store.fail_at = Some(step);
        let mut txn = store.begin();
        txn.append(&writer, "a", framed(&[b"two"]));
        txn.append(&other, "b", framed(&[b"three"]));
        txn.remove(&writer, "old");
        txn.add("n", 5);
        txn.once("job 1");
        assert!(txn.commit().is_err());
        store.fail_at = None;
        let after = store.begin().commit().unwrap_err();
        assert!(matches!(after, Error::Poisoned { .. }), "{step:?}: {after}");
        drop((writer, other, store));

        let store = open(dir.path());
        let (writer, other) = (store.writer("g").unwrap(), store.writer("h").unwrap());
        let done = step == Step::Committed;
        let cut = writer.truncated_bytes + other.truncated_bytes;
        assert_eq!(cut > 0, step != Step::Begun, "{step:?}");
        assert_eq!(read(&store, "g", "a").unwrap().len(), if done { 2 } else { 1 }, "{step:?}");
        assert_eq!(store.reader("h", "b").is_ok(), done, "{step:?}");
        assert_eq!(log(dir.path(), "old").exists(), !done, "{step:?}");
        assert_eq!(store.counter("n").unwrap(), if done { 5 } else { 0 });
        assert_eq!(store.is_done("job 1").unwrap(), done);
    }
}

#[test]
fn a_mark_is_left_once_and_its_refusal_changes_nothing() {
    let dir = TempDir::new().unwrap();
    let (mut store, mut other) = (open(dir.path()), open(dir.path()));
    let (writer, second) = (store.writer("g").unwrap(), other.writer("h").unwrap());
    append(&mut store, &writer, "a", &[b"one"]);
    let mut late = other.begin();
    late.append(&second, "b", framed(&[b"late"]));
    late.once("replay 7");
    let mut txn = store.begin();
    txn.once("replay 7");
    txn.commit().unwrap();
    assert!(matches!(late.commit().unwrap_err(), Error::AlreadyDone { mark } if mark == "replay 7"));
    append(&mut other, &second, "b", &[b"fine"]);
    assert_eq!(read(&store, "h", "b").unwrap(), [b"fine".to_vec()]);
    let mut twice = store.begin();
    twice.append(&writer, "a", framed(&[b"no"]));
    twice.once("x");
    twice.once("x");
    assert!(matches!(twice.commit().unwrap_err(), Error::AlreadyDone { .. }));
    append(&mut store, &writer, "a", &[b"two"]);
    assert_eq!(read(&store, "g", "a").unwrap(), [b"one".to_vec(), b"two".to_vec()]);
}

#[test]
fn counters_set_add_and_list() {
    let dir = TempDir::new().unwrap();
    let mut store = open(dir.path());
    let mut txn = store.begin();
    txn.set("a/1", 7);
    txn.add("a/1", 1);
    txn.add("a/2", 2);
    txn.add("b", 3);
    txn.commit().unwrap();
    let mut txn = store.begin();
    txn.add("a/2", 40);
    txn.commit().unwrap();
    assert_eq!(store.counters("a/").unwrap(), [("a/1".to_owned(), 8), ("a/2".to_owned(), 42)]);
    assert_eq!(store.counter("never").unwrap(), 0);
    let mut txn = store.begin();
    txn.set("b", u64::MAX);
    assert!(matches!(txn.commit().unwrap_err(), Error::Bounds { .. }));
}

#[test]
fn a_counter_never_overflows_into_a_float() {
    let dir = TempDir::new().unwrap();
    let mut store = open(dir.path());
    let mut txn = store.begin();
    txn.set("n", i64::MAX as u64);
    txn.commit().unwrap();
    let mut txn = store.begin();
    txn.add("n", 1);
    txn.commit().unwrap_err();
    assert_eq!(open(dir.path()).counter("n").unwrap(), i64::MAX as u64);
}

#[test]
fn foreign_directories_are_refused_and_left_alone() {
    let dir = TempDir::new().unwrap();
    let database = dir.path().join("store.db");
    rusqlite::Connection::open(&database).unwrap().execute_batch("CREATE TABLE t (a)").unwrap();
    let error = Store::open(dir.path(), Sync::Full).unwrap_err();
    assert!(matches!(error, Error::Foreign { .. }) && error.exit_code() == 78, "{error}");

    fs::write(&database, vec![b'x'; 5000]).unwrap();
    assert!(matches!(Store::open(dir.path(), Sync::Full).unwrap_err(), Error::Foreign { .. }));

    fs::remove_file(&database).unwrap();
    drop(open(dir.path()));
    rusqlite::Connection::open(&database).unwrap().pragma_update(None, "user_version", 2).unwrap();
    let error = Store::open(dir.path(), Sync::Full).unwrap_err();
    assert!(error.to_string().contains("format 2"), "{error}");
}

#[test]
fn logs_without_their_database_or_with_an_older_one_are_refused() {
    let dir = TempDir::new().unwrap();
    let mut store = open(dir.path());
    append(&mut store, &open(dir.path()).writer("g").unwrap(), "a", &[b"one"]);
    drop(store);
    let yesterday = fs::read(dir.path().join("store.db")).unwrap();
    let mut store = open(dir.path());
    append(&mut store, &open(dir.path()).writer("g").unwrap(), "a", &[b"two"]);
    drop(store);
    let today = fs::read(dir.path().join("store.db")).unwrap();

    fs::write(dir.path().join("store.db"), yesterday).unwrap();
    let error = open(dir.path()).writer("g").unwrap_err();
    assert!(error.to_string().contains("older"), "{error}");
    let refused = || {
        let error = Store::open(dir.path(), Sync::Full).unwrap_err();
        assert!(error.to_string().contains("logs without their store.db") && error.exit_code() == 78, "{error}");
    };
    fs::remove_file(dir.path().join("store.db")).unwrap();
    refused();
    refused();
    fs::write(dir.path().join("store.db"), "").unwrap();
    refused();

    fs::write(dir.path().join("store.db"), today).unwrap();
    let store = open(dir.path());
    assert_eq!(store.writer("g").unwrap().truncated_bytes, 0);
    assert_eq!(read(&store, "g", "a").unwrap().len(), 2);
}

/// After a crash all that was committed may stand in the log of the database. Without it, that is a store of which nothing is known:
/// it was taken for a new one, and whoever only reads found that nothing was ever lost.
#[test]
fn a_database_whose_log_is_gone_is_no_new_store() {
    let (dir, copy) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let mut store = open(dir.path());
    let writer = store.writer("g").unwrap();
    append(&mut store, &writer, "a", &[b"one"]);
    fs::create_dir(copy.path().join("g")).unwrap();
    for file in ["store.db", "g.lock", "g/a.log"] {
        fs::copy(dir.path().join(file), copy.path().join(file)).unwrap();
    }
    assert!(fs::metadata(copy.path().join("store.db")).unwrap().len() > 0);
    let error = Store::open(copy.path(), Sync::Full).unwrap_err();
    assert!(error.to_string().contains("its store.db-wal"), "{error}");
    fs::copy(dir.path().join("store.db-wal"), copy.path().join("store.db-wal")).unwrap();
    assert_eq!(read(&open(copy.path()), "g", "a").unwrap(), [b"one"]);
}

#[test]
fn a_full_disk_stops_the_store_and_costs_nothing_committed() {
    let dir = TempDir::new().unwrap();
    let mut store = open(dir.path());
    let writer = store.writer("g").unwrap();
    append(&mut store, &writer, "a", &[b"one"]);
    // Every write to this device fails as on a full disk.
    std::os::unix::fs::symlink("/dev/full", log(dir.path(), "b")).unwrap();
    let mut txn = store.begin();
    txn.append(&writer, "a", framed(&[b"two"]));
    txn.append(&writer, "b", framed(&[b"three"]));
    let error = txn.commit().unwrap_err();
    assert!(error.is_temporary() && error.exit_code() == 75 && error.hint().contains("room"), "{error}");
    assert!(matches!(store.begin().commit().unwrap_err(), Error::Poisoned { .. }));
    drop((writer, store));

    let mut store = open(dir.path());
    let writer = store.writer("g").unwrap();
    assert!(writer.truncated_bytes > 0);
    append(&mut store, &writer, "b", &[b"three"]);
    assert_eq!(read(&store, "g", "a").unwrap(), [b"one".to_vec()]);
    assert_eq!(read(&store, "g", "b").unwrap(), [b"three".to_vec()]);
}

#[test]
fn many_open_a_new_directory_at_once_and_share_one_store() {
    for _ in 0..10 {
        let dir = TempDir::new().unwrap();
        std::thread::scope(|scope| {
            for thread in 0..6 {
                let dir = dir.path();
                scope.spawn(move || {
                    let mut store = Store::open(dir, Sync::Off).unwrap();
                    append(&mut store, &open(dir).writer(&format!("g{thread}")).unwrap(), "a", &[b"x"]);
                });
            }
        });
        let store = open(dir.path());
        assert!((0..6).all(|thread| store.files(&format!("g{thread}")).unwrap().len() == 1));
    }
}

#[test]
fn two_writers_of_different_groups_commit_at_the_same_time() {
    let dir = TempDir::new().unwrap();
    std::thread::scope(|scope| {
        for group in ["raw", "out"] {
            let dir = dir.path();
            scope.spawn(move || {
                let mut store = Store::open(dir, Sync::Off).unwrap();
                let writer = store.writer(group).unwrap();
                for number in 0..200_u32 {
                    let mut txn = store.begin();
                    txn.append(&writer, "log", framed(&[&number.to_le_bytes()]));
                    txn.add("both", 1);
                    txn.commit().unwrap();
                }
            });
        }
    });
    let store = open(dir.path());
    assert_eq!(store.counter("both").unwrap(), 400);
    for group in ["raw", "out"] {
        let expected: Vec<_> = (0..200_u32).map(|number| number.to_le_bytes().to_vec()).collect();
        assert_eq!(read(&store, group, "log").unwrap(), expected);
    }
}

/// One step of the random history.
#[derive(Clone, Debug)]
enum Act {
    Append {
        file: u8,
        payload: Vec<u8>,
    },
    Remove {
        file: u8,
    },
    Commit,
    /// A commit stopped at a step, then a restart.
    Crash(u8),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        4 => (0..4_u8, prop::collection::vec(any::<u8>(), 1..40)).prop_map(|(file, payload)| Act::Append { file, payload }),
        1 => (0..4_u8).prop_map(|file| Act::Remove { file }),
        3 => Just(Act::Commit),
        1 => (0..4_u8).prop_map(Act::Crash),
    ];
    prop::collection::vec(act, 1..40)
}

type Model = BTreeMap<String, Vec<Vec<u8>>>;

/// Runs the acts since the last commit as one transaction; on success the model follows.
fn commit(store: &mut Store, writer: &Writer, pending: &mut Vec<Act>, model: &mut Model) -> Result<(), Error> {
    let mut next = model.clone();
    let mut touched = BTreeMap::new();
    let mut txn = store.begin();
    for act in pending.drain(..) {
        match act {
            Act::Append { file, payload } if touched.get(&file) != Some(&true) => {
                touched.insert(file, false);
                txn.append(writer, &format!("f{file}"), framed(&[&payload]));
                next.entry(format!("f{file}")).or_default().push(payload);
            }
            Act::Remove { file } if touched.get(&file) != Some(&false) => {
                touched.insert(file, true);
                txn.remove(writer, &format!("f{file}"));
                next.remove(&format!("f{file}"));
            }
            _ => {}
        }
    }
    txn.add("commits", 1);
    let result = txn.commit();
    if result.is_ok() {
        *model = next;
    }
    result
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_history_of_commits_and_crashes_equals_the_model(acts in acts()) {
        let dir = TempDir::new().unwrap();
        let mut store = Store::open(dir.path(), Sync::Off).unwrap();
        let mut writer = store.writer("g").unwrap();
        let (mut model, mut pending, mut commits) = (Model::new(), Vec::new(), 0);
        for act in acts {
            match act {
                Act::Commit => {
                    commit(&mut store, &writer, &mut pending, &mut model).unwrap();
                    commits += 1;
                }
                Act::Crash(step) => {
                    let step = [Step::Begun, Step::Written, Step::Synced, Step::Committed][usize::from(step)];
                    store.fail_at = Some(step);
                    let mut after = model.clone();
                    let mut history = pending.clone();
                    prop_assert!(commit(&mut store, &writer, &mut pending, &mut model).is_err());
                    if step == Step::Committed {
                        // It happened: let the model do the same acts on a scratch store.
                        let scratch = TempDir::new().unwrap();
                        let mut twin = Store::open(scratch.path(), Sync::Off).unwrap();
                        let twin_writer = twin.writer("g").unwrap();
                        commit(&mut twin, &twin_writer, &mut history, &mut after).unwrap();
                        commits += 1;
                        model = after;
                    }
                    drop(writer);
                    store = Store::open(dir.path(), Sync::Off).unwrap();
                    writer = store.writer("g").unwrap();
                }
                other => pending.push(other),
            }
            let files: Vec<_> = store.files("g").unwrap().into_iter().map(|file| file.name).collect();
            prop_assert_eq!(&files, &model.keys().cloned().collect::<Vec<_>>());
            for (name, payloads) in &model {
                prop_assert_eq!(&read(&store, "g", name).unwrap(), payloads);
            }
            prop_assert_eq!(store.counter("commits").unwrap(), commits);
        }
    }
}

/// Of a disk that is full SQLite says "disk I/O error" when somebody opens a store, and people looked for a broken disk.
#[test]
fn whoever_finds_no_room_is_told_to_make_some() {
    let path = PathBuf::from("d/store.db");
    let sqlite = |code| {
        let source = rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(code), None);
        Error::Database { path: path.clone(), source }
    };
    let full = [
        Error::Io { path: path.clone(), source: io::ErrorKind::StorageFull.into() },
        Error::Io { path: path.clone(), source: io::ErrorKind::QuotaExceeded.into() },
        sqlite(rusqlite::ffi::SQLITE_FULL),
        sqlite(rusqlite::ffi::SQLITE_IOERR_SHMSIZE),
    ];
    for error in full {
        assert_eq!((error.exit_code(), error.hint().starts_with("make room")), (75, true), "{error}");
    }
}

#[test]
fn who_may_not_write_is_told_so_and_not_started_again() {
    let path = PathBuf::from("d/.opening");
    let io = |kind: io::ErrorKind| Error::Io { path: path.clone(), source: kind.into() };
    let sqlite = |code| {
        let source = rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(code), None);
        Error::Database { path: path.clone(), source }
    };
    let denied = [
        io(io::ErrorKind::PermissionDenied),
        io(io::ErrorKind::ReadOnlyFilesystem),
        sqlite(rusqlite::ffi::SQLITE_READONLY),
        sqlite(rusqlite::ffi::SQLITE_PERM),
    ];
    for error in denied {
        assert_eq!(error.exit_code(), 78, "{error}");
        assert!(error.hint().contains("user who owns") && error.hint().contains("chown -R"), "{error}");
    }
    let files = Error::Io { path: path.clone(), source: io::Error::from_raw_os_error(libc::EMFILE) };
    assert_eq!(files.exit_code(), 75);
    assert!(files.hint().contains("open files"), "{files}");
    for error in [io(io::ErrorKind::Other), sqlite(rusqlite::ffi::SQLITE_IOERR)] {
        assert_eq!(error.exit_code(), 75, "{error}");
        assert!(error.hint().contains("start again"), "{error}");
    }
}

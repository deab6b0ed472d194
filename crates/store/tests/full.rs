//! No file may grow beyond some length, as on a disk that is full: whichever write that hits, what was acknowledged stands, and
//! nothing else but the commit that was under way. The length goes through all that the files of a history reach.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics, and says why")]

use std::{
    env,
    path::Path,
    process::{Command, Stdio},
};
use store::{Store, Sync, Writer};
use tempfile::TempDir;

/// For the process that commits: the directory of its store, and the bytes of each frame.
const DIR: &str = "FAIRCOPY_FULL_DIR";
const FRAME: &str = "FAIRCOPY_FULL_FRAME";
const COMMITS: u64 = 12;
/// Farther than any file grows, in the 512 bytes that `ulimit -f` counts in.
const UNITS: usize = 700;

#[test]
fn a_disk_that_is_full_at_any_length_costs_nothing_acknowledged() {
    let step = if env::var("FAIRCOPY_FAULTS").is_ok_and(|how| how == "full") { 1 } else { 13 };
    // The log of the database is the first to be too long, or the file of frames.
    for frame in [100, 24_000] {
        let acknowledged: Vec<u64> = (0..UNITS).step_by(step).map(|units| run(units, frame)).collect();
        let (first, last) = (acknowledged[0], acknowledged[acknowledged.len() - 1]);
        assert_eq!((first, last), (0, COMMITS), "{acknowledged:?}");
        let within = acknowledged.iter().filter(|count| (1..COMMITS).contains(count)).count();
        assert!(within > acknowledged.len() / 4, "the fault did not bite: {acknowledged:?}");
    }
}

/// Commits while no file may be longer; answers how many commits were acknowledged.
fn run(units: usize, frame: usize) -> u64 {
    let dir = TempDir::new().unwrap();
    // What a process is told by this signal, a full disk tells by the error alone.
    let limited = format!(r#"trap "" XFSZ; ulimit -f {units}; exec "$0" --exact commits_until_it_cannot --nocapture"#);
    let mut child = Command::new("sh");
    child.arg("-c").arg(limited).arg(env::current_exe().unwrap());
    child.env(DIR, dir.path()).env(FRAME, frame.to_string()).stderr(Stdio::null());
    let told = String::from_utf8(child.output().unwrap().stdout).unwrap();
    let acknowledged = told.lines().filter(|line| line.contains("acknowledged")).count() as u64;
    let mut store = Store::open(dir.path(), Sync::Off).unwrap();
    let writer = store.writer("g").unwrap();
    let held = held(&store, frame);
    assert!([acknowledged, acknowledged + 1].contains(&held), "{units}: {held} of {acknowledged} stand");
    commit(&mut store, &writer, held, frame).unwrap();
    assert_eq!(self::held(&store, frame), held + 1, "{units}");
    acknowledged
}

/// How many commits stand: counter and frames agree.
fn held(store: &Store, frame: usize) -> u64 {
    let count = store.counter("commits").unwrap();
    for file in ["a", "b"] {
        let Ok(mut reader) = store.reader("g", file) else {
            assert_eq!(count, 0);
            continue;
        };
        let (mut at, mut read) = (0, Vec::new());
        for number in 0..count {
            at = reader.frame_at(at, &mut read).unwrap().unwrap();
            assert_eq!(read, payload(number, frame));
        }
        assert_eq!(at, reader.length());
    }
    count
}

fn payload(number: u64, frame: usize) -> Vec<u8> {
    vec![u8::try_from(number).unwrap(); frame]
}

fn commit(store: &mut Store, writer: &Writer, number: u64, frame: usize) -> Result<(), store::Error> {
    let mut framed = Vec::new();
    store::frame(&mut framed, &payload(number, frame));
    let mut txn = store.begin();
    txn.append(writer, "a", framed.clone());
    txn.append(writer, "b", framed);
    txn.add("commits", 1);
    txn.commit()
}

/// The process that commits.
#[test]
fn commits_until_it_cannot() {
    let (Ok(dir), Ok(frame)) = (env::var(DIR), env::var(FRAME)) else { return };
    let Ok(mut store) = Store::open(Path::new(&dir), Sync::Off) else { return };
    let Ok(writer) = store.writer("g") else { return };
    for number in 0..COMMITS {
        if commit(&mut store, &writer, number, frame.parse().unwrap()).is_err() {
            return;
        }
        println!("acknowledged {number}");
    }
}

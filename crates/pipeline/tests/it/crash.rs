//! A worker is killed with SIGKILL at random moments and started again, over and over, until it has judged everything.
//! After each kill what is committed must account for itself; at the end the topics must be, byte for byte, those of
//! a run that was never interrupted.
//!
//! The killed process is this test binary running [`child`]. It says through its standard output what it is about to
//! do, so that the parent knows after the kill what was hit: a run in which fewer than half of the kills hit an
//! uncommitted chunk proves nothing and fails.
//!
//! `FAIRCOPY_KILLS` sets the number of kills, `FAIRCOPY_SEED` the seed.

use crate::world::{LOCAL, Random, World, json, keys, line, records, slip};
use pipeline::{Stop, WorkerSettings};
use record::{Message, Position, chunk::Bound, header};
use std::{
    collections::BTreeSet,
    env,
    io::{Read, Write, stdout},
    path::Path,
    process::{Command, Stdio},
    thread,
    time::Duration,
};
use transport::{
    Again, Commit, Ending, Error, Event, Known, Topic, Transport,
    local::{Local, Reader, Settings},
};

const DIR: &str = "FAIRCOPY_CRASH_DIR";
const KILLS: u64 = 200;
const RECORDS: u64 = 4_000;
const CHUNK: usize = 40;
/// Longest time from a worker's first poll to its death: some dozen chunks.
const LIFE_US_MAX: u64 = 40_000;

/// What the child says it does: one byte each, of those that the test harness on the same pipe never writes.
mod said {
    /// It polled a chunk.
    pub(super) const POLLED: u8 = 1;
    /// It begins to commit a chunk.
    pub(super) const COMMITS: u8 = 2;
    /// It has committed a chunk.
    pub(super) const COMMITTED: u8 = 3;
    /// Bytes of an interrupted commit were cut when it started.
    pub(super) const CUT: u8 = 4;
    /// It has judged everything.
    pub(super) const DONE: u8 = 5;
}

fn say(what: u8) {
    let mut out = stdout().lock();
    out.write_all(&[what]).and_then(|()| out.flush()).unwrap();
}

/// A transport that tells what happens to it.
struct Told(Local);

impl Transport for Told {
    fn poll(&mut self, bound: Bound, wait: Duration) -> Result<Event, Error> {
        let event = self.0.poll(bound, wait)?;
        if matches!(event, Event::Chunk(_)) {
            say(said::POLLED);
        }
        Ok(event)
    }
    fn fetch(&mut self, positions: &[Position], found: &mut dyn FnMut(Position, Again)) -> Result<(), Error> {
        self.0.fetch(positions, found)
    }
    fn commit(&mut self, commit: Commit<'_>) -> Result<Ending, Error> {
        say(said::COMMITS);
        let outcome = self.0.commit(commit)?;
        say(said::COMMITTED);
        Ok(outcome)
    }
    fn restore(&mut self, known: &[Known]) -> Result<Vec<u32>, Error> {
        self.0.restore(known)
    }
    fn seek(&mut self, position: Position) -> Result<(), Error> {
        self.0.seek(position)
    }
    fn lag(&mut self) -> Result<Vec<(u32, u64)>, Error> {
        self.0.lag()
    }
}

/// What the parent kills; nothing when run as a test of its own.
#[test]
fn child() {
    let Some(dir) = env::var_os(DIR) else { return };
    // Real commits: each waits for the disk, so that kills find them half done.
    let local = Local::open(Path::new(&dir), Settings { sync: store::Sync::Full, ..LOCAL }).unwrap();
    if local.truncated_bytes() > 0 {
        say(said::CUT);
    }
    let mut keys = keys(&local);
    let settings = WorkerSettings {
        chunk: Bound { records: CHUNK, bytes: 1 << 20 },
        wait: Duration::ZERO,
        judging: Duration::MAX,
    };
    let stop = Stop::default();
    stop.when_drained();
    pipeline::run(&line(2), &mut Told(local), &mut keys, &settings, &stop, &mut |_| {}).unwrap();
    say(said::DONE);
}

/// What a worker's life came to.
#[derive(Debug, Default)]
struct Life {
    polled: u64,
    commits: u64,
    committed: u64,
    cut: bool,
    done: bool,
}

impl Life {
    fn hear(&mut self, said: &[u8]) {
        for &what in said {
            match what {
                said::POLLED => self.polled += 1,
                said::COMMITS => self.commits += 1,
                said::COMMITTED => self.committed += 1,
                said::CUT => self.cut = true,
                said::DONE => self.done = true,
                _ => {}
            }
        }
    }
}

/// Runs one test of this very binary.
fn command(test: &str) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args([test, "--exact", "--nocapture", "--quiet"]).stdout(Stdio::piped()).stderr(Stdio::null());
    command
}

/// Starts a worker and kills it at a random moment, mostly while it works; or sees it end.
fn live_and_die(dir: &Path, random: &mut Random) -> Life {
    let mut child = command("crash::child").env(DIR, dir).spawn().unwrap();
    let mut out = child.stdout.take().unwrap();
    let mut life = Life::default();
    // Some die while they start: recovery, too, may be interrupted.
    let young = random.below(10) == 0;
    let mut bytes = [0; 1 << 12];
    while !young && life.polled == 0 {
        match out.read(&mut bytes).unwrap() {
            0 => break,
            read => life.hear(&bytes[..read]),
        }
    }
    thread::sleep(Duration::from_micros(random.below(LIFE_US_MAX)));
    child.kill().unwrap();
    child.wait().unwrap();
    let mut rest = Vec::new();
    out.read_to_end(&mut rest).unwrap();
    life.hear(&rest);
    life
}

fn number(name: &str, default: u64) -> u64 {
    env::var(name).ok().map_or(default, |text| text.parse().unwrap())
}

#[test]
fn nothing_is_lost_doubled_or_wrong_wherever_a_worker_is_killed() {
    let (seed, kills_wanted) = (number("FAIRCOPY_SEED", 2026), number("FAIRCOPY_KILLS", KILLS));
    eprintln!("FAIRCOPY_SEED={seed} FAIRCOPY_KILLS={kills_wanted}");
    let mut random = Random(seed);
    let records = records(seed, RECORDS);
    let expected = World::new(&records);
    expected.drain(1, 4096);
    let expected = expected.outputs();
    let [mut kills, mut open, mut committing, mut cut, mut laps] = [0_u64; 5];
    while kills < kills_wanted {
        let world = World::new(&records);
        loop {
            let life = live_and_die(world.dir(), &mut random);
            cut += u64::from(life.cut);
            world.assert_accounted();
            if life.done || kills == kills_wanted {
                break;
            }
            kills += 1;
            open += u64::from(life.polled > life.committed);
            committing += u64::from(life.commits > life.committed);
        }
        world.drain(2, CHUNK);
        world.assert_accounted();
        assert!(world.outputs() == expected, "lap {laps} differs, seed {seed}");
        laps += 1;
    }
    eprintln!(
        "{kills} kills in {laps} laps: {open} with an open chunk, {committing} within a commit, {cut} left bytes"
    );
    assert!(open * 2 >= kills, "only {open} of {kills} kills hit an uncommitted chunk: nothing is proven");
    assert!(cut > 0, "no kill left half a commit behind: nothing is proven");
}

const REPLAY_DIR: &str = "FAIRCOPY_REPLAY_DIR";

/// Replays every reject in `dir` with a correction.
fn replay(dir: &Path) -> pipeline::replay::Report {
    let correct = |(_, reject): (u64, Message)| {
        let number = json(&reject)["origin"]["offset"].to_string();
        (format!("raw/0/{number}"), format!(r#"{{"no":"{number}","amount":"1.00"}}"#).into_bytes())
    };
    let mut rejects = Reader::open(dir, Topic::Rejects, 0).unwrap();
    let corrected = std::iter::from_fn(|| rejects.read().unwrap()).map(correct).collect();
    let local = Settings { sync: store::Sync::Full, ..LOCAL };
    let settings = pipeline::replay::Settings { run: true, attempts_max: 3 };
    let site = pipeline::replay::Site::Store(dir, local);
    pipeline::replay::run(&site, &line(1), &Default::default(), Some(&corrected), &settings).unwrap()
}

/// What the parent kills; nothing when run as a test of its own.
#[test]
fn replaying_child() {
    if let Some(dir) = env::var_os(REPLAY_DIR) {
        replay(Path::new(&dir));
    }
}

#[test]
fn a_replay_that_is_killed_resumes_and_doubles_nothing() {
    const REJECTS: u64 = 4_000;
    let rejects: Vec<Message> = (0..REJECTS).map(|number| slip(&format!(r#"{{"no":"{number}"}}"#))).collect();
    let world = World::new(&rejects);
    world.drain(2, 1_000);
    let sent = || Reader::open(world.dir(), Topic::Raw, 0).unwrap().range().unwrap().1 - REJECTS;
    let mut interrupted = 0;
    for _ in 0..3 {
        let before = sent();
        let mut child = command("crash::replaying_child").env(REPLAY_DIR, world.dir()).spawn().unwrap();
        while sent() == before && child.try_wait().unwrap().is_none() {
            thread::sleep(Duration::from_millis(1));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        interrupted += u64::from((before + 1..REJECTS).contains(&sent()));
    }
    assert!(interrupted > 0, "no kill hit a replay under way: nothing is proven");
    let before = sent();
    let report = replay(world.dir());
    assert_eq!((report.sent, report.skipped.get("done").copied()), (REJECTS - before, Some(before)));
    let parents = |(_, message): (u64, Message)| message.header(header::PARENT_REJECT).map(str::to_owned);
    let parents: Vec<String> = world.topic(Topic::Raw).into_iter().filter_map(parents).collect();
    let distinct: BTreeSet<&String> = parents.iter().collect();
    assert_eq!((parents.len(), distinct.len()), (rejects.len(), rejects.len()));
    let ledger = world.drain(2, 1_000).ledger;
    assert_eq!((ledger.received, ledger.clean), (REJECTS, REJECTS));
}

//! What a duplicate decision costs, at 1, 10 and 100 million keys: CPU per record with the index growing and the claims
//! committed, memory and disk per key, and how long the index takes to be ready again after a restart.
//!
//! `FAIRCOPY_BENCH_KEYS_MAX=10000000` leaves out the larger runs; a run that the disk cannot hold is left out with a
//! message. `TMPDIR` says where the claim logs go (48 bytes per key).
#![expect(clippy::print_stdout, reason = "a bench reports on standard output")]

use dedupe::{Candidate, Decision, GROUP, Settings, Window};
use record::{Claim, ContentHash, Key, Position, RecordTime};
use std::{
    error::Error,
    fs,
    process::Command,
    time::{Duration, Instant},
};
use store::{Store, Sync, Writer};

/// As in the program: it keeps more of what it is given back, and a page that the host gives for the first time costs more than one that was
/// there.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const DAY_MS: u64 = 86_400_000;
const SETTINGS: Settings = Settings { shards: 64, window_ms: 32 * 86_400_000, slices: 8 };
const CHUNK: u64 = 4096;
/// One record in 32 repeats an earlier one: 3 %, as keying operations see it.
const DUPLICATE_EVERY: u64 = 32;
const MILLION: u64 = 1_000_000;

/// One run: so many records, over so many days of record time.
struct Run {
    name: &'static str,
    records: u64,
    days: u64,
    sync: Sync,
}

/// SplitMix64 (Steele, Lea, Flood 2014): cheap, and as random as the hashes it stands for.
fn mix(number: u64) -> u64 {
    let z = number.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

fn claim(number: u64, run: &Run) -> Claim {
    let repeats = number % DUPLICATE_EVERY == DUPLICATE_EVERY - 1;
    // A recent one: the repeated record is within the window whatever the run. Not itself a repetition: those claim
    // nothing.
    let of = if repeats { number - 1 - mix(number) % (number / 8 + 1).min(number) } else { number };
    let of = if repeats && of % DUPLICATE_EVERY == DUPLICATE_EVERY - 1 { of - 1 } else { of };
    let mut key = [0; 16];
    key[..8].copy_from_slice(&mix(of * 2).to_le_bytes());
    key[8..].copy_from_slice(&mix(of * 2 + 1).to_le_bytes());
    let time = i64::try_from(number * (run.days * DAY_MS / 1000) / run.records * 1000).unwrap_or(i64::MAX);
    let position = Position { partition: 0, offset: number };
    Claim { key: Key(key), content: ContentHash(of), position, time: RecordTime(time) }
}

/// CPU time of this process, all threads: user and system, in ticks of 10 ms (fields 14 and 15 of proc_pid_stat(5)).
fn cpu() -> Result<Duration, Box<dyn Error>> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks: u64 = fields.skip(11).take(2).map(|field| field.parse().unwrap_or(0)).sum();
    Ok(Duration::from_millis(ticks * 10))
}

fn nanos_each(time: Duration, count: u64) -> u128 {
    time.as_nanos() / u128::from(count)
}

/// Hundredths, without floats.
fn ratio(part: u64, whole: u64) -> String {
    let hundredths = part * 100 / whole;
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// What the parts of a run took, wall time.
#[derive(Default)]
struct Parts {
    decide: Duration,
    commit: Duration,
    sweep: Duration,
    first: u64,
}

fn feed(run: &Run, store: &mut Store, writer: &Writer, window: &mut Window) -> Result<Parts, Box<dyn Error>> {
    let mut parts = Parts::default();
    let mut candidates = Vec::new();
    for start in (0..run.records).step_by(usize::try_from(CHUNK)?) {
        candidates.clear();
        let claims = (start..run.records.min(start + CHUNK)).map(|number| claim(number, run));
        candidates.extend(claims.map(|claim| Candidate { claim, traces: &[] }));
        let begun = Instant::now();
        let decisions = window.decide(&candidates)?.decisions;
        parts.decide += begun.elapsed();
        parts.first += u64::try_from(decisions.iter().filter(|decision| **decision == Decision::First).count())?;
        let begun = Instant::now();
        let mut txn = store.begin();
        window.write(&mut txn, writer);
        txn.commit()?;
        parts.commit += begun.elapsed();
        let begun = Instant::now();
        window.committed(store)?;
        parts.sweep += begun.elapsed();
    }
    Ok(parts)
}

/// CPU that making the candidates costs: subtracted from the run's.
fn overhead(run: &Run) -> Result<Duration, Box<dyn Error>> {
    let before = cpu()?;
    (0..run.records).for_each(|number| {
        std::hint::black_box(claim(number, run));
    });
    Ok(cpu()?.saturating_sub(before))
}

fn measure(run: &Run) -> Result<(), Box<dyn Error>> {
    let dir = tempfile::tempdir()?;
    let mut store = Store::open(dir.path(), run.sync)?;
    let writer = store.writer(GROUP)?;
    let mut window = Window::open(&store, SETTINGS, &mut |_| {})?;
    let making = overhead(run)?;
    let before = cpu()?;
    let parts = feed(run, &mut store, &writer, &mut window)?;
    let used = cpu()?.saturating_sub(before).saturating_sub(making);
    let (keys, memory, disk) = (window.keys(), window.memory_bytes(), window.log_bytes());
    drop(window);
    let begun = Instant::now();
    let window = Window::open(&store, SETTINGS, &mut |_| {})?;
    let ready = begun.elapsed();
    assert_eq!((window.keys(), parts.first + run.records / DUPLICATE_EVERY), (keys, run.records));
    println!(
        "{:<24} {:>7} ns {:>7} ns {:>7} ns {:>7} ns {:>8} {:>8} {:>6} ms",
        run.name,
        nanos_each(used, run.records),
        nanos_each(parts.decide, run.records),
        nanos_each(parts.sweep, run.records),
        nanos_each(parts.commit, run.records),
        ratio(memory, keys),
        ratio(disk, keys),
        ready.as_millis(),
    );
    Ok(())
}

/// Free bytes where temporary files go; unknown means enough.
fn free_bytes() -> u64 {
    let output = Command::new("df").arg("-Pk").arg(std::env::temp_dir()).output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    let free = text.lines().nth(1).and_then(|line| line.split_whitespace().nth(3)?.parse::<u64>().ok());
    free.map_or(u64::MAX, |kib| kib.saturating_mul(1024))
}

fn main() -> Result<(), Box<dyn Error>> {
    let max = std::env::var("FAIRCOPY_BENCH_KEYS_MAX").ok().and_then(|max| max.parse().ok()).unwrap_or(u64::MAX);
    let runs = [
        Run { name: "1 M, synced", records: MILLION, days: 30, sync: Sync::Full },
        Run { name: "1 M", records: MILLION, days: 30, sync: Sync::Off },
        Run { name: "10 M", records: 10 * MILLION, days: 30, sync: Sync::Off },
        Run { name: "30 M sliding over 10 M", records: 30 * MILLION, days: 96, sync: Sync::Off },
        Run { name: "100 M", records: 100 * MILLION, days: 30, sync: Sync::Off },
    ];
    println!(
        "{:<24} {:>10} {:>10} {:>10} {:>10} {:>8} {:>8} {:>9}",
        "records", "CPU/record", "decide", "sweep", "commit", "B mem/key", "B disk", "ready in"
    );
    for run in runs.iter().filter(|run| run.records <= max) {
        if free_bytes() / 50 < run.records {
            println!("{:<24} left out: too little room in {}", run.name, std::env::temp_dir().display());
            continue;
        }
        measure(run)?;
    }
    Ok(())
}

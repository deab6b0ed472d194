//! Two workers against one, each a process with one judging thread: records per second from when all of them have their
//! partitions, as long as all of them have work.
//!
//! On two cores the broker and all threads of the clients share what judging leaves. So there are two loads: records of all
//! forms, where one worker and the broker keep both cores busy by themselves; and records of a form whose rules compare
//! every two of their lines, where judging is nearly all there is to do. Beside it stands how much more two threads judge than
//! one with no Kafka at all: cores that share a physical one, or a host, do not give twice as much.

use super::topics::{self, Run};
use benches::{load, median, ratio};
use faircopy::generate::sources;
use pipeline::{Forms, Stop, Told, WorkerSettings};
use record::{Message, RecordTime, chunk::Bound, header};
use rules::{Context, Form};
use std::{
    collections::BTreeSet,
    env,
    error::Error,
    fmt::Write as _,
    hint::black_box,
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
    sync::mpsc::{self, Receiver, SyncSender},
    thread,
    time::{Duration, Instant},
};

/// The child's brokers, raw topic, run, name and load, separated by blanks.
const CHILD: &str = "FAIRCOPY_BENCH_WORKER";
/// Counts that wait to be added up.
const TOLD_MAX: usize = 64;
/// A host that gives more at one time than at another spoils a single comparison.
const ROUNDS: usize = 3;
/// Longest silence of all workers.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the workers take.
#[derive(Clone, Copy)]
struct Load {
    name: &'static str,
    told: &'static str,
    records: u64,
    /// Records of a chunk: so many that the commit of one costs little beside its judging, and so few that what is left half done
    /// at the beginning and at the end counts little.
    chunk: usize,
    /// A transaction writes to the claims of nearly every shard: two workers need no more than these.
    shards: u32,
}

const LOADS: [Load; 2] = [
    Load { name: "forms", told: "records of all forms", records: 300_000, chunk: 4096, shards: 64 },
    Load { name: "pairs", told: "records that are costly to judge", records: 20_000, chunk: 512, shards: 16 },
];

/// Lines of a costly record: what compares every two of them comes near the bound on the steps of a rule.
const LINES: u64 = 120;
/// Rules of its form, each of which compares every two.
const RULES: u64 = 12;

/// The form of costly records.
fn pairs_form() -> String {
    let rule = |nth: u64| {
        format!(
            r#"{{"id": "pairs.{nth}", "path": "/lines", "message": "no two may add up to more",
                "rule": "lines.all(a, lines.all(b, a.n + b.n < {}))"}}"#,
            2 * LINES + nth
        )
    };
    let rules = (0..RULES).map(rule).collect::<Vec<_>>().join(",");
    r#"{"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "pairs/1", "type": "object",
    "additionalProperties": false, "required": ["no", "lines"], "properties": {
        "no": {"type": "string", "maxLength": 20},
        "lines": {"type": "array", "maxItems": 150, "items": {"type": "object", "additionalProperties": false,
            "required": ["n"], "properties": {"n": {"type": "integer"}}}}},
    "x-faircopy": {"key": ["/no"], "rules": [RULES]}}"#
        .replace("RULES", &rules)
}

impl Load {
    fn messages(self) -> Vec<Message> {
        if self.name == "forms" { load::messages(self.records) } else { (0..self.records).map(pairs).collect() }
    }

    fn forms(self) -> Result<Forms, Box<dyn Error>> {
        if self.name == "forms" {
            return load::bound();
        }
        let form = Form::parse("pairs/1.json", &pairs_form()).map_err(|errors| format!("{errors:?}"))?;
        Ok(Forms::new(&[form], &sources(), None)?)
    }
}

fn pairs(nth: u64) -> Message {
    let mut value = format!("{{\"no\":\"{nth}\",\"lines\":[{{\"n\":1}}");
    for line in 1..LINES {
        let _infallible = write!(value, ",{{\"n\":{line}}}");
    }
    value.push_str("]}");
    let headers = [(header::FORM, "pairs")].into();
    Message { time: RecordTime(1_795_348_800_000), key: Vec::new(), headers, value: value.into_bytes() }
}

pub(super) fn is_child() -> bool {
    env::var_os(CHILD).is_some()
}

/// A worker until it is killed. Says 0 once it has partitions and their claims, and of each commit how many outcomes it has.
pub(super) fn child() -> Result<(), Box<dyn Error>> {
    let told = env::var(CHILD)?;
    let [brokers, raw, name, instance, load] = told.split(' ').collect::<Vec<_>>()[..] else {
        return Err(format!("{CHILD} is for this bench alone").into());
    };
    let load = LOADS.into_iter().find(|known| known.name == load).ok_or("no such load")?;
    let mut run = Run::known(brokers, raw, name, load.shards);
    instance.clone_into(&mut run.settings.instance);
    let settings = WorkerSettings {
        chunk: Bound { records: load.chunk, ..Bound::default() },
        judging: Duration::from_secs(10),
        ..WorkerSettings::default()
    };
    run.work(load.forms()?, 1, settings, &Stop::default(), &mut |told| match told {
        Told::Ready(true) => println!("0"),
        Told::Ready(false) => {}
        Told::Chunk(report) => {
            let ledger = report.tally.ledger;
            assert!(load.name == "forms" || ledger.reject == 0, "a costly record is judged to the end");
            println!("{}", ledger.clean + ledger.reject + ledger.duplicate);
        }
    })?;
    Ok(())
}

/// Prints how much more two workers do.
pub(super) fn report(brokers: &str) -> Result<(), Box<dyn Error>> {
    LOADS.into_iter().try_for_each(|load| compare(brokers, load))
}

fn compare(brokers: &str, load: Load) -> Result<(), Box<dyn Error>> {
    let raw = format!("{}.raw", load.name);
    let messages = load.messages();
    Run::sharded(brokers, &raw, &format!("{}-filled", load.name), load.shards)?;
    topics::fill(brokers, &raw, &messages)?;
    let (mut more, mut more_judged) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let [one, two] = [rate(brokers, &raw, load, round, 1)?, rate(brokers, &raw, load, round, 2)?];
        let [alone, together] = [judging(load, &messages, 1)?, judging(load, &messages, 2)?];
        println!(
            "{}: one worker {} records/s, two {}: {} times; judging alone, without Kafka, on one thread and on two: {} times",
            load.told,
            one / 1000,
            two / 1000,
            ratio(two, one),
            ratio(together, alone)
        );
        more.push(two * 1000 / one.max(1));
        more_judged.push(together * 1000 / alone.max(1));
    }
    println!(
        "median of {ROUNDS}: {} times; {} times",
        ratio(median(&mut more), 1000),
        ratio(median(&mut more_judged), 1000)
    );
    Ok(())
}

/// Thousandths of a record per second that so many threads judge, and nothing else: what the machine has to give.
fn judging(load: Load, messages: &[Message], threads: usize) -> Result<u64, Box<dyn Error>> {
    let sample = messages.get(..messages.len() / 8).ok_or("no records")?;
    let forms = load.forms()?;
    let judge = || {
        for message in sample {
            black_box(forms.find(message).map(|bound| bound.judge.judge(&message.value, Context::default()))).ok();
        }
    };
    let began = Instant::now();
    thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(judge))));
    Ok(u64::try_from(sample.len() * threads)? * 1_000_000_000_000 / u64::try_from(began.elapsed().as_nanos())?)
}

/// Thousandths of an outcome per second, from a quarter of the records to three quarters: as long as all workers have work, for the
/// first took records of some partitions before the others came, and once as many records are handed over as are taken.
fn rate(brokers: &str, raw: &str, load: Load, round: usize, workers: usize) -> Result<u64, Box<dyn Error>> {
    let name = format!("{}-{round}-{workers}", load.name);
    Run::sharded(brokers, raw, &name, load.shards)?;
    let (tell, told) = mpsc::sync_channel(TOLD_MAX);
    let told_of = |nth| format!("{brokers} {raw} {name} worker-{nth} {}", load.name);
    let children: Result<Vec<_>, _> =
        (0..workers).map(|nth| Working::start(&told_of(nth), nth, tell.clone())).collect();
    let _children = children?;
    let (mut silent, mut done): (BTreeSet<usize>, u64) = ((0..workers).collect(), 0);
    while !silent.is_empty() || done < load.records / 4 {
        let (nth, outcomes) = next(&told)?;
        silent.remove(&nth);
        done += outcomes;
    }
    let (began, first) = (Instant::now(), done);
    while done < load.records * 3 / 4 {
        done += next(&told)?.1;
    }
    Ok((done - first) * 1_000_000_000_000 / u64::try_from(began.elapsed().as_nanos())?)
}

fn next(told: &Receiver<(usize, u64)>) -> Result<(usize, u64), Box<dyn Error>> {
    Ok(told.recv_timeout(PATIENCE).map_err(|_| "the workers do not get on")?)
}

/// A child that does not outlive the bench.
struct Working(Child);

impl Working {
    fn start(what: &str, nth: usize, tell: SyncSender<(usize, u64)>) -> Result<Self, Box<dyn Error>> {
        let mut child = Command::new(env::current_exe()?).env(CHILD, what).stdout(Stdio::piped()).spawn()?;
        let said = child.stdout.take().ok_or("the child has no output")?;
        let working = Self(child);
        thread::spawn(move || {
            let counts = BufReader::new(said).lines().map_while(Result::ok).filter_map(|line| line.parse().ok());
            // Nobody listens once everything is counted.
            counts.map_while(|count| tell.send((nth, count)).ok()).for_each(drop);
        });
        Ok(working)
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        for result in [self.0.kill(), self.0.wait().map(drop)] {
            if let Err(error) = result {
                println!("a worker could not be stopped: {error}");
            }
        }
    }
}

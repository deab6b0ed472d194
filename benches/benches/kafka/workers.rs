//! Two workers against one: the time to take the middle half of a topic, each worker a process with one judging thread.
//!
//! On two cores the broker and all threads of the clients share what judging leaves. So there are two loads: records of all
//! forms, where one worker and the broker keep both cores busy by themselves; and records of a form whose one rule compares
//! every two of their lines, where judging is nearly all there is to do.

use super::topics::{self, Run};
use benches::{load, ratio};
use faircopy::generate::sources;
use pipeline::{Forms, Stop};
use record::{Input, Message, RecordTime, header};
use rules::Form;
use std::{
    env,
    error::Error,
    fmt::Write as _,
    process::{Child, Command},
    thread,
    time::{Duration, Instant},
};
use transport::kafka::Audit;

/// The child's brokers, raw topic, run, name and load, separated by blanks.
const CHILD: &str = "FAIRCOPY_BENCH_WORKER";
const PATIENCE: Duration = Duration::from_secs(600);

/// What the workers take.
#[derive(Clone, Copy)]
struct Load {
    name: &'static str,
    told: &'static str,
    records: u64,
}

const LOADS: [Load; 2] = [
    Load { name: "forms", told: "records of all forms", records: 400_000 },
    Load { name: "pairs", told: "records that are costly to judge", records: 24_000 },
];

/// Compares every two lines.
const PAIRS: &str = r#"{"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "pairs/1", "type": "object",
    "additionalProperties": false, "required": ["no", "lines"], "properties": {
        "no": {"type": "string", "maxLength": 20},
        "lines": {"type": "array", "maxItems": 100, "items": {"type": "object", "additionalProperties": false,
            "required": ["n"], "properties": {"n": {"type": "integer"}}}}},
    "x-faircopy": {"key": ["/no"], "rules": [{"id": "pairs.all", "path": "/lines", "message": "no two may add up to less",
        "rule": "lines.all(a, lines.all(b, a.n + b.n >= 0))"}]}}"#;
const LINES: u64 = 100;

impl Load {
    fn messages(self) -> Vec<Message> {
        if self.name == "forms" { load::messages(self.records) } else { (0..self.records).map(pairs).collect() }
    }

    fn forms(self) -> Result<Forms, Box<dyn Error>> {
        if self.name == "forms" {
            return load::bound();
        }
        let form = Form::parse("pairs/1.json", PAIRS).map_err(|errors| format!("{errors:?}"))?;
        Ok(Forms::new(&[form], &sources(), None)?)
    }
}

fn pairs(nth: u64) -> Message {
    let mut value = format!("{{\"no\":\"{nth}\",\"lines\":[{{\"n\":1}}");
    for line in 1..LINES {
        let _infallible = write!(value, ",{{\"n\":{line}}}");
    }
    value.push_str("]}");
    let headers = vec![(header::FORM.to_owned(), b"pairs".to_vec())];
    Message { time: RecordTime(1_795_348_800_000), key: Vec::new(), headers, value: value.into_bytes() }
}

pub(super) fn is_child() -> bool {
    env::var_os(CHILD).is_some()
}

/// A worker until it is killed.
pub(super) fn child() -> Result<(), Box<dyn Error>> {
    let told = env::var(CHILD)?;
    let [brokers, raw, name, instance, load] = told.split(' ').collect::<Vec<_>>()[..] else {
        return Err(format!("{CHILD} is for this bench alone").into());
    };
    let load = LOADS.into_iter().find(|known| known.name == load).ok_or("no such load")?;
    let mut run = Run::known(brokers, raw, name);
    instance.clone_into(&mut run.settings.instance);
    run.work(load.forms()?, 1, &Stop::default())?;
    Ok(())
}

/// Prints how much more two workers do.
pub(super) fn report(brokers: &str) -> Result<(), Box<dyn Error>> {
    LOADS.into_iter().try_for_each(|load| compare(brokers, load))
}

fn compare(brokers: &str, load: Load) -> Result<(), Box<dyn Error>> {
    let raw = format!("{}.raw", load.name);
    Run::new(brokers, &raw, &format!("{}-filled", load.name))?;
    topics::fill(brokers, &raw, &load.messages())?;
    let one = time(brokers, &raw, load, 1)?;
    let two = time(brokers, &raw, load, 2)?;
    let rate = |nanos: u64| load.records / 2 * 1_000_000_000 / nanos.max(1);
    println!("{}: one worker {} records/s, two {}: {} times", load.told, rate(one), rate(two), ratio(one, two));
    Ok(())
}

/// Nanoseconds for the middle half of the records.
fn time(brokers: &str, raw: &str, load: Load, workers: usize) -> Result<u64, Box<dyn Error>> {
    let name = format!("{}-{workers}", load.name);
    let run = Run::new(brokers, raw, &name)?;
    let children: Result<Vec<Working>, _> = (0..workers)
        .map(|nth| {
            let told = format!("{brokers} {raw} {name} worker-{nth} {}", load.name);
            Command::new(env::current_exe()?).env(CHILD, told).spawn().map(Working)
        })
        .collect();
    let _children = children?;
    let audit = Audit::open(&run.settings)?;
    until(&audit, load.records / 4)?;
    let began = Instant::now();
    until(&audit, load.records * 3 / 4)?;
    Ok(u64::try_from(began.elapsed().as_nanos())?)
}

/// Waits until so many raw records are committed.
fn until(audit: &Audit, records: u64) -> Result<(), Box<dyn Error>> {
    let began = Instant::now();
    while began.elapsed() < PATIENCE {
        let progress = audit.progress(Input::Raw)?;
        if progress.iter().filter_map(|progress| progress.committed).sum::<u64>() >= records {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(20));
    }
    Err("the workers do not get on".into())
}

/// A child that does not outlive the bench.
struct Working(Child);

impl Drop for Working {
    fn drop(&mut self) {
        for result in [self.0.kill(), self.0.wait().map(drop)] {
            if let Err(error) = result {
                println!("a worker could not be stopped: {error}");
            }
        }
    }
}

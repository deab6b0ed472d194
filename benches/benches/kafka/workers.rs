//! Two workers against one: the time to take the middle half of a topic, each worker a process with one judging thread.

use super::topics::{self, Run};
use benches::{load::messages, ratio};
use pipeline::Stop;
use record::Input;
use std::{
    env,
    error::Error,
    process::{Child, Command},
    thread,
    time::{Duration, Instant},
};
use transport::kafka::Audit;

const RECORDS: u64 = 200_000;
/// The child's brokers, raw topic, run and name, separated by blanks.
const CHILD: &str = "FAIRCOPY_BENCH_WORKER";
const PATIENCE: Duration = Duration::from_secs(600);

pub(super) fn is_child() -> bool {
    env::var_os(CHILD).is_some()
}

/// A worker until it is killed.
pub(super) fn child() -> Result<(), Box<dyn Error>> {
    let told = env::var(CHILD)?;
    let [brokers, raw, name, instance] = told.split(' ').collect::<Vec<_>>()[..] else {
        return Err(format!("{CHILD} is for this bench alone").into());
    };
    let mut run = Run::known(brokers, raw, name);
    instance.clone_into(&mut run.settings.instance);
    run.work(1, &Stop::default())?;
    Ok(())
}

/// Prints how much more two workers do.
pub(super) fn report(brokers: &str) -> Result<(), Box<dyn Error>> {
    let raw = "workers.raw";
    Run::new(brokers, raw, "workers-filled")?;
    topics::fill(brokers, raw, &messages(RECORDS))?;
    let one = time(brokers, raw, 1)?;
    let two = time(brokers, raw, 2)?;
    let rate = |nanos: u64| RECORDS / 2 * 1_000_000_000 / nanos.max(1);
    println!("one worker {} records/s, two {}: {} times", rate(one), rate(two), ratio(one, two));
    Ok(())
}

/// Nanoseconds for the middle half of the records.
fn time(brokers: &str, raw: &str, workers: usize) -> Result<u64, Box<dyn Error>> {
    let name = format!("workers-{workers}");
    let run = Run::new(brokers, raw, &name)?;
    let children: Result<Vec<Working>, _> = (0..workers)
        .map(|nth| {
            let told = format!("{brokers} {raw} {name} worker-{nth}");
            Command::new(env::current_exe()?).env(CHILD, told).spawn().map(Working)
        })
        .collect();
    let _children = children?;
    let audit = Audit::open(&run.settings)?;
    until(&audit, RECORDS / 4)?;
    let began = Instant::now();
    until(&audit, RECORDS * 3 / 4)?;
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

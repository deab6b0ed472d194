//! `faircopy run`: the pipeline as a service.

use super::Place;
use crate::{
    config::Config,
    failure::{Exit, Failure},
    service::{self, Worker},
    signals,
};
use ops::{Health, Server};
use pipeline::{Stop, Tally};
use std::{
    thread,
    time::{Duration, Instant},
};

/// Arguments of `faircopy run`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    place: Place,
    /// Stop as soon as nothing waits on the raw topic
    #[arg(long)]
    drain: bool,
}

/// How long a worker that another one of its name has shut out stays before it ends. Started again at once, it would shut out the
/// other, which would do the same: neither would get anything done. And so long its metrics can be asked.
const ASIDE: Duration = Duration::from_secs(60);
/// How often the stop is looked at meanwhile.
const ASIDE_STEP: Duration = Duration::from_millis(50);

/// Runs the command.
///
/// # Errors
/// When the configuration is wrong, or the store or the cluster fails.
pub fn run(args: &Args) -> Result<Exit, Failure> {
    let config = args.place.open()?;
    let is_json = config.log_format.is_json();
    match work(config, args.drain) {
        Err(failure) if is_json => Ok(failure.log()),
        ended => ended,
    }
}

fn work(mut config: Config, drain: bool) -> Result<Exit, Failure> {
    let stop = Stop::default();
    signals::raise_on_stop(&stop.flag())?;
    if drain {
        end_when_drained(&stop, &mut config);
    }
    let health = Health::default();
    let server = service::serve(config.listen, &health)?;
    let Some(mut worker) = Worker::open_unless_stopped(&config, &stop)? else {
        tracing::info!("stopped before any record was taken");
        return Ok(Exit::Clean);
    };
    let address = server.as_ref().map(Server::address);
    let done = worker.run(&config, &stop, &mut service::watch(&health, address, &config));
    service::settle_health(&health, &done);
    // It leaves its group: others get its partitions.
    drop(worker);
    if done.as_ref().is_err_and(pipeline::Error::is_fenced) {
        stand_aside(&stop);
    }
    say(&done?);
    Ok(Exit::Clean)
}

/// Makes a worker end as soon as nothing waits. It will not come back: its partitions should not wait for it.
fn end_when_drained(stop: &Stop, config: &mut Config) {
    stop.when_drained();
    config.kafka.iter_mut().for_each(|kafka| kafka.is_static = false);
}

/// Waits for [`ASIDE`], or until told to stop.
fn stand_aside(stop: &Stop) {
    let seconds = ASIDE.as_secs();
    tracing::error!(seconds, "another worker has taken over the name of this one, which stands aside before it ends");
    let began = Instant::now();
    while began.elapsed() < ASIDE && !stop.is_now() {
        thread::sleep(ASIDE_STEP);
    }
}

fn say(tally: &Tally) {
    let ledger = tally.ledger;
    let (received, clean, reject) = (ledger.received, ledger.clean, ledger.reject);
    tracing::info!(received, clean, reject, duplicate = ledger.duplicate, gap = ledger.gap, "stopped");
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn a_worker_that_ends_when_drained_leaves_its_group() {
        let text = "[kafka]\nbrokers = \"b:9092\"\ninstance = \"a\"\nstatic_member = true\n";
        let (mut config, _) = Config::parse(Path::new("f.toml"), text, std::iter::empty()).unwrap();
        assert!(config.kafka.as_ref().is_some_and(|kafka| kafka.is_static));
        end_when_drained(&Stop::default(), &mut config);
        assert!(config.kafka.is_some_and(|kafka| !kafka.is_static));
    }
}

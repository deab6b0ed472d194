//! `faircopy run`: the pipeline as a service.

use super::Place;
use crate::{
    failure::{Exit, Failure},
    service::{self, Worker},
};
use ops::{Health, Server};
use pipeline::{Stop, Tally};

/// Arguments of `faircopy run`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    place: Place,
    /// Stop as soon as nothing waits on the raw topic
    #[arg(long)]
    drain: bool,
}

/// Runs the command.
///
/// # Errors
/// When the configuration is wrong, or the store or the cluster fails.
pub fn run(args: &Args) -> Result<Exit, Failure> {
    let mut config = args.place.open()?;
    let stop = Stop::default();
    service::stop_on_signals(&stop)?;
    if args.drain {
        stop.when_drained();
        // It will not come back: its partitions should not wait for it.
        config.kafka.iter_mut().for_each(|kafka| kafka.is_static = false);
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
    say(&done?);
    Ok(Exit::Clean)
}

fn say(tally: &Tally) {
    let ledger = tally.ledger;
    let (received, clean, reject) = (ledger.received, ledger.clean, ledger.reject);
    tracing::info!(received, clean, reject, duplicate = ledger.duplicate, gap = ledger.gap, "stopped");
}

//! `faircopy run`: the pipeline as a service.

use super::Place;
use crate::{
    failure::{Exit, Failure},
    service::{self, Worker},
};
use ops::{Health, State};
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
/// When the configuration is wrong or the store fails.
pub fn run(args: &Args) -> Result<Exit, Failure> {
    let config = args.place.open()?;
    let stop = Stop::default();
    service::stop_on_signals(&stop)?;
    if args.drain {
        stop.when_drained();
    }
    let health = Health::default();
    let server = service::serve(config.listen, &health)?;
    let mut worker = Worker::open(&config)?;
    health.set(State::Ready);
    let address = server.as_ref().map(|server| tracing::field::display(server.address()));
    tracing::info!(store = %config.store.display(), metrics = address, "taking records");
    let done = worker.run(&config, &stop, &mut |_| {});
    service::settle_health(&health, &done);
    say(&done?);
    Ok(Exit::Clean)
}

fn say(tally: &Tally) {
    let ledger = tally.ledger;
    let (received, clean, reject) = (ledger.received, ledger.clean, ledger.reject);
    tracing::info!(received, clean, reject, duplicate = ledger.duplicate, gap = ledger.gap, "stopped");
}

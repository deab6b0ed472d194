//! `faircopy read`: messages of a topic, as NDJSON.

use super::Place;
use crate::failure::{Exit, Failure};

/// Arguments of `faircopy read`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    place: Place,
}

/// Runs the command.
///
/// # Errors
/// When the store cannot be used.
pub fn run(args: &Args) -> Result<Exit, Failure> {
    Err(Failure::usage(format!("`read` is not built yet ({:?})", args.place)))
}

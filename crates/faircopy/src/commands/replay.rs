//! `faircopy replay`: rejects go back to the raw topic.

use super::Place;
use crate::failure::{Exit, Failure};

/// Arguments of `faircopy replay`.
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
    Err(Failure::usage(format!("`replay` is not built yet ({:?})", args.place)))
}

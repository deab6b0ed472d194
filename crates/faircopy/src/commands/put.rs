//! `faircopy put`: records of files go to the raw topic.

use super::Place;
use crate::failure::{Exit, Failure};

/// Arguments of `faircopy put`.
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
    Err(Failure::usage(format!("`put` is not built yet ({:?})", args.place)))
}

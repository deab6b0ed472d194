//! `faircopy config`: check the configuration, or show what is in force.

use crate::failure::{Exit, Failure};
use std::path::PathBuf;

/// Arguments of `faircopy config`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to do with it.
    #[command(subcommand)]
    pub action: Action,
}

/// What `faircopy config` can do.
#[derive(Debug, clap::Subcommand)]
pub enum Action {
    /// Read the configuration and the forms, and report every mistake
    Check(File),
    /// Print every setting in force and where it comes from
    Show(File),
}

/// The file to look at.
#[derive(Debug, clap::Args)]
pub struct File {
    /// Configuration; built-in defaults when left out
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// When the configuration is wrong.
pub fn run(_args: &Args) -> Result<Exit, Failure> {
    Err(Failure::usage("`config` is not built yet"))
}

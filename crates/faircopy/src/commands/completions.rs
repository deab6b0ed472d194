//! `faircopy completions`: shell completions on standard output.

use crate::{
    cli::Cli,
    failure::{Exit, Failure},
    text,
};
use clap::CommandFactory as _;

/// Arguments of `faircopy completions`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The shell to complete in
    pub shell: clap_complete::Shell,
}

/// Runs the command.
///
/// # Errors
/// When standard output cannot be written.
pub fn run(args: &Args) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "faircopy", &mut script);
    text::print(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Clean)
}

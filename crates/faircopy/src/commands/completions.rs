//! `faircopy completions`: shell completions on standard output.

use crate::{
    failure::{Exit, Failure},
    text,
};

/// Arguments of `faircopy completions`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The shell to complete in
    pub shell: clap_complete::Shell,
}

/// Runs the command; `program` is the whole command line.
///
/// # Errors
/// When standard output cannot be written.
pub fn run(args: &Args, mut program: clap::Command) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut program, "faircopy", &mut script);
    text::print(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Clean)
}

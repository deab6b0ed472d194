//! The program around the engine: command line, configuration, wiring, signals. Nothing here decides about a record.

pub mod cli;
pub mod commands;
pub mod config;
pub mod demo;
pub mod failure;
pub mod forms;
pub mod generate;
pub mod input;
pub mod judge;
pub mod service;
pub mod signals;
pub mod summary;
pub mod tables;
pub mod telemetry;
pub mod text;
pub mod time;

use clap::CommandFactory as _;
use cli::{Cli, Command};
use failure::{Exit, Failure};

/// Runs one command.
///
/// # Errors
/// What the user has to know, with the exit code it means.
pub fn run(cli: &Cli) -> Result<Exit, Failure> {
    signals::outlive_file_size_limit()?;
    match &cli.command {
        Command::Demo(args) => demo::run(args),
        Command::Judge(args) => commands::judge::run(args, cli.locale()),
        Command::Run(args) => commands::run::run(args),
        Command::Put(args) => commands::put::run(args),
        Command::Read(args) => commands::read::run(args),
        Command::Generate(args) => generate::run(args),
        Command::Replay(args) => commands::replay::run(args),
        Command::Reconcile(args) => commands::reconcile::run(args),
        Command::Tables(args) => commands::tables::run(args),
        Command::Topics(args) => commands::topics::run(args),
        Command::Forms(args) => commands::forms::run(args, cli.locale()),
        Command::Explain(args) => commands::explain::run(args, cli.locale()),
        Command::Config(args) => commands::config::run(args),
        Command::Completions(args) => commands::completions::run(args, Cli::command()),
    }
}

//! `faircopy demo`: generator, pipeline and proof in one process.

use crate::{
    failure::{Exit, Failure},
    summary::Format,
};
use std::{net::SocketAddr, path::PathBuf};

/// Arguments of `faircopy demo`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// How many records to generate
    #[arg(long, value_name = "N", default_value_t = 1_000_000)]
    pub records: u64,
    /// Records per second to put in; as many as possible when left out
    #[arg(long, value_name = "N")]
    pub rate: Option<u64>,
    /// Stop generating after this many seconds
    #[arg(long, value_name = "S")]
    pub seconds: Option<u64>,
    /// Where the topics are kept; a directory that is removed afterwards when left out
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// Same seed, same bytes
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub seed: u64,
    /// Threads that judge; one per core when left out
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
    /// How the summary is printed
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub summary: Format,
    /// Where /metrics and /healthz are served
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:9464")]
    pub listen: SocketAddr,
}

/// Runs the command.
///
/// # Errors
/// When the store cannot be used.
pub fn run(_args: &Args) -> Result<Exit, Failure> {
    Err(Failure::usage("`demo` is not built yet"))
}

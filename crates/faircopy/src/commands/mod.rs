//! One module per subcommand: its arguments, and what it does.

pub mod completions;
pub mod config;
pub mod explain;
pub mod judge;
pub mod put;
pub mod read;
pub mod reading;
pub mod reconcile;
pub mod replay;
pub mod run;

use std::path::PathBuf;

/// Which configuration and which store a command works on.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Place {
    /// Configuration; built-in defaults when left out (`config/faircopy.toml` explains every key)
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Directory of the store, instead of the configured one
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
}

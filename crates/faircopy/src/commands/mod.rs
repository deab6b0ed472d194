//! One module per subcommand: its arguments, and what it does.

pub mod completions;
pub mod config;
pub mod explain;
pub mod forms;
pub mod judge;
pub mod put;
pub mod read;
pub mod reading;
pub mod reconcile;
pub mod replay;
pub mod run;
mod selection;
pub mod tables;
pub mod topics;

use crate::{config::Config, failure::Failure, service, telemetry};
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// Which configuration and which store a command works on.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Place {
    /// Configuration; built-in defaults when left out (`faircopy config show` prints them)
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Directory of the store, instead of the configured one
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
}

impl Place {
    /// Reads the configuration and starts the log.
    ///
    /// # Errors
    /// When the configuration is wrong, or what it calls the directory of the store is none.
    pub fn open(&self) -> Result<Config, Failure> {
        let mut config = Config::load(self.config.as_deref())?;
        if let Some(dir) = &self.data_dir {
            config.store.clone_from(dir);
        }
        telemetry::start_log(config.log_format, &config.log_level);
        if let Some(part) = no_directory(&config.store) {
            return Err(Failure::usage(format!("{}: this is no directory", part.display()))
                .hint("name the directory of the store: store.dir, or --data-dir; where this is a link, mount or make what it leads to"));
        }
        Ok(config)
    }

    /// As [`Self::open`], for commands other than that of a worker, which has a directory on a cluster, too.
    ///
    /// # Errors
    /// When the configuration is wrong, or names a cluster where the command line names a store: records that are put on the
    /// wrong one are hard to get back.
    pub fn open_one(&self) -> Result<Config, Failure> {
        let config = self.open()?;
        if config.kafka.is_some() && self.data_dir.is_some() {
            return Err(Failure::usage(
                "--data-dir names a store, and the configuration or FAIRCOPY__KAFKA__BROKERS a cluster",
            )
            .hint("leave out the one that is not meant"));
        }
        Ok(config)
    }

    /// As [`Self::open_one`], for commands that need topics to be there: a store, or a cluster, which says so itself.
    ///
    /// # Errors
    /// As [`Self::open_one`], and when there is no store.
    pub fn open_topics(&self) -> Result<Config, Failure> {
        let config = self.open_one()?;
        if config.kafka.is_none() {
            service::expect_store(&config.store)?;
        }
        Ok(config)
    }
}

/// The part of a path below which no directory can be made, however often it is tried: a file, or a link that leads nowhere.
fn no_directory(path: &Path) -> Option<&Path> {
    let there = path.ancestors().find(|part| fs::symlink_metadata(part).is_ok())?;
    let is_none = match fs::metadata(there) {
        Ok(found) => !found.is_dir(),
        // Who may not look is told so by the store.
        Err(error) => error.kind() != io::ErrorKind::PermissionDenied,
    };
    is_none.then_some(there)
}

//! The log: for people on a terminal, JSON otherwise. Record values never appear in it.

use std::io::{self, IsTerminal as _};
use tracing_subscriber::{EnvFilter, filter::LevelFilter, fmt};

/// How log lines are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// Text on a terminal, JSON otherwise.
    #[default]
    Auto,
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

impl LogFormat {
    /// Whether lines are JSON.
    #[must_use]
    pub fn is_json(self) -> bool {
        match self {
            Self::Auto => !io::stderr().is_terminal(),
            Self::Text => false,
            Self::Json => true,
        }
    }
}

/// Starts the log on standard error. `level` is a filter as in `info` or `warn,pipeline=debug`. Later calls do nothing: the
/// first one wins.
pub fn start_log(format: LogFormat, level: &str) {
    let filter = EnvFilter::builder().parse_lossy(level);
    let colours = io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    // A line that cannot be written is lost: told of on standard error, as by default, it would panic there and stop the worker.
    let builder = fmt().with_env_filter(filter).with_writer(io::stderr).log_internal_errors(false);
    // A second start, as in tests that run several commands in one process, keeps the first log.
    let _already = if format.is_json() {
        builder.json().flatten_event(true).try_init()
    } else {
        builder.with_ansi(colours).with_target(false).try_init()
    };
}

/// Whether a level is one, for the configuration.
///
/// # Errors
/// What it should be.
pub fn check_level(level: &str) -> Result<String, String> {
    let wanted =
        "must be \"error\", \"warn\", \"info\", \"debug\" or \"trace\", also per module as in \"warn,pipeline=debug\"";
    // A word alone that is no level would be taken for a module, of which alone everything is told, and nothing of all others.
    let is_level = |part: &str| part.rsplit('=').next().is_some_and(|word| word.parse::<LevelFilter>().is_ok());
    match EnvFilter::builder().parse(level) {
        Ok(_) if !level.is_empty() && level.split(',').all(is_level) => Ok(level.to_owned()),
        _ => Err(wanted.to_owned()),
    }
}

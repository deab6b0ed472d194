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

/// Starts the log on standard error. `level` is a filter as in `info` or `warn,pipeline=debug`. Later calls do nothing: the
/// first one wins.
pub fn start_log(format: LogFormat, level: &str) {
    let terminal = io::stderr().is_terminal();
    let filter = EnvFilter::builder().parse_lossy(level);
    let text = match format {
        LogFormat::Auto => terminal,
        LogFormat::Text => true,
        LogFormat::Json => false,
    };
    let colours = terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let builder = fmt().with_env_filter(filter).with_writer(io::stderr);
    // A second start, as in tests that run several commands in one process, keeps the first log.
    let _already = if text {
        builder.with_ansi(colours).with_target(false).try_init()
    } else {
        builder.json().flatten_event(true).try_init()
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

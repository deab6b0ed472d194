//! Signals by which somebody asks a command to end, or would end it without a word.

use crate::failure::Failure;
use signal_hook::{
    consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ},
    flag,
};
use std::{
    fs,
    sync::{Arc, atomic::AtomicBool},
};

/// Makes SIGTERM and SIGINT raise `stop`; a second one ends the process at once.
///
/// # Errors
/// When the system refuses a handler.
pub fn raise_on_stop(stop: &Arc<AtomicBool>) -> Result<(), Failure> {
    for signal in [SIGTERM, SIGINT] {
        // Registered first, so that the signal that raises the flag does not see it raised.
        flag::register_conditional_shutdown(signal, 128 + signal, Arc::clone(stop))
            .and_then(|_| flag::register(signal, Arc::clone(stop)))
            .map_err(|error| refused(&error))?;
    }
    Ok(())
}

/// Makes a write beyond what files may grow to (`ulimit -f`, `LimitFSIZE` of systemd) an error like that of a full disk. Left alone, the
/// signal ends the process, and nobody says what was done until then.
///
/// # Errors
/// When the system refuses a handler.
pub fn outlive_file_size_limit() -> Result<(), Failure> {
    flag::register(SIGXFSZ, Arc::default()).map(drop).map_err(|error| refused(&error))
}

/// A flag that SIGTERM, SIGINT and SIGHUP raise, for commands that leave something behind when they are ended at once.
///
/// # Errors
/// When the system refuses a handler.
pub fn raised_by_all() -> Result<Arc<AtomicBool>, Failure> {
    let stop = Arc::default();
    raise_on_stop(&stop)?;
    raise_on_hangup(&stop)?;
    Ok(stop)
}

/// Makes SIGHUP raise `stop`, as of a terminal that is closed, unless `nohup` or the like keeps it away. A second one changes nothing: a
/// shell passes on the one that it gets from the terminal, and both come.
fn raise_on_hangup(stop: &Arc<AtomicBool>) -> Result<(), Failure> {
    let ignored = fs::read_to_string("/proc/self/status").is_ok_and(|status| is_ignored(SIGHUP, &status));
    if !ignored {
        flag::register(SIGHUP, Arc::clone(stop)).map_err(|error| refused(&error))?;
    }
    Ok(())
}

/// Whether a process ignores a signal, by its status as Linux tells it: a bit for each signal, from 1.
fn is_ignored(signal: i32, status: &str) -> bool {
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask & (1 << (signal - 1)) != 0)
}

fn refused(error: &std::io::Error) -> Failure {
    Failure::temporary(format!("cannot listen for signals: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_ignored_is_told_by_the_system() {
        let status =
            |mask| format!("Name:\tfaircopy\nSigBlk:\t00000000000000ff\nSigIgn:\t{mask}\nSigCgt:\t0000000000000001\n");
        assert!(is_ignored(SIGHUP, &status("0000000000001001")));
        assert!(!is_ignored(SIGHUP, &status("0000000000001000")));
        assert!(!is_ignored(SIGHUP, "Name:\tfaircopy\n"));
    }
}

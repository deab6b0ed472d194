//! Why a command could not do its job, as the user is told: what happened, what to do, and an exit code.

use std::{fmt::Display, io, process::ExitCode};

/// How a command ends. The numbers are part of the command line's contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0: done, nothing to report.
    Clean,
    /// 1: done, and some records are rejects, or something is unaccounted for.
    Findings,
    /// 2: wrong usage or configuration; running again changes nothing.
    Usage,
    /// 75: could not go on for now.
    Temporary,
    /// 78: the store belongs to another process or version.
    Foreign,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Clean => 0,
            Exit::Findings => 1,
            Exit::Usage => 2,
            Exit::Temporary => 75,
            Exit::Foreign => 78,
        })
    }
}

/// A command that did not do its job.
#[derive(Debug)]
pub struct Failure {
    exit: Exit,
    what: String,
    hint: Option<String>,
}

impl Failure {
    /// Wrong usage or configuration.
    #[must_use]
    pub fn usage(what: impl Display) -> Self {
        Self { exit: Exit::Usage, what: what.to_string(), hint: None }
    }

    /// Something that may work when tried again.
    #[must_use]
    pub fn temporary(what: impl Display) -> Self {
        Self { exit: Exit::Temporary, what: what.to_string(), hint: None }
    }

    /// An input or output error on something the user named.
    #[must_use]
    pub fn io(name: impl Display, error: &io::Error) -> Self {
        let failure = match error.kind() {
            io::ErrorKind::BrokenPipe => return Self::broken_pipe(),
            io::ErrorKind::NotFound | io::ErrorKind::PermissionDenied | io::ErrorKind::IsADirectory => {
                Self::usage(format!("{name}: {error}"))
            }
            _ => Self::temporary(format!("{name}: {error}")),
        };
        match error.kind() {
            io::ErrorKind::NotFound => failure.hint("check the path"),
            io::ErrorKind::StorageFull => failure.hint("free some disk space and run again"),
            _ => failure,
        }
    }

    /// The reader of standard output went away (`| head`): not worth a word.
    fn broken_pipe() -> Self {
        Self { exit: Exit::Clean, what: String::new(), hint: None }
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Display) -> Self {
        self.hint = Some(hint.to_string());
        self
    }

    /// Adds what to do about it, if anybody knows.
    #[must_use]
    pub fn maybe_hint(self, hint: Option<impl Display>) -> Self {
        match hint {
            Some(hint) => self.hint(hint),
            None => self,
        }
    }

    /// Writes `error: …` and `hint: …` to standard error, and says how the process ends.
    #[must_use]
    pub fn report(&self) -> Exit {
        if !self.what.is_empty() {
            tell(&self.to_string());
        }
        self.exit
    }
}

impl Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "error: {}", self.what)?;
        match &self.hint {
            Some(hint) => write!(f, "\nhint: {hint}"),
            None => Ok(()),
        }
    }
}

/// Writes a line to standard error.
#[expect(clippy::print_stderr, reason = "the one place where the program speaks to its user outside the log")]
pub fn tell(line: &str) {
    eprintln!("{line}");
}

//! Why a command could not do its job, as the user is told: what happened, what to do, and an exit code.

use std::{
    fmt::Display,
    io::{self, Write as _},
    process::ExitCode,
};

/// How a command ends. The numbers are part of the command line's contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0: done, nothing to report.
    Clean,
    /// 1: done, and some records are rejects, or something is unaccounted for.
    Findings,
    /// 2: wrong usage or configuration; running again changes nothing.
    Usage,
    /// 70: a defect of the program.
    Defect,
    /// 75: could not go on for now.
    Temporary,
    /// 78: the store is damaged, or belongs to another process or version; topics or rights are not as they should be.
    Foreign,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Clean => 0,
            Exit::Findings => 1,
            Exit::Usage => 2,
            Exit::Defect => 70,
            Exit::Temporary => 75,
            Exit::Foreign => 78,
        })
    }
}

/// One thing that is wrong, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// A lower-case fragment that names the file and line, setting or argument; never a record value.
    pub what: String,
    /// An action.
    pub hint: Option<String>,
}

/// A command that did not do its job, and every reason found.
#[derive(Debug)]
pub struct Failure {
    exit: Exit,
    mistakes: Vec<Mistake>,
}

impl Failure {
    /// One reason.
    #[must_use]
    pub fn new(exit: Exit, what: impl Display) -> Self {
        Self { exit, mistakes: vec![Mistake { what: what.to_string(), hint: None }] }
    }

    /// Wrong usage or configuration, in several places.
    #[must_use]
    pub fn mistakes(mistakes: Vec<Mistake>) -> Self {
        Self { exit: Exit::Usage, mistakes }
    }

    /// Wrong usage or configuration.
    #[must_use]
    pub fn usage(what: impl Display) -> Self {
        Self::new(Exit::Usage, what)
    }

    /// Something that may work when tried again.
    #[must_use]
    pub fn temporary(what: impl Display) -> Self {
        Self::new(Exit::Temporary, what)
    }

    /// An input or output error on something the user named.
    #[must_use]
    pub fn io(name: impl Display, error: &io::Error) -> Self {
        let failure = match error.kind() {
            io::ErrorKind::BrokenPipe => return Self::broken_pipe(),
            io::ErrorKind::NotFound
            | io::ErrorKind::PermissionDenied
            | io::ErrorKind::ReadOnlyFilesystem
            | io::ErrorKind::IsADirectory
            | io::ErrorKind::NotADirectory
            | io::ErrorKind::InvalidFilename => Self::usage(format!("{name}: {error}")),
            _ => Self::temporary(format!("{name}: {error}")),
        };
        match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => failure.hint("check the path"),
            io::ErrorKind::StorageFull => failure.hint("free some disk space and run again"),
            io::ErrorKind::FileTooLarge => failure.hint("let files grow longer (ulimit -f) and run again"),
            _ => failure,
        }
    }

    /// The reader of standard output went away (`| head`): not worth a word.
    fn broken_pipe() -> Self {
        Self { exit: Exit::Clean, mistakes: Vec::new() }
    }

    /// Whether the same may work when tried again, with nothing mended by a person.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        self.exit == Exit::Temporary
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Display) -> Self {
        if let Some(mistake) = self.mistakes.last_mut() {
            mistake.hint = Some(hint.to_string());
        }
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
        if !self.mistakes.is_empty() {
            tell(&self.to_string());
        }
        self.exit
    }

    /// As [`Self::report`], in the log: whoever reads that by machine finds the reason there and not between its lines. A filter
    /// that leaves out errors must not hide it.
    #[must_use]
    pub fn log(&self) -> Exit {
        if !tracing::enabled!(tracing::Level::ERROR) {
            return self.report();
        }
        for Mistake { what, hint } in &self.mistakes {
            tracing::error!(hint, "{what}");
        }
        self.exit
    }
}

impl Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (at, mistake) in self.mistakes.iter().enumerate() {
            write!(f, "{}error: {}", if at > 0 { "\n" } else { "" }, mistake.what)?;
            if let Some(hint) = &mistake.hint {
                write!(f, "\nhint: {hint}")?;
            }
        }
        Ok(())
    }
}

impl From<pipeline::Error> for Failure {
    fn from(error: pipeline::Error) -> Self {
        let exit = match error.exit_code() {
            70 => Exit::Defect,
            78 => Exit::Foreign,
            _ => Exit::Temporary,
        };
        let hint = error.hint();
        Self::new(exit, error).hint(hint)
    }
}

impl From<transport::Error> for Failure {
    fn from(error: transport::Error) -> Self {
        pipeline::Error::from(error).into()
    }
}

impl From<store::Error> for Failure {
    fn from(error: store::Error) -> Self {
        pipeline::Error::from(error).into()
    }
}

impl From<ops::Error> for Failure {
    fn from(error: ops::Error) -> Self {
        match error {
            ops::Error::Listen { ref source, .. } => {
                let hint = if source.kind() == io::ErrorKind::AddrInUse {
                    "another worker may run here; choose another address (ops.listen; --listen of the demo): port 0 takes any free one"
                } else {
                    "choose an address of this host, and a port that this user may open (ops.listen; --listen of the demo)"
                };
                Self::usage(error).hint(hint)
            }
            ops::Error::Start(_) => Self::temporary(error).hint("raise the limit on threads and on open files"),
            other => Self::usage(other),
        }
    }
}

/// Writes a line to standard error, for the user, outside the log. Where nobody can be told, the work goes on.
pub fn tell(line: &str) {
    let _unheard = writeln!(io::stderr(), "{line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_worker_is_named_only_where_the_port_is_taken() {
        let told = |kind: io::ErrorKind| {
            let listen = ops::Error::Listen { address: ([127, 0, 0, 1], 80).into(), source: kind.into() };
            Failure::from(listen).to_string()
        };
        assert!(told(io::ErrorKind::AddrInUse).contains("hint: another worker may run here"));
        for kind in [io::ErrorKind::AddrNotAvailable, io::ErrorKind::PermissionDenied] {
            assert!(told(kind).contains("hint: choose an address of this host"), "{}", told(kind));
        }
    }
}

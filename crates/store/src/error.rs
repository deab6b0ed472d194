//! What can go wrong, and what the person who runs the process can do about it.

use std::{
    io,
    path::{Path, PathBuf},
};

/// What can go wrong; the process that sees one stops (see [`Error::exit_code`]) and never guesses.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Input or output failed.
    #[error("{path}: {source}")]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// Committed bytes are damaged.
    #[error("{path}: damaged at byte {byte}: {what}")]
    Corrupt {
        /// The damaged file.
        path: PathBuf,
        /// Where the damaged frame begins, or where the file ends too early.
        byte: u64,
        /// What does not hold.
        what: &'static str,
    },
    /// Another process appends to the group.
    #[error("{path}: another process is writing here")]
    Locked {
        /// The lock file.
        path: PathBuf,
    },
    /// The directory is not a store that this program can use.
    #[error("{path}: {what}")]
    Foreign {
        /// The file or directory that tells so.
        path: PathBuf,
        /// What does not fit.
        what: String,
    },
    /// A once-only mark is already there. Nothing of the transaction happened; the store goes on.
    #[error("already done: {mark}")]
    AlreadyDone {
        /// The mark.
        mark: String,
    },
    /// SQLite failed.
    #[error("{path}: {source}")]
    Database {
        /// The database file.
        path: PathBuf,
        /// What SQLite said.
        source: rusqlite::Error,
    },
    /// An earlier commit of this open store failed, so what the disk holds is unknown until it is opened again.
    #[error("{path}: no further commits after a failed one: {first}")]
    Poisoned {
        /// The store directory.
        path: PathBuf,
        /// The first failure.
        first: String,
    },
    /// A number is beyond what the store can hold.
    #[error("{path}: {what} is out of bounds")]
    Bounds {
        /// The file concerned.
        path: PathBuf,
        /// Which number.
        what: String,
    },
}

impl Error {
    /// Wraps an IO error with the path it happened on.
    pub(crate) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { path: path.to_owned(), source }
    }

    /// Whether a restart may succeed without anybody's doing (disk full, IO error). Otherwise a person has to look: the bytes are
    /// damaged, another process or another program owns the directory, or this one may not write there.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        !matches!(self, Self::Corrupt { .. } | Self::Locked { .. } | Self::Foreign { .. }) && !self.is_denied()
    }

    /// Whether this process may not write in the directory.
    fn is_denied(&self) -> bool {
        use rusqlite::ErrorCode;
        match self {
            Self::Io { source, .. } => {
                matches!(source.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem)
            }
            Self::Database { source, .. } => {
                matches!(source.sqlite_error_code(), Some(ErrorCode::PermissionDenied | ErrorCode::ReadOnly))
            }
            _ => false,
        }
    }

    /// Whether the disk had no room. What SQLite keeps in shared memory is a file there, even for reading, and that it cannot grow is
    /// "disk I/O error".
    fn is_full(&self) -> bool {
        use rusqlite::{ErrorCode, ffi};
        match self {
            Self::Io { source, .. } => {
                matches!(source.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
            }
            Self::Database { source, .. } => source.sqlite_error().is_some_and(|error| {
                error.code == ErrorCode::DiskFull || error.extended_code == ffi::SQLITE_IOERR_SHMSIZE
            }),
            _ => false,
        }
    }

    /// Exit code of the process that stops for this error: 75 (`EX_TEMPFAIL`) or 78 (`EX_CONFIG`) of sysexits.h.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        if self.is_temporary() { 75 } else { 78 }
    }

    /// What to do about it: one line, for people.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            // SQLite keeps in shared memory, a file of the directory, who reads what: there is no reading without writing.
            _ if self.is_denied() => {
                "run this as the user who owns the data directory, on a disk that can be written: reading a store writes there, too; files that another user has made there are given back with chown -R"
            }
            _ if self.is_full() => {
                "make room on the disk and start again (where there is room: ulimit -f, quota); everything committed is safe"
            }
            Self::Io { source, .. } if source.kind() == io::ErrorKind::FileTooLarge => {
                "let files of the process grow longer (ulimit -f, LimitFSIZE of systemd) and start again; everything committed is safe"
            }
            Self::Io { source, .. } if matches!(source.raw_os_error(), Some(libc::EMFILE | libc::ENFILE)) => {
                "let the process have more open files (ulimit -n, LimitNOFILE of systemd): one for each slice of the window, and on Kafka for each slice of each shard"
            }
            Self::Io { .. } | Self::Database { .. } | Self::Poisoned { .. } => {
                "check the disk and start again; everything committed is safe"
            }
            Self::Corrupt { .. } => {
                "nothing was changed; check the disk and restore the whole directory from one backup"
            }
            Self::Locked { .. } => "stop the other process, or use another data directory",
            Self::Foreign { .. } => "use another directory, or the program and settings that made this one",
            Self::AlreadyDone { .. } => "nothing to do: this was done before",
            Self::Bounds { .. } => "report this as a defect of the program",
        }
    }
}

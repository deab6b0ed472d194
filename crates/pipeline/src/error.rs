//! What can go wrong; records cannot.

/// What stops a worker.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The transport.
    #[error(transparent)]
    Transport(#[from] transport::Error),
    /// The store.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// Forms and sources do not fit together.
    #[error("{0}")]
    Settings(String),
    /// The judging threads could not be started.
    #[error("judging threads could not be started: {0}")]
    Threads(#[from] rayon::ThreadPoolBuildError),
    /// A stored reject cannot be read.
    #[error("rejects, offset {offset}: {what}")]
    Reject {
        /// Offset on the reject topic.
        offset: u64,
        /// What is wrong with it.
        what: String,
    },
}

impl Error {
    /// Exit code of the process that stops for this error, as in sysexits.h: 75 temporary, 78 configuration or data
    /// directory, 70 a defect of the program.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Transport(transport::Error::Store(error)) | Self::Store(error) => error.exit_code(),
            Self::Transport(transport::Error::Full { .. }) | Self::Threads(_) => 75,
            Self::Transport(transport::Error::Unbalanced { .. }) => 70,
            Self::Transport(_) | Self::Settings(_) | Self::Reject { .. } => 78,
        }
    }

    /// What to do about it: one line, for people.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Transport(transport::Error::Store(error)) | Self::Store(error) => error.hint(),
            Self::Transport(transport::Error::Full { .. }) => "start a worker, or wait until it has caught up",
            Self::Transport(transport::Error::TooLarge { .. }) => "split the record, or leave it out",
            Self::Transport(transport::Error::Unbalanced { .. }) => {
                "nothing was written; report this as a defect of the program"
            }
            Self::Transport(_) | Self::Reject { .. } => "use the program version that wrote the data directory",
            Self::Settings(_) => "correct the configuration",
            Self::Threads(_) => "raise the limit on threads, or set fewer judging threads",
        }
    }
}

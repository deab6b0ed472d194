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
    /// A record was judged by a worker that knows other forms.
    #[error("raw/{position}: the worker that judged this record knows a form that this worker does not")]
    OtherForms {
        /// The raw record.
        position: record::Position,
    },
    /// Retention dropped outcomes that a proof would need.
    #[error(
        "{topic}: retention dropped outcomes, so not every raw record can be checked; the others can:{}",
        options(from)
    )]
    Dropped {
        /// The topic.
        topic: transport::Topic,
        /// Where to begin on each partition of raw so that all outcomes are there.
        from: Vec<record::Position>,
    },
    /// The claims topic holds what is no claim.
    #[error("claims/{shard}: what stands before offset {next} is no claim, or damaged")]
    NoClaim {
        /// Partition of the claims topic.
        shard: u32,
        /// Offset after it.
        next: u64,
    },
    /// Forms and sources do not fit together.
    #[error("{0}")]
    Settings(String),
    /// The judging threads could not be started.
    #[error("judging threads could not be started: {0}")]
    Threads(#[from] rayon::ThreadPoolBuildError),
    /// A thread could not be started while records flow.
    #[error("a thread could not be started: {0}")]
    Thread(std::io::Error),
    /// A stored reject cannot be read.
    #[error("rejects/{position}: {what}")]
    Reject {
        /// Where it stands on the reject topic.
        position: record::Position,
        /// What is wrong with it.
        what: String,
    },
}

/// As they are typed.
fn options(from: &[record::Position]) -> String {
    from.iter().map(|begin| format!(" --from {begin}")).collect()
}

impl Error {
    /// Exit code of the process that stops for this error, as in sysexits.h: 75 temporary, 78 configuration or data
    /// directory, 70 a defect of the program.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Transport(transport::Error::Store(error)) | Self::Store(error) => error.exit_code(),
            Self::Transport(transport::Error::Kafka(error)) => error.exit_code(),
            Self::Transport(transport::Error::Full { .. } | transport::Error::Overtaken { .. })
            | Self::Threads(_)
            | Self::Thread(_) => 75,
            Self::Transport(transport::Error::Unbalanced { .. }) => 70,
            Self::Transport(_)
            | Self::Settings(_)
            | Self::Reject { .. }
            | Self::OtherForms { .. }
            | Self::NoClaim { .. }
            | Self::Dropped { .. } => 78,
        }
    }

    /// What to do about it: one line, for people.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Transport(transport::Error::Store(error)) | Self::Store(error) => error.hint(),
            Self::Transport(transport::Error::Full { .. }) => "start a worker, or wait until it has caught up",
            Self::Transport(transport::Error::Overtaken { .. }) => {
                "run it again, or let the topic keep more ([retention])"
            }
            Self::Transport(transport::Error::Kafka(error)) => error.hint(),
            Self::Dropped { .. } => {
                "add this to the command; where what was proven before reached further, begin there"
            }
            Self::NoClaim { .. } => "nobody but the workers may write to the claims topic; see who else did",
            Self::OtherForms { .. } => "give all workers of the group the same forms and start this one again",
            Self::Transport(transport::Error::TooLarge { .. }) => "split the record, or leave it out",
            Self::Transport(transport::Error::Unbalanced { .. }) => {
                "nothing was written; report this as a defect of the program"
            }
            Self::Transport(_) | Self::Reject { .. } => "use the program version that wrote the topics",
            Self::Settings(_) => "correct the configuration",
            Self::Threads(_) | Self::Thread(_) => "raise the limit on threads, or set fewer judging threads",
        }
    }

    /// Whether another worker has taken over the name of this one.
    #[must_use]
    pub const fn is_fenced(&self) -> bool {
        matches!(self, Self::Transport(error) if error.is_fenced())
    }
}

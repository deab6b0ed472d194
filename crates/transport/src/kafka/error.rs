//! What can go wrong between a worker and Kafka, and what the person who runs it can do about it.

use rdkafka::{
    error::{KafkaError, KafkaResult},
    types::RDKafkaErrorCode,
};
use std::{
    thread,
    time::{Duration, Instant},
};

/// What can go wrong; what heals by itself (a broker that restarts, a commit that is refused) is no error.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A client could not be made: a setting is wrong.
    #[error("Kafka's client refuses the settings: {0}")]
    Settings(String),
    /// The brokers do not accept who this worker says it is, or it does not accept them.
    #[error("the brokers and this worker do not accept each other: {reason}")]
    Refused {
        /// What the client was told.
        reason: String,
    },
    /// No broker answered within the patience of the settings.
    #[error("the cluster does not answer: no broker of {brokers} did within {seconds} s: {reason}")]
    Silent {
        /// The bootstrap servers of the configuration.
        brokers: String,
        /// How long they were asked.
        seconds: u64,
        /// Why the last connection failed.
        reason: String,
    },
    /// The cluster did not answer in time, or refused.
    #[error("{doing}: {source}")]
    Cluster {
        /// What was being done.
        doing: &'static str,
        /// What the client said.
        source: KafkaError,
    },
    /// A topic is missing or unfit.
    #[error("topic {topic}: {what}")]
    Topic {
        /// The topic.
        topic: String,
        /// What is wrong with it.
        what: String,
    },
    /// Records are gone that only stood there: the topic of handed records lost some that nobody had decided.
    #[error("topic {topic}, partition {partition}: offsets {from} to {to} are gone, and nobody had decided them")]
    Lost {
        /// The topic.
        topic: String,
        /// Its partition.
        partition: u32,
        /// First offset that is gone.
        from: u64,
        /// First offset that is there.
        to: u64,
    },
    /// The group has no position, though records of the topic have outcomes: to begin anew would write them all once more.
    #[error(
        "group {group} has no position on {topic}, whose records have outcomes: to begin anew would write those once more"
    )]
    Forgotten {
        /// The group.
        group: String,
        /// The raw topic.
        topic: String,
    },
    /// Messages were removed while they were being read.
    #[error("topic {topic}: retention removed messages before they were read")]
    Overtaken {
        /// The topic.
        topic: String,
    },
    /// What is committed cannot be told yet.
    #[error(
        "topic {topic}, partition {partition}: a transaction has been open for more than {seconds} s, and what stands behind it cannot be read"
    )]
    Undecided {
        /// The topic.
        topic: String,
        /// Its partition.
        partition: u32,
        /// How long it was waited for.
        seconds: u64,
    },
    /// Another replay began, which goes on alone; or this one stood still for longer than a transaction may last.
    #[error(
        "a replay of group {group} was shut out: another one began, or this one stood still for longer than a transaction may last"
    )]
    ShutOut {
        /// The group.
        group: String,
    },
    /// Another worker uses this worker's name, and has shut it out.
    #[error("another worker runs as {instance:?} and has shut this one out")]
    Fenced {
        /// The name.
        instance: String,
    },
    /// A transaction could not be ended within its time.
    #[error("a transaction could not be ended within {seconds} s: {what}")]
    Stuck {
        /// How long it was tried.
        seconds: u64,
        /// The last answer.
        what: String,
    },
}

impl Error {
    /// Of a setting that is refused, only the name: its value may be a password.
    pub(super) fn settings(error: KafkaError) -> Self {
        Self::Settings(match error {
            KafkaError::ClientConfig(_, what, ..) => what,
            other => other.to_string(),
        })
    }

    pub(super) fn cluster(doing: &'static str) -> impl FnOnce(KafkaError) -> Self {
        move |source| Self::Cluster { doing, source }
    }

    /// Exit code of the process that stops for this error, as in sysexits.h: 75 when a restart may help, 78 when the
    /// configuration or the topics are to be corrected first.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Settings(_)
            | Self::Refused { .. }
            | Self::Topic { .. }
            | Self::Lost { .. }
            | Self::Forgotten { .. } => 78,
            Self::Cluster { source, .. } if is_refusal(source) => 78,
            Self::Silent { .. }
            | Self::Cluster { .. }
            | Self::Undecided { .. }
            | Self::Overtaken { .. }
            | Self::ShutOut { .. }
            | Self::Fenced { .. }
            | Self::Stuck { .. } => 75,
        }
    }

    /// What to do about it: one line, for people.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Settings(_) => "correct the [kafka] section of the configuration",
            Self::Refused { .. } => {
                "correct the credentials, certificates or security.protocol under kafka.client: docs/kafka.md has examples"
            }
            Self::Topic { .. } => {
                "`faircopy topics plan` says what is wrong, `faircopy topics apply` makes what is missing"
            }
            Self::Cluster { source, .. } if is_refusal(source) => {
                "give the user of this worker the rights that docs/kafka.md lists, or correct its credentials"
            }
            Self::Silent { .. } => {
                "start the brokers, or correct kafka.brokers; nothing is lost, a restart goes on where the last commit ended"
            }
            Self::Cluster { .. } | Self::Stuck { .. } => {
                "look at the brokers; nothing is lost, a restart goes on where the last commit ended"
            }
            Self::Undecided { .. } => {
                "find who has it open (`kafka-transactions.sh find-hanging`) and end it: docs/runbook.md, FaircopyPartitionStuck"
            }
            Self::Overtaken { .. } => "run it again; what is still there can be read",
            Self::ShutOut { .. } => {
                "what it put back stays; run it again once no other one runs: what was put back is passed over"
            }
            Self::Lost { .. } => {
                "its retention must be unlimited; set the group's position there to the first offset that is left, and put the records again that `faircopy reconcile` then calls unaccounted"
            }
            Self::Forgotten { .. } => {
                "set the positions of the group, which brokers forget after a week without a worker: docs/kafka.md, Positions"
            }
            Self::Fenced { .. } => {
                "give every worker a name of its own (kafka.instance): two of one name shut each other out in turn"
            }
        }
    }
}

/// Asks the cluster until it answers, or refuses. A broker that starts or hands a partition over answers with errors that
/// pass: they are no reason to stop a worker.
pub(super) fn patiently<T>(
    patience: Duration,
    doing: &'static str,
    ask: impl Fn() -> KafkaResult<T>,
) -> Result<T, Error> {
    let began = Instant::now();
    loop {
        match ask() {
            Ok(answer) => return Ok(answer),
            Err(source) if is_refusal(&source) || began.elapsed() >= patience => {
                return Err(Error::Cluster { doing, source });
            }
            Err(error) => tracing::debug!(%error, doing, "asked again"),
        }
        thread::sleep(Duration::from_millis(100));
    }
}

/// Whether waiting will not help when a worker starts: it may not do what it asks for, or is not accepted.
pub(super) fn is_refusal(error: &KafkaError) -> bool {
    use RDKafkaErrorCode as Code;
    let refusals = [Code::Authentication, Code::SaslAuthenticationFailed, Code::UnsupportedSASLMechanism, Code::SSL];
    is_denied(error) || code(error).is_some_and(|code| refusals.contains(&code))
}

/// Whether the worker has no right to what it asks for. Other than a refusal to let it in, which a broker that is being
/// restarted may give, this lasts.
pub(super) fn is_denied(error: &KafkaError) -> bool {
    use RDKafkaErrorCode as Code;
    let denials = [
        Code::TopicAuthorizationFailed,
        Code::GroupAuthorizationFailed,
        Code::ClusterAuthorizationFailed,
        Code::TransactionalIdAuthorizationFailed,
    ];
    code(error).is_some_and(|code| denials.contains(&code))
}

/// Whether the broker knows a later producer of the same name, or has aborted the transaction itself.
pub(super) fn is_fenced(error: &KafkaError) -> bool {
    matches!(error.rdkafka_error_code(), Some(RDKafkaErrorCode::Fenced | RDKafkaErrorCode::ProducerFenced))
}

/// Whether a consumer was to read what is not there, as after retention has removed it.
pub(super) fn is_out_of_range(error: &KafkaError) -> bool {
    use RDKafkaErrorCode as Code;
    matches!(error, KafkaError::MessageConsumption(Code::AutoOffsetReset | Code::OffsetOutOfRange))
}

fn code(error: &KafkaError) -> Option<RDKafkaErrorCode> {
    match error {
        KafkaError::AdminOp(code) => Some(*code),
        other => other.rdkafka_error_code(),
    }
}

//! What a worker, and whoever looks at its topics, has to be told.

use super::{Error, Span, client};
use crate::Topic;
use std::{fmt, time::Duration};

/// Settings of a worker on Kafka.
#[derive(Clone)]
pub struct Settings {
    /// Bootstrap servers, `host:port` separated by commas.
    pub brokers: String,
    /// Name of this worker: stable over restarts, and no other's.
    pub instance: String,
    /// Consumer group that all workers of a pipeline share.
    pub group: String,
    /// Names of the topics.
    pub topics: Topics,
    /// Slices of the key space: the partitions of `keyed` and `claims`.
    pub shards: u32,
    /// The window of claimed keys, by record time; the claims topic has to keep them at least as long.
    pub window: Duration,
    /// Slices that the window is cut into: what else decides how long a key is taken.
    pub slices: u32,
    /// How partitions are assigned.
    pub protocol: Protocol,
    /// Whether the worker keeps its partitions while it restarts (KIP-345): others wait the session's timeout for it. With
    /// KIP-848 a worker that was killed is itself refused so long, since its name is still taken.
    pub is_static: bool,
    /// Where a group that never committed begins on raw.
    pub start: Start,
    /// Longest time from one commit to the next while records come.
    pub commit_interval: Duration,
    /// A transaction that is open longer is aborted by the broker.
    pub transaction_timeout: Duration,
    /// A request without an answer is given up after this time.
    pub socket_timeout: Duration,
    /// A worker that does not poll for so long loses its partitions.
    pub poll_interval: Duration,
    /// Session timeout of the classic protocol; of the other one the broker has it.
    pub session_timeout: Duration,
    /// How long the cluster is waited for before the worker stops.
    pub patience: Duration,
    /// `none`, `lz4`, `snappy` or `gzip`.
    pub compression: String,
    /// Further settings of the client, such as those of TLS and SASL.
    pub client: Vec<(String, String)>,
}

impl fmt::Debug for Settings {
    /// Without the settings of the client: there may be a password among them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { brokers, instance, group, .. } = self;
        let mut shown = f.debug_struct("Settings");
        shown.field("brokers", brokers).field("instance", instance).field("group", group).finish_non_exhaustive()
    }
}

/// How partitions are assigned to the workers of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// KIP-848, for brokers of 4.0 and later.
    Consumer,
    /// The classic protocol with range assignment.
    Classic,
}

/// Where a group that never committed begins on raw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// With the oldest record that is there.
    Earliest,
    /// With records that come from now on.
    Latest,
}

/// Names of the topics.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topics {
    /// Records as submitted.
    pub raw: String,
    /// Judged records on their way to the owner of their shard.
    pub keyed: String,
    /// Accepted records.
    pub clean: String,
    /// Rejected records.
    pub rejects: String,
    /// Records that were accepted before.
    pub duplicates: String,
    /// Claimed keys; compacted.
    pub claims: String,
}

impl Topics {
    /// `raw`, `keyed`, … behind a prefix.
    #[must_use]
    pub fn prefixed(prefix: &str) -> Self {
        let name = |name: &str| format!("{prefix}{name}");
        Self {
            raw: name("raw"),
            keyed: name("keyed"),
            clean: name("clean"),
            rejects: name("rejects"),
            duplicates: name("duplicates"),
            claims: name("claims"),
        }
    }

    /// The name of a topic that outputs go to.
    pub(super) fn of(&self, topic: Topic) -> &str {
        match topic {
            Topic::Raw | Topic::Tables => &self.raw,
            Topic::Clean => &self.clean,
            Topic::Rejects => &self.rejects,
            Topic::Duplicates => &self.duplicates,
            Topic::Keyed => &self.keyed,
        }
    }
}

impl Settings {
    /// Settings for a cluster; everything else as it is by default.
    #[must_use]
    pub fn new(brokers: &str, instance: &str) -> Self {
        Self {
            brokers: brokers.to_owned(),
            instance: instance.to_owned(),
            group: "faircopy".to_owned(),
            topics: Topics::prefixed("faircopy."),
            shards: 64,
            window: Duration::from_secs(400 * 86_400),
            slices: 10,
            protocol: Protocol::Consumer,
            is_static: false,
            start: Start::Earliest,
            commit_interval: Duration::from_millis(100),
            transaction_timeout: Duration::from_secs(15),
            socket_timeout: Duration::from_secs(10),
            poll_interval: Duration::from_secs(300),
            session_timeout: Duration::from_secs(10),
            patience: Duration::from_secs(120),
            compression: "lz4".to_owned(),
            client: Vec::new(),
        }
    }

    /// By what this worker decides duplicates.
    pub(super) const fn span(&self) -> Span {
        Span { window: self.window, slices: self.slices }
    }

    /// Whether the client library takes them, asked without a cluster: it knows the names and values of its properties, and what it was
    /// built with.
    ///
    /// # Errors
    /// [`Error::Settings`].
    pub fn check(&self) -> Result<(), Error> {
        client::producer(self).create_native_config().map(drop).map_err(Error::settings)
    }
}

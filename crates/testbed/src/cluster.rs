//! What the script tells of a cluster.

use crate::{node::Node, proxy::Proxy};
use serde::Deserialize;
use std::{collections::BTreeMap, fs, path::Path, sync::Mutex};

/// The settings of a client in the words of librdkafka.
pub type Client = BTreeMap<String, String>;

/// One broker or three, as `cluster.json` describes them.
#[derive(Debug, Deserialize)]
pub struct Cluster {
    bootstrap: String,
    nodes: Vec<Node>,
    clients: BTreeMap<String, Client>,
    /// Held by the one proxy that listens at the nodes' ports for one.
    #[serde(skip)]
    proxied: Mutex<()>,
}

impl Cluster {
    pub(crate) fn read(file: &Path) -> Self {
        serde_json::from_slice(&fs::read(file).unwrap()).unwrap()
    }

    /// Addresses for `bootstrap.servers`.
    pub fn bootstrap(&self) -> &str {
        &self.bootstrap
    }

    /// The nodes, the first of which has the number 1.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The settings with which a client connects: `plaintext`; of a secure one also `plain`, `scram-256`, `scram-512`, `mtls`, and
    /// `oauthbearer`, which lacks the address of a [`TokenService`](crate::TokenService).
    pub fn client(&self, way: &str) -> &Client {
        &self.clients[way]
    }

    /// Where the script keeps it.
    pub(crate) fn dir(&self) -> &Path {
        self.nodes[0].dir.parent().unwrap()
    }

    /// A proxy that applies these rules, each `api:nth:action[:argument]`: to the `nth` request of the kind `api` (from 1,
    /// over all connections; `26:abort` is the first `EndTxn` that aborts) the [action](crate::proxy::Action) `hold` or
    /// `dup` with a number of seconds, `until`, `cutuntil` or `forge` with the kind of another request, `dropresp`, `cut`
    /// or `cutafter`. Waits until another proxy of this cluster is gone.
    pub fn proxy(&self, rules: &[&str]) -> Proxy<'_> {
        Proxy::start(&self.nodes, &self.proxied, rules)
    }
}

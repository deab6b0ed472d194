//! What the script tells of a cluster, and what can be done to one node of it.

use crate::{proxy::Proxy, script};
use serde::Deserialize;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::Mutex,
    thread,
    time::Duration,
};

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

/// One process: broker and controller.
#[derive(Debug, Deserialize)]
pub struct Node {
    id: u32,
    dir: PathBuf,
    port: u16,
    /// Where the broker listens for what comes through a proxy.
    pub(crate) behind_proxy: u16,
    /// The port it tells those clients, at which the proxy listens.
    pub(crate) proxy: u16,
}

impl Node {
    /// The port for clients.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// What the process has logged, over all its starts.
    pub fn log(&self) -> String {
        fs::read_to_string(self.dir.join("server.log")).unwrap()
    }

    /// The directory with the logs of the partitions.
    pub fn data(&self) -> PathBuf {
        self.dir.join("data")
    }

    /// The process dies at once, with whatever it has not written; returns when it is gone.
    pub fn kill9(&self) {
        let pid = self.pid();
        self.signal("KILL");
        // Dead but not yet buried processes have no command line.
        while fs::read(format!("/proc/{pid}/cmdline")).is_ok_and(|line| !line.is_empty()) {
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// The process stops in order; returns when it is gone.
    pub fn stop(&self) {
        self.script("stop");
    }

    /// The process, which was killed or stopped, runs again with its data and its ports; returns when it answers.
    pub fn start(&self) {
        self.script("start");
    }

    /// The process stands still: its connections stay open and nothing answers.
    pub fn pause(&self) {
        self.signal("STOP");
    }

    /// The process that stood still goes on.
    pub fn resume(&self) {
        self.signal("CONT");
    }

    fn script(&self, verb: &str) {
        let cluster = self.dir.parent().unwrap().to_str().unwrap();
        script::call([verb, "--dir", cluster, "--node", &self.id.to_string()]);
    }

    fn pid(&self) -> String {
        fs::read_to_string(self.dir.join("pid")).unwrap().trim().to_owned()
    }

    fn signal(&self, name: &str) {
        let status = Command::new("kill").args(["-s", name, &self.pid()]).status().unwrap();
        assert!(status.success(), "node {} does not run", self.id);
    }
}

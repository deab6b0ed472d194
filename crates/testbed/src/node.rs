//! One node of a cluster, and what can be done to it.

use crate::script;
use serde::Deserialize;
use std::{fs, path::PathBuf, process::Command, thread, time::Duration};

/// One process: broker and controller.
#[derive(Debug, Deserialize)]
pub struct Node {
    id: u32,
    pub(crate) dir: PathBuf,
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

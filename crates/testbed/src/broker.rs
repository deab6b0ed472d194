//! A broker that lives as long as who asked for it, and no longer.

use crate::{Cluster, Settings, proxy::Proxy, script};
use std::{
    env,
    io::{BufRead, BufReader},
    ops::Deref,
    path::Path,
    process::{Child, ChildStdin, Command, Stdio},
    sync::OnceLock,
    thread,
};

/// The one broker of this process, for tests that make their own topics and leave the broker alone.
#[derive(Debug)]
pub struct Shared {
    cluster: Cluster,
    _supervised: Option<Supervised>,
}

impl Shared {
    /// Starts it when first asked for. Inside `deploy/kafka/kafka run` it is the broker that runs there.
    pub fn get() -> &'static Self {
        static SHARED: OnceLock<Shared> = OnceLock::new();
        SHARED.get_or_init(|| match env::var_os("FAIRCOPY_TEST_CLUSTER") {
            Some(file) => Self { cluster: Cluster::read(Path::new(&file)), _supervised: None },
            None => {
                let (cluster, supervised) = Supervised::start(&Settings::default());
                Self { cluster, _supervised: Some(supervised) }
            }
        })
    }

    /// Addresses for `bootstrap.servers`.
    pub fn bootstrap(&self) -> &str {
        self.cluster.bootstrap()
    }

    /// A proxy in front of it: [`Cluster::proxy`]. Tests that want one wait for each other.
    pub fn proxy(&self, rules: &[&str]) -> Proxy<'_> {
        self.cluster.proxy(rules)
    }
}

/// A cluster of one test, to be killed, paused and started again; gone, with its data, when dropped.
#[derive(Debug)]
pub struct Broker {
    cluster: Cluster,
    _supervised: Supervised,
}

impl Broker {
    /// Starts a cluster; returns when every node answers.
    pub fn own(settings: &Settings) -> Self {
        let (cluster, _supervised) = Supervised::start(settings);
        Self { cluster, _supervised }
    }
}

impl Deref for Broker {
    type Target = Cluster;
    fn deref(&self) -> &Cluster {
        &self.cluster
    }
}

impl Drop for Broker {
    /// Why a test failed may stand in the broker's log, which is about to go.
    fn drop(&mut self) {
        if !thread::panicking() {
            return;
        }
        for node in self.nodes() {
            let log = node.log();
            let lines: Vec<_> = log.lines().collect();
            eprintln!("the log of the broker at port {} ends:", node.port());
            lines[lines.len().saturating_sub(20)..].iter().for_each(|line| eprintln!("  {line}"));
        }
    }
}

/// The script, running brokers for as long as its standard input is open. The kernel closes it however this process ends,
/// which matters because statics are never dropped and a killed process drops nothing.
#[derive(Debug)]
struct Supervised {
    script: Child,
    input: Option<ChildStdin>,
}

impl Supervised {
    fn start(settings: &Settings) -> (Cluster, Self) {
        let mut script = Command::new(script::path())
            .arg("run")
            .args(settings.arguments())
            .args(["--", "sh", "-c", r#"echo "$FAIRCOPY_TEST_CLUSTER"; exec cat"#])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let input = script.stdin.take();
        let mut file = String::new();
        BufReader::new(script.stdout.take().unwrap()).read_line(&mut file).unwrap();
        assert!(!file.is_empty(), "Kafka did not start: see the lines above");
        (Cluster::read(Path::new(file.trim())), Self { script, input })
    }
}

impl Drop for Supervised {
    fn drop(&mut self) {
        drop(self.input.take());
        if let Err(error) = self.script.wait() {
            eprintln!("the script that stops Kafka cannot be waited for: {error}");
        }
    }
}

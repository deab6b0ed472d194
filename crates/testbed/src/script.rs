//! The script `deploy/kafka/kafka`, which knows how a broker is fetched, started and stopped.

use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// What the script exits with when Java, Maven or Kafka's jars are missing (`EX_UNAVAILABLE` of `sysexits.h`).
const UNAVAILABLE: i32 = 69;

/// What a broker of a test's own should be like.
#[derive(Clone, Copy, Debug)]
pub struct Settings<'a> {
    /// 1, or 3 that replicate every topic to all.
    pub brokers: u8,
    /// Whether it also listens with TLS and SASL, and with TLS and client certificates.
    pub secure: bool,
    /// Whether it is busy for minutes: quick to run rather than quick to start.
    pub lasting: bool,
    /// Whether it is the one broker of `deploy/compose.yaml`, and nothing else that stands here.
    pub composed: bool,
    /// Lines of `server.properties`, as `key=value`; a later one holds against an earlier one.
    pub properties: &'a [&'a str],
}

impl Default for Settings<'_> {
    fn default() -> Self {
        Self { brokers: 1, secure: false, lasting: false, composed: false, properties: &[] }
    }
}

impl Settings<'_> {
    pub(crate) fn arguments(&self) -> Vec<String> {
        let mut arguments = vec!["--brokers".to_owned(), self.brokers.to_string()];
        arguments.extend(self.secure.then(|| "--secure".to_owned()));
        arguments.extend(self.lasting.then(|| "--lasting".to_owned()));
        arguments.extend(self.composed.then(|| "--composed".to_owned()));
        arguments.extend(self.properties.iter().flat_map(|line| ["--set".to_owned(), (*line).to_owned()]));
        arguments
    }
}

pub(crate) fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/kafka/kafka")
}

/// Runs one command of the script to its end; its messages go where the test's go.
pub(crate) fn call<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) {
    let status = Command::new(path()).args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).status().unwrap();
    assert!(status.success(), "the script that starts and stops Kafka ended with {status}: see its lines above");
}

/// Why there can be no broker on this machine, in one line; `None` if there can.
pub(crate) fn missing() -> Option<String> {
    let output = Command::new(path()).arg("fetch").stdin(Stdio::null()).output().unwrap();
    if output.status.success() {
        return None;
    }
    let messages = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(UNAVAILABLE), "{messages}");
    Some(messages.lines().last().unwrap_or("no reason given").to_owned())
}

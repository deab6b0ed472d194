//! `faircopy topics` against a real Kafka. Without Java, Maven or openssl these tests are reported as ignored.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use serde_json::Value;
use std::process::{Command, ExitCode, Output};
use testbed::{Shared, Test};

fn main() -> ExitCode {
    let mut tests: Vec<Test> = Vec::new();
    tests.extend(testbed::tests![
        what_is_planned_is_applied,
        what_is_refused_is_said_and_left_alone,
        brokers_are_needed,
    ]);
    #[cfg(not(feature = "tls"))]
    tests.extend(testbed::tests![tls_is_a_feature]);
    testbed::run(&tests)
}

fn topics(prefix: &str, arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_faircopy"));
    command.env_clear().arg("topics").args(arguments);
    command.env("FAIRCOPY__KAFKA__BROKERS", Shared::get().bootstrap());
    if !prefix.is_empty() {
        command.env("FAIRCOPY__KAFKA__TOPIC_PREFIX", prefix);
    }
    command.env("FAIRCOPY__DEDUPE__SHARDS", "2").envs(environment.iter().copied()).output().unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn step(output: &Output, topic: &str) -> Value {
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    let found = told["topics"].as_array().unwrap().iter().find(|each| each["topic"] == topic);
    found.unwrap().clone()
}

fn what_is_planned_is_applied() {
    let with = |arguments: &[&str]| topics("planned.", arguments, &[("FAIRCOPY__RETENTION__CLEAN_DAYS", "30")]);
    let planned = with(&["plan"]);
    assert_eq!(planned.status.code(), Some(1), "{planned:?}");
    let page = text(&planned);
    assert!(page.contains("planned.keyed       create  partitions = 2, replicas = 1\n"), "{page}");
    assert!(
        page.contains("retention.ms = 2592000000\n") && page.ends_with("`faircopy topics apply` does this\n"),
        "{page}"
    );
    let applied = with(&["apply", "--raw-partitions", "3", "--json"]);
    assert_eq!(applied.status.code(), Some(0), "{applied:?}");
    assert_eq!(step(&applied, "planned.raw")["partitions"], 3);
    assert_eq!(step(&applied, "planned.clean")["settings"]["retention.ms"], "2592000000");
    let fine = with(&["plan"]);
    assert_eq!(fine.status.code(), Some(0), "{fine:?}");
    assert!(text(&fine).ends_with("all topics are as they should be\n"));
    let grown = with(&["plan", "--raw-partitions", "5", "--json"]);
    assert_eq!(grown.status.code(), Some(1));
    let change = &step(&grown, "planned.raw")["changes"][0];
    assert_eq!(change.to_string(), r#"{"setting":"partitions","from":"3","to":"5"}"#);
}

fn what_is_refused_is_said_and_left_alone() {
    assert_eq!(topics("kept.", &["apply"], &[]).status.code(), Some(0));
    let other = topics("kept.", &["apply", "--raw-partitions", "9"], &[("FAIRCOPY__DEDUPE__SHARDS", "4")]);
    assert_eq!(other.status.code(), Some(1));
    let page = text(&other);
    assert!(page.contains("kept.claims      refused  2 partitions, but there are 4 shards"), "{page}");
    assert_eq!(topics("kept.", &["plan"], &[]).status.code(), Some(0), "raw was left alone");
}

fn brokers_are_needed() {
    let none = topics("", &["plan"], &[("FAIRCOPY__KAFKA__BROKERS", "")]);
    let told = String::from_utf8(none.stderr).unwrap();
    assert!(none.status.code() == Some(2) && told.contains("kafka.brokers"), "{told}");
}

/// Without the feature `tls` the client has no such thing, and says so.
#[cfg(not(feature = "tls"))]
fn tls_is_a_feature() {
    let output = topics("none.", &["plan"], &[("FAIRCOPY__KAFKA__CLIENT__SECURITY__PROTOCOL", "SASL_SSL")]);
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.code() == Some(78) && told.contains("OpenSSL not available at build time"), "{told}");
}

//! `[kafka]`: the cluster that records come from and go to.

use super::{
    document::{CLIENT, Document, Shown},
    section::Section,
};
use std::{fs, time::Duration};
use transport::kafka::{Protocol, Settings, Start, Topics, reserved};

const SECTION: &str = "kafka";
/// What the names of properties that hold a secret have in them.
const SECRET: [&str; 4] = ["password", "secret", "key", "token"];
/// Longest name of a topic (Kafka: 249 characters), less what stands behind the prefix.
const PREFIX_MAX: usize = 230;

/// The settings; `None` without brokers, and then nothing else may be set.
pub(super) fn read(document: &mut Document, dedupe: dedupe::Settings) -> Option<Settings> {
    let (began, mistakes) = (document.shown.len(), document.mistakes.len());
    let settings = read_all(document, dedupe);
    if !settings.brokers.is_empty() {
        return Some(settings);
    }
    if document.mistakes.len() > mistakes {
        // The brokers themselves may be what is wrong.
        return None;
    }
    let mut defaults = Document::default();
    read_all(&mut defaults, dedupe);
    let set: Vec<Shown> =
        document.shown[began..].iter().filter(|shown| !is_default(shown, &defaults)).cloned().collect();
    for Shown { section, key, place, .. } in set {
        let what = format!("{} has no effect without kafka.brokers", section.below(&key));
        document.mistake(&place, &what, Some("name the brokers, or leave it out".to_owned()));
    }
    None
}

fn is_default(shown: &Shown, defaults: &Document) -> bool {
    defaults.shown.iter().any(|default| (&default.key, &default.value) == (&shown.key, &shown.value))
}

fn read_all(document: &mut Document, dedupe: dedupe::Settings) -> Settings {
    let mut kafka = Section::new(document, SECTION);
    let brokers = kafka.parsed("brokers", "", are_brokers).unwrap_or_default();
    let instance = kafka.optional("instance").or_else(host);
    if instance.is_none() && !brokers.is_empty() {
        kafka.refuse_last("must be set: the name of this host is not known");
    }
    let mut settings = Settings::new(&brokers, &instance.unwrap_or_default());
    settings.shards = dedupe.shards;
    settings.window = Duration::from_millis(u64::try_from(dedupe.window_ms).unwrap_or(0));
    settings.slices = dedupe.slices;
    settings.group = kafka.parsed("group", "faircopy", is_name).unwrap_or_default();
    let prefix = kafka
        .parsed("topic_prefix", "faircopy.", |text| if text.is_empty() { Ok(String::new()) } else { is_name(text) });
    settings.topics = Topics::prefixed(&prefix.unwrap_or_default());
    let protocols = [("consumer", Protocol::Consumer), ("classic", Protocol::Classic)];
    settings.protocol = kafka.word("protocol", &protocols, "consumer").unwrap_or(Protocol::Consumer);
    settings.is_static = kafka.flag("static_member", false);
    let starts = [("earliest", Start::Earliest), ("latest", Start::Latest)];
    settings.start = kafka.word("start", &starts, "earliest").unwrap_or(Start::Earliest);
    read_times(&mut kafka, &mut settings);
    let compressions = [("none", "none"), ("lz4", "lz4"), ("snappy", "snappy"), ("gzip", "gzip")];
    settings.compression = kafka.word("compression", &compressions, "lz4").unwrap_or_default().to_owned();
    settings.client = read_client(document);
    settings
}

fn read_times(kafka: &mut Section<'_>, settings: &mut Settings) {
    const SESSION_S: u64 = 10;
    settings.commit_interval = Duration::from_millis(kafka.number("commit_ms", 1..=5000, 100));
    settings.transaction_timeout = Duration::from_secs(kafka.number("transaction_timeout_s", 1..=900, 15));
    settings.socket_timeout = Duration::from_secs(kafka.number("socket_timeout_s", 1..=300, 10));
    if settings.socket_timeout > settings.transaction_timeout {
        kafka.refuse_last(
            "must not exceed kafka.transaction_timeout_s: the broker would abort what is still waited for",
        );
    }
    let session = kafka.number("session_timeout_s", 1..=1800, SESSION_S);
    settings.session_timeout = Duration::from_secs(session);
    if settings.protocol == Protocol::Consumer && session != SESSION_S {
        kafka.refuse_last("has an effect with protocol = \"classic\" only: otherwise the broker has the setting");
    }
    settings.poll_interval = Duration::from_secs(kafka.number("poll_interval_s", 1..=86_400, 300));
    if settings.poll_interval < settings.session_timeout {
        kafka.refuse_last("must not be less than kafka.session_timeout_s");
    }
    settings.patience = Duration::from_secs(kafka.number("patience_s", 1..=3600, 120));
}

/// Further properties of librdkafka, except those that the worker has to set itself.
fn read_client(document: &mut Document) -> Vec<(String, String)> {
    let mut properties = Vec::new();
    for name in document.keys_below(&CLIENT.into()) {
        let is_secret = SECRET.iter().any(|word| name.contains(word));
        let mut client = Section::new(document, CLIENT);
        let value = client.property(&name, is_secret);
        if let Some(reason) = reserved(&name) {
            client.refuse_last(&format!("cannot be set: {reason}"));
        }
        properties.push((name, value));
    }
    properties
}

/// Brokers as the client reads them. What it makes of a blank or of nothing between two commas is a host that is never there.
fn are_brokers(text: &str) -> Result<String, String> {
    let is_good = |broker: &str| !broker.trim().is_empty() && !broker.trim().contains(char::is_whitespace);
    if text.is_empty() || text.split(',').all(is_good) {
        return Ok(text.to_owned());
    }
    Err("must be as in \"broker-1:9092,broker-2:9092\"".to_owned())
}

/// Names of topics and groups, as Kafka allows them for topics.
fn is_name(text: &str) -> Result<String, String> {
    let is_good = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    if !text.is_empty() && text.len() <= PREFIX_MAX && text.bytes().all(is_good) {
        return Ok(text.to_owned());
    }
    Err(format!("must be 1 to {PREFIX_MAX} letters, digits, points, hyphens or underscores"))
}

/// The host's name, where the system tells it in a file.
fn host() -> Option<String> {
    let name = fs::read_to_string("/proc/sys/kernel/hostname").ok()?;
    Some(name.trim().to_owned()).filter(|name| !name.is_empty())
}

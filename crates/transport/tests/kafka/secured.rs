//! A worker on the listeners of a secure broker: only with the feature `tls`.

use crate::{
    conformance::{World, chunk, messages, next, settle},
    world::{Topical, settings},
};
use record::chunk::Bound;
use std::time::{Duration, Instant};
use testbed::{Broker, Client};
use transport::{
    Topic,
    kafka::{Error, Kafka, Settings},
};

/// How soon somebody has to be told that he is not accepted.
const SOON: Duration = Duration::from_secs(15);

fn broker() -> Broker {
    Broker::own(&testbed::Settings { secure: true, ..testbed::Settings::default() })
}

fn secured(client: &Client, prefix: &str) -> Settings {
    let mut settings = settings(&client["bootstrap.servers"], prefix);
    settings.client = client.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    settings
}

pub(crate) fn a_worker_joins_and_commits_over_every_secure_way() {
    let broker = broker();
    for way in ["plain", "scram", "mtls", "oauthbearer"] {
        let world = Topical::with(secured(broker.client(way), &format!("{way}.")), broker.bootstrap());
        world.submit(&messages(0..10));
        let mut worker = world.open();
        let chunk = chunk(next(&mut worker, Bound { records: 10, bytes: 1 << 20 }));
        settle(&mut worker, &chunk).unwrap();
        let outputs = [Topic::Clean, Topic::Rejects, Topic::Duplicates].map(|topic| world.committed(topic).len());
        assert_eq!(outputs.iter().sum::<usize>(), 10, "{way}");
    }
}

pub(crate) fn who_is_not_accepted_is_told_within_seconds() {
    let broker = broker();
    let refused = |what: &str, client: Client| {
        let began = Instant::now();
        let error = Kafka::open(secured(&client, "refused.")).unwrap_err();
        let took = began.elapsed();
        assert!(matches!(error, Error::Refused { .. }), "{what}: {error}");
        assert_eq!(error.exit_code(), 78, "{what}");
        assert!(error.hint().contains("credentials"), "{what}: {}", error.hint());
        assert!(took < SOON, "{what}: {took:?}");
        assert!(!error.to_string().contains("open sesame"), "{what}: {error}");
    };
    for way in ["plain", "scram"] {
        let mut client = broker.client(way).clone();
        client.insert("sasl.password".to_owned(), "open sesame".to_owned());
        refused(way, client);
    }
    let mut client = broker.client("mtls").clone();
    client.retain(|setting, _| !matches!(setting.as_str(), "ssl.certificate.location" | "ssl.key.location"));
    refused("no certificate", client);
    let mut client = broker.client("plain").clone();
    client.remove("ssl.ca.location");
    refused("an unknown authority", client);
    let mut client = broker.client("plain").clone();
    client.insert("sasl.mechanism".to_owned(), "SCRAM-SHA-256".to_owned());
    refused("a mechanism the broker has not", client);
}

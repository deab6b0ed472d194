//! A worker on the listeners of a secure broker: only with the feature `tls`.

use crate::{
    conformance::{World, chunk, messages, next, settle},
    world::{Joined, Topical, settings},
};
use record::chunk::Bound;
use std::{
    thread,
    time::{Duration, Instant},
};
use testbed::{Broker, Client, TokenService};
use transport::{
    Event, Topic, Transport,
    kafka::{Audit, Error, Kafka, Returns, Settings},
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

/// The settings of a client that gets its tokens there.
fn with_tokens(broker: &Broker, service: &TokenService) -> Client {
    let mut client = broker.client("oauthbearer").clone();
    client.insert("sasl.oauthbearer.token.endpoint.url".to_owned(), service.url());
    client
}

/// Judges ten records.
fn work(world: &Topical, worker: &mut Joined, way: &str) {
    let outputs = || [Topic::Clean, Topic::Rejects, Topic::Duplicates].map(|topic| world.committed(topic).len());
    let before: usize = outputs().iter().sum();
    let first = u64::try_from(before).unwrap();
    world.submit(&messages(first..first + 10));
    let chunk = chunk(next(worker, Bound { records: 10, bytes: 1 << 20 }));
    settle(worker, &chunk).unwrap();
    assert_eq!(outputs().iter().sum::<usize>(), before + 10, "{way}");
}

/// Puts two records back on raw, and reads it.
fn put_back(world: &Topical, returns: &mut Returns, before: u64) {
    returns.put(&messages(before..before + 2)).unwrap();
    let (audit, mut found) = (Audit::open(world.settings()).unwrap(), 0);
    audit.read(Topic::Raw, &audit.settled(Topic::Raw).unwrap(), &mut |_| found += 1).unwrap();
    assert_eq!(found, before + 2);
}

pub(crate) fn a_worker_joins_and_commits_over_every_secure_way() {
    let broker = broker();
    let service = TokenService::start(&broker, Duration::from_secs(3600));
    let over = |way: &str, client: &Client| {
        let world = Topical::with(secured(client, &format!("{way}.")), broker.bootstrap());
        let mut worker = world.open();
        work(&world, &mut worker, way);
        put_back(&world, &mut Returns::open(world.settings()).unwrap(), 10);
    };
    for way in ["plain", "scram-256", "scram-512", "mtls"] {
        over(way, broker.client(way));
    }
    over("oauthbearer", &with_tokens(&broker, &service));
}

/// The broker hangs up on who does not come with another token before the first has run out (KIP-368). The group waits for longer.
pub(crate) fn a_worker_goes_on_with_the_next_token() {
    const LIFETIME: Duration = Duration::from_secs(10);
    let properties = &["group.consumer.session.timeout.ms=60000"];
    let broker = Broker::own(&testbed::Settings { secure: true, properties, ..testbed::Settings::default() });
    let service = TokenService::start(&broker, LIFETIME);
    let world = Topical::with(secured(&with_tokens(&broker, &service), "tokens."), broker.bootstrap());
    let mut worker = world.open();
    let mut outlive = || {
        let until = Instant::now() + LIFETIME + Duration::from_secs(2);
        while Instant::now() < until {
            let event = worker.poll(Bound { records: 1, bytes: 1 << 20 }, Duration::from_millis(100)).unwrap();
            assert!(matches!(event, Event::Idle), "{event:?}");
        }
    };
    let issued = service.issued();
    outlive();
    assert!(service.issued() >= issued + 2, "of both clients: {} after {issued}", service.issued());
    service.set_busy(true);
    outlive();
    let issued = service.issued();
    service.set_busy(false);
    work(&world, &mut worker, "a token of a service that was busy");
    assert!(service.issued() > issued, "the broker took a token that had run out");
}

/// All of raw is read between the opening and the first record, and somebody may look at what would be put back: nothing is sent for longer
/// than a token is good.
pub(crate) fn a_replay_goes_on_with_the_next_token() {
    const LIFETIME: Duration = Duration::from_secs(10);
    let broker = broker();
    let service = TokenService::start(&broker, LIFETIME);
    let world = Topical::with(secured(&with_tokens(&broker, &service), "replay-tokens."), broker.bootstrap());
    let mut returns = Returns::open(world.settings()).unwrap();
    thread::sleep(LIFETIME + Duration::from_secs(2));
    put_back(&world, &mut returns, 0);
}

pub(crate) fn a_token_service_that_is_away_is_waited_for() {
    let broker = broker();
    let service = TokenService::start(&broker, Duration::from_secs(3600));
    let client = with_tokens(&broker, &service);
    let mut nowhere = client.clone();
    nowhere.insert("sasl.oauthbearer.token.endpoint.url".to_owned(), "http://127.0.0.1:9/token".to_owned());
    let mut settings = secured(&nowhere, "nowhere.");
    settings.patience = Duration::from_secs(6);
    let error = Kafka::open(settings).unwrap_err();
    assert_eq!(error.exit_code(), 75, "{error}");
    assert!(error.to_string().contains("OAUTHBEARER token"), "{error}");
    service.set_busy(true);
    thread::scope(|scope| {
        let opened = scope.spawn(|| Topical::with(secured(&client, "busy."), broker.bootstrap()).open());
        thread::sleep(Duration::from_secs(6));
        assert!(!opened.is_finished());
        service.set_busy(false);
        opened.join().unwrap();
    });
}

pub(crate) fn who_is_not_accepted_is_told_within_seconds() {
    let properties = &["listener.name.sasl.sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-512,OAUTHBEARER"];
    let broker = Broker::own(&testbed::Settings { secure: true, properties, ..testbed::Settings::default() });
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
    for way in ["plain", "scram-512"] {
        let mut client = broker.client(way).clone();
        client.insert("sasl.password".to_owned(), "open sesame".to_owned());
        refused(way, client);
    }
    let mut client = with_tokens(&broker, &TokenService::start(&broker, Duration::from_secs(3600)));
    client.insert("sasl.oauthbearer.client.secret".to_owned(), "open sesame".to_owned());
    refused("oauthbearer", client);
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

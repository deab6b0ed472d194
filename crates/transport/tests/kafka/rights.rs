//! The rights that docs/kafka.md lists, held against Kafka's own authorizer: with all of them a worker works, and without any one of
//! them it is told so.

use crate::{
    conformance::{World, messages, settle},
    world::{Topical, settings},
};
use record::chunk::Bound;
use std::{
    net::TcpStream,
    time::{Duration, Instant},
};
use testbed::{
    Broker,
    proxy::{read_frame, write_frame},
};
use transport::{
    Error, Event, Known, Topic, Transport,
    kafka::{Kafka, Settings},
};

/// How soon somebody has to be told what he may not do.
const SOON: Duration = Duration::from_secs(20);
const PROPERTIES: &[&str] = &[
    "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer",
    // Brokers among themselves, and who prepares the test.
    "super.users=User:ANONYMOUS",
    "listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,PROXIED:PLAINTEXT,SASL:SASL_PLAINTEXT,MTLS:SSL",
];

/// One right of the table: a row's resource and one of its operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Right {
    TopicsDescribeConfigs,
    TopicsRead,
    TopicsWrite,
    GroupRead,
    ReaderRead,
    TransactionsWrite,
}

use Right::{GroupRead, ReaderRead, TopicsDescribeConfigs, TopicsRead, TopicsWrite, TransactionsWrite};

/// All of the table but Describe, which Read and Write imply (KIP-11).
const ALL: [Right; 6] = [TopicsDescribeConfigs, TopicsRead, TopicsWrite, GroupRead, ReaderRead, TransactionsWrite];

impl Right {
    /// The right as `CreateAcls`, version 1, wants it: type and name of the resource, pattern, principal, host, operation,
    /// permission. Numbers are those of Kafka's `ResourceType`, `PatternType` and `AclOperation`.
    fn creation(self, prefix: &str) -> Vec<u8> {
        const PREFIXED: u8 = 4;
        const LITERAL: u8 = 3;
        let group = format!("{prefix}group");
        let (resource, name, pattern, operation) = match self {
            TopicsRead => (2, prefix.to_owned(), PREFIXED, 3),
            TopicsWrite => (2, prefix.to_owned(), PREFIXED, 4),
            TopicsDescribeConfigs => (2, prefix.to_owned(), PREFIXED, 10),
            GroupRead => (3, group, LITERAL, 3),
            ReaderRead => (3, format!("{group}.reader"), LITERAL, 3),
            TransactionsWrite => (5, format!("{group}-"), PREFIXED, 4),
        };
        let text = |text: &str| [&u16::try_from(text.len()).unwrap().to_be_bytes(), text.as_bytes()].concat();
        [&[resource], &text(&name)[..], &[pattern], &text("User:faircopy"), &text("*"), &[operation, 3]].concat()
    }
}

/// Gives rights on what begins with `prefix`.
fn allow(broker: &Broker, prefix: &str, rights: &[Right]) {
    let stream = TcpStream::connect(broker.bootstrap()).unwrap();
    let mut request = b"\0\x1e\0\x01\0\0\0\0\xff\xff".to_vec();
    request.extend(u32::try_from(rights.len()).unwrap().to_be_bytes());
    request.extend(rights.iter().flat_map(|right| right.creation(prefix)));
    write_frame(&stream, &request).unwrap();
    let answer = read_frame(&stream).unwrap().expect("the broker hung up");
    // Correlation id, throttle time, number of results; each a code and a message, which is empty.
    assert_eq!(answer[12..], [0; 4].repeat(rights.len()), "{answer:?}");
}

/// Takes and settles one chunk.
fn work(settings: &Settings) -> Result<(), Error> {
    let mut kafka = Kafka::open(settings.clone())?;
    let began = Instant::now();
    loop {
        match kafka.poll(Bound { records: 10, bytes: 1 << 20 }, Duration::from_millis(20))? {
            Event::Assigned(shards) => drop(
                kafka.restore(&shards.iter().map(|&shard| Known { shard, next: 0, last: 0 }).collect::<Vec<_>>())?,
            ),
            Event::Chunk(chunk) => return settle(&mut kafka, &chunk),
            Event::Claims { .. } => {}
            Event::Joining | Event::Idle => assert!(began.elapsed() < SOON, "nothing comes, and nobody is told why"),
            other => panic!("{other:?}"),
        }
    }
}

/// Topics under `prefix` with ten records, and the settings of a worker who has these rights there.
fn prepared(broker: &Broker, prefix: &str, rights: &[Right]) -> (Topical, Settings) {
    let world = Topical::with(settings(broker.bootstrap(), prefix), broker.bootstrap());
    world.submit(&messages(0..10));
    allow(broker, prefix, rights);
    let mut client = broker.client("plain").clone();
    client.insert("security.protocol".to_owned(), "sasl_plaintext".to_owned());
    client.remove("ssl.ca.location");
    let mut settings = settings(&client["bootstrap.servers"], prefix);
    settings.client = client.into_iter().collect();
    (world, settings)
}

pub(crate) fn a_worker_needs_the_rights_of_the_table_and_no_others() {
    let broker =
        Broker::own(&testbed::Settings { secure: true, properties: PROPERTIES, ..testbed::Settings::default() });
    let (world, settings) = prepared(&broker, "all.", &ALL);
    work(&settings).unwrap();
    assert_eq!(world.committed(Topic::Clean).len(), 5);
    for (nth, missing) in ALL.into_iter().enumerate() {
        let others: Vec<_> = ALL.into_iter().filter(|right| *right != missing).collect();
        let (world, settings) = prepared(&broker, &format!("without-{nth}."), &others);
        let began = Instant::now();
        let error = work(&settings).expect_err(&format!("works without {missing:?}"));
        let Error::Kafka(error) = error else { panic!("{missing:?}: {error}") };
        assert_eq!(error.exit_code(), 78, "{missing:?}: {error}");
        assert!(error.hint().contains("the rights that docs/kafka.md lists"), "{missing:?}: {error}: {}", error.hint());
        assert!(began.elapsed() < SOON, "{missing:?}: {:?}", began.elapsed());
        assert!(world.committed(Topic::Clean).is_empty(), "{missing:?}");
    }
}

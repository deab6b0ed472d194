use crate::{
    program::{Place, faircopy, stderr, stdout},
    world::World,
};
use rdkafka::{
    ClientConfig,
    consumer::{BaseConsumer, Consumer},
    message::{Header, OwnedHeaders},
    producer::{BaseProducer, BaseRecord, Producer},
};
use serde_json::Value;
use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _},
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};
use testbed::{Broker, Settings, Shared};

const PATIENCE: Duration = Duration::from_secs(60);

fn demo(records: &str) -> Command {
    demo_on(Shared::get().bootstrap(), records)
}

fn demo_on(brokers: &str, records: &str) -> Command {
    let mut demo = faircopy();
    demo.args(["demo", "--records", records, "--listen", "127.0.0.1:0", "--threads", "2", "--kafka"]);
    demo.arg(brokers);
    demo
}

/// Topics and groups of the cluster that have this in their name.
fn named(part: &str) -> Vec<String> {
    let consumer: BaseConsumer =
        ClientConfig::new().set("bootstrap.servers", Shared::get().bootstrap()).create().unwrap();
    let metadata = consumer.fetch_metadata(None, PATIENCE).unwrap();
    let topics = metadata.topics().iter().map(|topic| topic.name().to_owned());
    let groups = consumer.fetch_group_list(None, PATIENCE).unwrap();
    let groups = groups.groups().iter().map(|group| group.name().to_owned());
    topics.chain(groups).filter(|name| name.contains(part)).collect()
}

/// What the demo told of its topics: what their names begin with.
fn prefix(told: &str) -> Option<&str> {
    Some(told.strip_prefix("topics: ")?.split_once('*')?.0)
}

pub(crate) fn a_demo_proves_itself_and_leaves_nothing_behind() {
    let ran = demo("4000").args(["--summary", "json"]).output().unwrap();
    let told = stderr(&ran);
    assert_eq!(ran.status.code(), Some(0), "{told}");
    let summary: Value = serde_json::from_str(&stdout(&ran)).unwrap();
    assert_eq!((&summary["received"], &summary["wrong"]), (&Value::from(4000), &Value::from(0)));
    assert!(summary["duplicate"].as_u64() > Some(50) && summary["by_code"]["DUP.CONFLICT"].as_u64() > Some(3));
    let prefix = told.lines().find_map(prefix).unwrap();
    assert!(prefix.starts_with("faircopy.demo-"), "{prefix}");
    let name = prefix.trim_start_matches("faircopy.").trim_end_matches('.');
    assert_eq!(named(name), Vec::<String>::new());
}

/// What people with Docker start: its environment, read by the start code of the image, which is of the version that is tested.
pub(crate) fn the_broker_of_the_compose_file_serves() {
    let broker = Broker::own(&Settings { composed: true, ..Settings::default() });
    let ran = demo_on(broker.bootstrap(), "2000").args(["--summary", "json"]).output().unwrap();
    assert_eq!(ran.status.code(), Some(0), "{}", stderr(&ran));
    let summary: Value = serde_json::from_str(&stdout(&ran)).unwrap();
    assert_eq!((&summary["received"], &summary["wrong"]), (&Value::from(2000), &Value::from(0)));
    let deploy = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy");
    let file = |name: &str| fs::read_to_string(deploy.join(name)).unwrap();
    let image = file("compose.yaml").lines().find_map(|line| Some(line.split_once("apache/kafka:")?.1.to_owned()));
    assert!(file("kafka/pom.xml").contains(&format!("<kafka.version>{}</kafka.version>", image.unwrap())));
}

/// A second outcome for the first record, and a record that the generator never made.
pub(crate) fn what_somebody_else_writes_is_not_proven() {
    for (topic, said) in [("clean", "1 with more than one"), ("raw", "1 on raw that were not put in once")] {
        let mut demo = demo("2000");
        demo.args(["--rate", "1000", "--keep"]).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = demo.spawn().unwrap();
        let mut told = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        told.read_line(&mut line).unwrap();
        let world = World::new(prefix(&line).unwrap());
        world.await_first_clean();
        plant(&world.place_of((0, 0)), &format!("{}{topic}", prefix(&line).unwrap()));
        let mut rest = String::new();
        told.read_to_string(&mut rest).unwrap();
        let ran = child.wait_with_output().unwrap();
        assert_eq!(ran.status.code(), Some(1), "{rest}");
        assert!(rest.contains(said), "{rest}");
        let page = stdout(&ran);
        assert!(page.contains("NOT PROVEN: some records are not accounted for"), "{page}");
        assert!(page.contains(&format!("kept: topics {}*", prefix(&line).unwrap())), "{page}");
        assert!(!world.read("claims").is_empty());
    }
}

fn plant(origin: &str, topic: &str) {
    let producer: BaseProducer =
        ClientConfig::new().set("bootstrap.servers", Shared::get().bootstrap()).create().unwrap();
    let headers = OwnedHeaders::new().insert(Header { key: "faircopy-origin", value: Some(origin) });
    let record = BaseRecord::<(), _>::to(topic).partition(0).headers(headers).payload("{}");
    producer.send(record).map_err(|(error, _)| error).unwrap();
    producer.flush(PATIENCE).unwrap();
}

pub(crate) fn a_cluster_that_is_away_is_said_with_what_to_do() {
    let place = Place::new();
    let start = "hint: `deploy/kafka/kafka start --dir target/broker` starts one";
    let nowhere = place.expect(2, "demo --kafka");
    assert!(stderr(&nowhere).contains("error: neither --kafka nor the configuration names a broker"));
    assert!(stderr(&nowhere).contains(start), "{}", stderr(&nowhere));
    place.write("f.toml", "[kafka]\nbrokers = \"127.0.0.1:1\"\npatience_s = 2\n");
    for command in ["demo --kafka --config f.toml", "demo --kafka 127.0.0.1:2 --config f.toml"] {
        let away = place.expect(75, command);
        assert!(stderr(&away).contains("error: the cluster does not answer"), "{}", stderr(&away));
        assert!(stderr(&away).contains(start), "{}", stderr(&away));
    }
}

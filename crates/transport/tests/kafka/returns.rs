//! What goes back to raw: one at a time puts it there.

use crate::{
    client::{PATIENCE, config},
    conformance::{Fresh as _, World as _, messages},
    world::Topical,
};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _};
use transport::{
    Error, Topic,
    kafka::{self, Returns},
};

pub(crate) fn who_comes_later_shuts_out_who_came_before() {
    let world = Topical::fresh();
    // What one that was killed has left open.
    let id = format!("{}.replay", world.settings().group);
    let killed: BaseProducer = config(world.brokers(), &[("transactional.id", &id)]).create().unwrap();
    killed.init_transactions(PATIENCE).unwrap();
    killed.begin_transaction().unwrap();
    killed.send(BaseRecord::<str, str>::to(world.raw()).partition(0).payload("killed")).unwrap();
    killed.flush(PATIENCE).unwrap();

    let on_raw = || world.committed(Topic::Raw).into_iter().map(|(_, message)| message).collect::<Vec<_>>();
    let mut first = Returns::open(world.settings()).unwrap();
    first.put(&messages(0..3)).unwrap();
    assert_eq!(on_raw(), messages(0..3));
    let mut second = Returns::open(world.settings()).unwrap();
    let error = first.put(&messages(3..6)).unwrap_err();
    assert!(matches!(error, Error::Kafka(kafka::Error::ShutOut { .. })), "{error}");
    second.put(&messages(6..8)).unwrap();
    assert_eq!(on_raw(), [messages(0..3), messages(6..8)].concat());
}

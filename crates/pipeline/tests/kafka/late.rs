use crate::world::{Plan, World, broker};
use std::time::Duration;
use testbed::proxy::Fact;

/// The broker gets the end of a transaction 4 s late, when the client, which waits 2 s, has long sent it again and goes
/// on (docs/adr/0003).
pub(crate) fn a_commit_comes_late() {
    let proxy = broker().proxy(&["26:5:hold:4"]);
    let mut world =
        World::new(Plan { door: Some(proxy.bootstrap().to_owned()), socket_timeout_ms: 2_000, ..Plan::default() });
    world.load();
    world.start("one");
    let late = |fact: &Fact| matches!(fact, Fact::LateAnswer(..)).then_some(());
    world.until("the late request is there", |_| proxy.facts().iter().any(|(_, fact)| late(fact).is_some()));
    world.tend(Duration::from_secs(1));
    world.finish();
    assert!(world.workers[0].total("reinits").1 >= 1, "the producer was not replaced: nothing is proven");
}

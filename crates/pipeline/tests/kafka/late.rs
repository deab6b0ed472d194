use crate::{
    check::Report,
    tally,
    world::{Plan, World, broker},
};
use testbed::proxy::{Fact, error_code};

/// The broker gets the end of a transaction late, when the client, which waits 2 s or reconnects at once, has long sent it
/// again and goes on: at the worst moment, when the outcomes of the next transaction stand and its positions do not
/// (docs/adr/0003). Each fifth commit is refused, so that there are aborts.
pub(crate) fn run(rule: &str, check: impl Fn(i16)) -> Report {
    let proxy = broker().proxy(&[rule]);
    let (door, refused_each) = (Some(proxy.bootstrap().to_owned()), Some(5));
    let mut world = World::new(Plan { door, socket_timeout_ms: 2_000, refused_each, ..Plan::default() });
    world.load();
    world.start("one");
    let answer = || {
        let late = |fact| if let Fact::LateAnswer(_, answer) = fact { Some(answer) } else { None };
        proxy.facts().into_iter().find_map(|(_, fact)| late(fact))
    };
    world.until("the late request is there", |_| answer().is_some());
    let committed = world.committed();
    world.until("work goes on", |world| world.committed() > committed + 5);
    world.end_load();
    world.settle();
    world.stop_all();
    check(error_code(&answer().flatten().expect("the broker answers the late request")));
    assert!(world.workers[0].total("reinits").1 >= 1, "the producer was not replaced: nothing is proven");
    tally::once("end of a transaction that comes late");
    world.report()
}

/// The broker refuses it, and nothing is harmed.
fn is_harmless(rule: &str) {
    // INVALID_PRODUCER_EPOCH
    run(rule, |answer| assert_eq!(answer, 47, "the late request is not refused")).assert_exact();
}

pub(crate) fn a_commit_comes_late() {
    is_harmless("26:7:until:25");
}

pub(crate) fn an_abort_comes_late() {
    is_harmless("26:abort:until:25");
}

/// The client hears at once that it has to ask again.
pub(crate) fn a_commit_comes_late_from_a_broken_connection() {
    is_harmless("26:7:cutuntil:25");
}

pub(crate) fn an_abort_comes_late_from_a_broken_connection() {
    is_harmless("26:abort:cutuntil:25");
}

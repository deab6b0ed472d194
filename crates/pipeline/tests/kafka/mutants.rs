//! Faults planted in a worker, or between it and the broker. A run that has one must fail: the checker has teeth.

use crate::{
    caches,
    check::Report,
    faulty::Mutant,
    late,
    world::{Plan, World},
};

/// A worker with the fault, then another that has none of its cache.
fn two_lives(plan: Plan) -> World {
    let mut world = World::new(plan);
    for name in ["first", "second"] {
        world.send(1_500);
        world.start(name);
        world.settle();
        world.stop_all();
    }
    world
}

fn planted(mutant: Mutant) -> Report {
    two_lives(Plan { mutant: Some(mutant), ..Plan::default() }).report()
}

pub(crate) fn a_copied_output_is_found() {
    let report = planted(Mutant::Copied);
    assert!(report.lost > 0 && report.doubled > 0, "{report:?}");
}

pub(crate) fn claims_that_are_not_written_are_found() {
    let report = planted(Mutant::Unwritten);
    assert!(report.missed > 0, "{report:?}");
}

pub(crate) fn claims_that_are_not_read_are_found() {
    let report = planted(Mutant::Unread);
    assert!(report.missed > 0, "{report:?}");
}

/// Each second commit is refused. Claims that are kept all the same stand on no topic: whoever owns the shard next does not
/// know them. The same refusals without the fault change nothing.
pub(crate) fn claims_before_their_commit_are_found() {
    for mutant in [None, Some(Mutant::Early)] {
        let world = two_lives(Plan { mutant, refused_each: Some(2), ..Plan::default() });
        assert!(world.workers.iter().all(|worker| worker.total("void").0 > 0), "no commit was refused");
        let report = world.report();
        match mutant {
            None => report.assert_exact(),
            Some(_) => assert!(report.missed > 0, "{report:?}"),
        }
    }
}

/// The transport knows what it has handed out, and refuses.
pub(crate) fn a_position_at_the_last_record_is_refused() {
    let mut world = World::new(Plan { mutant: Some(Mutant::Behind), ..Plan::default() });
    world.send(100);
    world.start("first");
    assert_eq!(world.exit_code("first"), Some(70));
    assert_eq!(world.report().lost, 100, "nothing of it is committed");
}

/// What a late abort does where no fresh producer was made in time.
///
/// That the worker makes one cannot be switched off from outside. So what it gains by it is taken away on the wire: the late
/// request comes under the epoch of now, as it would have without a fresh producer.
pub(crate) fn a_producer_that_is_not_replaced_is_found() {
    let report = late::run("26:abort:forge:25", |answer| assert_eq!(answer, 0, "the broker took it"));
    assert!(report.lost > 0, "{report:?}");
}

/// The same cache that is thrown away in [`caches::a_cache_that_is_ahead_is_thrown_away`].
pub(crate) fn a_cache_that_is_ahead_and_kept_is_found() {
    let report = caches::planted(Some(Mutant::Trusting), caches::AHEAD).report();
    assert!(report.unjust > 0, "{report:?}");
}

/// A damage whose checksum is right, which is what damage comes to where checksums are not looked at.
pub(crate) fn a_cache_that_is_damaged_and_kept_is_found() {
    let report = caches::planted(None, 0).report();
    assert!(report.unjust > 0, "{report:?}");
}

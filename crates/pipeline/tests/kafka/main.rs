//! Exactly once over a real Kafka, whatever happens to workers, brokers, connections and caches.
//!
//! A run has topics of its own, workers that are processes of their own, records whose outcomes are known by the way they
//! are made, and a reader that sees the outputs as anybody does. It ends when every raw record has an outcome, and compares.
//! A fault that did not bite proves nothing, so each run fails then, too.
//!
//! `FAIRCOPY_SEED` sets the seed; with `FAIRCOPY_FAULTS=full` the runs are long.

#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "a test that cannot go on panics, and says why")]

/// Workers that nothing disturbs.
mod baseline;
/// Brokers that stop, die and stand still.
mod brokers;
/// Caches of claims that are gone or damaged.
mod caches;
/// Outcomes as they should be, and as they are.
mod check;
/// A worker as a process.
mod child;
#[path = "../common/mod.rs"]
mod common;
/// What stands between a worker and its transport.
mod faulty;
/// Records that are sent while workers run.
mod feed;
/// Positions that the broker has forgotten.
mod forgotten;
/// Workers that die.
mod kills;
/// The end of a transaction that comes late.
mod late;
/// Workers that come and go, or stand still.
mod members;
/// The checker finds what planted faults do.
mod mutants;
/// Faults that come while others are in force.
mod overlap;
/// The proof from the topics alone.
mod reconcile;
/// Rejects that go back.
mod replay;
/// Faults that were injected.
mod tally;
/// Workers as their supervisor sees them.
mod worker;
/// Topics, workers, records and reader of one run.
mod world;

use std::process::ExitCode;

fn main() -> ExitCode {
    if let Some(job) = child::job() {
        return child::run(&job);
    }
    let exit = testbed::run(testbed::tests![
        baseline::one_worker,
        baseline::three_workers_while_raw_grows,
        brokers::a_broker_stands_still,
        brokers::a_broker_stops_and_dies,
        caches::a_cache_is_gone_or_damaged,
        caches::a_cache_of_a_topic_that_has_grown_is_thrown_away,
        caches::a_cache_that_is_ahead_is_thrown_away,
        forgotten::a_group_whose_positions_are_gone_does_not_begin_anew,
        forgotten::raw_that_is_made_anew_is_not_begun,
        forgotten::raw_that_lost_its_end_stops_its_worker,
        kills::workers_are_killed,
        late::a_commit_comes_late,
        late::a_commit_comes_late_from_a_broken_connection,
        late::an_abort_comes_late,
        late::an_abort_comes_late_from_a_broken_connection,
        members::a_worker_stands_still_and_goes_on,
        members::a_worker_stands_still_and_goes_on_under_the_classic_protocol,
        members::workers_come_and_go,
        members::workers_come_and_go_under_the_classic_protocol,
        mutants::a_cache_that_is_ahead_and_kept_is_found,
        mutants::a_cache_that_is_damaged_and_kept_is_found,
        mutants::a_copied_output_is_found,
        mutants::a_position_at_the_last_record_is_refused,
        mutants::a_producer_that_is_not_replaced_is_found,
        mutants::claims_before_their_commit_are_found,
        mutants::claims_that_are_not_read_are_found,
        mutants::claims_that_are_not_written_are_found,
        overlap::faults_overlap,
        reconcile::an_outcome_behind_an_open_transaction_is_waited_for,
        reconcile::every_planted_offender_is_named,
        replay::two_at_once_put_nothing_back_twice,
    ]);
    tally::tell();
    exit
}

//! Everything that only a real Kafka can show. Without Java, Maven or openssl these tests are reported as ignored.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

/// Reading raw records again.
mod again;
/// Where a group begins.
mod beginning;
mod client;
#[path = "../conformance/mod.rs"]
mod conformance;
/// The proxy that harms single requests.
mod frames;
/// What the transport builds on, shown with nothing but the client library between the test and the broker.
mod ground;
mod lag;
mod late_commit;
mod members;
mod returns;
/// What a worker must be allowed to do.
mod rights;
/// The listeners of a secure broker.
mod secure;
/// The transport on secure listeners.
#[cfg(feature = "tls")]
mod secured;
/// The topics: planned, made, changed, refused.
mod topics;
mod world;

use std::process::ExitCode;
use world::Topical;

fn main() -> ExitCode {
    let mut tests = conformance::tests::<Topical>();
    tests.extend(testbed::tests![
        ground::an_aborted_transaction_is_invisible,
        ground::a_small_transaction_commits_fast,
        ground::what_was_committed_survives_kill_9,
        ground::three_brokers_outlive_the_leader,
        frames::a_held_request_is_delivered_late_and_not_answered,
        frames::a_doubled_request_is_answered_once,
        frames::an_answer_is_swallowed,
        frames::a_connection_is_cut,
        late_commit::a_late_commit_tears_the_next_transaction,
        late_commit::a_late_abort_loses_the_next_transactions_records,
        late_commit::a_fresh_producer_is_safe_from_a_late_commit,
        returns::who_comes_later_shuts_out_who_came_before,
        again::records_far_apart_are_read_up_to_a_bound,
        again::what_is_removed_before_it_is_read_is_told,
        lag::markers_at_the_end_are_no_lag,
        lag::what_stands_behind_an_open_transaction_is_told,
        lag::a_transaction_that_is_waited_for_is_told,
        lag::a_worker_tells_of_its_transactions_partitions_and_brokers,
        beginning::a_group_begins_with_what_comes_from_then_on_and_passes_over_nothing,
        members::two_workers_have_half_of_each_topic,
        rights::a_worker_needs_the_rights_of_the_table_and_no_others,
        secure::clients_prove_who_they_are,
        topics::topics_are_made_and_changed,
        topics::a_worker_refuses_topics_that_would_break_promises,
        topics::a_topic_that_does_not_take_an_output_stops_the_worker,
        topics::keyed_that_grows_stops_the_worker_at_once,
        topics::a_setting_that_is_refused_is_named_without_its_value,
    ]);
    #[cfg(feature = "tls")]
    tests.extend(testbed::tests![
        secured::a_worker_joins_and_commits_over_every_secure_way,
        secured::a_worker_goes_on_with_the_next_token,
        secured::a_replay_goes_on_with_the_next_token,
        secured::a_token_service_that_is_away_is_waited_for,
        secured::who_is_not_accepted_is_told_within_seconds,
    ]);
    testbed::run(&tests)
}

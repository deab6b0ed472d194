//! The binary against a real Kafka. Without Java, Maven or openssl these tests are reported as ignored.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

/// Look-ups that earlier records answer, over several workers.
mod answers;
/// `faircopy demo --kafka`.
mod demo;
/// Records that are held against earlier ones, over several workers.
mod earlier;
/// What is noted with the positions of a group.
mod positions;
/// Running the binary in a directory of its own.
#[path = "../it/program.rs"]
mod program;
/// `faircopy read` and `replay`: rejects go back.
mod rejects;
/// `faircopy run` and `put` on a cluster, against the generator's truth.
mod service;
/// What stands on the topics, compared with the truth.
mod truth;
/// Topics of one test's own, with the configuration of its workers.
mod world;

use std::process::ExitCode;

fn main() -> ExitCode {
    testbed::run(testbed::tests![
        answers::accepted_records_answer_whichever_worker_got_them,
        demo::a_demo_proves_itself_and_leaves_nothing_behind,
        demo::the_broker_of_the_compose_file_serves,
        demo::what_somebody_else_writes_is_not_proven,
        demo::a_cluster_that_is_away_is_said_with_what_to_do,
        earlier::records_meet_earlier_ones_whichever_worker_got_them,
        positions::a_worker_that_takes_over_from_one_with_another_window_says_so,
        positions::what_retention_left_is_proven_from_where_it_is_told,
        positions::what_came_before_the_group_is_no_loss_to_a_proof,
        rejects::a_replay_that_is_stopped_half_way_puts_nothing_back_twice,
        rejects::rejects_are_found_corrected_and_put_back_once,
        service::records_that_no_reject_can_carry_are_rejected_and_stop_nothing,
        service::outcomes_are_counted_by_the_rules_that_judged_them,
        service::a_drained_topic_has_one_right_outcome_for_each_record,
        service::workers_that_stop_and_share_miss_no_duplicate,
        service::what_is_wrong_is_said_with_its_exit_code,
        service::who_is_shut_out_stands_aside_until_it_is_stopped,
    ])
}

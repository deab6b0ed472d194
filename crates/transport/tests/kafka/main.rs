//! Everything that only a real Kafka can show. Without Java or Maven these tests are reported as ignored.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod client;
/// What the transport builds on, shown with nothing but the client library between the test and the broker.
mod ground;

use std::process::ExitCode;

fn main() -> ExitCode {
    testbed::run(&[
        ("ground::an_aborted_transaction_is_invisible", ground::an_aborted_transaction_is_invisible),
        ("ground::a_small_transaction_commits_fast", ground::a_small_transaction_commits_fast),
        ("ground::what_was_committed_survives_kill_9", ground::what_was_committed_survives_kill_9),
        ("ground::three_brokers_outlive_the_leader", ground::three_brokers_outlive_the_leader),
    ])
}

//! The `main` of a test binary whose tests need Kafka.

use crate::script;
use libtest_mimic::{Arguments, Completion, Failed, Trial};
use std::{env, process::ExitCode, sync::OnceLock};

/// A test: the name it is found by, and what panics when it fails.
pub type Test = (&'static str, fn());

/// The tests named by their paths; one that is left out is dead code, which the compiler reports.
#[macro_export]
macro_rules! tests {
    ($($test:path),+ $(,)?) => { &[$((stringify!($test), $test as fn())),+] };
}

/// Runs the tests as the standard runner would, with its options and its closing line, but looks for Java, Maven and
/// Kafka before the first of them. When one is missing, each test is reported as ignored, with the reason; with `CI` or
/// `FAIRCOPY_REQUIRE_KAFKA` set in the environment (to anything but nothing, `0` or `false`) it fails. Behind the closing line
/// stands once more how many were ignored, and what is to be installed.
///
/// The standard runner has no word for "could not be run": there, such a test can only pass or fail.
pub fn run(tests: &[Test]) -> ExitCode {
    let trials = tests.iter().map(|&(name, test)| Trial::ignorable_test(name, move || with_kafka(test)));
    let mut arguments = Arguments::from_args();
    // These tests wait, for brokers and for time to pass, far more than they compute.
    arguments.test_threads.get_or_insert(4);
    let conclusion = libtest_mimic::run(&arguments, trials.collect());
    if conclusion.num_ignored > 0
        && let Some(Some(reason)) = MISSING.get()
    {
        eprintln!("{} tests against Kafka were ignored: {reason}\n", conclusion.num_ignored);
    }
    conclusion.exit_code()
}

/// Why there can be no Kafka here, once it was looked; `None` if there can.
static MISSING: OnceLock<Option<String>> = OnceLock::new();

fn with_kafka(test: fn()) -> Result<Completion, Failed> {
    match MISSING.get_or_init(script::missing) {
        None => {
            test();
            Ok(Completion::Completed)
        }
        Some(reason) if ["CI", "FAIRCOPY_REQUIRE_KAFKA"].into_iter().any(is_set) => Err(reason.into()),
        Some(reason) => Ok(Completion::ignored_with(reason)),
    }
}

fn is_set(name: &str) -> bool {
    env::var(name).is_ok_and(|value| !matches!(value.as_str(), "" | "0" | "false"))
}

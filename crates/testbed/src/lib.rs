//! A real Apache Kafka for tests, and the ways to hurt it. Support for tests: only development dependencies name this crate.
//!
//! [`run`] is the `main` of a test binary whose tests need Kafka: a test that cannot have one is reported as ignored, with
//! the reason, and fails on a CI machine. [`Shared`] is one broker for every test that leaves it alone, [`Broker`] one that
//! a test may kill, pause and start again. Either may be reached through a [`proxy`].

#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "a test that cannot go on panics, and says why")]

mod broker;
mod cluster;
mod harness;
mod node;
pub mod proxy;
mod script;
mod tokens;

pub use broker::{Broker, Shared};
pub use cluster::{Client, Cluster};
pub use harness::{Test, run};
pub use node::Node;
pub use script::Settings;
pub use tokens::TokenService;

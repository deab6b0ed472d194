//! End-to-end tests of the binary. One binary, one module per subject; add to the one that fits.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

/// `faircopy config`: check, show, the environment.
mod config;
/// `--envelopes`: records that bring what is said of them.
mod envelope;
/// `faircopy explain`: codes, groups, misspellings.
mod explain;
/// The modules of each crate name only those below them.
mod floors;
/// `faircopy forms`: lint, list, show, explain, test, new.
mod forms;
/// Rules of the house: the dependency table, file lengths, how messages read.
mod house;
/// `faircopy judge`: inputs, outputs, exit codes, messages.
mod judge;
/// Languages: `--lang`, the environment, and `faircopy explain` of rejects.
mod messages;
/// A Prometheus server that scrapes a worker.
mod monitoring;
/// Running the binary in a directory of its own.
mod program;
/// `faircopy replay` and `reconcile`: rejects go back, and everything stays accounted for.
mod replay;
/// `faircopy run`, `put` and `read`: the pipeline as a service.
mod service;
/// What a terminal that is closed leaves behind.
mod signals;
/// Clean records and rejects before a validator that knows nothing of Faircopy.
mod standard;
/// `faircopy tables`, and what outputs say of reference tables.
mod tables;
/// The generator's truth against what `judge` and `demo` say.
mod truth;
/// `docs/tutorial.md`: its commands print what it shows.
mod tutorial;

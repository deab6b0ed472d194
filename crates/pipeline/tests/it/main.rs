//! The line over the local transport, end to end.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

/// What earlier records answer for a table.
mod answers;
/// The list of bad input, row by row.
mod bad_input;
/// A line without a transport, and one over two.
mod bench;
#[path = "../common/mod.rs"]
mod common;
/// Killed at random moments, started again: nothing lost, doubled or wrong.
mod crash;
/// What earlier records say of later ones.
mod earlier;
mod envelope;
#[path = "../common/hire.rs"]
mod hire;
/// What becomes of single records.
mod outcomes;
/// A defect of the judge hurts one record.
mod panics;
/// The proof of conservation finds what is wrong.
mod reconcile;
/// The way back for rejects.
mod replay;
/// A transport that takes little at once.
mod slow;
#[path = "../common/stay.rs"]
mod stay;
/// Chunks, threads, stopping, gaps.
mod worker;
/// What the tests share: a form, records, a data directory.
mod world;

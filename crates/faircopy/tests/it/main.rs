//! End-to-end tests of the binary. One binary, one module per subject; add to the one that fits.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

/// `faircopy explain`: codes, groups, misspellings.
mod explain;
/// Rules of the house: the dependency table, file lengths, how messages read.
mod house;
/// Running the binary in a directory of its own.
mod program;
/// The generator's truth against what `judge` and `demo` say.
mod truth;

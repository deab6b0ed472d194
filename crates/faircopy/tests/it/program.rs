//! Runs the binary.

use std::process::{Command, Output};

/// The binary, with the environment of the tests' caller kept out.
pub(crate) fn faircopy() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_faircopy"));
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command
}

/// Standard output as text.
pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// Standard error as text.
pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

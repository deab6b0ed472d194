//! Runs the binary.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};
use tempfile::TempDir;

/// The binary, with the environment of the tests' caller kept out.
pub(crate) fn faircopy() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_faircopy"));
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command
}

/// Standard output as text.
pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).map_err(|error| error.utf8_error()).unwrap()
}

/// Standard error as text.
pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).map_err(|error| error.utf8_error()).unwrap()
}

/// A timesheet that is clean as it stands, for one employee.
pub(crate) fn timesheet(employee: &str) -> String {
    format!(
        concat!(
            r#"{{"employee_no":"{}","period_start":"2026-03-01","period_end":"2026-03-07","days":[{{"date":"2026-03-02","#,
            r#""project":"AUDIT","regular":"7.75"}}],"total_regular":"7.75","total_overtime":"0.00","total_hours":"7.75"}}"#
        ),
        employee
    )
}

/// A directory of its own for one test, with what the test puts there.
pub(crate) struct Place(TempDir);

impl Place {
    pub(crate) fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn dir(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.path(name), bytes).unwrap();
    }

    #[track_caller]
    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// Runs the binary here; arguments are separated by blanks.
    pub(crate) fn run(&self, arguments: &str) -> Output {
        faircopy().current_dir(self.dir()).args(arguments.split_whitespace()).output().unwrap()
    }

    /// Runs the binary here and checks its exit code.
    #[track_caller]
    pub(crate) fn expect(&self, code: i32, arguments: &str) -> Output {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(code), "{arguments}\n{}{}", stdout(&output), stderr(&output));
        output
    }
}

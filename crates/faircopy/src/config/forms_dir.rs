//! Where forms are read from.

use std::{
    ffi::OsString,
    fmt::{self, Display},
    path::PathBuf,
};

/// A directory of forms, and what names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormsDir {
    /// The directory.
    pub path: PathBuf,
    /// A setting with its place, or an argument.
    said: String,
}

impl FormsDir {
    /// That of the setting `forms.dir`, which is said at this place.
    #[must_use]
    pub fn set(path: PathBuf, place: &str) -> Self {
        Self { path, said: format!("{place}: forms.dir") }
    }
}

impl Display for FormsDir {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.said, self.path.display())
    }
}

impl From<OsString> for FormsDir {
    /// That of the command line.
    fn from(path: OsString) -> Self {
        Self { path: path.into(), said: "--schemas".to_owned() }
    }
}

//! Files of a store by name, and their entries.

use crate::Error;
use std::{
    fs::File,
    path::{Path, PathBuf},
};

pub(crate) const LOG_SUFFIX: &str = ".log";

pub(crate) fn log_path(dir: &Path, name: &str) -> PathBuf {
    dir.join(format!("{name}{LOG_SUFFIX}"))
}

/// Names become file names: they must stay inside the directory and sort as text.
pub(crate) fn assert_name(name: &str) {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    assert!(!name.is_empty() && !name.starts_with('.') && name.bytes().all(allowed), "not a file name: {name:?}");
}

/// Makes new directory entries durable.
pub(crate) fn sync_dir(dir: &Path) -> Result<(), Error> {
    File::open(dir).and_then(|dir| dir.sync_all()).map_err(Error::io(dir))
}

//! Reading everything once, to know that it can be read.

use crate::{Error, Store};
use std::io;

/// What was read and found sound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// Files read.
    pub files: u64,
    /// Frames read.
    pub frames: u64,
    /// Committed bytes read.
    pub bytes: u64,
    /// Committed bytes in all.
    pub bytes_total: u64,
}

impl Store {
    /// Reads every committed byte of every file and has SQLite check its own. `progress` is called once per MiB or so.
    ///
    /// # Errors
    /// [`Error::Corrupt`] for the first damage found.
    pub fn verify(&self, progress: &mut dyn FnMut(Verified)) -> Result<Verified, Error> {
        self.db.check()?;
        let mut files = Vec::new();
        for group in self.groups()? {
            files.extend(self.files(&group)?.into_iter().map(|file| (group.clone(), file)));
        }
        let bytes_total = files.iter().map(|(_, file)| file.length).sum();
        let mut verified = Verified { bytes_total, ..Verified::default() };
        for (group, file) in files {
            let mut reader = match self.reader(&group, &file.name) {
                // Retention removed it since the list was made.
                Err(Error::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => continue,
                other => other?,
            };
            let (start, mut at, mut told) = (verified.bytes, 0, 0);
            while let Some((_, next)) = reader.frame_in_place(at)? {
                verified.frames += 1;
                verified.bytes = start + next;
                at = next;
                if at - told >= 1 << 20 {
                    told = at;
                    progress(verified);
                }
            }
            verified.files += 1;
        }
        progress(verified);
        Ok(verified)
    }
}

//! Identity of the file that is open.

use std::path::{Path, PathBuf};

/// File that a store has opened.
///
/// It is compared with the one that is at its path later: a file that was removed or replaced stays open, and other processes open another one.
#[derive(Clone, Debug)]
pub(super) struct OpenFile {
    path: PathBuf,
    /// Device and number of the file; `None` if the system does not say them.
    number: Option<(u64, u64)>,
}

impl OpenFile {
    /// Reads the identity of the file at `path`, which was opened just now.
    pub(super) fn at(path: &Path) -> Self {
        Self { path: path.into(), number: number(path) }
    }

    /// Returns true if the file that is open is still the one at its path.
    ///
    /// A system that does not number its files is believed.
    pub(super) fn is_in_place(&self) -> bool {
        self.number.is_none() || self.number == number(&self.path)
    }
}

#[cfg(unix)]
fn number(path: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;

    std::fs::metadata(path).ok().map(|file| (file.dev(), file.ino()))
}

#[cfg(not(unix))]
fn number(_: &Path) -> Option<(u64, u64)> {
    None
}

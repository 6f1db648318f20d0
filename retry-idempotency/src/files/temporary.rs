//! Temporary file that is written before it gets its name.

use core::hash::BuildHasher as _;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::hash::RandomState;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::{format, process};

/// Prefix of the names; 16 hexadecimal digits follow.
///
/// The name of the file is not a part of it, because it may already have the greatest length.
const PREFIX: &str = ".creating-once-";
const DIGITS: usize = 16;

/// Temporary file, removed when it is dropped.
pub(super) struct Temporary {
    path: PathBuf,
    file: File,
}

impl Temporary {
    pub(super) fn in_directory(directory: &Path) -> io::Result<Self> {
        loop {
            let random = RandomState::new().hash_one(process::id());
            let path = directory.join(format!("{PREFIX}{random:0DIGITS$x}"));
            match File::create_new(&path) {
                Ok(file) => return Ok(Self { path, file }),
                // Two processes drew the same name: draw again.
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
    }

    pub(super) fn write(&mut self, write: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<()> {
        write(&mut self.file)?;
        self.file.sync_all()
    }

    /// Links the file to its name, unless that is taken, and opens it for reading.
    ///
    /// Fails with `NotFound` if the temporary file was removed.
    pub(super) fn name(&self, path: &Path) -> io::Result<File> {
        let file = File::open(&self.path)?;
        self.link_to(path)?;
        Ok(file)
    }

    fn link_to(&self, path: &Path) -> io::Result<()> {
        fs::hard_link(&self.path, path).map_err(|error| match error.kind() {
            // Linux reports "not permitted" on a file system without hard links; this process may create files here.
            ErrorKind::Unsupported | ErrorKind::PermissionDenied => io::Error::new(
                ErrorKind::Unsupported,
                format!(
                    "a hard link cannot be created at `{}` ({error}); use a file system that has hard links",
                    path.display()
                ),
            ),
            _ => error,
        })
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // A file that cannot be removed is a leftover, which does no harm.
        let _ = fs::remove_file(&self.path);
    }
}

/// Returns true if `name` is the name of a temporary file.
pub(super) fn is_temporary(name: &OsStr) -> bool {
    let digits = name.to_str().and_then(|name| name.strip_prefix(PREFIX));
    digits.is_some_and(|digits| {
        digits.len() == DIGITS && digits.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
    })
}

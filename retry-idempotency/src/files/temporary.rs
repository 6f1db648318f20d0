//! The file that is written before it has its name.

use core::hash::BuildHasher as _;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::hash::RandomState;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::{format, process};

/// How the name of each begins; 16 hexadecimal digits follow. The file's own name is no part of it, since it may be as long as
/// names can be.
const PREFIX: &str = ".creating-once-";
const DIGITS: usize = 16;

/// A temporary file, removed when it is dropped.
pub(super) struct Temporary {
    path: PathBuf,
    file: File,
}

impl Temporary {
    pub(super) fn in_directory(directory: &Path) -> io::Result<Self> {
        loop {
            let chance = RandomState::new().hash_one(process::id());
            let path = directory.join(format!("{PREFIX}{chance:0DIGITS$x}"));
            match File::create_new(&path) {
                Ok(file) => return Ok(Self { path, file }),
                // Two drew one name; each draw is another.
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
    }

    pub(super) fn write(&mut self, write: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<()> {
        write(&mut self.file)?;
        self.file.sync_all()
    }

    /// Gives it its name, unless that is taken, and opens it to be read; not found if somebody has removed it.
    pub(super) fn name(&self, path: &Path) -> io::Result<File> {
        let file = File::open(&self.path)?;
        self.link_to(path)?;
        Ok(file)
    }

    fn link_to(&self, path: &Path) -> io::Result<()> {
        fs::hard_link(&self.path, path).map_err(|error| match error.kind() {
            // Linux says 'not permitted' where a file system has no hard links; this process may create files here.
            ErrorKind::Unsupported | ErrorKind::PermissionDenied => io::Error::new(
                ErrorKind::Unsupported,
                format!(
                    "no hard link can be made at `{}`, and only by one does a file appear whole ({error}); put it on a file system \
                     that has hard links",
                    path.display()
                ),
            ),
            _ => error,
        })
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // One that cannot be removed is a leftover, and harms nobody.
        let _ = fs::remove_file(&self.path);
    }
}

/// Whether a file of this name is a temporary one.
pub(super) fn is_temporary(name: &OsStr) -> bool {
    let digits = name.to_str().and_then(|name| name.strip_prefix(PREFIX));
    digits.is_some_and(|digits| {
        digits.len() == DIGITS && digits.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
    })
}

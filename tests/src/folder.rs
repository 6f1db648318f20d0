//! A folder of a test's own.

use std::fs;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

/// A folder of a test's own, which is gone when it is dropped.
#[derive(Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// An empty one inside of `target`, which is `env!("CARGO_TARGET_TMPDIR")`: only tests are told it.
    ///
    /// # Panics
    ///
    /// If it cannot be made.
    pub fn new(target: &str) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("folder-{}-{}", process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let path = Path::new(target).join(name);
        fs::create_dir_all(&path).expect("the folder can be made");
        Self(path)
    }
}

impl Deref for Folder {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

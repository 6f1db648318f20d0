//! The folder of a server: a small file system of its own if this may mount one.

use std::error::Error;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Size of the file system, in MiB; a new PostgreSQL takes 45 of them.
const SIZE: u32 = 256;

pub(crate) struct Folder {
    path: PathBuf,
    is_small: bool,
}

/// The folder is on a large disk, which is not filled.
pub(crate) struct TooLarge;

impl Folder {
    pub(crate) fn new(name: &str) -> Result<Self, Box<dyn Error>> {
        let path = std::env::temp_dir().join(format!("retry-faults-{name}-{}", std::process::id()));
        fs::create_dir_all(&path)?;
        let size = format!("size={SIZE}m");
        let is_small = run(Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(&path)).is_ok();
        let folder = Self { path, is_small };
        fs::create_dir_all(folder.path.join("data"))?;
        Ok(folder)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.path.join("data")
    }

    /// Replaces the folder `to` by a copy of `from`, with owners and modes.
    pub(crate) fn copy(&self, from: &str, to: &str) -> Result<(), Box<dyn Error>> {
        let [from, to] = [from, to].map(|name| self.path.join(name));
        if to.exists() {
            fs::remove_dir_all(&to)?;
        }
        run(Command::new("cp").arg("-a").args([from, to]))
    }

    /// Writes a file until nothing fits any more; remove it to make room.
    pub(crate) fn fill(&self) -> Result<PathBuf, TooLarge> {
        if !self.is_small {
            return Err(TooLarge);
        }
        let path = self.path.join("ballast");
        if let Ok(mut file) = File::create(&path) {
            for size in [1 << 20, 1 << 12, 1] {
                while file.write(&vec![0; size]).is_ok_and(|written| written > 0) {}
            }
        }
        Ok(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if self.is_small {
            let _ = run(Command::new("umount").arg("-l").arg(&self.path));
        }
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// Runs a command to its end.
pub(crate) fn run(command: &mut Command) -> Result<(), Box<dyn Error>> {
    let output = command.stdin(Stdio::null()).output()?;
    if output.status.success() {
        return Ok(());
    }
    let name = command.get_program().to_string_lossy().into_owned();
    Err(format!("`{name}` failed: {}", String::from_utf8_lossy(&output.stderr).trim()).into())
}

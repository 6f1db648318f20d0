//! Temporary files of killed processes.

use core::time::Duration;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;
use std::time::SystemTime;

use crate::files::temporary;

/// Removes temporary files of killed processes.
///
/// Returns their number.
///
/// Their names are `.creating-once-` and 16 hexadecimal digits. Only files that were last written longer ago than
/// `older_than` are removed. An hour is a good age, and the start of a process a good time. A shorter age does no harm but
/// costs work: a process that is still writing to a removed file starts again, a few times at most.
///
/// # Errors
///
/// Returns the errors of the file system. The files that were removed before stay removed.
///
/// # Examples
///
/// ```
/// use core::time::Duration;
/// use retry_idempotency::files;
///
/// # let directory = std::env::temp_dir().join(format!("leftovers-{}", std::process::id()));
/// # std::fs::create_dir_all(&directory)?;
/// let removed = files::remove_leftovers(&directory, Duration::from_secs(3600))?;
/// assert_eq!(removed, 0);
/// # std::fs::remove_dir_all(&directory)?;
/// # Ok::<_, std::io::Error>(())
/// ```
pub fn remove_leftovers(directory: impl AsRef<Path>, older_than: Duration) -> io::Result<usize> {
    let now = SystemTime::now();
    let mut removed = 0;
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        if !temporary::is_temporary(&entry.file_name()) {
            continue;
        }
        match remove_older(&entry, now, older_than) {
            Ok(was_old) => removed += usize::from(was_old),
            // Its process, or another cleaner, has removed it.
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(removed)
}

fn remove_older(entry: &fs::DirEntry, now: SystemTime, older_than: Duration) -> io::Result<bool> {
    let about = entry.metadata()?;
    // A file from the future is young.
    let age = now.duration_since(about.modified()?).unwrap_or_default();
    let is_old = about.is_file() && age > older_than;
    if is_old {
        fs::remove_file(entry.path())?;
    }
    Ok(is_old)
}

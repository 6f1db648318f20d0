//! Creation of a file once: all of it or nothing, also under races and crashes.
//!
//! A file that is opened, written and closed is half there before it is complete, and stays so if the process dies in
//! between. Here the contents are written to a temporary file in the same directory and synced. Then the file gets its name
//! by a hard link, which fails if the name is taken. Then the temporary name is removed and the directory synced. Under races
//! of threads and processes one caller creates the file and every other finds it complete. A crash leaves the complete file
//! or none.
//!
//! It needs no store of keys: the name of the file is the key.
//!
//! # Requirements
//!
//! - A file system with hard links. FAT and exFAT have none: [`create_once`] fails with [`ErrorKind::Unsupported`] there.
//! - The right to create files in the directory. On Unix also the right to read it, because it is opened to be synced.
//! - No other program may write to the file in place or replace it while it is created.
//!
//! # Limits
//!
//! - On Windows a directory cannot be synced. After a power cut the file is complete or missing, and it may be missing
//!   although the call had returned it.
//! - A network file system can lose the answer to a link. Then a file that this caller created is reported as
//!   [`Creation::Raced`].
//! - A disk that reports a sync too early breaks all of these guarantees.

mod leftovers;
mod temporary;

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write as _};
use std::path::Path;

pub use self::leftovers::remove_leftovers;
use self::temporary::Temporary;
use crate::create_if_missing::{Creation, create_if_missing_blocking};

/// Most attempts to write a temporary file.
///
/// [`remove_leftovers`] may remove it in the meantime.
const MAX_ROUNDS: u32 = 8;

/// Creates a file with these contents if it does not exist.
///
/// The file is complete and synced, or it is not created at all.
///
/// The outcome holds the file, open for reading from its start: the existing one or the new one. The call returns only after
/// the directory was synced, also if it finds a file that another caller is just creating.
///
/// It blocks. On tokio call it in `spawn_blocking`.
///
/// # Errors
///
/// Returns the errors of the file system. An error does not prove that the file is missing, because the sync of the
/// directory, the last step, may have failed: call it again, and it finds the file or creates it. In addition:
///
/// - `Unsupported`: the file system has no hard links.
/// - `AlreadyExists`: the name is taken by something that is not a file, or by a dangling symbolic link, or the file was
///   removed just now.
///
/// # Examples
///
/// ```
/// use std::io::Read as _;
/// use retry_idempotency::{Creation, files};
///
/// # let directory = std::env::temp_dir().join(format!("create-once-{}", std::process::id()));
/// # std::fs::create_dir_all(&directory)?;
/// let path = directory.join("instance-id");
/// assert!(matches!(files::create_once(&path, "a3f1")?, Creation::Created(_)));
///
/// let Creation::Found(mut file) = files::create_once(&path, "77b0")? else { panic!() };
/// let mut id = String::new();
/// file.read_to_string(&mut id)?;
/// assert_eq!(id, "a3f1");
/// # std::fs::remove_dir_all(&directory)?;
/// # Ok::<_, std::io::Error>(())
/// ```
pub fn create_once(path: impl AsRef<Path>, contents: impl AsRef<[u8]>) -> io::Result<Creation<File>> {
    create_once_with(path, |file| file.write_all(contents.as_ref()))
}

/// Creates a file whose contents `write` writes; see [`create_once`].
///
/// It is for contents that are large, or whose file needs permissions first. `write` receives a new, empty file. It is
/// called again if the temporary file was removed in the meantime, and not at all if the file exists.
///
/// # Errors
///
/// Returns the errors of [`create_once`], and the error of `write`, after which no file is created.
pub fn create_once_with(
    path: impl AsRef<Path>,
    write: impl FnMut(&mut File) -> io::Result<()>,
) -> io::Result<Creation<File>> {
    let path = path.as_ref();
    create_if_missing_blocking(
        || existing(path),
        || create(path, write),
        |error| error.kind() == ErrorKind::AlreadyExists,
    )
}

/// Opens the existing file, after its name was synced.
fn existing(path: &Path) -> io::Result<Option<File>> {
    // Checked before it is opened: opening a named pipe waits for its other end.
    let file =
        match fs::metadata(path).and_then(|there| if there.is_file() { File::open(path) } else { Err(taken(path)) }) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
    sync_directory(directory_of(path))?;
    Ok(Some(file))
}

fn create(path: &Path, mut write: impl FnMut(&mut File) -> io::Result<()>) -> io::Result<File> {
    let directory = directory_of(path);
    let mut rounds = 0;
    loop {
        rounds += 1;
        let mut temporary = Temporary::in_directory(directory)?;
        temporary.write(&mut write)?;
        match temporary.name(path) {
            Ok(file) => {
                drop(temporary);
                sync_directory(directory)?;
                return Ok(file);
            }
            Err(error) if error.kind() == ErrorKind::NotFound && rounds < MAX_ROUNDS => {}
            Err(error) => return Err(error),
        }
    }
}

fn taken(path: &Path) -> io::Error {
    io::Error::new(
        ErrorKind::AlreadyExists,
        std::format!("`{}` exists and is not a file; remove it, or create the file under another name", path.display()),
    )
}

fn directory_of(path: &Path) -> &Path {
    match path.parent() {
        Some(directory) if directory != Path::new("") => directory,
        _ => Path::new("."),
    }
}

#[cfg(unix)]
fn sync_directory(directory: &Path) -> io::Result<()> {
    File::open(directory)?.sync_all()
}

/// Does nothing: elsewhere a directory cannot be opened as a file.
#[cfg(not(unix))]
fn sync_directory(_directory: &Path) -> io::Result<()> {
    Ok(())
}

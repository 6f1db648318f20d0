//! Creating a file once: all of it or nothing, whoever else tries.
//!
//! A file that is opened, written and closed is there half before it is there whole, and half for ever if the process dies
//! in between. Here the contents are written to a temporary file in the same directory and synced; then the file gets
//! its name by a hard link, which is refused if the name is taken; then the temporary name is removed and the
//! directory synced. So under races of threads and processes one caller creates the file, every other finds it whole, and a
//! crash leaves the whole file or none.
//!
//! It stands beside the [stores](crate::idempotency) of keys and not among them, since it needs none: the name of the file is the
//! key.
//!
//! # What it needs
//!
//! - A file system with hard links. FAT and exFAT have none: [`create_once`] answers [`ErrorKind::Unsupported`] there.
//! - The right to create files in the directory, and on Unix to read it, since it is opened to be synced.
//! - That nobody writes to the file in place or puts another in its name by other means while it is created.
//!
//! # What is not promised
//!
//! - On Windows a directory cannot be synced: after a power cut the file is there whole or not at all, and it may be missing
//!   although it was answered.
//! - A network file system can lose the answer to a link: then a file that this caller created is told as
//!   [`Creation::Raced`].
//! - A disk that says 'synced' too early makes that true of nothing.

mod leftovers;
mod temporary;

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write as _};
use std::path::Path;

pub use self::leftovers::remove_leftovers;
use self::temporary::Temporary;
use crate::create_if_missing::{Creation, create_if_missing_blocking};

/// How often a temporary file that [`remove_leftovers`] took away is written again.
const ROUNDS: u32 = 8;

/// Creates a file with these contents, if there is none of this name; whole and synced, or not at all.
///
/// The answer holds the file, open to be read from its start: the one that was there, or the new one. It is given only
/// after the directory was synced, also to those who find the file that another is just creating.
///
/// It blocks. On tokio call it in `spawn_blocking`.
///
/// # Errors
///
/// What the file system says. An error does not say that the file is missing, since the last step, the sync of the
/// directory, may be what failed: call it again, and it finds the file or creates it. Further:
///
/// - `Unsupported`: there are no hard links here.
/// - `AlreadyExists`: the name is taken by something that is not a file, or by a symbolic link to nothing, or the file was
///   removed just now.
///
/// # Examples
///
/// ```
/// use std::io::Read as _;
/// use retry_runtime::{Creation, files};
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

/// [`create_once`] with contents that are written piece by piece, for those that are large or need the file's permissions
/// set before.
///
/// `write` gets a new, empty file each time it is called, and is called again if somebody removed the temporary file
/// meanwhile. It is not called where the file is there already.
///
/// # Errors
///
/// As [`create_once`], and what `write` says: then no file is created.
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

/// The file of this name, once its name is certain to last.
fn existing(path: &Path) -> io::Result<Option<File>> {
    // Looked at before it is opened: opening a named pipe waits for its other end.
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
            Err(error) if error.kind() == ErrorKind::NotFound && rounds < ROUNDS => {}
            Err(error) => return Err(error),
        }
    }
}

fn taken(path: &Path) -> io::Error {
    io::Error::new(
        ErrorKind::AlreadyExists,
        std::format!(
            "`{}` is there and is not a file; remove it, or create the file under another name",
            path.display()
        ),
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

/// Elsewhere a directory cannot be opened as a file.
#[cfg(not(unix))]
fn sync_directory(_directory: &Path) -> io::Result<()> {
    Ok(())
}

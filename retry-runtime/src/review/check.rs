//! Comparison of a review file with the code, and its renewal.

use core::fmt::{self, Display, Formatter};
use std::path::{Path, PathBuf};
use std::string::String;
use std::vec::Vec;
use std::{fs, io};

use crate::review::difference::differences;
use crate::review::file::{self, parse};
use crate::review::policy_review::Review;

/// Error of a review file that is stale, missing or unusable.
///
/// [`Display`] prints each line that differs, what the file and the code contain, and what to run.
#[derive(Debug)]
pub struct ReviewError {
    path: PathBuf,
    cause: Cause,
}

#[derive(Debug)]
enum Cause {
    Missing,
    Unreadable(io::Error),
    Unwritable(io::Error),
    /// No annotated function is linked.
    NothingLinked,
    Differs {
        is_edited: bool,
        lines: Vec<String>,
    },
}

/// Environment variable that requests a new file, and its value.
const OVERWRITE: (&str, &str) = ("RETRIES", "overwrite");

impl Review {
    /// Compares the file at `path` with the code.
    ///
    /// Writes the file instead if `RETRIES=overwrite` is set. A relative path starts at the working directory, which
    /// `cargo test` sets to the package's folder.
    ///
    /// # Errors
    ///
    /// Returns an error if the file is missing, differs, or cannot be read or written, and if no annotated function is
    /// linked.
    pub fn compare(&self, path: impl AsRef<Path>) -> Result<(), ReviewError> {
        let path = path.as_ref();
        let fail = |cause| Err(ReviewError { path: path.into(), cause });
        if self.operations().is_empty() {
            return fail(Cause::NothingLinked);
        }
        let expected = file::text(self);
        if std::env::var(OVERWRITE.0).is_ok_and(|value| value == OVERWRITE.1) {
            return fs::write(path, expected).or_else(|error| fail(Cause::Unwritable(error)));
        }
        match fs::read_to_string(path) {
            Ok(found) => match differs(&found, &expected) {
                Some(cause) => fail(cause),
                None => Ok(()),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => fail(Cause::Missing),
            Err(error) => fail(Cause::Unreadable(error)),
        }
    }

    /// Compares the file like [`compare`](Self::compare); for tests.
    ///
    /// # Panics
    ///
    /// Panics with the message of the error.
    #[track_caller]
    pub fn check(&self, path: impl AsRef<Path>) {
        if let Err(error) = self.compare(path) {
            panic!("{error}");
        }
    }
}

/// Compares line by line; line endings do not matter.
fn differs(found: &str, expected: &str) -> Option<Cause> {
    let (found, expected) = (parse(found), parse(expected));
    (found.lines != expected.lines)
        .then(|| Cause::Differs { is_edited: !found.is_unedited, lines: differences(&found, &expected) })
}

impl Display for ReviewError {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        match &self.cause {
            Cause::Missing => {
                write!(formatter, "{path} does not exist; run `RETRIES=overwrite cargo test` and commit it")
            }
            Cause::Unreadable(error) => write!(formatter, "{path} cannot be read: {error}"),
            Cause::Unwritable(error) => {
                let instead = if error.kind() == io::ErrorKind::NotFound { "; its folder must exist" } else { "" };
                write!(formatter, "{path} cannot be written: {error}{instead}")
            }
            Cause::NothingLinked => write!(
                formatter,
                "{path} would be empty: no annotated function is linked; name its crate in the test, as in `use shop as \
                 _;`, and a module by its full path, as in `Review::module(\"shop::orders\")`"
            ),
            Cause::Differs { is_edited, lines } => {
                let edited = if *is_edited { "was edited or merged by hand, and " } else { "" };
                writeln!(formatter, "{path} {edited}differs from the code:")?;
                for line in lines {
                    writeln!(formatter, "  {line}")?;
                }
                write!(
                    formatter,
                    "if the change is intended, run `RETRIES=overwrite cargo test` and have the new file reviewed"
                )
            }
        }
    }
}

impl core::error::Error for ReviewError {}

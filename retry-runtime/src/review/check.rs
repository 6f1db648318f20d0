//! Holds a file against the code, or renews it.

use core::fmt::{self, Display, Formatter};
use std::path::{Path, PathBuf};
use std::string::String;
use std::vec::Vec;
use std::{fs, io};

use crate::review::file::{self, read};
use crate::review::{Review, difference};

/// What a review file says is not what the code says, or it cannot be read: printed, it says which line, what is there,
/// what the code says, and what to run.
#[derive(Debug)]
pub struct Stale {
    path: PathBuf,
    why: Why,
}

#[derive(Debug)]
enum Why {
    Missing,
    Unreadable(io::Error),
    Unwritable(io::Error),
    /// Nothing is linked that is annotated.
    Nothing,
    Differs {
        is_edited: bool,
        words: Vec<String>,
    },
}

/// The variable of the environment that asks for a new file, and its value.
const RENEW: (&str, &str) = ("RETRIES", "overwrite");

impl Review {
    /// Compares the file at `path` with the code; or, where `RETRIES=overwrite` is set, writes it anew.
    ///
    /// A relative path begins at the working directory, which `cargo test` sets to the package's folder.
    ///
    /// # Errors
    ///
    /// If the file is missing, differs, or can be neither read nor written; and if no annotated function is linked.
    pub fn compare(&self, path: impl AsRef<Path>) -> Result<(), Stale> {
        let path = path.as_ref();
        let stale = |why| Err(Stale { path: path.into(), why });
        if self.operations().is_empty() {
            return stale(Why::Nothing);
        }
        let expected = file::text(self);
        if std::env::var(RENEW.0).is_ok_and(|value| value == RENEW.1) {
            return fs::write(path, expected).or_else(|error| stale(Why::Unwritable(error)));
        }
        match fs::read_to_string(path) {
            Ok(found) => match differs(&found, &expected) {
                Some(why) => stale(why),
                None => Ok(()),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => stale(Why::Missing),
            Err(error) => stale(Why::Unreadable(error)),
        }
    }

    /// As [`compare`](Self::compare), for a test.
    ///
    /// # Panics
    ///
    /// Where that is an error, with its words.
    #[track_caller]
    pub fn check(&self, path: impl AsRef<Path>) {
        if let Err(stale) = self.compare(path) {
            panic!("{stale}");
        }
    }
}

/// Whatever ends the lines of the one that was found.
fn differs(found: &str, expected: &str) -> Option<Why> {
    let (found, expected) = (read(found), read(expected));
    (found.lines != expected.lines)
        .then(|| Why::Differs { is_edited: !found.is_whole, words: difference::words(&found, &expected) })
}

impl Display for Stale {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        match &self.why {
            Why::Missing => write!(formatter, "{path} is not there; run `RETRIES=overwrite cargo test` and commit it"),
            Why::Unreadable(error) => write!(formatter, "{path} cannot be read: {error}"),
            Why::Unwritable(error) => {
                let instead = if error.kind() == io::ErrorKind::NotFound { "; its folder has to be there" } else { "" };
                write!(formatter, "{path} cannot be written: {error}{instead}")
            }
            Why::Nothing => write!(
                formatter,
                "{path} would be empty: no annotated function is looked at; name their crate in the test, as in `use shop \
                 as _;`, and a module as it is, as in `Review::of(\"shop::orders\")`"
            ),
            Why::Differs { is_edited, words } => {
                let why = if *is_edited { "was edited or merged by hand, and " } else { "" };
                writeln!(formatter, "{path} {why}does not say what the code says:")?;
                for line in words {
                    writeln!(formatter, "  {line}")?;
                }
                write!(formatter, "if that is meant, run `RETRIES=overwrite cargo test` and have its change reviewed")
            }
        }
    }
}

impl core::error::Error for Stale {}

//! Policies under review (feature `review`): every `#[retry]` of a program, known without running it.
//!
//! A policy is a few words in an attribute, and a change of them is easily overlooked. With this feature each annotated
//! function is known where it is linked, with its constants resolved; a test holds a file against all of them, so that a
//! change of a policy is a change of that file, which a reviewer sees.
//!
//! ```
//! # mod shop {
//! use retry_runtime::retry;
//!
//! #[retry(max_attempts = 3, backoff = exp(500ms, 4s), retry_on = transient, attempt_timeout = 2s)]
//! pub async fn quote() -> std::io::Result<u32> {
//!     Ok(7)
//! }
//! # }
//! # let folder = std::env::temp_dir().join(format!("retry-review-{}", std::process::id()));
//! # std::fs::create_dir_all(&folder)?;
//! # std::env::set_current_dir(&folder)?;
//! # let _ = shop::quote;
//!
//! // In a test. The file is not there yet, and the test would say so:
//! let words = retry_runtime::review::Review::all().compare("RETRIES.md").unwrap_err().to_string();
//! assert_eq!(words, "RETRIES.md is not there; run `RETRIES=overwrite cargo test` and commit it");
//! # std::fs::remove_dir_all(&folder)?;
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! In a crate of yours it is one test:
//!
//! ```no_run
//! #[test]
//! fn retries_are_reviewed() {
//!     retry_runtime::review::check("RETRIES.md");
//! }
//! ```
//!
//! # What is in it
//!
//! All functions with `#[retry]` of all crates that the test links; an integration test has to name the crate that it is
//! for (`use shop as _;`). What is behind a `cfg` is there where that is on. The places of [`call`](crate::call()) and
//! [`call_blocking`](crate::call_blocking) are known only once they run, and are not in it.
//!
//! Turn the feature on for tests alone, in `[dev-dependencies]`: what is shipped then carries nothing of it.
//!
//! # What is wrong with it
//!
//! [`lint`](lint()) looks for what the compiler cannot see: an attempt that nothing cuts, a name that changes something
//! without a key, and a function that takes longer than its callers let it. Each kind is a [`Rule`].
//!
//! # What it looks like
//!
//! [`Reviewed::svg`] draws the schedule of an operation, and [`Review::draw`] a file for each: for docs, or for a reviewer
//! to see what `exp(500ms, 30s)` comes to.

mod check;
mod difference;
mod file;
mod lint;
mod picture;
mod registry;
mod reviewed;
mod row;

use core::cmp::Ordering;
use std::path::Path;
use std::vec::Vec;

pub use self::check::Stale;
pub use self::lint::{Finding, Findings, Rule, lint};
#[doc(hidden)]
pub use self::registry::{Facts, Registered, inventory};
pub use self::reviewed::Reviewed;

/// Holds the file at `path` against every annotated function that is linked, or writes it where `RETRIES=overwrite` is
/// set: for a test. See [`Review::check`].
///
/// # Panics
///
/// If the file is missing or says something else than the code, with words that say which line and what to run.
#[track_caller]
pub fn check(path: impl AsRef<Path>) {
    Review::all().check(path);
}

/// The annotated functions that are looked at, by name.
#[derive(Clone, Debug)]
pub struct Review {
    operations: Vec<Reviewed>,
    /// Calls that bodies do not show.
    declared: Vec<lint::Declared>,
}

impl Review {
    /// Every one that is linked.
    pub fn all() -> Self {
        Self::which(|_| true)
    }

    /// Those of a module or a crate, with all that is inside it: `Review::of("shop")`.
    pub fn of(module: &str) -> Self {
        Self::which(|of| {
            let rest = of.facts().module.strip_prefix(module);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
        })
    }

    fn which(is_in: impl Fn(&Reviewed) -> bool) -> Self {
        let mut operations: Vec<_> = registry::registered().map(Reviewed::new).filter(is_in).collect();
        operations.sort_by(|one, other| in_order(*one, *other));
        Self { operations, declared: Vec::new() }
    }

    /// What is looked at, by name.
    pub fn operations(&self) -> &[Reviewed] {
        &self.operations
    }
}

/// By name; several of one name by what is said of them, since a macro may make them at one place, and a place is another
/// one on another machine.
fn in_order(one: Reviewed, other: Reviewed) -> Ordering {
    let place = |of: Reviewed| (of.file(), of.line());
    let said = || row::cells(one).cmp(&row::cells(other));
    one.name().cmp(other.name()).then_with(said).then_with(|| place(one).cmp(&place(other)))
}

//! Policy review (feature `review`): every `#[retry]` of a program.
//!
//! A policy is a few words in an attribute, and a change of them is easily overlooked. With this feature each annotated
//! function is registered when it is linked, with its constants resolved. A test compares a file with all of them: a change
//! of a policy becomes a change of that file, which a reviewer sees.
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
//! // In a test. The file does not exist yet:
//! let message = retry_runtime::review::Review::all().compare("RETRIES.md").unwrap_err().to_string();
//! assert_eq!(message, "RETRIES.md does not exist; run `RETRIES=overwrite cargo test` and commit it");
//! # std::fs::remove_dir_all(&folder)?;
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! Your crate needs one test:
//!
//! ```no_run
//! #[test]
//! fn policies_are_reviewed() {
//!     retry_runtime::review::check("RETRIES.md");
//! }
//! ```
//!
//! # Contents
//!
//! The file lists all functions with `#[retry]` of all crates that the test links. An integration test must name the crate
//! under test (`use shop as _;`). A function behind a `cfg` is listed when the `cfg` is on. Places that use
//! [`call`](crate::call()) or [`call_blocking`](crate::call_blocking) are not listed, because they register when they run.
//!
//! Enable the feature for tests only, in `[dev-dependencies]`: release builds then contain nothing of it.
//!
//! # Lints
//!
//! [`lint`](lint()) finds problems that the compiler cannot see: an attempt without a timeout, a name that suggests side
//! effects without a key, functions that share a name, and a function that takes longer than its callers allow. Each kind is a [`Rule`].
//!
//! # Charts
//!
//! [`ReviewedOperation::svg`] draws the schedule of an operation, and [`Review::draw`] writes a file for each operation: for
//! docs, or to show a reviewer what `exp(500ms, 30s)` means.

mod check;
mod difference;
mod file;
mod lint;
mod policy_review;
mod reviewed;
mod svg;
mod table_row;

use std::path::Path;

pub use self::check::ReviewError;
pub use self::lint::findings::{Finding, Findings, Rule};
pub use self::lint::lint;
pub use self::policy_review::Review;
pub use self::reviewed::ReviewedOperation;

/// Compares the file at `path` with every linked annotated function.
///
/// Writes the file instead if `RETRIES=overwrite` is set. For tests; see [`Review::check`].
///
/// # Panics
///
/// Panics if the file is missing or differs from the code, with a message that says which line, and what to run.
#[track_caller]
pub fn check(path: impl AsRef<Path>) {
    Review::all().check(path);
}

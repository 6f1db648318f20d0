//! Names that the expansion of `#[idempotent]` prints.
//!
//! They may change in any release.

pub use retry_runtime::__private::{const_check, from_micros, from_millis, from_nanos, from_secs, never};

use crate::session::Claim;
use crate::support::KeyText;

/// Returns the text of a key or a scope, before the body consumes its source.
pub fn text(text: &(impl KeyText + ?Sized)) -> String {
    text.text().to_string()
}

/// Gives a closure its type: it receives the old result and returns the new one.
pub const fn merging<R, F: FnOnce(R) -> R>(merge: F) -> F {
    merge
}

/// Gives a closure its type: it receives the claim and returns the finding.
pub const fn looking<F: FnOnce(Claim) -> Looked, Looked>(look: F) -> F {
    look
}

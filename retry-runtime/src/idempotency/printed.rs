//! What `#[idempotent]` prints and users need not; it may change in any release.

use std::string::{String, ToString};

use crate::idempotency::{Claim, KeyText};

/// The text of a key or a scope, before the body consumes what it was made of.
#[doc(hidden)]
pub fn text(text: &(impl KeyText + ?Sized)) -> String {
    text.text().to_string()
}

/// Tells a closure what it is given, so that it need not say it: the old outcome, and answers the new one.
#[doc(hidden)]
pub const fn merging<R, F: FnOnce(R) -> R>(merge: F) -> F {
    merge
}

/// As [`merging`], for one that looks what became of a run.
#[doc(hidden)]
pub const fn looking<F: FnOnce(Claim) -> Looked, Looked>(look: F) -> F {
    look
}

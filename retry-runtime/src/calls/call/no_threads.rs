//! Stub of blocking calls on a target whose only thread cannot wait.
//!
//! A blocking function gets a single error.

use crate::calls::typed_operation::{Fallible, TypedOperation};

/// Unimplemented: a blocking function needs a thread that can wait.
#[diagnostic::on_unimplemented(
    message = "a blocking function cannot wait on `wasm32-unknown-unknown`, whose only thread runs everything; make the function `async`",
    label = "this function is blocking"
)]
pub trait NeedsThread {}

/// Returns no call, so that the methods that follow cause no errors.
impl<R> TypedOperation<R>
where
    Self: Fallible<R> + NeedsThread,
{
    /// Fails to compile; make the function async.
    #[must_use]
    pub fn begin_blocking(self) -> Self {
        self
    }
}

//! Stub of calls on a default runtime, if there is none.
//!
//! An async function gets a single error.

use crate::calls::typed_operation::{Fallible, TypedOperation};

/// Unimplemented: an async function needs a runtime.
#[diagnostic::on_unimplemented(
    message = "an async function needs an async runtime, and none is built in; enable the feature `tokio`, `smol` or `futures-timer` of `retry-runtime` (`wasm` on `wasm32-unknown-unknown`), or write `runtime = path::to::MyRuntime` with one of your own",
    label = "this function is async"
)]
pub trait NeedsDriver {}

/// Returns no call, so that the methods that follow cause no errors.
impl<R> TypedOperation<R>
where
    Self: Fallible<R> + NeedsDriver,
{
    /// Fails to compile; enable the feature of a runtime.
    #[must_use]
    pub fn begin(self) -> Self {
        self
    }
}

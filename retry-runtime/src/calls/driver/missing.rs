//! What an async function meets where no async driver is built in: a message that names the feature.

use crate::calls::of::{Fails, Of};

/// Nothing is this: an async function needs a driver.
#[diagnostic::on_unimplemented(
    message = "an async function needs an async driver, and none is built in",
    label = "this function is async",
    note = "enable the feature `tokio` of `retry-runtime`"
)]
pub trait NeedsDriver {}

/// No call comes of it, so that nothing is said of what would follow.
impl<R> Of<R>
where
    Self: Fails<R> + NeedsDriver,
{
    /// Begins a call of an async function; enable the feature `tokio`.
    #[must_use]
    pub fn begin(self) -> Self {
        self
    }
}

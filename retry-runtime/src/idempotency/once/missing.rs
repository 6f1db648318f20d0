//! What `#[idempotent]` on an async function meets without a driver: a message that names the feature, and nothing more.

use crate::calls::NeedsDriver;
use crate::idempotency::once::{Claim, Once, StepClaim};

impl<S: ?Sized, C, D> Once<'_, S, C, D> {
    /// Runs an async body; enable the feature `tokio`.
    #[doc(hidden)]
    pub fn run<F: Future>(self, _body: impl FnOnce(Claim) -> F) -> F
    where
        Self: NeedsDriver,
    {
        unreachable!("nothing has a driver")
    }

    /// Runs an async body; enable the feature `tokio`.
    #[doc(hidden)]
    pub fn run_in<F: Future>(self, _body: impl FnOnce(Claim) -> F) -> F
    where
        Self: NeedsDriver,
    {
        unreachable!("nothing has a driver")
    }

    /// Runs an async body; enable the feature `tokio`.
    #[doc(hidden)]
    pub fn run_steps<'s, F: Future>(self, _body: impl FnOnce(StepClaim<'s, S>) -> F) -> F
    where
        S: 's,
        Self: NeedsDriver,
    {
        unreachable!("nothing has a driver")
    }
}

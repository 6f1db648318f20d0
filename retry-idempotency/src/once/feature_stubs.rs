//! Stubs of the async methods without the feature `tokio`.
//!
//! Each gives one message that names the feature.

use core::future::Future;

use crate::once::builder::Once;
use crate::once::step_claim::StepClaim;
use crate::session::Claim;

/// Bound that no type meets: an async effect needs the feature `tokio`.
#[diagnostic::on_unimplemented(
    message = "an async effect needs an async driver, and none is built in; enable the feature `tokio` of `retry-idempotency`",
    label = "this function is async"
)]
pub trait NeedsTokio {}

impl<S: ?Sized, C, D> Once<'_, S, C, D> {
    /// Runs an async body; enable the feature `tokio`.
    #[doc(hidden)]
    pub fn run<F: Future>(self, _body: impl FnOnce(Claim) -> F) -> F
    where
        Self: NeedsTokio,
    {
        unreachable!("no type implements `NeedsTokio`")
    }

    /// Runs an async body; enable the feature `tokio`.
    #[doc(hidden)]
    pub fn run_in<F: Future>(self, _body: impl FnOnce(Claim) -> F) -> F
    where
        Self: NeedsTokio,
    {
        unreachable!("no type implements `NeedsTokio`")
    }

    /// Runs an async body; enable the feature `tokio`.
    #[doc(hidden)]
    pub fn run_steps<'s, F: Future>(self, _body: impl FnOnce(StepClaim<'s, S>) -> F) -> F
    where
        S: 's,
        Self: NeedsTokio,
    {
        unreachable!("no type implements `NeedsTokio`")
    }
}

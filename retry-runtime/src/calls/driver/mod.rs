//! Clock, chance and wait: what the decision core is given.

#[cfg(feature = "tokio")]
mod attempt_body;
#[cfg(feature = "tokio")]
mod attempt_future;
mod blocking;
#[cfg(feature = "tokio")]
mod step_futures;
#[cfg(feature = "tokio")]
mod tokio;
#[cfg(feature = "tokio")]
mod wait_future;

#[cfg(feature = "tokio")]
use core::future::Future;
#[cfg(feature = "tokio")]
use core::task::Context;

use retry_core::{Failure, Progress};

use crate::calls::permits::RetryBudget;
use crate::calls::random;

#[doc(hidden)]
pub use self::blocking::sleep as sleep_blocking;
pub use self::blocking::{Blocking, IsCancelled, Uncancelled};
#[cfg(feature = "tokio")]
pub use self::tokio::{Cancel, Tokio};

/// An async runtime: its clock, its timer, and what cancels a call.
#[cfg(feature = "tokio")]
pub trait AsyncDriver: Driver {
    /// Whether nothing ever cancels the call.
    #[doc(hidden)]
    const NEVER_CANCELLED: bool = false;

    /// A timer. One that has run out may be asked again.
    type Sleep: Future<Output = ()>;

    /// Completes after so many nanoseconds.
    fn sleep(nanos: u64) -> Self::Sleep;

    /// Whether the call is cancelled; else `cx` is woken when it is.
    fn poll_cancelled(&mut self, cx: &mut Context<'_>) -> bool;
}

/// What follows a failed attempt, by this clock.
fn decide(progress: &mut Progress, failure: &Failure, mut retry_budget: RetryBudget<'_>, now: fn() -> u64) -> u64 {
    let policy = retry_budget.policy;
    let draw = |wait| retry_budget.draw(failure, wait, now);
    progress.next(policy, failure, now, random::random, draw)
}

/// Clock and chance of a call.
pub trait Driver {
    /// Monotonic time, in nanoseconds since one moment of this process.
    fn now() -> u64;

    /// What follows a failed attempt: the nanoseconds to wait, or `u64::MAX` to stop. Cold and not generic, so that a
    /// function's own code holds nothing but 'is it `Ok`?'.
    #[doc(hidden)]
    fn failed(progress: &mut Progress, failure: &Failure, retry_budget: RetryBudget<'_>) -> u64;
}

//! Async functions on tokio.

use core::future::Future;
use core::pin::Pin;
use core::task::Context;
use core::time::Duration;

use retry_core::{Failure, Progress};
use tokio::time::{Instant, Sleep};

use crate::calls::call::Call;
use crate::calls::call_state::FullState;
use crate::calls::driver::{AsyncDriver, Driver, decide};
use crate::calls::permits::RetryBudget;
use crate::calls::typed_operation::{Fallible, TypedOperation};
use crate::outcome::Outcome;

/// The driver of async functions on tokio: `C` completes when the call is cancelled. Its clock is tokio's, so a
/// paused test clock moves it.
#[derive(Debug, Default)]
pub struct Tokio<C = ()> {
    cancel: C,
}

/// What completes when a call is cancelled.
pub trait Cancel {
    #[doc(hidden)]
    const NEVER: bool = false;
    #[doc(hidden)]
    fn poll_cancelled(&mut self, cx: &mut Context<'_>) -> bool;
}

/// Nothing cancels the call.
impl Cancel for () {
    const NEVER: bool = true;

    #[inline]
    fn poll_cancelled(&mut self, _: &mut Context<'_>) -> bool {
        false
    }
}

impl<F: Future> Cancel for Pin<&mut F> {
    fn poll_cancelled(&mut self, cx: &mut Context<'_>) -> bool {
        self.as_mut().poll(cx).is_ready()
    }
}

impl<C> Driver for Tokio<C> {
    #[inline]
    fn now() -> u64 {
        now()
    }

    #[inline]
    fn failed(progress: &mut Progress, failure: &Failure, retry_budget: RetryBudget<'_>) -> u64 {
        failed(progress, failure, retry_budget)
    }
}

impl<C: Cancel> AsyncDriver for Tokio<C> {
    const NEVER_CANCELLED: bool = C::NEVER;

    type Sleep = Sleep;

    fn sleep(nanos: u64) -> Sleep {
        tokio::time::sleep(Duration::from_nanos(nanos))
    }

    #[inline]
    fn poll_cancelled(&mut self, cx: &mut Context<'_>) -> bool {
        self.cancel.poll_cancelled(cx)
    }
}

#[cold]
#[inline(never)]
fn failed(progress: &mut Progress, failure: &Failure, retry_budget: RetryBudget<'_>) -> u64 {
    decide(progress, failure, retry_budget, now)
}

fn now() -> u64 {
    crate::calls::clock::since_anchor(Instant::now().into_std())
}

impl<R> TypedOperation<R>
where
    Self: Fallible<R>,
{
    /// Begins a call of an async function.
    #[inline]
    pub fn begin(self) -> Call<R, Tokio> {
        Call::begin(self.operation)
    }
}

impl<'p, R: Outcome> Call<R, Tokio, FullState<'p, R>> {
    /// The same call, that ends when `cancel` completes. It is asked while an attempt or a wait is pending.
    pub fn cancel<F: Future>(self, cancel: Pin<&mut F>) -> Call<R, Tokio<Pin<&mut F>>, FullState<'p, R>> {
        self.driven(Tokio { cancel })
    }
}

//! Calls of async functions: an attempt and its delay are futures.
//!
//! The methods return opaque futures, so that the compiler reports an error type without classes once, at the method, and
//! not a second time at `.await`.

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Waker};

use retry_core::StopReason;

use crate::calls::call::Call;
use crate::calls::call::classifier::{AttemptResult, ByClass, ByPredicate};
use crate::calls::call::futures::admission::AdmissionFuture;
use crate::calls::call::futures::attempt::AttemptFuture;
use crate::calls::call::futures::body::{WithTimeout, WithoutTimeout};
use crate::calls::call::futures::hedged::HedgedFuture;
use crate::calls::call::futures::steps::{RunFuture, WaitStep};
use crate::calls::call::futures::timer::timed;
use crate::calls::call::hedged::{HedgedAttempt, HedgedState};
use crate::calls::call::hooks::HookResult;
use crate::calls::call::limited::LimitedState;
use crate::calls::call::state::{CallState, FullState};
use crate::calls::call::stepwise::{AttemptDecision, FinishedAttempt};
use crate::calls::driver::{Async, AsyncDriver, Runtime};
use crate::calls::typed_operation::{Fallible, TypedOperation};
use crate::classify::Classify;
use crate::outcome::Outcome;

impl<R> TypedOperation<R>
where
    Self: Fallible<R>,
{
    /// Begins a call of an async function on the runtime `D`.
    #[inline]
    pub fn begin_on<D: Runtime>(self) -> <D::Sleep as TimerOf<D>>::Call<R> {
        Call::begin(self.operation)
    }
}

/// Timer of the runtime `D`.
///
/// It is the way to the type of a call, because that is then unknown for a type that is not a runtime: the compiler reports
/// that type and none of the methods that follow.
pub trait TimerOf<D> {
    /// Call on the runtime.
    type Call<R>;
}

impl<D: Runtime> TimerOf<D> for D::Sleep {
    type Call<R> = Call<R, Async<D>>;
}

impl<'p, R: Outcome, D: Runtime> Call<R, Async<D>, FullState<'p, R>> {
    /// Sets the source of cancellation.
    ///
    /// It is polled while an attempt or a delay is pending.
    pub fn cancel<F: Future>(self, cancel: Pin<&mut F>) -> Call<R, Async<D, Pin<&mut F>>, FullState<'p, R>> {
        self.with_driver(Async::new(cancel))
    }
}

impl<R: Outcome, D: AsyncDriver, T: CallState<R>> Call<R, D, T> {
    /// Counts an attempt that begins now, unless the call is cancelled.
    ///
    /// Returns the reason for rejecting it.
    #[inline]
    pub(super) fn admit_uncancelled(&mut self) -> Option<StopReason> {
        // The first poll of the attempt registers the task's waker.
        if !D::NEVER_CANCELLED && self.driver.poll_cancelled(&mut Context::from_waker(Waker::noop())) {
            return Some(StopReason::Cancelled);
        }
        self.admit()
    }

    /// Runs one attempt, decides by the policy's classes, and waits.
    ///
    /// Returns the outcome of a call that has ended.
    #[inline]
    pub fn attempt<F: Future<Output = R>>(&mut self, body: F) -> impl Future<Output = Option<R>>
    where
        R::Error: Classify,
    {
        let body = self.injected(body);
        timed(AttemptFuture::new(self, WithoutTimeout::new(body), ByClass))
    }

    /// Runs one attempt, decides by `retry`, and waits.
    ///
    /// Returns the outcome of a call that has ended.
    #[inline]
    pub fn attempt_if<F: Future<Output = R>, P: FnMut(&mut AttemptResult<'_, R>) -> bool>(
        &mut self,
        body: F,
        retry: P,
    ) -> impl Future<Output = Option<R>> {
        let body = self.injected(body);
        timed(AttemptFuture::new(self, WithoutTimeout::new(body), ByPredicate(retry)))
    }

    /// Runs one attempt.
    ///
    /// [`decide`](Call::decide), `on_retry` and [`wait`](Call::wait) follow.
    pub fn run<F: Future<Output = R>>(&mut self, body: F) -> impl Future<Output = FinishedAttempt<R>> {
        let body = self.injected(body);
        timed(RunFuture::new(self, WithoutTimeout::new(body)))
    }

    /// Waits before the next attempt. Returns the outcome of a call that ends instead.
    ///
    /// A call ends by its decision, by the error of `on_retry`, at its deadline, or by cancellation.
    pub fn wait(
        &mut self,
        decision: AttemptDecision<R>,
        hook_result: impl HookResult<R::Error>,
    ) -> impl Future<Output = Option<R>> {
        let flow = self.before_wait(decision, hook_result);
        timed(WaitStep::new(self, flow))
    }
}

impl<R: Outcome, D: AsyncDriver, T: CallState<R>> Call<R, D, T> {
    /// Runs an [`attempt`](Self::attempt) with a timeout.
    ///
    /// It ends at its timeout or at the call's deadline, whichever is sooner.
    pub fn attempt_with_timeout<F: Future<Output = R>>(&mut self, body: F) -> impl Future<Output = Option<R>>
    where
        R::Error: Classify,
    {
        let body = WithTimeout::new(self, self.injected(body));
        timed(AttemptFuture::new(self, body, ByClass))
    }

    /// Runs an [`attempt_if`](Self::attempt_if) with a timeout.
    ///
    /// It ends at its timeout or at the call's deadline, whichever is sooner.
    pub fn attempt_with_timeout_if<F: Future<Output = R>, P: FnMut(&mut AttemptResult<'_, R>) -> bool>(
        &mut self,
        body: F,
        retry: P,
    ) -> impl Future<Output = Option<R>> {
        let body = WithTimeout::new(self, self.injected(body));
        timed(AttemptFuture::new(self, body, ByPredicate(retry)))
    }

    /// Runs an attempt like [`run`](Self::run) with a timeout.
    ///
    /// It ends at its timeout or at the call's deadline, whichever is sooner.
    pub fn run_with_timeout<F: Future<Output = R>>(&mut self, body: F) -> impl Future<Output = FinishedAttempt<R>> {
        let body = WithTimeout::new(self, self.injected(body));
        timed(RunFuture::new(self, body))
    }
}

impl<R: Outcome, D: AsyncDriver> Call<R, D, HedgedState<'_, R>> {
    /// Runs one attempt, and a hedge beside a slow first one.
    ///
    /// An attempt ends the call unless the policy's classes retry it. [`decide_hedged`](Call::decide_hedged), `on_retry`
    /// and [`wait`](Call::wait) follow.
    pub fn run_hedged<F: Future<Output = R>>(&mut self, body: impl Fn() -> F) -> impl Future<Output = HedgedAttempt<R>>
    where
        R::Error: Classify,
    {
        let make = move |call: &Self| WithTimeout::new(call, call.injected(body()));
        timed(HedgedFuture::new(self, make, ByClass))
    }

    /// Runs attempts like [`run_hedged`](Self::run_hedged).
    ///
    /// `retry` decides which ones are retried.
    pub fn run_hedged_if<F: Future<Output = R>, P: FnMut(&mut AttemptResult<'_, R>) -> bool>(
        &mut self,
        body: impl Fn() -> F,
        retry: P,
    ) -> impl Future<Output = HedgedAttempt<R>> {
        let make = move |call: &Self| WithTimeout::new(call, call.injected(body()));
        timed(HedgedFuture::new(self, make, ByPredicate(retry)))
    }
}

impl<'p, R: Outcome, D: AsyncDriver, H> Call<R, D, LimitedState<'p, R, H>> {
    /// Waits until the limits allow the next attempt.
    ///
    /// If they never do, that attempt ends the call.
    pub fn admission<'c>(&'c mut self) -> impl Future<Output = ()> + use<'c, 'p, R, D, H> {
        timed(AdmissionFuture::new(self))
    }
}

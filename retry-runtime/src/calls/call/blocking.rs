//! Calls of blocking functions.
//!
//! An attempt is a closure, and a delay sleeps the thread.

use core::ops::ControlFlow;

use retry_core::StopReason;
use retry_core::internal::Span;

use crate::calls::call::Call;
use crate::calls::call::classifier::{AttemptResult, ByClass, ByPredicate, Classifier};
use crate::calls::call::hooks::HookResult;
use crate::calls::call::state::{CallState, FullState};
use crate::calls::call::stepwise::{AttemptDecision, AttemptEnd, FinishedAttempt};
use crate::calls::context::{AttemptScope, ContextExit};
use crate::calls::driver::{Blocking, Driver, IsCancelled, sleep_blocking};
use crate::calls::typed_operation::{Fallible, TypedOperation};
use crate::classify::Classify;
use crate::observe::emit;
use crate::outcome::Outcome;

/// Interval at which a delay checks for cancellation.
const CANCEL_INTERVAL: Span = Span::from_nanos(10_000_000);

impl<R> TypedOperation<R>
where
    Self: Fallible<R>,
{
    /// Begins a call of a blocking function.
    #[inline]
    pub fn begin_blocking(self) -> Call<R, Blocking> {
        Call::begin(self.operation)
    }
}

impl<'p, R: Outcome> Call<R, Blocking, FullState<'p, R>> {
    /// Sets the source of cancellation.
    ///
    /// It is checked before each retry, and every 10 ms during a delay.
    pub fn cancel<C: FnMut() -> bool>(self, cancel: C) -> Call<R, Blocking<C>, FullState<'p, R>> {
        self.with_driver(Blocking { cancel })
    }
}

impl<R: Outcome, C: IsCancelled, T: CallState<R>> Call<R, Blocking<C>, T> {
    /// Runs one attempt, decides by the policy's classes, and waits.
    ///
    /// Returns the outcome of a call that has ended.
    #[inline]
    pub fn attempt(&mut self, body: impl FnOnce() -> R) -> Option<R>
    where
        R::Error: Classify,
    {
        self.run_and_wait(body, ByClass)
    }

    /// Runs one attempt, decides by `retry`, and waits.
    ///
    /// Returns the outcome of a call that has ended.
    #[inline]
    pub fn attempt_if(
        &mut self,
        body: impl FnOnce() -> R,
        retry: impl FnMut(&mut AttemptResult<'_, R>) -> bool,
    ) -> Option<R> {
        self.run_and_wait(body, ByPredicate(retry))
    }

    /// Runs one attempt.
    ///
    /// [`decide`](Call::decide), `on_retry` and [`wait`](Call::wait) follow.
    pub fn run(&mut self, body: impl FnOnce() -> R) -> FinishedAttempt<R> {
        if let Some(reason) = self.admit() {
            return FinishedAttempt::rejected(reason);
        }
        let scope = self.enter();
        let outcome = body();
        let nested = scope.leave().nested_calls();
        FinishedAttempt { end: AttemptEnd::Returned(outcome), nested }
    }

    #[inline]
    fn enter(&self) -> AttemptScope {
        match &self.progress {
            None => AttemptScope::enter_first(),
            Some(progress) => AttemptScope::enter_attempt(progress, self.policy()),
        }
    }

    #[inline]
    fn run_and_wait(&mut self, body: impl FnOnce() -> R, classifier: impl Classifier<R>) -> Option<R> {
        if let Some(reason) = self.admit() {
            return self.reject(reason).break_value();
        }
        let scope = self.enter();
        let outcome = body();
        let exit = scope.leave();
        if classifier.is_success(&outcome) && exit.is_quiet() && self.operation.is_at_rest() {
            self.record_first_success();
            return Some(outcome);
        }
        self.decide_and_wait(outcome, classifier, exit)
    }

    /// Decides and waits.
    ///
    /// Cold and not inlined, so that a function whose attempt succeeds contains none of it, and all functions with one
    /// outcome type share it.
    #[cold]
    #[inline(never)]
    fn decide_and_wait(&mut self, outcome: R, mut classifier: impl Classifier<R>, exit: ContextExit) -> Option<R> {
        match self.after(&outcome, &mut classifier, exit.nested_calls()).delay() {
            None => Some(outcome),
            Some(delay) => {
                self.state.keep(outcome);
                self.sleep(delay)
            }
        }
    }

    /// Waits before the next attempt. Returns the outcome of a call that ends instead.
    ///
    /// A call ends by its decision, by the error of `on_retry`, at its deadline, or by cancellation.
    pub fn wait(&mut self, decision: AttemptDecision<R>, hook_result: impl HookResult<R::Error>) -> Option<R> {
        match self.before_wait(decision, hook_result) {
            ControlFlow::Break(outcome) => Some(outcome),
            ControlFlow::Continue(delay) => self.sleep(delay),
        }
    }

    /// Sleeps for `delay`. Returns the outcome of a call that is cancelled meanwhile.
    #[inline]
    fn sleep(&mut self, delay: Span) -> Option<R> {
        if self.is_cancelled_within(delay) { self.stop_retry(StopReason::Cancelled).break_value() } else { None }
    }

    /// Sleeps for `delay`, and returns whether the call was cancelled meanwhile.
    #[inline]
    fn is_cancelled_within(&mut self, delay: Span) -> bool {
        if C::NEVER {
            if delay > Span::ZERO {
                emit::blocks_thread(self.operation, delay);
                sleep_blocking(delay.as_nanos());
            }
            return false;
        }
        self.is_cancelled_in_intervals(delay)
    }

    #[cold]
    fn is_cancelled_in_intervals(&mut self, delay: Span) -> bool {
        if delay > Span::ZERO {
            emit::blocks_thread(self.operation, delay);
        }
        // By the clock, because each sleep takes a little longer than asked.
        let end = Blocking::<C>::now().plus(delay);
        loop {
            if self.driver.cancel.is_cancelled() {
                return true;
            }
            match end.since(Blocking::<C>::now()) {
                Span::ZERO => return false,
                left => sleep_blocking(left.min(CANCEL_INTERVAL).as_nanos()),
            }
        }
    }
}

#[cfg(feature = "governor")]
impl<R: Outcome, C: IsCancelled> Call<R, Blocking<C>, FullState<'_, R>> {
    /// Waits until `limit` allows the next attempt.
    ///
    /// If it never does, that attempt ends the call.
    pub fn rate_limit(&mut self, limit: &crate::RateLimit) {
        use crate::calls::call::rate_limit::RateDecision;
        while let RateDecision::Wait(delay) = self.check_rate_limit(limit) {
            if self.is_cancelled_within(delay) {
                self.state.rejection = Some(StopReason::Cancelled);
                return;
            }
        }
    }
}

//! Calls of blocking functions.
//!
//! An attempt is a closure, and a delay sleeps the thread.

use core::ops::ControlFlow;
use core::task::Waker;

use retry_core::StopReason;
use retry_core::internal::Span;

use crate::calls::call::Call;
use crate::calls::call::classifier::{AttemptResult, ByClass, ByPredicate, Classifier};
use crate::calls::call::hooks::HookResult;
use crate::calls::call::limited::LimitedState;
use crate::calls::call::start::Start;
use crate::calls::call::state::{CallState, FullState};
use crate::calls::call::stepwise::{AttemptDecision, AttemptEnd, FinishedAttempt};
use crate::calls::context::{self, AttemptScope, ContextExit};
use crate::calls::driver::{self, Blocking, Driver, IsCancelled};
use crate::calls::line::{Waiting, thread_waker};
use crate::classify::Classify;
use crate::observe::emit;
use crate::outcome::Outcome;

/// Interval at which a delay checks for cancellation.
const CANCEL_INTERVAL: Span = Span::from_nanos(10_000_000);

impl<'p, R: Outcome> Call<R, Blocking, FullState<'p, R>> {
    /// Sets the source of cancellation.
    ///
    /// It is checked before each attempt, and every 10 ms during a delay.
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
        if let Some(reason) = self.admit_uncancelled() {
            return FinishedAttempt::rejected(reason);
        }
        let scope = self.enter();
        let hold = self.state.enter_hold();
        let outcome = self.run_guarded(body);
        self.leave_hold(hold, true);
        let nested = scope.leave().nested_calls();
        FinishedAttempt { end: AttemptEnd::Returned(outcome), nested }
    }

    /// Counts an attempt that begins now, unless the call is cancelled.
    ///
    /// Returns the reason for rejecting it.
    #[inline]
    fn admit_uncancelled(&mut self) -> Option<StopReason> {
        if !C::NEVER && self.driver.cancel.is_cancelled() {
            return Some(StopReason::Cancelled);
        }
        self.admit()
    }

    #[inline]
    fn enter(&self) -> AttemptScope {
        match &self.progress {
            None => AttemptScope::enter_first(),
            Some(progress) => AttemptScope::enter_attempt(progress, self.policy()),
        }
    }

    /// Runs the body. If it panics, the budget no longer counts the retry.
    #[inline]
    fn run_guarded(&mut self, body: impl FnOnce() -> R) -> R {
        let guard = UnwindGuard(self);
        let outcome = guard.0.injected_outcome().unwrap_or_else(body);
        core::mem::forget(guard);
        outcome
    }

    #[inline]
    fn run_and_wait(&mut self, body: impl FnOnce() -> R, classifier: impl Classifier<R>) -> Option<R> {
        if let Some(reason) = self.admit_uncancelled() {
            return self.reject(reason).break_value();
        }
        let scope = self.enter();
        let hold = self.state.enter_hold();
        let outcome = self.run_guarded(body);
        self.leave_hold(hold, true);
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
                let outcome = self.state.keep(outcome);
                self.sleep(delay, outcome)
            }
        }
    }

    /// Waits before the next attempt. Returns the outcome of a call that ends instead.
    ///
    /// A call ends by its decision, by the error of `on_retry`, at its deadline, or by cancellation.
    pub fn wait(&mut self, decision: AttemptDecision<R>, hook_result: impl HookResult<R::Error>) -> Option<R> {
        match self.before_wait(decision, hook_result) {
            ControlFlow::Break(outcome) => Some(outcome),
            ControlFlow::Continue((delay, outcome)) => self.sleep(delay, outcome),
        }
    }

    /// Sleeps for `delay`, then waits in line if need be.
    ///
    /// Returns the outcome of a call that ends meanwhile. That is `outcome`, or one that the call keeps.
    #[inline]
    fn sleep(&mut self, delay: Span, outcome: Option<R>) -> Option<R> {
        if self.is_cancelled_within(delay) {
            return self.stop_retry(StopReason::Cancelled).break_value().or(outcome);
        }
        let start = match self.start_retry(thread_waker) {
            Start::Wait(waiting) => self.wait_in_line(&waiting),
            start => start,
        };
        match start {
            Start::Stop(reason) => self.stop_retry(reason).break_value().or(outcome),
            Start::Deny(waited) => self.deny_retry(waited).break_value().or(outcome),
            Start::Go | Start::Wait(_) => None,
        }
    }

    /// Returns whether the call is cancelled.
    ///
    /// If the source of cancellation panics, the call leaves the line, and gives back what it had taken.
    fn is_cancelled(&mut self, waiting: Option<&Waiting>) -> bool {
        let guard = WaitGuard(self, waiting);
        let is_cancelled = guard.0.driver.cancel.is_cancelled();
        core::mem::forget(guard);
        is_cancelled
    }

    /// Waits in line, and returns what follows.
    #[cold]
    fn wait_in_line(&mut self, waiting: &Waiting) -> Start {
        let waker = thread_waker();
        loop {
            let until = match self.poll_line(waiting, &waker) {
                ControlFlow::Break(start) => return start,
                ControlFlow::Continue(until) => until,
            };
            if self.is_cancelled(Some(waiting)) {
                self.leave_line(waiting);
                return Start::Stop(StopReason::Cancelled);
            }
            let left = until.since(Blocking::<C>::now());
            emit::blocks_thread(self.operation, left);
            self.operation.park_blocking(if C::NEVER { left } else { left.min(CANCEL_INTERVAL) });
        }
    }

    /// Sleeps for `delay`, and returns whether the call was cancelled meanwhile.
    #[inline]
    fn is_cancelled_within(&mut self, delay: Span) -> bool {
        if C::NEVER {
            if delay > Span::ZERO {
                emit::blocks_thread(self.operation, delay);
                self.operation.sleep_blocking(delay);
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
            if self.is_cancelled(None) {
                return true;
            }
            match end.since(Blocking::<C>::now()) {
                Span::ZERO => return false,
                left => self.operation.sleep_blocking(left.min(CANCEL_INTERVAL)),
            }
        }
    }
}

/// Ends a call whose source of cancellation panics while the call waits.
struct WaitGuard<'c, 'w, R: Outcome, D: Driver, T: CallState<R>>(&'c mut Call<R, D, T>, Option<&'w Waiting>);

impl<R: Outcome, D: Driver, T: CallState<R>> Drop for WaitGuard<'_, '_, R, D, T> {
    fn drop(&mut self) {
        if let Some(waiting) = self.1 {
            self.0.leave_line(waiting);
        }
        // Before its first attempt a call has taken nothing.
        if self.0.progress().attempt() > 0 {
            self.0.drop_retry(context::innermost().as_ref());
        }
    }
}

/// Informs the budget that a retry is over whose body panics.
struct UnwindGuard<'c, R: Outcome, D: Driver, T: CallState<R>>(&'c mut Call<R, D, T>);

impl<R: Outcome, D: Driver, T: CallState<R>> Drop for UnwindGuard<'_, R, D, T> {
    fn drop(&mut self) {
        self.0.release_retry();
    }
}

impl<R: Outcome, C: IsCancelled> Call<R, Blocking<C>, LimitedState<'_, R>> {
    /// Waits until the limits allow the next attempt.
    ///
    /// If they never do, that attempt ends the call.
    pub fn admission(&mut self) {
        self.reject_if_open();
        if let Some(until) = self.step(Waker::noop()) {
            self.emit_wait(until);
            self.wait_for_admission();
        }
    }

    #[cold]
    fn wait_for_admission(&mut self) {
        let waker = thread_waker();
        while let Some(until) = self.step(&waker) {
            if self.is_cancelled(None) {
                return self.cancel_admission();
            }
            let left = until.since(Blocking::<C>::now());
            emit::blocks_thread(self.operation, left);
            let left = if C::NEVER { left } else { left.min(CANCEL_INTERVAL) };
            // A place becomes free by what other calls do, which takes its time in a scope too.
            if self.state.limits.waits_for_others() {
                driver::park_blocking(left.as_nanos());
            } else {
                self.operation.park_blocking(left);
            }
        }
    }
}

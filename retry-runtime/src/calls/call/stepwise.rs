//! A call in separate steps: attempt, decision, hook, delay, fallback.

use core::ops::ControlFlow;
use core::time::Duration;
use std::sync::Arc;

use retry_core::StopReason;
use retry_core::internal::{Next, Span};
use retry_core::nesting::GiveUp;

use crate::calls::attempt::Attempt;
use crate::calls::call::Call;
use crate::calls::call::classifier::{AttemptResult, ByClass, ByPredicate, Classifier};
use crate::calls::call::hooks::{HookFuture, HookResult};
use crate::calls::call::state::CallState;
use crate::calls::context::{self, Frame, Isolated, NestedCalls};
use crate::calls::driver::Driver;
use crate::calls::operation::Operation;
use crate::classify::Classify;
use crate::observe::emit;
use crate::outcome::Outcome;

/// End of an attempt that is not yet decided upon.
#[derive(Debug)]
#[must_use = "an attempt that has finished is followed by `decide`"]
pub struct FinishedAttempt<R> {
    pub(super) end: AttemptEnd<R>,
    pub(super) nested: NestedCalls,
}

#[derive(Debug)]
pub(super) enum AttemptEnd<R> {
    Returned(R),
    /// Interrupted by its timeout or the deadline.
    TimedOut,
    Cancelled,
    /// Not admitted.
    Rejected(StopReason),
}

impl<R> FinishedAttempt<R> {
    pub(super) fn rejected(reason: StopReason) -> Self {
        Self { end: AttemptEnd::Rejected(reason), nested: NestedCalls::default() }
    }
}

/// Decision after an attempt: the end of the call, or a retry.
#[derive(Debug)]
#[must_use = "a decision is followed by `wait`"]
pub struct AttemptDecision<R> {
    outcome: Option<R>,
    /// True if an attempt returned the outcome.
    ///
    /// Otherwise it was made because no attempt returned one.
    is_returned: bool,
    next: Next,
    /// Attempt that failed; `None` if the call has ended.
    attempt: Option<Attempt>,
    /// Set if a retry follows.
    guard: Option<RetryGuard>,
}

/// Guard of a retry that was decided upon, while a hook runs.
///
/// If the call is dropped in the hook, or the hook panics, the call gives up, and frames around it get the retry back.
#[derive(Debug)]
struct RetryGuard {
    operation: &'static Operation,
    /// Innermost frame when the retry was taken.
    frame: Option<Arc<Frame>>,
}

impl Drop for RetryGuard {
    fn drop(&mut self) {
        emit::dropped(self.operation);
        context::refund_retry_of(self.frame.as_ref());
        context::give_up(GiveUp::UNKNOWN);
    }
}

impl RetryGuard {
    /// Ends its watch: the hook is over.
    fn disarm(mut self) {
        drop(self.frame.take());
        core::mem::forget(self);
    }
}

impl<R> AttemptDecision<R> {
    /// The end of the call.
    pub(super) const fn ended(outcome: R) -> Self {
        Self { outcome: Some(outcome), is_returned: true, next: Next::STOP, attempt: None, guard: None }
    }
}

impl<R: Outcome> AttemptDecision<R> {
    /// Calls `on_retry` with the attempt and its error, if a retry follows.
    pub fn on_retry<H>(&self, hook: impl FnOnce(&Attempt, &R::Error) -> H) -> Option<H> {
        let (attempt, outcome) = self.failed()?;
        let error = outcome.sides().err()?;
        Some(context::isolated(|| hook(attempt, error)))
    }

    /// Calls `on_retry` with the attempt and its whole outcome, if a retry follows.
    pub fn on_retry_outcome<H>(&self, hook: impl FnOnce(&Attempt, &R) -> H) -> Option<H> {
        self.failed().map(|(attempt, outcome)| context::isolated(|| hook(attempt, outcome)))
    }

    /// Calls an async closure like [`on_retry`](Self::on_retry).
    pub async fn on_retry_async<H>(&self, hook: impl AsyncFnOnce(&Attempt, &R::Error) -> H) -> Option<H> {
        let (attempt, outcome) = self.failed()?;
        Some(Isolated::new(hook(attempt, outcome.sides().err()?)).await)
    }

    /// Calls an async closure like [`on_retry_outcome`](Self::on_retry_outcome).
    pub async fn on_retry_outcome_async<H>(&self, hook: impl AsyncFnOnce(&Attempt, &R) -> H) -> Option<H> {
        let (attempt, outcome) = self.failed()?;
        Some(Isolated::new(hook(attempt, outcome)).await)
    }

    /// Calls an async function, named by its path, like [`on_retry`](Self::on_retry).
    pub async fn on_retry_async_fn<'a, H: HookFuture>(
        &'a self,
        hook: impl FnOnce(&'a Attempt, &'a R::Error) -> H,
    ) -> Option<H::Output> {
        let (attempt, outcome) = self.failed()?;
        Some(Isolated::new(hook(attempt, outcome.sides().err()?).into_hook_future()).await)
    }

    /// Calls an async function like [`on_retry_outcome`](Self::on_retry_outcome).
    ///
    /// The function is named by its path.
    pub async fn on_retry_outcome_async_fn<'a, H: HookFuture>(
        &'a self,
        hook: impl FnOnce(&'a Attempt, &'a R) -> H,
    ) -> Option<H::Output> {
        let (attempt, outcome) = self.failed()?;
        Some(Isolated::new(hook(attempt, outcome).into_hook_future()).await)
    }

    fn failed(&self) -> Option<(&Attempt, &R)> {
        Some((self.attempt.as_ref()?, self.outcome.as_ref()?))
    }
}

impl<R: Outcome, D: Driver, T: CallState<R>> Call<R, D, T> {
    /// Decides by the policy's classes.
    pub fn decide(&mut self, finished: FinishedAttempt<R>) -> AttemptDecision<R>
    where
        R::Error: Classify,
    {
        self.decide_by(finished, ByClass)
    }

    /// Decides by `retry`, which returns whether the attempt is worth a retry.
    pub fn decide_if(
        &mut self,
        finished: FinishedAttempt<R>,
        retry: impl FnMut(&mut AttemptResult<'_, R>) -> bool,
    ) -> AttemptDecision<R> {
        self.decide_by(finished, ByPredicate(retry))
    }

    pub(super) fn decide_by(
        &mut self,
        finished: FinishedAttempt<R>,
        mut classifier: impl Classifier<R>,
    ) -> AttemptDecision<R> {
        let FinishedAttempt { end, nested } = finished;
        let flow = match end {
            AttemptEnd::Returned(outcome) => match self.after(&outcome, &mut classifier, nested).delay() {
                None => ControlFlow::Break(outcome),
                Some(delay) => return self.retry(Some(outcome), delay),
            },
            AttemptEnd::TimedOut => self.after_timeout(nested),
            AttemptEnd::Cancelled => self.stop(StopReason::Cancelled),
            AttemptEnd::Rejected(reason) => self.reject(reason),
        };
        match flow {
            ControlFlow::Break(outcome) => AttemptDecision::ended(outcome),
            ControlFlow::Continue(delay) => self.retry(None, delay),
        }
    }

    /// Returns the decision that a retry follows after `delay`.
    pub(super) fn retry(&mut self, outcome: Option<R>, delay: Span) -> AttemptDecision<R> {
        let attempt = Some(self.describe(self.progress().attempt(), delay));
        let (outcome, is_returned) = match outcome {
            Some(outcome) => (Some(outcome), true),
            None => {
                let progress = self.progress().clone();
                self.state.take_timeout_outcome(&progress)
            }
        };
        let guard = Some(RetryGuard { operation: self.operation, frame: context::innermost() });
        AttemptDecision { outcome, is_returned, next: Next::retry(delay), attempt, guard }
    }

    /// Returns the delay, or the outcome of a call that ends.
    ///
    /// With the delay comes the attempt's outcome, unless the call keeps that.
    ///
    /// A call ends by the decision, by the hook's error, or because the hook took until the deadline.
    pub(super) fn before_wait(
        &mut self,
        decision: AttemptDecision<R>,
        hook_result: impl HookResult<R::Error>,
    ) -> ControlFlow<R, (Span, Option<R>)> {
        let AttemptDecision { outcome, is_returned, next, guard, .. } = decision;
        if let Some(guard) = guard {
            guard.disarm();
        }
        let (delay, outcome) = match (next.delay(), outcome) {
            (None, Some(outcome)) => return ControlFlow::Break(outcome),
            // A decision that ends the call has an outcome.
            (delay, outcome) => (delay.unwrap_or(Span::ZERO), outcome),
        };
        if let Err(error) = hook_result.into_result() {
            // The call ends with the hook's error; its own outcome is dropped.
            let _ = self.stop_retry(StopReason::Hook);
            return ControlFlow::Break(R::failure(error));
        }
        let outcome = if is_returned { outcome } else { None };
        if self.is_too_late(delay) {
            let kept = self.stop_retry(StopReason::Deadline).break_value();
            // A call that keeps no outcome has that of the attempt.
            return match outcome.or(kept) {
                Some(outcome) => ControlFlow::Break(outcome),
                None => ControlFlow::Continue((delay, None)),
            };
        }
        ControlFlow::Continue((delay, outcome.and_then(|outcome| self.state.keep(outcome))))
    }

    /// Returns the outcome, or the result of `fallback` for its error.
    pub fn fallback(&self, outcome: R, fallback: impl FnOnce(&Attempt, R::Error) -> R) -> R {
        match outcome.into_sides() {
            Ok(value) => R::success(value),
            Err(error) => self.answered(context::isolated(|| fallback(&self.ended(), error)), None),
        }
    }

    /// Calls an async function, named by its path, like [`fallback`](Self::fallback).
    pub async fn fallback_async_fn<'a, H: HookFuture<Output = R>>(
        &self,
        outcome: R,
        attempt: &'a Attempt,
        fallback: impl FnOnce(&'a Attempt, R::Error) -> H,
    ) -> R {
        match outcome.into_sides() {
            Ok(value) => R::success(value),
            Err(error) => self.answered(Isolated::new(fallback(attempt, error).into_hook_future()).await, None),
        }
    }

    /// Calls an async closure like [`fallback`](Self::fallback).
    pub async fn fallback_async(&self, outcome: R, fallback: impl AsyncFnOnce(&Attempt, R::Error) -> R) -> R {
        match outcome.into_sides() {
            Ok(value) => R::success(value),
            Err(error) => self.answered(Isolated::new(fallback(&self.ended(), error)).await, None),
        }
    }

    /// Returns the outcome of a success, or the result of `fallback` for any other.
    ///
    /// That may be an `Ok` which `retry_ok` rejects.
    pub fn fallback_outcome(&self, outcome: R, fallback: impl FnOnce(&Attempt, R) -> R) -> R {
        if self.has_succeeded() {
            return outcome;
        }
        self.answered(context::isolated(|| fallback(&self.ended(), outcome)), None)
    }

    /// Calls an async function like [`fallback_outcome`](Self::fallback_outcome).
    ///
    /// The function is named by its path.
    pub async fn fallback_outcome_async_fn<'a, H: HookFuture<Output = R>>(
        &self,
        outcome: R,
        attempt: &'a Attempt,
        fallback: impl FnOnce(&'a Attempt, R) -> H,
    ) -> R {
        if self.has_succeeded() {
            return outcome;
        }
        self.answered(Isolated::new(fallback(attempt, outcome).into_hook_future()).await, None)
    }

    /// Calls an async closure like [`fallback_outcome`](Self::fallback_outcome).
    pub async fn fallback_outcome_async(&self, outcome: R, fallback: impl AsyncFnOnce(&Attempt, R) -> R) -> R {
        if self.has_succeeded() {
            return outcome;
        }
        self.answered(Isolated::new(fallback(&self.ended(), outcome)).await, None)
    }

    fn has_succeeded(&self) -> bool {
        self.progress().stop_reason() == StopReason::Succeeded
    }

    /// Emits that the fallback answered, if it did not return an error.
    ///
    /// A stale value has an `age`.
    ///
    /// Its caller gets a success then, so that the call has not given up for those around it.
    pub(super) fn answered(&self, answer: R, age: Option<Duration>) -> R {
        if answer.sides().is_ok() {
            let progress = self.progress();
            self.probe.answered_by_fallback();
            emit::answered_by_fallback(self.operation, progress, age);
            let has_given_up = progress.stop_reason().is_giving_up();
            context::succeed(progress.give_ups_before().saturating_add(u8::from(has_given_up)));
        }
        answer
    }
}

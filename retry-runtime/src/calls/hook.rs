//! A call in single steps, for the options that stand between an attempt and the wait after it (`on_retry`), and for
//! what comes after the last (`fallback`).

use core::future::Future;
use core::ops::ControlFlow;

use retry_core::StopReason;
use retry_core::internal::STOP;

use crate::calls::attempt::Attempt;
use crate::calls::call::Call;
use crate::calls::call_state::CallState;
use crate::calls::classifier::{AttemptResult, ByClass, ByPredicate, Classifier};
use crate::calls::context::NestedCalls;
use crate::calls::driver::Driver;
use crate::classify::Classify;
use crate::outcome::Outcome;

/// How one run of the body ended, undecided.
#[derive(Debug)]
pub struct FinishedAttempt<R> {
    pub(crate) end: AttemptEnd<R>,
    pub(crate) nested: NestedCalls,
}

#[derive(Debug)]
pub(crate) enum AttemptEnd<R> {
    Returned(R),
    /// Its timeout, or the deadline, cut it.
    #[cfg(feature = "tokio")]
    TimedOut,
    /// It was cancelled.
    #[cfg(feature = "tokio")]
    Cancelled,
    /// It was not admitted.
    Rejected(StopReason),
}

/// What follows an attempt: the end of the call, or a retry.
#[derive(Debug)]
pub struct AttemptDecision<R> {
    outcome: Option<R>,
    /// Whether an attempt returned the outcome; else it was made, since none has returned one.
    returned: bool,
    /// In nanoseconds, or `STOP`.
    wait: u64,
    /// What failed; nothing where the call has ended.
    attempt: Option<Attempt>,
}

impl<R: Outcome> AttemptDecision<R> {
    /// Calls `on_retry` with this attempt and its error, if a retry follows.
    pub fn on_retry<H>(&self, hook: impl FnOnce(&Attempt, &R::Error) -> H) -> Option<H> {
        let (attempt, outcome) = self.failed()?;
        Some(hook(attempt, outcome.sides().err()?))
    }

    /// Calls `on_retry` with this attempt and its whole outcome, if a retry follows.
    pub fn on_retry_outcome<H>(&self, hook: impl FnOnce(&Attempt, &R) -> H) -> Option<H> {
        self.failed().map(|(attempt, outcome)| hook(attempt, outcome))
    }

    /// As [`on_retry`](Self::on_retry), for an async hook.
    pub async fn on_retry_async<H>(&self, hook: impl AsyncFnOnce(&Attempt, &R::Error) -> H) -> Option<H> {
        let (attempt, outcome) = self.failed()?;
        Some(hook(attempt, outcome.sides().err()?).await)
    }

    /// As [`on_retry_outcome`](Self::on_retry_outcome), for an async hook.
    pub async fn on_retry_outcome_async<H>(&self, hook: impl AsyncFnOnce(&Attempt, &R) -> H) -> Option<H> {
        let (attempt, outcome) = self.failed()?;
        Some(hook(attempt, outcome).await)
    }

    /// As [`on_retry`](Self::on_retry), for the path of an async function.
    pub async fn on_retry_async_fn<'a, H: HookFuture>(
        &'a self,
        hook: impl FnOnce(&'a Attempt, &'a R::Error) -> H,
    ) -> Option<H::Answer> {
        let (attempt, outcome) = self.failed()?;
        Some(hook(attempt, outcome.sides().err()?).answered().await)
    }

    /// As [`on_retry_outcome`](Self::on_retry_outcome), for the path of an async function.
    pub async fn on_retry_outcome_async_fn<'a, H: HookFuture>(
        &'a self,
        hook: impl FnOnce(&'a Attempt, &'a R) -> H,
    ) -> Option<H::Answer> {
        let (attempt, outcome) = self.failed()?;
        Some(hook(attempt, outcome).answered().await)
    }

    fn failed(&self) -> Option<(&Attempt, &R)> {
        Some((self.attempt.as_ref()?, self.outcome.as_ref()?))
    }
}

/// What a hook of an async function answers that is named by its path: a future.
#[diagnostic::on_unimplemented(
    message = "a hook of an async function that is named by its path is an `async fn`, and this one answers `{Self}` at once",
    label = "this is no async function",
    note = "write `async fn`, or a closure: `|attempt, error| ..`"
)]
pub trait HookFuture {
    /// What it resolves to.
    type Answer;

    #[doc(hidden)]
    type Future: Future<Output = Self::Answer>;

    #[doc(hidden)]
    fn answered(self) -> Self::Future;
}

#[diagnostic::do_not_recommend]
impl<F: Future> HookFuture for F {
    type Answer = F::Output;
    type Future = F;

    fn answered(self) -> F {
        self
    }
}

/// What `on_retry` returns: nothing, or a `Result` whose error ends the call.
#[diagnostic::on_unimplemented(
    message = "`on_retry` returns nothing, or `Result<(), E>` with the function's own error, not `{Self}`",
    label = "this is not what a hook may return",
    note = "end the hook with `;`, or return `Ok(())`"
)]
pub trait HookResult<E> {
    #[doc(hidden)]
    fn into_result(self) -> Result<(), E>;
}

impl<E> HookResult<E> for () {
    fn into_result(self) -> Result<(), E> {
        Ok(())
    }
}

impl<E> HookResult<E> for Result<(), E> {
    fn into_result(self) -> Self {
        self
    }
}

impl<E, H: HookResult<E>> HookResult<E> for Option<H> {
    fn into_result(self) -> Result<(), E> {
        self.map_or(Ok(()), H::into_result)
    }
}

impl<R: Outcome, D: Driver, T: CallState<R>> Call<R, D, T> {
    /// Decides by the policy's classes what follows an attempt.
    pub fn decide(&mut self, finished: FinishedAttempt<R>) -> AttemptDecision<R>
    where
        R::Error: Classify,
    {
        self.decide_by(finished, ByClass)
    }

    /// As [`decide`](Self::decide); `retry` says whether what ended is worth a retry.
    pub fn decide_if(
        &mut self,
        finished: FinishedAttempt<R>,
        retry: impl FnMut(&mut AttemptResult<'_, R>) -> bool,
    ) -> AttemptDecision<R> {
        self.decide_by(finished, ByPredicate(retry))
    }

    fn decide_by(&mut self, finished: FinishedAttempt<R>, mut classifier: impl Classifier<R>) -> AttemptDecision<R> {
        let FinishedAttempt { end, nested } = finished;
        let followed = match end {
            AttemptEnd::Returned(outcome) => match self.after(&outcome, &mut classifier, nested) {
                STOP => ControlFlow::Break(outcome),
                wait => return self.retry(Some(outcome), wait),
            },
            #[cfg(feature = "tokio")]
            AttemptEnd::TimedOut => self.after_cut(nested),
            #[cfg(feature = "tokio")]
            AttemptEnd::Cancelled => self.stop(StopReason::Cancelled),
            AttemptEnd::Rejected(reason) => self.refuse(reason),
        };
        match followed {
            ControlFlow::Break(outcome) => {
                AttemptDecision { outcome: Some(outcome), returned: true, wait: STOP, attempt: None }
            }
            ControlFlow::Continue(wait) => self.retry(None, wait),
        }
    }

    fn retry(&mut self, outcome: Option<R>, wait: u64) -> AttemptDecision<R> {
        let attempt = Some(self.describe(self.progress.attempt(), wait));
        let (outcome, returned) = match outcome {
            Some(outcome) => (Some(outcome), true),
            None => self.state.of_cut(&self.progress),
        };
        AttemptDecision { outcome, returned, wait, attempt }
    }

    /// What `on_retry` and a last look at the deadline leave of a wait: its nanoseconds, or what the call ends with.
    pub(crate) fn before_wait(
        &mut self,
        decision: AttemptDecision<R>,
        hook_result: impl HookResult<R::Error>,
    ) -> ControlFlow<R, u64> {
        let AttemptDecision { outcome, returned, wait, .. } = decision;
        let outcome = match (wait, outcome) {
            (STOP, Some(outcome)) => return ControlFlow::Break(outcome),
            (_, outcome) => outcome,
        };
        if let Err(error) = hook_result.into_result() {
            // What it ends with is the hook's error; the call's own outcome is dropped.
            let _ = self.stop_retry(StopReason::Hook);
            return ControlFlow::Break(R::failure(error));
        }
        let outcome = if returned { outcome } else { None };
        if self.is_too_late(wait) {
            let last = self.stop_retry(StopReason::Deadline);
            return outcome.map_or(last, ControlFlow::Break);
        }
        if let Some(outcome) = outcome {
            self.state.keep(outcome);
        }
        ControlFlow::Continue(wait)
    }

    /// The outcome, or what `fallback` makes of its error.
    pub fn fallback(&self, outcome: R, fallback: impl FnOnce(&Attempt, R::Error) -> R) -> R {
        match outcome.into_sides() {
            Ok(value) => R::success(value),
            Err(error) => fallback(&self.ended(), error),
        }
    }

    /// As [`fallback`](Self::fallback), for the path of an async function.
    pub async fn fallback_async_fn<'a, H: HookFuture<Answer = R>>(
        &self,
        outcome: R,
        attempt: &'a Attempt,
        fallback: impl FnOnce(&'a Attempt, R::Error) -> H,
    ) -> R {
        match outcome.into_sides() {
            Ok(value) => R::success(value),
            Err(error) => fallback(attempt, error).answered().await,
        }
    }

    /// As [`fallback`](Self::fallback), for an async fallback.
    pub async fn fallback_async(&self, outcome: R, fallback: impl AsyncFnOnce(&Attempt, R::Error) -> R) -> R {
        match outcome.into_sides() {
            Ok(value) => R::success(value),
            Err(error) => fallback(&self.ended(), error).await,
        }
    }
}

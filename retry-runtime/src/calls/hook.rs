//! A call in single steps, for the options that stand between an attempt and the wait after it (`on_retry`), and for
//! what comes after the last (`fallback`).

use core::ops::ControlFlow;

use retry_core::StopReason;
use retry_core::internal::STOP;

use crate::calls::attempt::Attempt;
use crate::calls::call::{Call, Ran};
use crate::calls::driver::Driver;
use crate::calls::judge::{ByClass, ByQuestion, Ended, Judge};
use crate::calls::track::Track;
use crate::classify::Classify;
use crate::outcome::Outcome;

/// Where one attempt of a call with `on_retry` led.
#[derive(Debug)]
pub enum Step<R> {
    /// The call ends with this.
    Ended(R),
    /// The attempt failed and a retry follows.
    Failed(Failed<R>),
}

/// An attempt that failed and will be retried.
#[derive(Debug)]
pub struct Failed<R> {
    pub(crate) outcome: Option<R>,
    /// Whether an attempt returned the outcome; else it was made, since none has returned one.
    pub(crate) returned: bool,
    pub(crate) wait: u64,
    pub(crate) attempt: Attempt,
}

impl<R: Outcome> Failed<R> {
    /// Calls `on_retry` with this attempt and its error.
    pub fn tell<H>(&self, hook: impl FnOnce(&Attempt, &R::Error) -> H) -> Option<H> {
        self.error().map(|error| hook(&self.attempt, error))
    }

    /// Calls `on_retry` with this attempt and its whole outcome.
    pub fn tell_outcome<H>(&self, hook: impl FnOnce(&Attempt, &R) -> H) -> Option<H> {
        self.outcome.as_ref().map(|outcome| hook(&self.attempt, outcome))
    }

    /// As [`tell`](Self::tell), for an async hook.
    pub async fn tell_async<H>(&self, hook: impl AsyncFnOnce(&Attempt, &R::Error) -> H) -> Option<H> {
        Some(hook(&self.attempt, self.error()?).await)
    }

    /// As [`tell_outcome`](Self::tell_outcome), for an async hook.
    pub async fn tell_outcome_async<H>(&self, hook: impl AsyncFnOnce(&Attempt, &R) -> H) -> Option<H> {
        Some(hook(&self.attempt, self.outcome.as_ref()?).await)
    }

    fn error(&self) -> Option<&R::Error> {
        self.outcome.as_ref()?.sides().err()
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

impl<R: Outcome, D: Driver, T: Track<R>> Call<'_, R, D, T> {
    /// Decides by the policy's classes what follows an attempt.
    pub fn decide(&mut self, ran: Ran<R>) -> Step<R>
    where
        R::Error: Classify,
    {
        self.decide_by(ran, ByClass)
    }

    /// As [`decide`](Self::decide); `retry` says whether what ended is worth a retry.
    pub fn decide_if(&mut self, ran: Ran<R>, retry: impl FnMut(&mut Ended<'_, R>) -> bool) -> Step<R> {
        self.decide_by(ran, ByQuestion(retry))
    }

    fn decide_by(&mut self, ran: Ran<R>, mut judge: impl Judge<R>) -> Step<R> {
        let (outcome, wait) = match ran {
            Ran::Returned(outcome) => match self.after(&outcome, &mut judge) {
                STOP => return Step::Ended(outcome),
                wait => (Some(outcome), wait),
            },
            cut => match self.after_cut(matches!(cut, Ran::Cancelled)) {
                ControlFlow::Break(outcome) => return Step::Ended(outcome),
                ControlFlow::Continue(wait) => (None, wait),
            },
        };
        let attempt = self.describe(self.progress.attempt(), wait);
        let (outcome, returned) = match outcome {
            Some(outcome) => (Some(outcome), true),
            None => self.track.of_cut(&self.progress),
        };
        Step::Failed(Failed { outcome, returned, wait, attempt })
    }

    /// What `on_retry` and a last look at the deadline leave of a wait: its nanoseconds, or what the call ends with.
    pub(crate) fn before_wait(&mut self, failed: Failed<R>, told: impl HookResult<R::Error>) -> (u64, Option<R>) {
        let Failed { outcome, returned, wait, .. } = failed;
        if let Err(error) = told.into_result() {
            self.progress.stopped(StopReason::Hook);
            return (wait, Some(R::failure(error)));
        }
        let outcome = if returned { outcome } else { None };
        if self.is_too_late(wait) {
            self.progress.stopped(StopReason::Deadline);
            return (wait, outcome.or_else(|| self.track.without_outcome(&self.progress)));
        }
        if let Some(outcome) = outcome {
            self.track.keep(outcome);
        }
        (wait, None)
    }

    /// The outcome, or what `fallback` makes of its error.
    pub fn or_else(&self, outcome: R, fallback: impl FnOnce(&Attempt, R::Error) -> R) -> R {
        match outcome.into_sides() {
            Ok(value) => R::success(value),
            Err(error) => fallback(&self.ended(), error),
        }
    }

    /// As [`or_else`](Self::or_else), for an async fallback.
    pub async fn or_else_async(&self, outcome: R, fallback: impl AsyncFnOnce(&Attempt, R::Error) -> R) -> R {
        match outcome.into_sides() {
            Ok(value) => R::success(value),
            Err(error) => fallback(&self.ended(), error).await,
        }
    }
}

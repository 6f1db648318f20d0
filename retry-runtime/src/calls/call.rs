//! One use of an operation by its caller: what both drivers share.

use core::borrow::Borrow;
use core::fmt;
use core::marker::PhantomData;
use core::ops::ControlFlow;
use core::time::Duration;

use retry_core::internal::{NEVER, STOP};
use retry_core::{Failure, Policy, Progress, StopReason, nanos};

use crate::calls::attempt::Attempt;
use crate::calls::context;
use crate::calls::driver::Driver;
use crate::calls::judge::Judge;
use crate::calls::operation::Operation;
use crate::calls::track::{Begun, Cuttable, Track, Untracked};
use crate::outcome::Outcome;
use crate::stopped::FromStopped;

/// One use of an operation by its caller. `R` is what an attempt returns, `D` drives it (clock, chance and wait), and
/// `T` is what it remembers between attempts.
///
/// The attribute writes all of this; read it as the expansion of a function.
pub struct Call<'p, R, D, T = Untracked> {
    operation: &'static Operation,
    /// The operation's own, or one in its place.
    policy: &'p Policy,
    pub(crate) progress: Progress,
    pub(crate) driver: D,
    pub(crate) track: T,
    outcome: PhantomData<fn() -> R>,
}

/// How one run of the body ended.
#[derive(Debug)]
pub enum Ran<R> {
    /// It returned.
    Returned(R),
    /// Its timeout, or the deadline, cut it.
    Cut,
    /// The call was cancelled.
    Cancelled,
}

impl<R: Outcome, D: Driver> Call<'static, R, D> {
    #[inline]
    pub(crate) fn begin(operation: &'static Operation, driver: D) -> Self {
        let policy = operation.policy();
        let progress = begun::<D>(policy.deadline_nanos());
        Self { operation, policy, progress, driver, track: Untracked, outcome: PhantomData }
    }

    /// The same call under another policy, such as one from configuration.
    pub fn under<P: Borrow<Policy> + ?Sized>(self, policy: &P) -> Call<'_, R, D> {
        let policy = policy.borrow();
        let progress = begun::<D>(policy.deadline_nanos());
        let Self { operation, driver, track, .. } = self;
        Call { operation, policy, progress, driver, track, outcome: PhantomData }
    }
}

/// The progress of a call that begins now and ends after `nanos`, or when the call around it does.
#[inline]
fn begun<D: Driver>(nanos: u64) -> Progress {
    let outer = context::deadline();
    if nanos == NEVER && outer == NEVER {
        return Progress::new();
    }
    Progress::new().ending_at(ends::<D>(nanos, outer))
}

#[cold]
fn ends<D: Driver>(nanos: u64, outer: u64) -> u64 {
    if nanos == NEVER { outer } else { D::now().saturating_add(nanos).min(outer) }
}

impl<'p, R: Outcome, D: Driver> Call<'p, R, D> {
    /// The same call, that ends this long after its begin.
    #[must_use]
    pub fn deadline(mut self, after: Duration) -> Self {
        self.progress = begun::<D>(nanos::from(after));
        self
    }

    /// The same call, that remembers when it began, for [`context`](Call::context).
    pub fn timed(self) -> Call<'p, R, D, Begun> {
        self.tracking(Begun(D::now()))
    }

    /// The same call, whose attempts may end without an outcome: by their timeout, or because the call is cancelled.
    pub fn cuttable(self) -> Call<'p, R, D, Cuttable<R>>
    where
        R::Error: FromStopped,
    {
        let attempt_timeout = self.policy().attempt_timeout_nanos();
        let without_outcome = |stopped| R::failure(FromStopped::from_stopped(stopped));
        self.tracking(Cuttable { begun: 0, attempt_timeout, last: None, without_outcome })
    }

    fn tracking<T>(self, track: T) -> Call<'p, R, D, T> {
        let Self { operation, policy, progress, driver, .. } = self;
        Call { operation, policy, progress, driver, track, outcome: PhantomData }
    }
}

impl<R: Outcome, D: Driver> Call<'_, R, D, Cuttable<R>> {
    /// The same call, that remembers when it began, for [`context`](Call::context).
    #[must_use]
    pub fn timed(mut self) -> Self {
        self.track.begun = D::now();
        self
    }

    /// The same call, whose attempts are cut this long after their begin.
    #[must_use]
    pub fn attempt_timeout(mut self, after: Duration) -> Self {
        self.track.attempt_timeout = nanos::from(after);
        self
    }
}

impl<'p, R, D, T> Call<'p, R, D, T> {
    /// The same call under another driver of the same clock.
    pub(crate) fn driven<E>(self, driver: E) -> Call<'p, R, E, T> {
        let Self { operation, policy, progress, track, .. } = self;
        Call { operation, policy, progress, driver, track, outcome: PhantomData }
    }

    /// What this is a call of.
    pub fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// What this call is retried by.
    #[inline]
    pub fn policy(&self) -> &Policy {
        self.policy
    }
}

impl<R: Outcome, D: Driver, T: Track<R>> Call<'_, R, D, T> {
    /// The attempt that begins next, for its body.
    pub fn context(&self) -> Attempt {
        let timeout = self.track.attempt_timeout();
        let cut = if timeout == NEVER { NEVER } else { D::now().saturating_add(timeout) };
        let mut attempt = self.describe(self.progress.attempt().saturating_add(1), 0);
        attempt.until = attempt.until.min(cut);
        attempt
    }

    /// The last attempt of a call that has ended, for `fallback`.
    pub fn ended(&self) -> Attempt {
        self.describe(self.progress.attempt(), 0)
    }

    pub(crate) fn describe(&self, number: u32, next_wait: u64) -> Attempt {
        Attempt {
            number,
            max_attempts: self.policy().most_attempts(),
            last_class: self.progress.last_class(),
            begun: self.track.begun(),
            until: self.progress.deadline(),
            clock: D::now,
            next_wait,
            stop_reason: self.progress.stop_reason(),
        }
    }
}

impl<R: Outcome, D: Driver, T: Track<R>> Call<'_, R, D, T> {
    /// How many nanoseconds follow an attempt that returned this, or `STOP`. The outcome stays where it is: what is
    /// moved into an enum here is copied on every call, and nearly all of them succeed at once.
    #[inline]
    pub(crate) fn after(&mut self, outcome: &R, judge: &mut impl Judge<R>) -> u64 {
        match judge.judge(outcome, self.policy()) {
            None => STOP,
            Some(failure) => self.failed(&failure),
        }
    }

    /// What follows an attempt whose outcome is no success for sure: the nanoseconds to wait, or what the call ends
    /// with. Each driver calls it in a cold function of its own, so that a function whose attempt succeeds carries
    /// little of it.
    #[inline]
    pub(crate) fn decided(&mut self, outcome: R, judge: &mut impl Judge<R>) -> ControlFlow<R, u64> {
        match self.after(&outcome, judge) {
            STOP => ControlFlow::Break(outcome),
            wait => {
                self.track.keep(outcome);
                ControlFlow::Continue(wait)
            }
        }
    }

    /// As [`after`](Self::after), of an attempt that returned nothing; where the call ends, with what.
    #[cold]
    pub(crate) fn after_cut(&mut self, cancelled: bool) -> ControlFlow<R, u64> {
        let wait = if cancelled { self.progress.stopped(StopReason::Cancelled) } else { self.failed(&Failure::cut()) };
        if wait != STOP {
            return ControlFlow::Continue(wait);
        }
        match self.track.without_outcome(&self.progress) {
            Some(outcome) => ControlFlow::Break(outcome),
            // Only a call that can be cut comes here, and that one always has an outcome.
            None => ControlFlow::Continue(0),
        }
    }

    /// How many nanoseconds follow this failure, or `STOP`.
    #[inline]
    pub(crate) fn failed(&mut self, failure: &Failure) -> u64 {
        D::failed(&mut self.progress, self.policy, failure)
    }

    /// Ends the call for this reason, with its last outcome.
    pub(crate) fn stop(&mut self, reason: StopReason) -> Option<R> {
        self.progress.stopped(reason);
        self.track.without_outcome(&self.progress)
    }

    /// Whether a wait of `nanos` that begins now would pass the deadline.
    pub(crate) fn is_too_late(&self, nanos: u64) -> bool {
        let deadline = self.progress.deadline();
        deadline != NEVER && D::now().saturating_add(nanos) >= deadline
    }
}

impl<R, D, T> fmt::Debug for Call<'_, R, D, T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Call")
            .field("operation", &self.operation.name())
            .field("progress", &self.progress)
            .finish_non_exhaustive()
    }
}

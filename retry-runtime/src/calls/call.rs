//! One use of an operation by its caller: what both drivers share.

use core::borrow::Borrow;
use core::fmt;
use core::marker::PhantomData;
use core::time::Duration;

use retry_core::internal::NEVER;
use retry_core::{Policy, Progress, units};

use crate::calls::as_budget::AsBudget;
use crate::calls::attempt::Attempt;
use crate::calls::call_state::{CallState, FullState, NoState, StartTime};
use crate::calls::context;
use crate::calls::driver::Driver;
use crate::calls::operation::Operation;
use crate::outcome::Outcome;
use crate::stopped::FromStopped;

/// One use of an operation by its caller. `R` is what an attempt returns, `D` drives it (clock, chance and wait), and
/// `T` is what it remembers between attempts.
///
/// The attribute writes all of this; read it as the expansion of a function.
pub struct Call<R, D, T = NoState> {
    pub(crate) operation: &'static Operation,
    pub(crate) progress: Progress,
    pub(crate) driver: D,
    pub(crate) state: T,
    outcome: PhantomData<fn() -> R>,
}

impl<R, D: Driver + Default> Call<R, D> {
    #[inline]
    pub(crate) fn begin(operation: &'static Operation) -> Self {
        if (operation.policy().deadline_nanos() != NEVER) | !context::is_outside() {
            return Self::begin_apart(operation);
        }
        Self { operation, progress: Progress::new(), driver: D::default(), state: NoState, outcome: PhantomData }
    }

    /// With a deadline, or inside the attempt of another call.
    #[cold]
    #[inline(never)]
    fn begin_apart(operation: &'static Operation) -> Self {
        let progress = begun(operation.policy().deadline_nanos(), D::now);
        Self { operation, progress, driver: D::default(), state: NoState, outcome: PhantomData }
    }
}

impl<R: Outcome, D: Driver> Call<R, D> {
    /// The same call, that remembers when it began, for [`context`](Call::context).
    pub fn with_start_time(self) -> Call<R, D, StartTime> {
        self.tracking(StartTime(D::now()))
    }

    /// The same call under another policy, such as one from configuration.
    pub fn with_policy<P: Borrow<Policy> + ?Sized>(self, policy: &P) -> Call<R, D, FullState<'_, R>> {
        self.tracked().with_policy(policy)
    }

    /// The same call, whose retries draw from the budget of its operation.
    pub fn with_shared_budget(self) -> Call<R, D, FullState<'static, R>> {
        self.tracked().with_shared_budget()
    }

    /// The same call, whose retries draw from this budget.
    pub fn with_budget<B: AsBudget + ?Sized>(self, budget: &B) -> Call<R, D, FullState<'_, R>> {
        self.tracked().with_budget(budget)
    }

    /// The same call, whose attempts may end without an outcome: by their timeout, because the call is cancelled, or
    /// because a breaker or a rate limit admits none.
    pub fn interruptible<'p>(self) -> Call<R, D, FullState<'p, R>>
    where
        R::Error: FromStopped,
    {
        self.tracked().interruptible()
    }

    fn tracked<'p>(self) -> Call<R, D, FullState<'p, R>> {
        let mut state = FullState::begun_at(0);
        state.attempt_timeout = self.operation.policy().attempt_timeout_nanos();
        self.tracking(state)
    }

    fn tracking<T>(self, state: T) -> Call<R, D, T> {
        let Self { operation, progress, driver, .. } = self;
        Call { operation, progress, driver, state, outcome: PhantomData }
    }
}

/// The progress of a call that begins now and ends after `nanos`, or when the call around it does.
#[cold]
fn begun(nanos: u64, now: fn() -> u64) -> Progress {
    let (outer, seen) = context::around();
    let end = if nanos == NEVER { outer } else { now().saturating_add(nanos).min(outer) };
    Progress::new().seeing(seen).ending_at(end)
}

impl<R: Outcome, D: Driver, T: CallState<R>> Call<R, D, T> {
    /// The same call, that ends this long after its begin.
    #[must_use]
    pub fn deadline(mut self, after: Duration) -> Self {
        self.progress = begun(units::from(after), D::now);
        self
    }
}

impl<'p, R: Outcome, D: Driver> Call<R, D, FullState<'p, R>> {
    /// The same call under another policy, such as one from configuration.
    #[must_use]
    pub fn with_policy<P: Borrow<Policy> + ?Sized>(mut self, policy: &'p P) -> Self {
        let policy = policy.borrow();
        self.progress = begun(policy.deadline_nanos(), D::now);
        self.state.attempt_timeout = policy.attempt_timeout_nanos();
        self.state.policy = Some(policy);
        self
    }

    /// The same call, that remembers when it began, for [`context`](Call::context).
    #[must_use]
    pub fn with_start_time(mut self) -> Self {
        self.state.begun = D::now();
        self
    }

    /// The same call, that has this key, or ends before its first attempt where it can have none.
    #[cfg(feature = "idempotency-key")]
    #[must_use]
    pub fn with_key(mut self, key: &'p crate::calls::key::CallKey) -> Self {
        self.state.refused = key.begin(self.operation.name()).err();
        self.state.key = Some(key);
        self
    }

    /// The same call, whose attempts are cut this long after their begin.
    #[must_use]
    pub fn attempt_timeout(mut self, after: Duration) -> Self {
        self.state.attempt_timeout = units::from(after);
        self
    }

    /// The same call, whose retries draw from the budget of its operation.
    #[must_use]
    pub fn with_shared_budget(mut self) -> Self {
        if let Some(budget) = self.operation.shared_budget() {
            self.state.permits.draw_from(budget, D::now);
        }
        self
    }

    /// The same call, whose retries draw from this budget.
    #[must_use]
    pub fn with_budget<B: AsBudget + ?Sized>(mut self, budget: &'p B) -> Self {
        self.state.permits.draw_from(budget.as_budget(), D::now);
        self
    }

    /// The same call, whose attempts may end without an outcome.
    #[must_use]
    pub fn interruptible(mut self) -> Self
    where
        R::Error: FromStopped,
    {
        // Only now: a call that is refused needs an outcome.
        self.state.permits.stand_behind(self.operation.circuit_breaker());
        self.state.without_outcome = Some(|stopped| R::failure(FromStopped::from_stopped(stopped)));
        self
    }
}

impl<R, D, T> Call<R, D, T> {
    /// The same call under another driver of the same clock.
    pub(crate) fn driven<E>(self, driver: E) -> Call<R, E, T> {
        let Self { operation, progress, state, .. } = self;
        Call { operation, progress, driver, state, outcome: PhantomData }
    }

    /// What this is a call of.
    pub fn operation(&self) -> &'static Operation {
        self.operation
    }
}

impl<R: Outcome, D: Driver, T: CallState<R>> Call<R, D, T> {
    /// What this call is retried by.
    #[inline]
    pub fn policy(&self) -> &Policy {
        self.state.policy(self.operation)
    }

    /// The attempt that begins next, for its body.
    pub fn context(&self) -> Attempt {
        let timeout = self.state.attempt_timeout();
        let cut = if timeout == NEVER { NEVER } else { D::now().saturating_add(timeout) };
        let mut attempt = self.describe(self.progress.attempt().saturating_add(1), 0);
        attempt.until = attempt.until.min(cut);
        attempt
    }

    /// The last attempt of a call that has ended, for `fallback`.
    pub fn ended(&self) -> Attempt {
        self.describe(self.progress.attempt(), 0)
    }

    pub(crate) fn describe(&self, number: u32, next_delay: u64) -> Attempt {
        Attempt {
            number,
            max_attempts: self.policy().most_attempts(),
            last_class: self.progress.last_class(),
            begun: self.state.begun(),
            until: self.progress.deadline(),
            clock: D::now,
            next_delay,
            stop_reason: self.progress.stop_reason(),
            #[cfg(feature = "idempotency-key")]
            key: self.state.key(),
        }
    }
}

impl<R, D, T> fmt::Debug for Call<R, D, T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Call")
            .field("operation", &self.operation.name())
            .field("progress", &self.progress)
            .finish_non_exhaustive()
    }
}

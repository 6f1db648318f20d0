//! Options of a call that are known only when it begins.

use core::time::Duration;

use retry_core::TimedPolicy;
use retry_core::internal::Span;

use crate::calls::as_policy::{AsPolicy, NeverCuts, PolicyType};
use crate::calls::as_shared::{AsBreaker, AsBudget};
use crate::calls::call::no_state::StartTime;
use crate::calls::call::state::{CallState, FullState};
use crate::calls::call::{Call, progress_until};
use crate::calls::driver::AsyncDriver;
use crate::calls::driver::{Blocking, Driver};
use crate::calls::from_stopped::{
    FromStoppedByAttemptTimeout, FromStoppedByBreaker, FromStoppedByCancel, FromStoppedByConcurrency,
    FromStoppedByIdempotencyKey, FromStoppedByPace, FromStoppedByRateLimit,
};
use crate::calls::from_stopped::{FromStoppedIf, MayCut};
use crate::outcome::Outcome;
use crate::stopped::Stopped;

impl<R: Outcome, D: Driver> Call<R, D> {
    /// Records the start time, for [`context`](Call::context) and the hooks.
    pub fn with_start_time(self) -> Call<R, D, StartTime> {
        self.map_state(|base| StartTime { start_time: D::now(), base })
    }

    /// Sets a policy that may interrupt an attempt.
    ///
    /// The call must be [`interruptible`](Self::interruptible) too.
    pub fn with_timed_policy(self, policy: &TimedPolicy) -> Call<R, D, FullState<'_, R>> {
        self.with_full_state().with_timed_policy(policy)
    }

    /// Withdraws retries from the shared budget of the operation.
    pub fn with_shared_budget(self) -> Call<R, D, FullState<'static, R>> {
        self.with_full_state().with_shared_budget()
    }

    /// Withdraws retries from `budget`.
    pub fn with_budget<B: AsBudget + ?Sized>(self, budget: &B) -> Call<R, D, FullState<'_, R>> {
        self.with_full_state().with_budget(budget)
    }

    /// Allows attempts to end without an outcome.
    ///
    /// They do so by their timeout, by cancellation, or if a breaker or rate limit rejects them.
    pub fn interruptible<'p>(self) -> Call<R, D, FullState<'p, R>>
    where
        R::Error: From<Stopped>,
    {
        self.with_full_state().interruptible()
    }

    /// Puts the call behind `breaker`.
    ///
    /// It is [`interruptible`](Self::interruptible) then.
    pub fn with_breaker<B: AsBreaker + ?Sized>(self, breaker: &B) -> Call<R, D, FullState<'_, R>>
    where
        R::Error: FromStoppedByBreaker,
    {
        self.with_full_state().with_breaker(breaker)
    }

    /// Withdraws retries from `budget`, a static.
    #[doc(hidden)]
    pub fn static_budget<B: AsBudget + ?Sized>(self, budget: &&'static B) -> Call<R, D, FullState<'static, R>> {
        self.with_full_state().static_budget(budget)
    }

    /// Puts the call behind `breaker`, a static.
    #[doc(hidden)]
    pub fn static_breaker<B: AsBreaker + ?Sized>(self, breaker: &&'static B) -> Call<R, D, FullState<'static, R>>
    where
        R::Error: FromStoppedByBreaker,
    {
        self.with_full_state().static_breaker(breaker)
    }

    fn with_full_state<'p>(self) -> Call<R, D, FullState<'p, R>> {
        let operation = self.operation;
        self.map_state(|base| FullState::from_base(base, operation))
    }
}

impl<R: Outcome, D: Driver, T: CallState<R>> Call<R, D, T> {
    /// Sets the deadline, measured from the start of the call.
    #[must_use]
    pub fn deadline(mut self, after: Duration) -> Self {
        self.progress = Some(progress_until(Span::from_duration(after), D::now));
        self
    }
}

impl<'p, R: Outcome, D: Driver> Call<R, D, FullState<'p, R>> {
    /// Sets a policy that may interrupt an attempt.
    ///
    /// The call must be [`interruptible`](Self::interruptible) too.
    #[must_use]
    pub fn with_timed_policy(mut self, policy: &'p TimedPolicy) -> Self {
        self.state.set_policy(policy);
        let policy = self.state.policy(self.operation);
        self.progress = Some(progress_until(policy.deadline_span(), D::now));
        self.state.attempt_timeout = policy.attempt_timeout_span();
        self
    }

    /// Records the start time, for [`context`](Call::context) and the hooks.
    #[must_use]
    pub fn with_start_time(mut self) -> Self {
        self.state.start_time = D::now();
        self
    }

    /// Sets the idempotency key.
    ///
    /// A call that cannot have one ends before its first attempt.
    #[cfg(feature = "idempotency-key")]
    #[must_use]
    pub fn with_key(mut self, key: &'p crate::calls::key::CallKey) -> Self {
        self.state.rejection = key.begin(self.operation.name()).err();
        self.state.key = Some(key);
        self
    }

    /// Sets the timeout of each attempt.
    #[must_use]
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.state.attempt_timeout = Span::from_duration(timeout);
        self
    }

    /// Sets the timeout of the first attempt from a function in the policy.
    #[doc(hidden)]
    #[must_use]
    pub fn first_attempt_timeout(mut self) -> Self {
        self.state.attempt_timeout = self.policy().timeout_of(1);
        self
    }

    /// Withdraws retries from the shared budget of the operation.
    #[must_use]
    pub fn with_shared_budget(mut self) -> Self {
        if let Some(budget) = self.operation.shared_budget() {
            self.state.set_budget(budget, D::now);
        }
        self
    }

    /// Withdraws retries from `budget`.
    #[must_use]
    pub fn with_budget<B: AsBudget + ?Sized>(mut self, budget: &'p B) -> Self {
        self.state.set_budget(budget.as_budget(), D::now);
        self
    }

    /// Withdraws retries from `budget`, a static.
    #[doc(hidden)]
    #[must_use]
    pub fn static_budget<B: AsBudget + ?Sized>(mut self, budget: &&'static B) -> Self {
        self.state.set_budget(self.operation.shared((*budget).as_budget()), D::now);
        self
    }

    /// Allows attempts to end without an outcome.
    ///
    /// They do so by their timeout, by cancellation, or if a breaker or rate limit rejects them.
    #[must_use]
    pub fn interruptible(self) -> Self
    where
        R::Error: From<Stopped>,
    {
        self.stopped_by(|stopped| R::failure(stopped.into()))
    }

    fn stopped_by(mut self, outcome: fn(Stopped) -> R) -> Self {
        // The breaker applies from here on, because a rejected call needs an outcome.
        self.state.permits.set_breaker(self.operation.circuit_breaker());
        self.state.stopped_outcome = Some(outcome);
        self
    }

    /// Puts the call behind `breaker`.
    ///
    /// It is [`interruptible`](Self::interruptible) then.
    #[must_use]
    pub fn with_breaker<B: AsBreaker + ?Sized>(self, breaker: &'p B) -> Self
    where
        R::Error: FromStoppedByBreaker,
    {
        let mut call = self.interruptible_by_breaker();
        call.state.permits.set_breaker(Some(breaker.as_breaker()));
        call
    }

    /// Puts the call behind `breaker`, a static.
    #[doc(hidden)]
    #[must_use]
    pub fn static_breaker<B: AsBreaker + ?Sized>(self, breaker: &&'static B) -> Self
    where
        R::Error: FromStoppedByBreaker,
    {
        let mut call = self.interruptible_by_breaker();
        call.state.permits.set_breaker(Some(call.operation.shared((*breaker).as_breaker())));
        call
    }
}

impl<R: Outcome, D: AsyncDriver> Call<R, D> {
    /// Sets the policy, for example one from configuration.
    ///
    /// With a [`TimedPolicy`] the call is [`interruptible`](Self::interruptible).
    pub fn with_policy<P: AsPolicy + ?Sized>(self, policy: &P) -> Call<R, D, FullState<'_, R>>
    where
        R::Error: FromStoppedIf<<P::Policy as PolicyType>::MayCut>,
    {
        self.with_full_state().with_policy(policy)
    }

    /// Allows attempts to end without an outcome if the policy interrupts them.
    #[doc(hidden)]
    pub fn interruptible_if<'p, const CUTS: bool>(self) -> Call<R, D, FullState<'p, R>>
    where
        R::Error: FromStoppedIf<MayCut<CUTS>>,
    {
        self.with_full_state().interruptible_if()
    }
}

impl<'p, R: Outcome, D: AsyncDriver> Call<R, D, FullState<'p, R>> {
    /// Sets the policy, for example one from configuration.
    ///
    /// With a [`TimedPolicy`] the call is [`interruptible`](Self::interruptible).
    #[must_use]
    pub fn with_policy<P: AsPolicy + ?Sized>(self, policy: &'p P) -> Self
    where
        R::Error: FromStoppedIf<<P::Policy as PolicyType>::MayCut>,
    {
        let call = self.with_timed_policy(policy.as_policy().timed());
        call.stopped_by_policy::<<P::Policy as PolicyType>::MayCut>()
    }

    /// Allows attempts to end without an outcome if the policy interrupts them.
    #[doc(hidden)]
    #[must_use]
    pub fn interruptible_if<const CUTS: bool>(self) -> Self
    where
        R::Error: FromStoppedIf<MayCut<CUTS>>,
    {
        self.stopped_by_policy::<MayCut<CUTS>>()
    }

    fn stopped_by_policy<Cut>(self) -> Self
    where
        R::Error: FromStoppedIf<Cut>,
    {
        match <R::Error as FromStoppedIf<Cut>>::stopped_outcome() {
            Some(outcome) => self.stopped_by(outcome),
            None => self,
        }
    }
}

impl<R: Outcome, C> Call<R, Blocking<C>>
where
    Blocking<C>: Driver,
{
    /// Sets the policy, for example one from configuration.
    pub fn with_policy<P: AsPolicy<Policy: NeverCuts> + ?Sized>(
        self,
        policy: &P,
    ) -> Call<R, Blocking<C>, FullState<'_, R>> {
        self.with_timed_policy(policy.as_policy().timed())
    }
}

impl<'p, R: Outcome, C> Call<R, Blocking<C>, FullState<'p, R>>
where
    Blocking<C>: Driver,
{
    /// Sets the policy, for example one from configuration.
    #[must_use]
    pub fn with_policy<P: AsPolicy<Policy: NeverCuts> + ?Sized>(self, policy: &'p P) -> Self {
        self.with_timed_policy(policy.as_policy().timed())
    }
}

/// Defines `interruptible` for each option.
///
/// The compiler's message names the option.
macro_rules! interruptible_by {
    ($($name:ident: $bound:ident;)*) => {
        impl<R: Outcome, D: Driver> Call<R, D> {
            $(
                /// Allows attempts to end without an outcome, because of an option.
                #[doc(hidden)]
                pub fn $name<'p>(self) -> Call<R, D, FullState<'p, R>>
                where
                    R::Error: $bound,
                {
                    self.with_full_state().$name()
                }
            )*
        }

        impl<R: Outcome, D: Driver> Call<R, D, FullState<'_, R>> {
            $(
                /// Allows attempts to end without an outcome, because of an option.
                #[doc(hidden)]
                #[must_use]
                pub fn $name(self) -> Self
                where
                    R::Error: $bound,
                {
                    self.stopped_by(|stopped| R::failure($bound::from_stopped(stopped)))
                }
            )*
        }
    };
}

interruptible_by! {
    interruptible_by_attempt_timeout: FromStoppedByAttemptTimeout;
    interruptible_by_breaker: FromStoppedByBreaker;
    interruptible_by_cancel: FromStoppedByCancel;
    interruptible_by_idempotency_key: FromStoppedByIdempotencyKey;
    interruptible_by_concurrency: FromStoppedByConcurrency;
    interruptible_by_pace: FromStoppedByPace;
    interruptible_by_rate_limit: FromStoppedByRateLimit;
}

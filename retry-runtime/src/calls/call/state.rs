//! Data that a call keeps between attempts.
//!
//! Only functions whose options need the data pay for it.

#[cfg(feature = "settings")]
use std::sync::Arc;

use retry_core::breaker::AttemptOutcome;
use retry_core::internal::Span;
use retry_core::{Budget, Failure, Moment, Progress, StopReason, TimedPolicy};

use crate::calls::call::permits::Permits;
use crate::calls::call::retry_budget::RetryBudget;
use crate::calls::operation::Operation;
use crate::calls::overrides::CallBudget;
#[cfg(feature = "settings")]
use crate::calls::overrides::CallSettings;
use crate::outcome::Outcome;
use crate::stopped::Stopped;

/// Data of a call between attempts, and its permits of shared limits.
#[doc(hidden)]
pub trait CallState<R> {
    /// Scope of a body that may hold the pace of the call.
    ///
    /// It is `()` for a call without limits, so that such a call contains nothing of it, and no code that cleans up.
    type HoldScope: Default;

    /// True if the body may hold a pace.
    const HAS_HOLDS: bool = false;

    /// Returns the policy of the call.
    #[inline]
    fn policy<'a>(&'a self, operation: &'a Operation) -> &'a TimedPolicy {
        operation.policy()
    }

    /// Keeps the outcome of an attempt that will be retried, or returns it.
    #[inline]
    fn keep(&mut self, outcome: R) -> Option<R> {
        Some(outcome)
    }

    /// Takes the outcome of a call that ends without a current one.
    ///
    /// Returns `None` if such a call cannot be.
    fn take_outcome(&mut self, _progress: &Progress) -> Option<R> {
        None
    }

    /// Takes the outcome that `on_retry` receives for an attempt that timed out.
    ///
    /// Also returns whether an attempt returned that outcome.
    fn take_timeout_outcome(&mut self, _progress: &Progress) -> (Option<R>, bool) {
        (None, false)
    }

    /// Returns the timeout of an attempt.
    fn attempt_timeout(&self) -> Span {
        Span::NEVER
    }

    /// Sets the timeout of the attempt after the one with this number.
    #[inline]
    fn next_timeout(&mut self, _operation: &'static Operation, _number: u32) {}

    /// Returns the call's idempotency key.
    #[cfg(feature = "idempotency-key")]
    fn key(&self) -> Option<crate::calls::key::IdempotencyKey> {
        None
    }

    /// Returns the start of the call, or the clock's origin if it is not recorded.
    fn start_time(&self) -> Moment {
        Moment::ORIGIN
    }

    /// Acquires a permit for an attempt, or returns the reason for rejecting it.
    #[inline]
    fn admit(&mut self, _operation: &'static Operation, _now: fn() -> Moment) -> Option<StopReason> {
        None
    }

    /// Records the outcome of an attempt with the breaker; `None` releases the permit.
    #[inline]
    fn record(&mut self, _operation: &'static Operation, _outcome: Option<AttemptOutcome>, _now: fn() -> Moment) {}

    /// Enters the body of an attempt, or the classification of its outcome.
    #[inline]
    fn enter_hold(&self) -> Self::HoldScope {
        Self::HoldScope::default()
    }

    /// Leaves what [`enter_hold`](Self::enter_hold) entered.
    ///
    /// Holds other callers if the body requested it, at once unless the attempt is over.
    #[inline]
    fn leave_hold(&mut self, _operation: &'static Operation, _scope: Self::HoldScope, _is_over: bool) {}

    /// Holds other callers after a failure by which the service rejects load.
    ///
    /// Returns whether a pace delays the retry.
    #[inline]
    fn hold(&mut self, _failure: &Failure, _max_retry_after: Span) -> bool {
        false
    }

    /// Notes that the attempt is pending; a breaker times it from then on.
    #[inline]
    fn pending(&mut self, _now: fn() -> Moment) {}

    /// Records with the breaker that the attempt was dropped.
    #[inline]
    fn attempt_dropped(&mut self, _operation: &'static Operation, _now: fn() -> Moment) {}

    /// Returns whether a first success leaves the named budget unchanged.
    #[inline]
    fn is_budget_at_rest(&self) -> bool {
        true
    }

    /// Returns the limits that a retry must pass.
    #[inline]
    fn retry_budget<'a>(&'a mut self, operation: &'static Operation) -> RetryBudget<'a> {
        RetryBudget::new(operation, operation.policy(), None)
    }
}

/// All data that options may need.
#[derive(Debug)]
pub struct FullState<'p, R> {
    pub(super) policy: Option<&'p TimedPolicy>,
    /// Settings that replace those of the code.
    #[cfg(feature = "settings")]
    pub(super) overrides: Option<Arc<CallSettings>>,
    pub(super) start_time: Moment,
    pub(super) attempt_timeout: Span,
    last_outcome: Option<R>,
    /// Makes the outcome of a call in which no attempt returned one.
    ///
    /// It is stored, and not a bound of the methods that use it, so that the compiler reports an error type without
    /// `From<Stopped>` once.
    pub(super) stopped_outcome: Option<fn(Stopped) -> R>,
    pub(super) permits: Permits<'p>,
    /// Reason for rejecting the next attempt: a limit, cancellation, or key.
    pub(super) rejection: Option<StopReason>,
    #[cfg(feature = "idempotency-key")]
    pub(super) key: Option<&'p crate::calls::key::CallKey>,
}

impl<'p, R> FullState<'p, R> {
    pub(super) fn new(attempt_timeout: Span) -> Self {
        Self {
            policy: None,
            #[cfg(feature = "settings")]
            overrides: None,
            start_time: Moment::ORIGIN,
            attempt_timeout,
            last_outcome: None,
            stopped_outcome: None,
            permits: Permits::default(),
            rejection: None,
            #[cfg(feature = "idempotency-key")]
            key: None,
        }
    }

    /// Sets the policy that the call brings.
    ///
    /// If settings turned retries off, it makes one attempt.
    pub(super) fn set_policy(&mut self, policy: &'p TimedPolicy) {
        self.policy = Some(policy);
        #[cfg(feature = "settings")]
        if let Some(overrides) = self.overrides.as_mut().filter(|overrides| overrides.is_disabled) {
            *overrides = overrides.disabled(policy);
        }
    }

    /// Returns the timeout of the attempt that follows the one with this number.
    ///
    /// A call that brings its timeout keeps it.
    pub(super) fn timeout_after(&self, operation: &'static Operation, number: u32) -> Span
    where
        R: Outcome,
    {
        let policy = self.policy(operation);
        if policy.has_attempt_timeouts() && !operation.has_timeout_per_call {
            policy.timeout_of(number.saturating_add(1))
        } else {
            self.attempt_timeout
        }
    }

    /// Sets the budget that the code names, unless settings replace it.
    pub(super) fn set_budget(&mut self, budget: &'p Budget, now: fn() -> Moment) {
        #[cfg(feature = "settings")]
        if self.overrides.as_ref().is_some_and(|overrides| overrides.budget.is_some()) {
            return;
        }
        self.permits.set_budget(CallBudget::Named(budget), now);
    }
}

impl<R: Outcome> CallState<R> for FullState<'_, R> {
    type HoldScope = ();

    #[inline]
    fn policy<'a>(&'a self, operation: &'a Operation) -> &'a TimedPolicy {
        #[cfg(feature = "settings")]
        if let Some(policy) = self.overrides.as_ref().and_then(|overrides| overrides.policy.as_ref()) {
            return policy;
        }
        self.policy.unwrap_or(operation.policy())
    }

    /// Keeps the last error.
    ///
    /// Without an error it keeps the last `Ok` that counts as a failure.
    #[inline]
    fn keep(&mut self, outcome: R) -> Option<R> {
        if self.stopped_outcome.is_none() {
            return Some(outcome);
        }
        let has_error = self.last_outcome.as_ref().is_some_and(|last| last.sides().is_err());
        if outcome.sides().is_err() || !has_error {
            self.last_outcome = Some(outcome);
        }
        None
    }

    fn take_outcome(&mut self, progress: &Progress) -> Option<R> {
        let last = self.last_outcome.take();
        last.or_else(|| self.stopped_outcome.map(|make| make(Stopped::new(progress))))
    }

    fn take_timeout_outcome(&mut self, progress: &Progress) -> (Option<R>, bool) {
        let is_returned = self.last_outcome.is_some();
        let mut timed_out = progress.clone();
        let _ = timed_out.stopped(StopReason::AttemptTimeout);
        (self.take_outcome(&timed_out), is_returned)
    }

    fn attempt_timeout(&self) -> Span {
        self.attempt_timeout
    }

    fn next_timeout(&mut self, operation: &'static Operation, number: u32) {
        self.attempt_timeout = self.timeout_after(operation, number);
    }

    #[cfg(feature = "idempotency-key")]
    fn key(&self) -> Option<crate::calls::key::IdempotencyKey> {
        self.key?.get().cloned()
    }

    fn start_time(&self) -> Moment {
        self.start_time
    }

    #[inline]
    fn admit(&mut self, operation: &'static Operation, now: fn() -> Moment) -> Option<StopReason> {
        let rejection = self.rejection.take();
        rejection.or_else(|| (!self.permits.acquire(operation, now)).then_some(StopReason::Breaker))
    }

    #[inline]
    fn record(&mut self, operation: &'static Operation, outcome: Option<AttemptOutcome>, now: fn() -> Moment) {
        self.permits.record(operation, outcome, now);
    }

    #[inline]
    fn pending(&mut self, now: fn() -> Moment) {
        self.permits.start_timing(now);
    }

    fn attempt_dropped(&mut self, operation: &'static Operation, now: fn() -> Moment) {
        self.permits.record_dropped(operation, now);
    }

    #[inline]
    fn is_budget_at_rest(&self) -> bool {
        self.permits.is_at_rest()
    }

    fn retry_budget<'a>(&'a mut self, operation: &'static Operation) -> RetryBudget<'a> {
        let policy = self.policy.unwrap_or(operation.policy());
        #[cfg(feature = "settings")]
        let policy = self.overrides.as_ref().and_then(|overrides| overrides.policy.as_ref()).unwrap_or(policy);
        RetryBudget::new(operation, policy, Some(self.permits.borrow_mut()))
    }
}

//! Permits of a call, given back on drop.
//!
//! They are its withdrawal from a shared budget, and its place in a circuit breaker.

use retry_core::breaker::{self, AttemptOutcome};
use retry_core::internal::Span;
use retry_core::{Breaker, Budget, Class, Failure, Moment, Policy, StopReason, Withdrawal};

use crate::calls::context;
use crate::calls::env::random;
use crate::calls::operation::Operation;
use crate::observe::emit;

/// Permits of one call.
#[derive(Debug, Default)]
pub(super) struct Permits<'p> {
    budget: Option<&'p Budget>,
    withdrawal: Withdrawal,
    breaker: Option<&'static Breaker>,
    /// Permit of the running attempt.
    attempt: Option<breaker::Permit>,
}

impl<'p> Permits<'p> {
    /// Withdraws retries from `budget`, which counts the call from now on.
    pub(super) fn set_budget(&mut self, budget: &'p Budget, now: fn() -> Moment) {
        self.withdrawal = budget.begin(now);
        self.budget = Some(budget);
    }

    pub(super) fn set_breaker(&mut self, breaker: Option<&'static Breaker>) {
        self.breaker = breaker;
    }

    /// Acquires the breaker's permit for an attempt; returns whether there is one.
    #[inline]
    pub(super) fn acquire(&mut self, operation: &'static Operation, now: fn() -> Moment) -> bool {
        let Some(breaker) = self.breaker else { return true };
        match breaker.try_acquire(now) {
            Ok(permit) => {
                emit::breaker_changed(operation, permit.change());
                self.attempt = Some(permit);
                true
            }
            Err(_) => false,
        }
    }

    /// Records the outcome of the attempt with the breaker.
    ///
    /// `None` releases the permit.
    #[inline]
    pub(super) fn record(
        &mut self,
        operation: &'static Operation,
        outcome: Option<AttemptOutcome>,
        now: fn() -> Moment,
    ) {
        if let (Some(breaker), Some(permit)) = (self.breaker, self.attempt.take()) {
            match outcome {
                Some(outcome) => {
                    let change = breaker.record(permit, outcome, now, random::random);
                    emit::breaker_changed(operation, change);
                }
                None => breaker.release(permit),
            }
        }
    }

    /// Records the success of the call with the budget.
    #[inline]
    pub(super) fn record_success(&mut self, max_attempts: u32) {
        if let Some(budget) = self.budget {
            budget.record_success(&mut self.withdrawal, max_attempts);
        }
    }

    /// Borrows the permits for a decision.
    pub(super) fn borrow_mut(&mut self) -> PermitsMut<'_> {
        PermitsMut { budget: self.budget, withdrawal: &mut self.withdrawal, breaker: self.breaker }
    }

    #[cold]
    fn give_back(&mut self) {
        if let Some(budget) = self.budget {
            budget.end(&mut self.withdrawal);
        }
        if let (Some(breaker), Some(permit)) = (self.breaker, self.attempt.take()) {
            breaker.release(permit);
        }
    }
}

impl Drop for Permits<'_> {
    #[inline]
    fn drop(&mut self) {
        if self.budget.is_some() | self.attempt.is_some() {
            self.give_back();
        }
    }
}

/// Permits of a call, borrowed for a decision.
#[derive(Debug)]
pub(super) struct PermitsMut<'a> {
    budget: Option<&'a Budget>,
    withdrawal: &'a mut Withdrawal,
    breaker: Option<&'static Breaker>,
}

/// Limits that a retry must pass: breaker, frames, and budget.
#[derive(Debug)]
pub struct RetryBudget<'a> {
    operation: &'a Operation,
    pub(super) policy: &'a Policy,
    /// `None` for a call whose options need no permits.
    permits: Option<PermitsMut<'a>>,
}

impl<'a> RetryBudget<'a> {
    #[inline]
    pub(super) const fn new(operation: &'a Operation, policy: &'a Policy, permits: Option<PermitsMut<'a>>) -> Self {
        Self { operation, policy, permits }
    }

    /// Withdraws one retry from every limit, or from none.
    ///
    /// # Errors
    ///
    /// The reason for which the call ends.
    #[inline]
    pub(super) fn withdraw(&mut self, failure: &Failure, delay: Span, now: fn() -> Moment) -> Result<(), StopReason> {
        if self.permits.is_some() | context::has_frames() {
            return self.withdraw_from_all(failure.class(), delay, now);
        }
        if self.withdraw_own() { Ok(()) } else { Err(StopReason::Budget) }
    }

    /// Withdraws a retry if there are more limits than the operation's own budget.
    #[cold]
    #[inline(never)]
    fn withdraw_from_all(&mut self, class: Class, delay: Span, now: fn() -> Moment) -> Result<(), StopReason> {
        if self.permits.as_ref().is_some_and(|permits| permits.is_open_longer_than(delay, now)) {
            return Err(StopReason::Breaker);
        }
        context::take_retry()?;
        let max_attempts = self.policy.attempt_limit();
        let is_withdrawn = match self.shared_budget() {
            Some((budget, withdrawal)) => budget.withdraw(withdrawal, class, max_attempts, now),
            None => self.withdraw_own(),
        };
        if is_withdrawn {
            return Ok(());
        }
        context::refund_retry();
        Err(StopReason::Budget)
    }

    #[inline]
    fn withdraw_own(&self) -> bool {
        let max_attempts = self.policy.attempt_limit();
        self.operation.own_budget(max_attempts).is_none_or(|budget| budget.withdraw(max_attempts))
    }

    /// Refunds the tokens of the last withdrawal, for a retry that is not made.
    pub(super) fn refund(&mut self, now: fn() -> Moment) {
        let max_attempts = self.policy.attempt_limit();
        if let Some((budget, withdrawal)) = self.shared_budget() {
            budget.refund(withdrawal, max_attempts, now);
        } else if let Some(budget) = self.operation.own_budget(max_attempts) {
            budget.refund(max_attempts);
        }
    }

    /// Returns the budget that the call names, if it names one.
    fn shared_budget(&mut self) -> Option<(&Budget, &mut Withdrawal)> {
        let PermitsMut { budget, withdrawal, .. } = self.permits.as_mut()?;
        Some((*budget.as_ref()?, withdrawal))
    }
}

impl PermitsMut<'_> {
    /// Returns whether the breaker stays open longer than `delay`.
    ///
    /// Waiting would be useless then.
    fn is_open_longer_than(&self, delay: Span, now: fn() -> Moment) -> bool {
        self.breaker.is_some_and(|breaker| {
            // A closed breaker needs no clock.
            let left = if breaker.is_open() { breaker.remaining_open_time(now()) } else { None };
            left.is_some_and(|left| Span::from_duration(left) > delay)
        })
    }
}

//! What a call holds of what calls share: its place in a budget that counts calls, and in a half-open breaker. Both are
//! given back when it is dropped.

use retry_core::breaker::{self, AttemptOutcome};
use retry_core::{Breaker, Budget, Class, Failure, Policy, StopReason, Withdrawal};

use crate::calls::context;
use crate::calls::operation::Operation;
use crate::calls::random;
use crate::observe::emit;

/// What one call holds.
#[derive(Debug, Default)]
pub(crate) struct Permits<'p> {
    budget: Option<&'p Budget>,
    receipt: Withdrawal,
    breaker: Option<&'static Breaker>,
    /// Of the attempt under way.
    admitted: Option<breaker::Permit>,
}

impl<'p> Permits<'p> {
    /// Draws from this budget, where the call counts from now on.
    pub(crate) fn draw_from(&mut self, budget: &'p Budget, now: fn() -> u64) {
        self.receipt = budget.begin(now);
        self.budget = Some(budget);
    }

    pub(crate) fn stand_behind(&mut self, breaker: Option<&'static Breaker>) {
        self.breaker = breaker;
    }

    /// Whether an attempt may begin.
    #[inline]
    pub(crate) fn admit(&mut self, operation: &'static Operation, now: fn() -> u64) -> bool {
        let Some(breaker) = self.breaker else { return true };
        match breaker.try_acquire(now) {
            Ok(receipt) => {
                emit::breaker_changed(operation, receipt.change());
                self.admitted = Some(receipt);
                true
            }
            Err(_) => false,
        }
    }

    /// What the attempt ended in; `None` where that says nothing.
    #[inline]
    pub(crate) fn record(&mut self, operation: &'static Operation, ending: Option<AttemptOutcome>, now: fn() -> u64) {
        if let (Some(breaker), Some(receipt)) = (self.breaker, self.admitted.take()) {
            match ending {
                Some(ending) => {
                    let change = breaker.record(receipt, ending, now, random::random);
                    emit::breaker_changed(operation, change);
                }
                None => breaker.release(receipt),
            }
        }
    }

    /// What a retry has to do with of it.
    pub(crate) fn permits(&mut self) -> PermitsMut<'_> {
        PermitsMut { budget: self.budget, receipt: &mut self.receipt, breaker: self.breaker }
    }

    /// The call has succeeded.
    pub(crate) fn succeed(&mut self, max_attempts: u32) {
        if let Some(budget) = self.budget {
            budget.record_success(&mut self.receipt, max_attempts);
        }
    }
}

impl Drop for Permits<'_> {
    fn drop(&mut self) {
        if let Some(budget) = self.budget {
            budget.end(&mut self.receipt);
        }
        if let (Some(breaker), Some(receipt)) = (self.breaker, self.admitted.take()) {
            breaker.release(receipt);
        }
    }
}

/// What a retry is drawn from.
#[derive(Debug)]
pub struct RetryBudget<'a> {
    pub(crate) operation: &'a Operation,
    /// What the call is retried by.
    pub(crate) policy: &'a Policy,
    /// What the call holds, if its options ask for any of it.
    pub(crate) permits: Option<PermitsMut<'a>>,
}

/// What a call holds of what calls share, for the time of a decision.
#[derive(Debug)]
pub(crate) struct PermitsMut<'a> {
    budget: Option<&'a Budget>,
    receipt: &'a mut Withdrawal,
    breaker: Option<&'static Breaker>,
}

impl RetryBudget<'_> {
    /// Draws one retry after this failure, from all there is or from nothing; else what the call ends with.
    #[inline]
    pub(crate) fn draw(&mut self, failure: &Failure, wait: u64, now: fn() -> u64) -> Result<(), StopReason> {
        if self.permits.is_some() | context::has_frames() {
            return self.draw_from_all(failure.class(), wait, now);
        }
        if self.draw_from_own() { Ok(()) } else { Err(StopReason::Budget) }
    }

    /// Where there is more than the operation's own budget.
    #[cold]
    #[inline(never)]
    fn draw_from_all(&mut self, class: Class, wait: u64, now: fn() -> u64) -> Result<(), StopReason> {
        if self.permits.as_ref().is_some_and(|permits| permits.is_closed_off(wait, now)) {
            return Err(StopReason::Breaker);
        }
        context::take_retry()?;
        let max_attempts = self.policy.most_attempts();
        let drawn = match self.shared() {
            Some((budget, receipt)) => budget.withdraw(receipt, class, max_attempts, now),
            None => self.draw_from_own(),
        };
        if drawn {
            return Ok(());
        }
        context::put_back();
        Err(StopReason::Budget)
    }

    #[inline]
    fn draw_from_own(&self) -> bool {
        let max_attempts = self.policy.most_attempts();
        self.operation.own(max_attempts).is_none_or(|own| own.withdraw(max_attempts))
    }

    /// Gives back the tokens that the last draw took, for a retry that is not made.
    pub(crate) fn put_back(&mut self, now: fn() -> u64) {
        let max_attempts = self.policy.most_attempts();
        if let Some((budget, receipt)) = self.shared() {
            budget.refund(receipt, max_attempts, now);
        } else if let Some(own) = self.operation.own(max_attempts) {
            own.refund(max_attempts);
        }
    }

    /// The budget that the call names, if it names one.
    fn shared(&mut self) -> Option<(&Budget, &mut Withdrawal)> {
        let PermitsMut { budget, receipt, .. } = self.permits.as_mut()?;
        Some((*budget.as_ref()?, receipt))
    }
}

impl PermitsMut<'_> {
    /// Whether the breaker stays open longer than the wait: then nobody need wait for it.
    fn is_closed_off(&self, wait: u64, now: fn() -> u64) -> bool {
        self.breaker.is_some_and(|breaker| {
            // No clock while it is closed.
            let left = if breaker.is_open() { breaker.remaining_open_time(now()) } else { None };
            left.is_some_and(|left| retry_core::units::from(left) > wait)
        })
    }
}

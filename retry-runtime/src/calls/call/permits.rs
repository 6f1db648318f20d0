//! Permits of a call, given back on drop.
//!
//! They are its withdrawal from a shared budget, and its place in a circuit breaker.

use retry_core::breaker::{self, AttemptOutcome, State};
use retry_core::internal::{RetryEnd, Span};
use retry_core::{Breaker, Budget, Moment, Withdrawal};

use crate::calls::env::random;
use crate::calls::line;
use crate::calls::operation::Operation;
use crate::calls::overrides::CallBudget;
use crate::observe::emit;

/// Permits of one call.
#[derive(Debug, Default)]
pub(super) struct Permits<'p> {
    budget: Option<CallBudget<'p>>,
    withdrawal: Withdrawal,
    breaker: Option<&'p Breaker>,
    /// Permit of the running attempt.
    attempt: Option<breaker::Permit>,
    /// Withdrawal for a retry that has not started.
    pending: Option<Pending>,
}

/// Withdrawal for a retry that has not started.
///
/// It is refunded if the call is dropped before, for example in a hook.
#[derive(Debug)]
pub(super) struct Pending {
    pub(super) operation: &'static Operation,
    pub(super) max_attempts: u32,
    pub(super) now: fn() -> Moment,
}

impl<'p> Permits<'p> {
    /// Withdraws retries from `budget`, which counts the call from now on.
    pub(super) fn set_budget(&mut self, budget: CallBudget<'p>, now: fn() -> Moment) {
        self.withdrawal = budget.begin(now);
        self.budget = Some(budget);
    }

    pub(super) fn set_breaker(&mut self, breaker: Option<&'p Breaker>) {
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

    /// Starts timing an attempt that is pending, if the call has a breaker.
    #[inline]
    pub(super) fn start_timing(&mut self, now: fn() -> Moment) {
        if let (Some(permit), Some(breaker)) = (&mut self.attempt, self.breaker) {
            breaker.start_timing(permit, now);
        }
    }

    /// Records with the breaker that the running attempt was dropped.
    pub(super) fn record_dropped(&mut self, operation: &'static Operation, now: fn() -> Moment) {
        if let (Some(breaker), Some(permit)) = (self.breaker, self.attempt.take()) {
            emit::breaker_changed(operation, breaker.record_dropped(permit, now, random::random));
        }
    }

    /// Exchanges the breaker's permit of the running attempt for that of another one.
    pub(super) const fn swap_attempt(&mut self, other: &mut Option<breaker::Permit>) {
        core::mem::swap(&mut self.attempt, other);
    }

    /// Acquires the breaker's permit for a hedge.
    ///
    /// Only a closed breaker has one: a hedge must not take the place of a probe.
    ///
    /// # Errors
    ///
    /// The breaker admits no hedge.
    pub(super) fn acquire_for_hedge(&self, now: fn() -> Moment) -> Result<Option<breaker::Permit>, ()> {
        let Some(breaker) = self.breaker else { return Ok(None) };
        match breaker.try_acquire(now) {
            Ok(permit) if permit.is_probe() => {
                breaker.release(permit);
                Err(())
            }
            Ok(permit) => Ok(Some(permit)),
            Err(_) => Err(()),
        }
    }

    /// Returns whether the breaker admits hedges, without acquiring a permit.
    pub(super) fn admits_hedges(&self) -> bool {
        self.breaker.is_none_or(|breaker| matches!(breaker.state(), State::Closed | State::ForcedClosed))
    }

    /// Releases the breaker's permit of a hedge.
    pub(super) fn release_hedge(&self, permit: Option<breaker::Permit>) {
        if let (Some(breaker), Some(permit)) = (self.breaker, permit) {
            breaker.release(permit);
        }
    }

    /// Returns whether a first success leaves the budget of the call unchanged.
    #[inline]
    pub(super) fn is_at_rest(&self) -> bool {
        self.budget.as_ref().is_none_or(|budget| budget.is_at_rest())
    }

    /// Returns whether the breaker would reject an attempt now.
    pub(super) fn is_open(&self, now: fn() -> Moment) -> bool {
        self.breaker.is_some_and(|breaker| breaker.is_open() && breaker.remaining_open_time(now()).is_some())
    }

    /// Borrows the permits for a decision.
    pub(super) fn borrow_mut(&mut self) -> PermitsMut<'_> {
        PermitsMut {
            budget: self.budget.as_deref(),
            withdrawal: &mut self.withdrawal,
            breaker: self.breaker,
            pending: &mut self.pending,
        }
    }

    #[cold]
    fn give_back(&mut self) {
        if let Some(pending) = self.pending.take() {
            refund(&pending, self.budget.as_deref(), &mut self.withdrawal);
        }
        if let Some(budget) = &self.budget {
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
        if self.budget.is_some() | self.attempt.is_some() | self.pending.is_some() {
            self.give_back();
        }
    }
}

/// Refunds what was withdrawn for a retry that does not start.
#[cold]
fn refund(pending: &Pending, named: Option<&Budget>, withdrawal: &mut Withdrawal) {
    let Pending { operation, max_attempts, now } = *pending;
    let credit = match named {
        Some(budget) => budget.waiting_credit(max_attempts),
        None => operation.own_budget(max_attempts).map(|budget| budget.credit(max_attempts)),
    };
    match (credit, named) {
        (Some(credit), _) => {
            if credit.put_back(true, now) {
                line::retry_ended(credit, RetryEnd::Dropped, now());
            }
        }
        (None, Some(budget)) => budget.refund(withdrawal, max_attempts, now),
        (None, None) => {}
    }
}

/// Permits of a call, borrowed for a decision.
#[derive(Debug)]
pub(super) struct PermitsMut<'a> {
    pub(super) budget: Option<&'a Budget>,
    pub(super) withdrawal: &'a mut Withdrawal,
    breaker: Option<&'a Breaker>,
    pub(super) pending: &'a mut Option<Pending>,
}

impl PermitsMut<'_> {
    /// Returns whether the breaker stays open longer than `delay`.
    ///
    /// Waiting would be useless then.
    pub(super) fn is_open_longer_than(&self, delay: Span, now: fn() -> Moment) -> bool {
        self.breaker.is_some_and(|breaker| {
            // A closed breaker needs no clock.
            let left = if breaker.is_open() { breaker.remaining_open_time(now()) } else { None };
            left.is_some_and(|left| Span::from_duration(left) > delay)
        })
    }
}

//! Limits that a retry must pass: breaker, frames, and budget.

use retry_core::internal::{Grant, RetryEnd, Span, WaitingCredit};
use retry_core::{Budget, Failure, Moment, Progress, StopReason, TimedPolicy, Withdrawal};

use crate::calls::call::permits::{Pending, PermitsMut};
use crate::calls::context;
use crate::calls::line;
use crate::calls::operation::Operation;

/// Limits that a retry must pass: breaker, frames, and budget.
#[derive(Debug)]
pub struct RetryBudget<'a> {
    operation: &'static Operation,
    pub(super) policy: &'a TimedPolicy,
    /// `None` for a call whose options need no permits.
    permits: Option<PermitsMut<'a>>,
    /// Attempts whose retries the budget holds at rest.
    max_attempts: u32,
    /// Set once the budget has denied a retry.
    is_denied: bool,
}

impl<'a> RetryBudget<'a> {
    #[inline]
    pub(super) const fn new(
        operation: &'static Operation,
        policy: &'a TimedPolicy,
        permits: Option<PermitsMut<'a>>,
    ) -> Self {
        Self { operation, policy, permits, max_attempts: policy.budgeted_attempts(), is_denied: false }
    }

    /// Returns the policy with the limit of attempts that a scope sets.
    #[cfg(feature = "testing")]
    pub(super) fn policy_in_scope(&self) -> Option<TimedPolicy> {
        let most = self.operation.max_attempts_in_scope();
        (most < self.policy.attempt_limit()).then(|| self.policy.clone().with_attempts_at_most(most))
    }

    /// Withdraws one retry from every limit, or from none.
    ///
    /// A credit in whose line calls wait is asked when the retry starts, and not now; only after an attempt that ended
    /// by its timeout, or for a server that named the time, the call does not wait. A retry that a pace delays takes
    /// nothing from any budget, because the pace bounds the rate of retries.
    ///
    /// # Errors
    ///
    /// The reason for which the call ends.
    #[inline]
    pub(super) fn withdraw(
        &mut self,
        failure: &Failure,
        delay: Span,
        now: fn() -> Moment,
    ) -> Result<Grant, StopReason> {
        if self.permits.is_some() | context::has_frames() {
            return self.withdraw_from_all(failure, delay, now);
        }
        if failure.is_plain() {
            // The own budget is asked when the retry starts.
            return Ok(Grant::None);
        }
        self.withdraw_from_budget(failure, now)
    }

    /// Withdraws a retry if there are more limits than the operation's own budget.
    #[cold]
    #[inline(never)]
    fn withdraw_from_all(&mut self, failure: &Failure, delay: Span, now: fn() -> Moment) -> Result<Grant, StopReason> {
        if self.permits.as_ref().is_some_and(|permits| permits.is_open_longer_than(delay, now)) {
            return Err(StopReason::Breaker);
        }
        context::take_retry()?;
        let granted = self.withdraw_from_budget(failure, now);
        if granted.is_err() {
            context::refund_retry();
        }
        granted
    }

    #[cold]
    #[inline(never)]
    fn withdraw_from_budget(&mut self, failure: &Failure, now: fn() -> Moment) -> Result<Grant, StopReason> {
        let (credit, max_attempts) = (self.waiting_credit(), self.max_attempts);
        let (grant, is_granted) = match credit {
            _ if failure.is_paced() => (Grant::Free, true),
            // Calls that waited here would all go at once when a service that hung answers again.
            Some(credit) if failure.is_timed_out() => (Grant::Paid, credit.start()),
            Some(_) if failure.is_throttled_until() => (Grant::Free, true),
            Some(_) => (Grant::None, true),
            None => {
                let named = self.named_budget();
                let withdraw = |(budget, withdrawal): (&Budget, _)| {
                    budget.withdraw(withdrawal, failure.class(), max_attempts, now)
                };
                (Grant::None, named.is_none_or(withdraw))
            }
        };
        self.is_denied = !is_granted;
        let is_withdrawn = is_granted && (grant == Grant::Paid || grant == Grant::None && credit.is_none());
        if let (true, Some(permits)) = (is_withdrawn, self.permits.as_mut()) {
            *permits.pending = Some(Pending { operation: self.operation, max_attempts, now });
        }
        if is_granted { Ok(grant) } else { Err(StopReason::Budget) }
    }

    /// Returns the credit in whose line the call waits, if there is one.
    #[inline]
    pub(super) fn waiting_credit(&self) -> Option<WaitingCredit<'a>> {
        let max_attempts = self.max_attempts;
        match self.permits.as_ref().and_then(|permits| permits.budget) {
            Some(budget) => budget.waiting_credit(max_attempts),
            None => self.operation.own_budget(max_attempts).map(|budget| budget.credit(max_attempts)),
        }
    }

    /// Returns the budget that the call names, if it names one.
    fn named_budget(&mut self) -> Option<(&'a Budget, &mut Withdrawal)> {
        let PermitsMut { budget, withdrawal, .. } = self.permits.as_mut()?;
        Some(((*budget)?, withdrawal))
    }

    /// Returns whether enough retries are left for a hedge, which withdraws nothing.
    pub(super) fn allows_hedge(&self, now: fn() -> Moment) -> bool {
        let max_attempts = self.max_attempts;
        match self.permits.as_ref().and_then(|permits| permits.budget) {
            Some(budget) => budget.allows_hedge(max_attempts, now),
            None => self.operation.own_budget(max_attempts).is_none_or(|budget| budget.allows_hedge(max_attempts)),
        }
    }

    /// Records that an attempt has failed, before anything is decided.
    #[inline]
    pub(super) fn attempt_failed(&self, progress: &mut Progress, now: fn() -> Moment) {
        let Some(credit) = self.waiting_credit() else { return };
        if progress.attempt() > 1 {
            end_retry(credit, progress, RetryEnd::Failed, now);
        } else if credit.has_line() {
            line::first_attempt_failed(credit, now());
        }
    }

    /// Records that a retry was dropped while it was under way.
    pub(super) fn attempt_dropped(&self, progress: &mut Progress, now: fn() -> Moment) {
        if let Some(credit) = self.waiting_credit() {
            end_retry(credit, progress, RetryEnd::Dropped, now);
        }
    }

    /// Records the success of the call.
    pub(super) fn succeeded(&mut self, progress: &mut Progress, now: fn() -> Moment) {
        let max_attempts = self.max_attempts;
        match self.waiting_credit() {
            Some(credit) if progress.attempt() == 1 => {
                if credit.approach_rest() {
                    line::tokens_given(credit);
                }
            }
            Some(credit) => end_retry(credit, progress, RetryEnd::Succeeded, now),
            None => {
                if let Some((budget, withdrawal)) = self.named_budget() {
                    budget.record_success(withdrawal, max_attempts);
                }
            }
        }
    }

    /// Records that the retry starts: what was withdrawn for it is spent.
    pub(super) fn started(&mut self) {
        if let Some(permits) = self.permits.as_mut() {
            *permits.pending = None;
        }
    }

    /// Refunds what was taken for a retry that is not made.
    pub(super) fn refund(&mut self, progress: &mut Progress, now: fn() -> Moment) {
        self.started();
        let max_attempts = self.max_attempts;
        match self.waiting_credit() {
            Some(credit) => {
                let has_line = match progress.replace_grant(Grant::None) {
                    Grant::None | Grant::Free => false,
                    Grant::Paid => credit.put_back(true, now),
                    Grant::Probe => credit.put_back(false, now),
                };
                if has_line {
                    line::retry_ended(credit, RetryEnd::Dropped, now());
                }
            }
            None => {
                if let Some((budget, withdrawal)) = self.named_budget() {
                    budget.refund(withdrawal, max_attempts, now);
                }
            }
        }
    }

    /// Adds the account of the budget to a call whose retry it has just denied.
    ///
    /// The budget of a task keeps none.
    pub(super) fn explain(&self, progress: &mut Progress) {
        if self.is_denied {
            self.deny(progress, progress.waited());
        }
    }

    /// Ends the call for a denial by the budget, after `waited` in line.
    pub(super) fn deny(&self, progress: &mut Progress, waited: Span) {
        let denial = match self.waiting_credit() {
            Some(credit) => credit.denial(waited),
            None => match self.permits.as_ref().and_then(|permits| permits.budget) {
                Some(budget) => budget.denial(),
                None => return,
            },
        };
        let _ = progress.denied(denial);
    }
}

fn end_retry(credit: WaitingCredit<'_>, progress: &mut Progress, end: RetryEnd, now: fn() -> Moment) {
    let has_line = match progress.replace_grant(Grant::None) {
        Grant::Paid | Grant::Probe => credit.end(end, now),
        Grant::None | Grant::Free => false,
    };
    if has_line {
        line::retry_ended(credit, end, now());
    }
}

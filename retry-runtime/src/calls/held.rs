//! What a call holds of what calls share: its place in a budget that counts calls, and in a half-open breaker. Both are
//! given back when it is dropped.

use retry_core::breaker::{self, Admission, Ending};
use retry_core::internal::OwnBudget;
use retry_core::{Breaker, Budget, Class, Policy, Receipt, StopReason};

use crate::calls::context;
use crate::calls::operation::Operation;
use crate::calls::random;
use crate::calls::tell;

/// What one call holds.
#[derive(Debug, Default)]
pub(crate) struct Held<'p> {
    budget: Option<&'p Budget>,
    receipt: Receipt,
    breaker: Option<&'static Breaker>,
    /// Of the attempt under way.
    admitted: Option<breaker::Receipt>,
}

impl<'p> Held<'p> {
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
        match breaker.admit(now) {
            Admission::Admitted(receipt) => {
                tell::breaker_changed(operation, receipt.change());
                self.admitted = Some(receipt);
                true
            }
            Admission::Refused(_) => false,
        }
    }

    /// What the attempt ended in; `None` where that says nothing.
    #[inline]
    pub(crate) fn record(&mut self, operation: &'static Operation, ending: Option<Ending>, now: fn() -> u64) {
        if let (Some(breaker), Some(receipt)) = (self.breaker, self.admitted.take()) {
            match ending {
                Some(ending) => {
                    let change = breaker.record(receipt, ending, now, random::chance);
                    tell::breaker_changed(operation, change);
                }
                None => breaker.give_back(receipt),
            }
        }
    }

    /// What this call draws from: the budget that it names, or else `own`.
    pub(crate) fn purse<'a>(&'a mut self, own: Option<&'a OwnBudget>, policy: &'a Policy) -> Purse<'a> {
        let Self { budget, receipt, breaker, .. } = self;
        let shared = budget.map(|budget| (budget, receipt));
        Purse { own: own.filter(|_| shared.is_none()), shared, breaker: *breaker, policy }
    }

    /// The call has succeeded.
    pub(crate) fn succeed(&mut self, max_attempts: u32) {
        if let Some(budget) = self.budget {
            budget.succeeded(&mut self.receipt, max_attempts);
        }
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        if let Some(budget) = self.budget {
            budget.end(&mut self.receipt);
        }
        if let (Some(breaker), Some(receipt)) = (self.breaker, self.admitted.take()) {
            breaker.give_back(receipt);
        }
    }
}

/// What a retry is drawn from.
#[derive(Debug)]
pub struct Purse<'a> {
    pub(crate) own: Option<&'a OwnBudget>,
    pub(crate) shared: Option<(&'a Budget, &'a mut Receipt)>,
    pub(crate) breaker: Option<&'static Breaker>,
    /// What the call is retried by.
    pub(crate) policy: &'a Policy,
}

impl Purse<'_> {
    /// Draws one retry after a failure of this class, from all there is or from nothing; else what the call ends with.
    pub(crate) fn draw(&mut self, class: Class, wait: u64, now: fn() -> u64) -> Result<(), StopReason> {
        if self.is_closed_off(wait, now) {
            return Err(StopReason::Breaker);
        }
        context::take_retry()?;
        if self.draw_tokens(class, now) {
            return Ok(());
        }
        context::put_back();
        Err(StopReason::Budget)
    }

    /// Gives back the tokens that the last draw took, for a retry that is not made.
    pub(crate) fn put_back(&mut self, now: fn() -> u64) {
        if let Some(own) = self.own {
            own.put_back(self.policy.most_attempts());
        }
        if let Some((budget, receipt)) = &mut self.shared {
            budget.put_back(receipt, self.policy.most_attempts(), now);
        }
    }

    fn draw_tokens(&mut self, class: Class, now: fn() -> u64) -> bool {
        let max_attempts = self.policy.most_attempts();
        match (&mut self.shared, self.own) {
            (Some((budget, receipt)), _) => budget.draw(receipt, class, max_attempts, now),
            (None, Some(own)) => own.draw(max_attempts),
            (None, None) => true,
        }
    }

    /// Whether the breaker stays open longer than the wait: then nobody need wait for it.
    fn is_closed_off(&self, wait: u64, now: fn() -> u64) -> bool {
        self.breaker.is_some_and(|breaker| {
            // No clock while it is closed.
            let left = if breaker.is_open() { breaker.closed_off_for(now()) } else { None };
            left.is_some_and(|left| retry_core::nanos::from(left) > wait)
        })
    }
}

//! The budget that every operation has: one word, where a [`Budget`](crate::Budget) holds settings and other shapes too.

use super::credit::{COST, Credit, Terms};

/// A credit that rests at one worth of the call at hand.
#[derive(Debug)]
pub struct OperationBudget {
    credit: Credit,
}

const TERMS: Terms = Terms::of_the_call();

impl OperationBudget {
    /// One that nothing was drawn from.
    pub const fn new() -> Self {
        Self { credit: Credit::at_rest() }
    }

    /// Whether a first success has nothing to do.
    #[inline]
    pub fn is_at_rest(&self) -> bool {
        self.credit.is_at_rest()
    }

    /// As [`Budget::withdraw`](crate::Budget::withdraw).
    pub fn withdraw(&self, max_attempts: u32) -> bool {
        self.credit.withdraw(COST, TERMS.limits(max_attempts))
    }

    /// As [`Budget::refund`](crate::Budget::refund).
    pub fn refund(&self, max_attempts: u32) {
        self.credit.give(COST, TERMS.limits(max_attempts));
    }

    /// A retry has succeeded.
    pub fn record_retry_success(&self, max_attempts: u32) {
        self.credit.give(TERMS.refund(COST), TERMS.limits(max_attempts));
    }

    /// A first attempt has succeeded.
    pub fn record_first_success(&self) {
        self.credit.settle();
    }

    /// Its tokens.
    pub fn left(&self, max_attempts: u32) -> u32 {
        self.credit.tokens(TERMS.limits(max_attempts))
    }
}

impl Default for OperationBudget {
    fn default() -> Self {
        Self::new()
    }
}

//! Default budget of an operation, in one word.
//!
//! It lacks the settings and other shapes of a [`Budget`](crate::Budget).

use crate::budget::credit::{COST, Credit, Terms};

/// A credit that rests at the retries of the current call.
#[derive(Debug)]
pub struct OperationBudget {
    credit: Credit,
}

const TERMS: Terms = Terms::of_the_call();

impl OperationBudget {
    /// Creates a budget from which nothing was withdrawn.
    pub const fn new() -> Self {
        Self { credit: Credit::at_rest() }
    }

    /// Returns whether a first success would change nothing.
    #[inline]
    pub fn is_at_rest(&self) -> bool {
        self.credit.is_at_rest()
    }

    /// Withdraws a retry, as [`Budget::withdraw`](crate::Budget::withdraw) does.
    pub fn withdraw(&self, max_attempts: u32) -> bool {
        self.credit.withdraw(COST, TERMS.limits(max_attempts))
    }

    /// Refunds a retry that is not made.
    ///
    /// See [`Budget::refund`](crate::Budget::refund).
    pub fn refund(&self, max_attempts: u32) {
        self.credit.give(COST, TERMS.limits(max_attempts));
    }

    /// Records a retry that succeeded.
    pub fn record_retry_success(&self, max_attempts: u32) {
        self.credit.give(TERMS.refund(COST), TERMS.limits(max_attempts));
    }

    /// Records a first attempt that succeeded.
    pub fn record_first_success(&self) {
        self.credit.approach_rest();
    }

    /// Returns its tokens.
    pub fn left(&self, max_attempts: u32) -> u32 {
        self.credit.tokens(TERMS.limits(max_attempts))
    }
}

impl Default for OperationBudget {
    fn default() -> Self {
        Self::new()
    }
}

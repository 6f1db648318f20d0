//! Default budget of an operation.
//!
//! It lacks the settings and other shapes of a [`Budget`](crate::Budget).

use crate::budget::credit::{Credit, WaitingCredit};
use crate::budget::terms::{HEDGE_TOKENS, Terms};

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

    /// Returns its credit, as a call with `max_attempts` uses it.
    pub const fn credit(&self, max_attempts: u32) -> WaitingCredit<'_> {
        WaitingCredit::new(&self.credit, TERMS.limits(max_attempts), TERMS.max_wait())
    }

    /// Returns whether a call may make a hedge, as [`Budget`](crate::Budget) does.
    pub fn allows_hedge(&self, max_attempts: u32) -> bool {
        self.left(max_attempts) >= HEDGE_TOKENS
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

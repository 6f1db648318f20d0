//! The budget that every operation has: one word, where a [`Budget`](crate::Budget) holds settings and other shapes too.

use super::credit::{COST, Credit, Terms};

/// A credit that rests at one worth of the call at hand.
#[derive(Debug)]
pub struct OwnBudget {
    credit: Credit,
}

const TERMS: Terms = Terms::of_the_call();

impl OwnBudget {
    /// One that nothing was drawn from.
    pub const fn new() -> Self {
        Self { credit: Credit::at_rest() }
    }

    /// Whether a first success has nothing to do.
    #[inline]
    pub fn is_at_rest(&self) -> bool {
        self.credit.is_at_rest()
    }

    /// As [`Budget::draw`](crate::Budget::draw).
    pub fn draw(&self, max_attempts: u32) -> bool {
        self.credit.draw(COST, TERMS.limits(max_attempts))
    }

    /// As [`Budget::put_back`](crate::Budget::put_back).
    pub fn put_back(&self, max_attempts: u32) {
        self.credit.give(COST, TERMS.limits(max_attempts));
    }

    /// A retry has succeeded.
    pub fn refund(&self, max_attempts: u32) {
        self.credit.give(TERMS.refund(COST), TERMS.limits(max_attempts));
    }

    /// A first attempt has succeeded.
    pub fn settle(&self) {
        self.credit.settle();
    }

    /// Its tokens.
    pub fn left(&self, max_attempts: u32) -> u32 {
        self.credit.tokens(TERMS.limits(max_attempts))
    }
}

impl Default for OwnBudget {
    fn default() -> Self {
        Self::new()
    }
}

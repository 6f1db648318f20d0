//! Prices of a credit, and its rest.
//!
//! Prices and refunds of 14 and 5, and the 500, are those of the AWS SDKs' retry behaviour 2.1. The rest of one call's
//! retries, and the refund of one and a half retries, come from simulated outages: a bucket that rests full grants 35
//! retries to a service that is down, one that rests at 42 grants three, and the refund of 21 lets it grant more only
//! while retries succeed.

use crate::units::{SECOND, Span, UNBOUNDED};

/// Tokens that a retry takes.
pub(crate) const COST: u32 = 14;
/// Retries that must be left for a hedge.
pub(super) const HEDGE_RETRIES: u32 = 2;
/// The same in tokens of a credit.
pub(crate) const HEDGE_TOKENS: u32 = HEDGE_RETRIES * COST;
/// Tokens that a retry after throttling takes under the terms of AWS.
const THROTTLED_COST: u32 = 5;
/// Tokens that a retry gives back when it succeeds: one and a half retries.
const REFUND: u32 = 21;
/// Lowest rest of an operation: three retries.
const MIN_REST: u32 = 3 * COST;
/// Most tokens of a bucket, unless it rests higher.
const CAPACITY: u32 = 500;
/// Highest rest of a setting, far below what an `i32` holds.
pub(crate) const MAX_REST: u32 = 1_000_000;
/// Longest time in line of a call, unless the budget says otherwise.
pub(crate) const MAX_WAIT: Span = Span::from_nanos(30 * SECOND);

/// Returns the tokens of one call's retries, and at least 42.
pub(crate) const fn rest_of(max_attempts: u32) -> u32 {
    if max_attempts == UNBOUNDED {
        return MIN_REST;
    }
    let rest = COST.saturating_mul(max_attempts.saturating_sub(1));
    if rest < MIN_REST {
        MIN_REST
    } else if rest > MAX_REST {
        MAX_REST
    } else {
        rest
    }
}

/// Prices and refunds of a bucket, and the longest wait in its line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terms {
    /// `None`: the retries of the current call.
    rest: Option<u32>,
    throttled_cost: u32,
    /// `None`: the tokens that the retry took.
    refund: Option<u32>,
    /// Zero: nobody waits.
    max_wait: Span,
}

impl Terms {
    pub(crate) const fn of_the_call() -> Self {
        Self { rest: None, throttled_cost: COST, refund: Some(REFUND), max_wait: MAX_WAIT }
    }

    pub(crate) const fn resting_at(rest: u32) -> Self {
        Self { rest: Some(rest), ..Self::of_the_call() }
    }

    pub(crate) const fn aws() -> Self {
        Self { rest: Some(CAPACITY), throttled_cost: THROTTLED_COST, refund: None, max_wait: Span::ZERO }
    }

    #[must_use]
    pub(crate) const fn with_max_wait(self, max_wait: Span) -> Self {
        Self { max_wait, ..self }
    }

    /// Returns its rest; `None`: the retries of the current call.
    pub(crate) const fn rest(&self) -> Option<u32> {
        self.rest
    }

    /// Returns the longest time in line of a call; zero if nobody waits.
    pub(crate) const fn max_wait(&self) -> Span {
        self.max_wait
    }

    pub(crate) const fn is_aws(&self) -> bool {
        self.refund.is_none()
    }

    pub(crate) const fn cost(&self, throttled: bool) -> u32 {
        if throttled { self.throttled_cost } else { COST }
    }

    /// Returns the tokens that a retry gives back when it succeeds, if it took `took`.
    pub(crate) const fn refund(&self, took: u32) -> u32 {
        match self.refund {
            Some(refund) => refund,
            None => took,
        }
    }

    pub(crate) const fn limits(&self, max_attempts: u32) -> Limits {
        let rest = match self.rest {
            Some(rest) => rest,
            None => rest_of(max_attempts),
        };
        Limits { rest: signed(rest), room: signed(CAPACITY.saturating_sub(rest)) }
    }
}

/// Rest of a bucket, and the tokens that it holds above it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    pub(super) rest: i32,
    pub(super) room: i32,
}

/// Converts tokens, of which there are at most a million.
#[allow(clippy::cast_possible_wrap)]
pub(super) const fn signed(tokens: u32) -> i32 {
    if tokens < MAX_REST { tokens as i32 } else { MAX_REST as i32 }
}

/// Tokens that a retry takes, as [`Limits`] count them.
pub(super) const PRICE: i32 = signed(COST);
/// Tokens that a retry gives back when it succeeds, as [`Limits`] count them.
pub(super) const REWARD: i32 = signed(REFUND);

//! Retries on credit: a bucket that a retry takes from, a retry that succeeds gives back to, and a first success
//! moves toward its rest.
//!
//! Prices and refunds of 14 and 5, and the 500, are those of the AWS SDKs' retry behaviour 2.1. The rest of one call's
//! worth, and the refund of one and a half retries, come from simulated storms: a bucket that rests full lends 35
//! retries to a service that is down, one that rests at 42 lends three, and the refund of 21 lets it lend more only
//! while retries succeed.

use crate::sync::{AtomicI32, Ordering::Relaxed};
use crate::units::UNBOUNDED;

/// What a retry takes.
pub(crate) const COST: u32 = 14;
/// What a retry after throttling takes under AWS's terms.
const THROTTLED_COST: u32 = 5;
/// What a retry that succeeds gives back: one and a half retries.
const REFUND: u32 = 21;
/// The least rest of an operation: three retries.
const LEAST_REST: u32 = 3 * COST;
/// What a bucket holds at most, unless it rests higher.
const CAPACITY: u32 = 500;
/// The highest rest that a setting may ask for, far below what an `i32` holds.
pub(crate) const MAX_REST: u32 = 1_000_000;

/// One call's worth of retries, and at least 42 tokens.
pub(crate) const fn rest_of(max_attempts: u32) -> u32 {
    if max_attempts == UNBOUNDED {
        return LEAST_REST;
    }
    let rest = COST.saturating_mul(max_attempts.saturating_sub(1));
    if rest < LEAST_REST {
        LEAST_REST
    } else if rest > MAX_REST {
        MAX_REST
    } else {
        rest
    }
}

/// What a bucket lends, and for what.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terms {
    /// `None`: one worth of the call at hand.
    rest: Option<u32>,
    throttled_cost: u32,
    /// `None`: what the retry took.
    refund: Option<u32>,
}

impl Terms {
    pub(crate) const fn of_the_call() -> Self {
        Self { rest: None, throttled_cost: COST, refund: Some(REFUND) }
    }

    pub(crate) const fn resting_at(rest: u32) -> Self {
        Self { rest: Some(rest), ..Self::of_the_call() }
    }

    pub(crate) const fn aws() -> Self {
        Self { rest: Some(CAPACITY), throttled_cost: THROTTLED_COST, refund: None }
    }

    /// Where it rests; `None`: at one worth of the call at hand.
    pub(crate) const fn rest(&self) -> Option<u32> {
        self.rest
    }

    pub(crate) const fn is_aws(&self) -> bool {
        self.refund.is_none()
    }

    pub(crate) const fn cost(&self, throttled: bool) -> u32 {
        if throttled { self.throttled_cost } else { COST }
    }

    /// What a retry that took `took` gives back when it succeeds.
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

/// Where a bucket rests, and how much more it holds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    rest: i32,
    room: i32,
}

/// A bucket, as how far it is from its rest.
///
/// Counted from the rest and not from zero, so that it needs no first value, at rest is the same for every rest, and
/// calls with different rests may share it: a lone call finds what its policy promises, and their first successes
/// move it the same way.
///
/// Each operation is one compare-and-swap of the only word there is. `Relaxed` throughout: the word publishes nothing
/// but itself, and a swap always sees the last value.
#[derive(Debug)]
pub(crate) struct Credit {
    /// Tokens above the rest, below it if negative.
    away: AtomicI32,
}

impl Credit {
    pub(crate) const fn at_rest() -> Self {
        Self { away: AtomicI32::new(0) }
    }

    /// In place of the bucket of a budget that lends on other grounds.
    pub(crate) const fn never_at_rest() -> Self {
        Self { away: AtomicI32::new(1) }
    }

    #[inline]
    pub(crate) fn is_at_rest(&self) -> bool {
        self.away.load(Relaxed) == 0
    }

    pub(crate) fn tokens(&self, limits: Limits) -> u32 {
        let tokens = limits.rest + self.away.load(Relaxed).min(limits.room);
        u32::try_from(tokens).unwrap_or(0)
    }

    /// Takes `cost`, or nothing where there is less.
    pub(crate) fn withdraw(&self, cost: u32, limits: Limits) -> bool {
        let cost = signed(cost);
        self.swap(|away| {
            // What calls that rest lower have gathered above this one's capacity is not lent.
            let away = away.min(limits.room);
            (limits.rest + away >= cost).then(|| away - cost)
        })
    }

    /// Adds `tokens`, as many as there is room for.
    pub(crate) fn give(&self, tokens: u32, limits: Limits) {
        let tokens = signed(tokens);
        self.swap(|away| (tokens > 0 && away < limits.room).then(|| away.saturating_add(tokens).min(limits.room)));
    }

    /// Moves one token toward the rest; there it writes nothing.
    pub(crate) fn settle(&self) {
        self.swap(|away| (away != 0).then(|| away - away.signum()));
    }

    /// Replaces the word by what `next` makes of it, in one step; `false` if that is nothing.
    fn swap(&self, next: impl Fn(i32) -> Option<i32>) -> bool {
        let mut away = self.away.load(Relaxed);
        while let Some(new) = next(away) {
            match self.away.compare_exchange_weak(away, new, Relaxed, Relaxed) {
                Ok(_) => return true,
                Err(actual) => away = actual,
            }
        }
        false
    }
}

/// Tokens are at most a million.
#[allow(clippy::cast_possible_wrap)]
const fn signed(tokens: u32) -> i32 {
    if tokens < MAX_REST { tokens as i32 } else { MAX_REST as i32 }
}

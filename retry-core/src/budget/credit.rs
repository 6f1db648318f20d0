//! Retries on credit: a bucket of tokens.
//!
//! A retry takes some, a retry that succeeds gives some back, and a first success moves the bucket toward its rest.
//!
//! Prices and refunds of 14 and 5, and the 500, are those of the AWS SDKs' retry behaviour 2.1. The rest of one call's
//! retries, and the refund of one and a half retries, come from simulated outages: a bucket that rests full grants 35
//! retries to a service that is down, one that rests at 42 grants three, and the refund of 21 lets it grant more only
//! while retries succeed.

use crate::sync::{AtomicI32, Ordering::Relaxed};
use crate::units::UNBOUNDED;

/// Tokens that a retry takes.
pub(crate) const COST: u32 = 14;
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

/// Prices and refunds of a bucket.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terms {
    /// `None`: the retries of the current call.
    rest: Option<u32>,
    throttled_cost: u32,
    /// `None`: the tokens that the retry took.
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

    /// Returns its rest; `None`: the retries of the current call.
    pub(crate) const fn rest(&self) -> Option<u32> {
        self.rest
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
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    rest: i32,
    room: i32,
}

/// A bucket, stored as its distance from its rest.
///
/// Counting from the rest and not from zero has three reasons: the bucket needs no first value, 'at rest' is zero for
/// every rest, and calls with different rests may share it. A lone call gets what its policy promises, and the first
/// successes of all calls move it the same way.
///
/// Each operation is one compare-and-swap of one word. `Relaxed` suffices: the word publishes no other memory, and a
/// swap always sees the last value.
#[derive(Debug)]
pub(crate) struct Credit {
    /// Tokens above the rest; below it if negative.
    away: AtomicI32,
}

impl Credit {
    pub(crate) const fn at_rest() -> Self {
        Self { away: AtomicI32::new(0) }
    }

    /// Creates the bucket of a budget of another shape, which does not use it.
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

    /// Takes `cost`, or returns `false` if there is less.
    pub(crate) fn withdraw(&self, cost: u32, limits: Limits) -> bool {
        let cost = signed(cost);
        self.swap(|away| {
            // Calls with a lower rest may have gathered more than the capacity of this one.
            let away = away.min(limits.room);
            (limits.rest + away >= cost).then(|| away - cost)
        })
    }

    /// Adds up to `tokens`, as long as there is room.
    pub(crate) fn give(&self, tokens: u32, limits: Limits) {
        let tokens = signed(tokens);
        self.swap(|away| (tokens > 0 && away < limits.room).then(|| away.saturating_add(tokens).min(limits.room)));
    }

    /// Moves one token toward the rest; writes nothing at rest.
    pub(crate) fn approach_rest(&self) {
        self.swap(|away| (away != 0).then(|| away - away.signum()));
    }

    /// Replaces the word by the result of `next` in one step.
    ///
    /// Returns `false` if that is `None`.
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

/// Converts tokens, of which there are at most a million.
#[allow(clippy::cast_possible_wrap)]
const fn signed(tokens: u32) -> i32 {
    if tokens < MAX_REST { tokens as i32 } else { MAX_REST as i32 }
}

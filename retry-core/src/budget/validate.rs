//! Rules that the settings of a budget must satisfy.
#![allow(clippy::missing_errors_doc)] // hidden, and the first line of each says it

use core::time::Duration;

use crate::budget::terms::{COST, MAX_REST};
use crate::error::{Rule, all, holds};
use crate::units::{self, DAY, SECOND};

/// Rejects a rest of a credit outside 14 to 1,000,000 tokens.
pub const fn rest(tokens: u32) -> Rule {
    all!(
        holds(
            tokens >= COST,
            "the rest of a credit must be at least 14 tokens, the price of one retry; write 42 for three retries",
        ),
        holds(tokens <= MAX_REST, "the rest of a credit must be at most 1000000 tokens; write 500, or `budget = none`"),
    )
}

/// Rejects a longest time in line of zero or above an hour.
pub const fn max_wait(longest: Duration) -> Rule {
    let nanos = units::from(longest);
    all!(
        holds(nanos > 0, "a `wait` of zero lets no retry wait in line; write `wait = none`, or `wait = 10s`"),
        holds(nanos <= 3600 * SECOND, "the `wait` of a credit must be at most an hour; write `wait = 30s`"),
    )
}

/// Rejects a share of the calls outside 0 to 1.
pub const fn share(share: f64) -> Rule {
    holds(share >= 0.0 && share <= 1.0, "the share of a budget must be from 0 to 1; write 0.1 for a tenth of all calls")
}

/// Rejects a window of a ratio outside 1 s to a day.
pub const fn window(window: Duration) -> Rule {
    let nanos = units::from(window);
    holds(nanos >= SECOND && nanos <= DAY, "the window of a `ratio` must be from 1 s to a day; write one of 10 s")
}

/// Rejects a reserve that is negative or above 10,000 retries in its window.
#[allow(clippy::cast_precision_loss)] // a window has far fewer bits
pub const fn reserve(per_second: f64, window: Duration) -> Rule {
    let retries = per_second * (units::from(window) as f64 / SECOND as f64);
    all!(
        holds(per_second >= 0.0, "the reserve of a `ratio` must be zero or more retries per second; write 0.1"),
        holds(retries <= 10_000.0, "the reserve of a `ratio` must be at most 10000 retries in its window; write 0.1"),
    )
}

/// Rejects a ratio whose share and reserve, in fixed point, are both zero.
pub const fn some_ratio(share: i64, reserve: i64) -> Rule {
    holds(share > 0 || reserve > 0, "a `ratio` whose share and reserve are zero grants no retry; write a share of 0.1")
}

/// Rejects an `in_flight` whose share and least number are both zero.
pub const fn some_in_flight(share: f64, at_least: u32) -> Rule {
    holds(
        share > 0.0 || at_least > 0,
        "an `in_flight` whose share and least number are zero grants no retry; write a share of 0.2, or 3 at least",
    )
}

/// Rejects a number of keys outside 16 to 10,000,000.
pub const fn keys(keys: usize) -> Rule {
    holds(
        keys >= 16 && keys <= 10_000_000,
        "a keyed budget, breaker or rate limit holds from 16 to 10000000 keys; write `.keys(10_000)`",
    )
}

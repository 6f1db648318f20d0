//! Rules of a hedge.
#![allow(clippy::missing_errors_doc)] // hidden, and the first line of each says it

use core::time::Duration;

use crate::error::{Rule, all, holds};
use crate::units::{self, DAY};

/// Rejects a delay of zero or above a day.
pub const fn hedge_delay(delay: Duration) -> Rule {
    let nanos = units::from(delay);
    holds(
        nanos != 0 && nanos <= DAY,
        "the delay of a hedge must be above zero and at most a day, because it is what a slow attempt takes longer than; write `100ms`",
    )
}

/// Rejects a percentile outside 50 to 99.
pub const fn percentile(percent: u32) -> Rule {
    holds(
        percent >= 50 && percent <= 99,
        "the percentile of a hedge must be from p50 to p99, because others hedge most calls or next to none; write `p95`",
    )
}

/// Rejects a share that is not above 0 and at most 0.5.
pub const fn hedge_share(share: f64) -> Rule {
    all!(
        holds(share > 0.0, "a share of hedges must be above zero; write `0.1`, or remove `hedge`"),
        holds(
            share <= 0.5,
            "a share of hedges must be at most 0.5, because a service that slows down gets that much more load; write `0.1`"
        ),
    )
}

/// Rejects a number of hedges outside 1 to 1,000.
pub const fn hedges_at_once(hedges: u32) -> Rule {
    all!(
        holds(hedges != 0, "`at_once` must be at least 1, because it is the room of the bucket; write `3`"),
        holds(hedges <= 1000, "`at_once` must be at most 1000; write `3`"),
    )
}

//! Rules of a concurrency limit.
#![allow(clippy::missing_errors_doc)] // hidden, and the first line of each says it

use core::time::Duration;

use crate::error::{Rule, all, holds};
use crate::units::{self, DAY};

/// Rejects a limit outside 1 to 1,000,000.
pub const fn places(attempts: u32) -> Rule {
    all!(
        holds(attempts != 0, "a concurrency limit of zero allows no attempt; write `20`, or remove the option"),
        holds(
            attempts <= 1_000_000,
            "a concurrency limit must be at most 1000000; write what the service takes, as in `20`"
        ),
    )
}

/// Rejects a concurrency limit of 1 of an operation with a hedge.
pub const fn places_of_hedged(attempts: u32) -> Rule {
    holds(
        attempts != 1,
        "the second attempt of a hedge never runs beside a concurrency limit of 1; write `2` or more, or remove `hedge`",
    )
}

/// Rejects a wait of zero or above a day.
pub const fn place_wait(time: Duration) -> Rule {
    let nanos = units::from(time);
    holds(
        nanos != 0 && nanos <= DAY,
        "the wait for a concurrency limit must be above zero and at most a day; write `200ms`",
    )
}

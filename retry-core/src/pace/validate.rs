//! Rules of a pace.
#![allow(clippy::missing_errors_doc)] // hidden, and the first line of each says it

use crate::error::{Rule, holds};
use crate::units::{DAY, Span};

/// Rejects a part of the rate outside 0.1 to 0.95.
pub const fn cut(part: f64) -> Rule {
    holds(
        part >= 0.1 && part <= 0.95,
        "the cut of a pace is the part of the rate that remains, from 0.1 to 0.95; write `.cut(0.7)`",
    )
}

/// Rejects a recovery below 100 ms or above a day.
pub const fn recovery(time: Span) -> Rule {
    holds(
        time.0 >= 100_000_000 && time.0 <= DAY,
        "the recovery of a pace must be from 100 ms to a day; write `.recovery(Duration::from_secs(10))`",
    )
}

//! Rules of a rate limit.
#![allow(clippy::missing_errors_doc)] // hidden, and the first line of each says it

use crate::error::{Rule, all, holds};
use crate::units::{DAY, Span};

/// Longest time in which a burst is full again.
const MAX_BURST: u64 = 366 * DAY;

/// Rejects a rate, a burst or a time of zero.
///
/// Also rejects a time above a day, and a burst that never ends.
#[allow(clippy::cast_lossless)] // `From` is not const
pub const fn rate(attempts: u32, per: Span, burst: u32) -> Rule {
    all!(
        holds(attempts != 0, "a rate limit of zero allows no attempt; write `RateLimit::per_second(50)`"),
        holds(
            per.0 != 0 && per.0 <= DAY,
            "the time of a rate limit must be above zero and at most a day; write `RateLimit::per_minute(600)`",
        ),
        holds(burst != 0, "a burst of zero allows no attempt; write `.burst(1)`"),
        holds(
            apart(attempts, per).0.saturating_mul(burst as u64) <= MAX_BURST,
            "a burst that takes more than a year to be full again limits nothing; write a smaller one, `.burst(50)`",
        ),
    )
}

/// Returns the time between two attempts, rounded up to a nanosecond.
#[allow(clippy::cast_lossless)] // `From` is not const
pub const fn apart(attempts: u32, per: Span) -> Span {
    Span(per.0.div_ceil(attempts as u64))
}

//! The rules over the times of an idempotency key, for the attribute, which holds them while compiling. In the runtime
//! `Times` holds what is only known at a call to the same bounds.

use crate::error::{Rule, all, holds};
use crate::units::{DAY, SECOND};

/// A millisecond, the least of each.
pub const MIN: u64 = SECOND / 1_000;
/// The longest lease.
pub const MAX_LEASE: u64 = DAY;
/// The longest that a result is kept.
pub const MAX_KEEP: u64 = 366 * DAY;
/// The lease where none is written.
pub const LEASE: u64 = 30 * SECOND;
/// How long a result is kept where nothing is written.
pub const KEEP: u64 = DAY;

/// How long silence is believed to be work.
pub const fn lease(nanos: u64) -> Rule {
    holds(nanos >= MIN && nanos <= MAX_LEASE, "a lease must be from 1 ms to a day; write `lease = 30s`")
}

/// How long a result is kept, beside the lease.
pub const fn keep(nanos: u64, lease: u64) -> Rule {
    all(&[
        holds(
            nanos >= MIN && nanos <= MAX_KEEP,
            "a result is kept for 1 ms to 366 days; write `24h`, or at most `8784h`",
        ),
        holds(
            nanos >= lease,
            "a result must be kept at least as long as its lease (30 s unless you say otherwise); write a longer time, or a shorter `lease`",
        ),
    ])
}

//! Bounds of the lease and the retention of an idempotency key.
//!
//! The attribute checks them while compiling; the runtime checks values that are known only at a call.
#![allow(clippy::missing_errors_doc)] // hidden, and the first line of each says it

use crate::error::{Rule, all, holds};
use crate::units::{DAY, SECOND};

/// Shortest lease and shortest retention, in nanoseconds.
pub const MIN: u64 = SECOND / 1_000;
/// Longest lease, in nanoseconds.
pub const MAX_LEASE: u64 = DAY;
/// Longest retention of a result, in nanoseconds.
pub const MAX_KEEP: u64 = 366 * DAY;
/// Default lease, in nanoseconds.
pub const LEASE: u64 = 30 * SECOND;
/// Default retention of a result, in nanoseconds.
pub const KEEP: u64 = DAY;

/// Rejects a lease outside 1 ms to a day, in nanoseconds.
pub const fn lease(nanos: u64) -> Rule {
    holds(nanos >= MIN && nanos <= MAX_LEASE, "a lease must be from 1 ms to a day; write `lease = 30s`")
}

/// Rejects a retention outside 1 ms to 366 days, or below the lease.
///
/// Both are in nanoseconds.
pub const fn keep(nanos: u64, lease: u64) -> Rule {
    all!(
        holds(
            nanos >= MIN && nanos <= MAX_KEEP,
            "a result is kept for 1 ms to 366 days; write `24h`, or at most `8784h`",
        ),
        holds(
            nanos >= lease,
            "a result must be kept at least as long as its lease (30 s by default); write a longer time, or a shorter `lease`",
        ),
    )
}

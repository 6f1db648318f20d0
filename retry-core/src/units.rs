//! Whole nanoseconds, saturating: the unit in which waits are computed. `u64::MAX` is 584 years.

use core::time::Duration;

/// The end of time, in nanoseconds: no deadline, no timeout.
pub const NEVER: u64 = u64::MAX;
/// Number of attempts of a policy without a limit.
pub const UNBOUNDED: u32 = u32::MAX;
/// One in fixed point with 32 fractional bits: factors of a backoff, shares of a jitter and rates of a breaker.
pub(crate) const ONE: u64 = 1 << 32;

/// Bytes of a cache line.
#[cfg(not(loom))]
pub(crate) const CACHE_LINE: usize = 64;

pub const SECOND: u64 = 1_000_000_000;
/// The longest wait, and the longest duration that a policy takes.
pub const DAY: u64 = 86_400 * SECOND;

/// `duration` in nanoseconds; what is longer than 584 years is 584 years.
pub const fn from(duration: Duration) -> u64 {
    clip(duration.as_nanos())
}

/// `wide`, or the greatest `u64` if it is greater.
#[allow(clippy::cast_possible_truncation)] // what would be cut off is compared first
pub const fn clip(wide: u128) -> u64 {
    if wide > u64::MAX as u128 { u64::MAX } else { wide as u64 }
}

pub const fn least(a: u64, b: u64) -> u64 {
    if a < b { a } else { b }
}

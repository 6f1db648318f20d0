//! Virtual time: nanoseconds since the run began.

use std::time::Duration;

pub(crate) const MILLISECOND: u64 = 1_000_000;
pub(crate) const SECOND: u64 = 1_000 * MILLISECOND;

/// The end of time: no deadline.
pub(crate) const NEVER: u64 = u64::MAX;

/// The nanoseconds of `time`.
pub(crate) fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(NEVER)
}

/// The seconds of `time`, for people.
#[allow(clippy::cast_precision_loss)] // a run is minutes
pub(crate) fn seconds(time: u64) -> f64 {
    time as f64 / SECOND as f64
}

//! Constructors of `Duration` with names short enough to print in one line.

use core::time::Duration;

/// Creates a duration of `seconds`.
pub const fn from_secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Creates a duration of `millis` milliseconds.
pub const fn from_millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// Creates a duration of `micros` microseconds.
pub const fn from_micros(micros: u64) -> Duration {
    Duration::from_micros(micros)
}

/// Creates a duration of `nanos` nanoseconds.
pub const fn from_nanos(nanos: u64) -> Duration {
    Duration::from_nanos(nanos)
}

//! What the expansion writes and users need not; it may change in any release.

use core::time::Duration;

/// So many seconds.
#[doc(hidden)]
pub const fn from_secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// So many milliseconds.
#[doc(hidden)]
pub const fn from_millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// So many microseconds.
#[doc(hidden)]
pub const fn from_micros(micros: u64) -> Duration {
    Duration::from_micros(micros)
}

/// So many nanoseconds.
#[doc(hidden)]
pub const fn from_nanos(nanos: u64) -> Duration {
    Duration::from_nanos(nanos)
}

/// Gives `return` and `?` in an async body their type. It is never called.
#[doc(hidden)]
pub fn never<R>() -> R {
    unreachable!("stands behind `if false` alone")
}

/// Makes a function known to a review.
#[cfg(feature = "review")]
#[doc(hidden)]
#[macro_export]
macro_rules! __register {
    ($operation:path, $facts:expr) => {
        $crate::review::inventory::submit! { $crate::review::Registered::new(&$operation, $facts) }
    };
}

/// Nothing: the attribute prints it where its own feature is on, and a build for the host may have other features than
/// one for the target.
#[cfg(not(feature = "review"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __register {
    ($($printed:tt)*) => {};
}

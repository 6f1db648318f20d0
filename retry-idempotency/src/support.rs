//! Helpers of the runtime that are not public API.
//!
//! They are the clock, randomness, and keys derived by a hash.

pub(crate) use retry_runtime::__internal::{
    KeyText, check as check_key, hash, hex, now, random, sleep_blocking, uuid, visible_prefix,
};

/// Returns nanoseconds; a time too long for `u64` becomes the longest one.
pub(crate) fn nanos(time: core::time::Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

/// Returns microseconds of the machine's clock since 1970; 0 before.
pub(crate) fn wall() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| u64::try_from(since.as_micros()).unwrap_or(u64::MAX))
}

/// Bytes that are printed by their length alone: a result or a key may be private.
pub(crate) struct Hidden<'a>(pub(crate) &'a [u8]);

impl core::fmt::Debug for Hidden<'_> {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(formatter, "{} bytes", self.0.len())
    }
}

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

//! Helpers of the runtime that are not public API.
//!
//! They are the clock, randomness, and keys derived by a hash.

#[cfg(feature = "tokio")]
use core::future::{Future, poll_fn};
#[cfg(feature = "tokio")]
use core::pin::{Pin, pin};
#[cfg(feature = "tokio")]
use core::task::Poll;

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

/// Waits for a future for at most `limit`, and returns `None` if it has not ended.
///
/// There is a timer only if the future is not ready at once.
#[cfg(feature = "tokio")]
pub(crate) async fn within<F: Future + ?Sized>(
    limit: core::time::Duration,
    mut future: Pin<&mut F>,
) -> Option<F::Output> {
    let mut timer = pin!(None);
    poll_fn(|cx| {
        if let Poll::Ready(output) = future.as_mut().poll(cx) {
            return Poll::Ready(Some(output));
        }
        if timer.is_none() {
            timer.set(Some(tokio::time::sleep(limit)));
        }
        match timer.as_mut().as_pin_mut() {
            Some(timer) => timer.poll(cx).map(|()| None),
            None => Poll::Pending,
        }
    })
    .await
}
